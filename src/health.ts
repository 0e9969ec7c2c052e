import type { FastifyInstance } from 'fastify';
import { register } from 'prom-client';
import type { Gateway } from './gateway';

interface HealthCheck {
  status: 'ok' | 'failed';
}

/** `/health/live` and `/health/ready`: 200 or 503, with each check. With `metrics`, Prometheus's `/metrics` too. */
export function healthRoutes(gateway: Gateway, metrics = false) {
  return async (app: FastifyInstance): Promise<void> => {
    app.get('/health/live', () => ({ status: 'ok', checks: { process: { status: 'ok' } } }));
    app.get('/health/ready', async (_request, reply) => {
      const checks = { database: await checkDatabase(gateway) };
      const ok = Object.values(checks).every((check) => check.status === 'ok');
      return reply.status(ok ? 200 : 503).send({ status: ok ? 'ok' : 'failed', checks });
    });
    if (metrics) {
      app.get('/metrics', async (_request, reply) => reply.type(register.contentType).send(await register.metrics()));
    }
    return Promise.resolve();
  };
}

async function checkDatabase({ db, log }: Gateway): Promise<HealthCheck> {
  try {
    await db.rows('SELECT 1 AS one');
    return { status: 'ok' };
  } catch (error) {
    log.warn({ err: error }, 'the database does not answer');
    return { status: 'failed' };
  }
}
