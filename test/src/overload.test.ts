import Fastify, { type FastifyInstance } from 'fastify';
import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refuseOverload, type OverloadLimits } from '../../src/overload';

describe('an overloaded server', () => {
  let app: FastifyInstance;
  let url: string;
  let release: () => void;
  afterEach(() => app.close());

  const start = async (limits: OverloadLimits) => {
    app = Fastify({ forceCloseConnections: true });
    refuseOverload(app, limits);
    const gate = new Promise<void>((resolve) => (release = resolve));
    app.get('/slow', async () => {
      await gate;
      return 'done';
    });
    app.get('/health/live', () => 'ok');
    await app.listen({ port: 0, host: '127.0.0.1' });
    url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  };
  const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

  it('refuses what is beyond its limit with 503 and Retry-After, serves the others, and recovers', async () => {
    await start({ maxInFlight: 3, maxDelay: 60_000, retryAfterSeconds: 7 });
    const slow = Array.from({ length: 3 }, () => fetch(`${url}/slow`));
    await sleep(100);
    const refused = await fetch(`${url}/slow`);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '7']);
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'OVERLOADED' } }] });
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    release();
    expect((await Promise.all(slow)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await fetch(`${url}/slow`)).status).toBe(200);
  });

  it('does not count callers who went away', async () => {
    await start({ maxInFlight: 1, maxDelay: 60_000, retryAfterSeconds: 1 });
    const gone = get(`${url}/slow`);
    gone.on('error', () => undefined);
    await sleep(100);
    gone.destroy();
    await sleep(100);
    const next = fetch(`${url}/slow`);
    await sleep(50);
    release();
    expect((await next).status).toBe(200);
  });

  it('does not take one long block of its event loop for overload', async () => {
    await start({ maxInFlight: 100, maxDelay: 50, retryAfterSeconds: 1 });
    release();
    const blockedUntil = Date.now() + 900;
    while (Date.now() < blockedUntil);
    await sleep(50);
    expect((await fetch(`${url}/slow`)).status).toBe(200);
  });

  it('refuses while its event loop stays late', async () => {
    await start({ maxInFlight: 100, maxDelay: 50, retryAfterSeconds: 1 });
    release();
    expect((await fetch(`${url}/slow`)).status).toBe(200);
    const until = Date.now() + 8000;
    let status = 200;
    while (Date.now() < until && status === 200) {
      const blockedUntil = Date.now() + 300;
      while (Date.now() < blockedUntil);
      status = (await fetch(`${url}/slow`)).status;
    }
    expect(status).toBe(503);
    await sleep(1500);
    expect((await fetch(`${url}/slow`)).status).toBe(200);
  });
});
