import type { FastifyInstance } from 'fastify';
import { Readable } from 'node:stream';
import { authorize } from '../auth/policy';
import { NOBODY } from '../auth/viewer';
import { openConsistentReader, type ConsistentReader } from '../consistent-read';
import { AppError } from '../errors';
import type { Gateway } from '../gateway';
import { answerErrors } from '../http-errors';
import { maskEmail } from '../staff/masking';
import { hidesContacts } from '../auth/viewer';
import { groupMembersCsv } from './group-members.report';
import { groupMembersQuery, type QueryString } from './report-parameters';

/** Reports hold a connection while they are read: so many at a time. */
const MAX_CONCURRENT = 4;
const RETRY_SECONDS = 5;

/**
 * `GET /reports/group-members.csv`: who is in which group, and how; streamed as fast as the reader takes it. For
 * administrators, API keys and supervisors with REPORTS (V7); a profile that masks gets masked addresses (XU35).
 */
export function reportRoutes(gateway: Gateway) {
  let running = 0;
  return async (app: FastifyInstance): Promise<void> => {
    answerErrors(app, gateway.log);
    app.get<{ Querystring: QueryString }>('/reports/group-members.csv', async (request, reply) => {
      const viewer = request.viewer ?? NOBODY;
      authorize(viewer, 'report:read');
      const query = groupMembersQuery(request.query, gateway.clock.now());
      if (running >= MAX_CONCURRENT) {
        void reply.header('retry-after', String(RETRY_SECONDS));
        throw new AppError('RATE_LIMITED', 'Too many reports at once.', { retryAfterSeconds: RETRY_SECONDS });
      }
      running++;
      const reader = await openConsistentReader(gateway.db).catch((error: unknown) => {
        running--;
        throw error;
      });
      const pieces = groupMembersCsv(reader, query, hidesContacts(viewer) ? maskEmail : (email) => email);
      const body = await beginning(
        pieces,
        closing(reader, () => running--),
      );
      body.on('error', (error) => gateway.log.error({ err: error }, 'a report was cut short'));
      return reply
        .headers({
          'content-type': 'text/csv; charset=utf-8',
          'content-disposition': 'attachment; filename="group-members.csv"',
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
        })
        .send(body);
    });
    return Promise.resolve();
  };
}

/** Closes once, whoever comes first: the end, an error, or a reader who went away. */
function closing(reader: ConsistentReader, done: () => void): () => Promise<void> {
  let isClosed = false;
  return async () => {
    if (isClosed) return;
    isClosed = true;
    done();
    await reader.close();
  };
}

/** Takes the first piece before anything is sent, so that what is refused still gets its status. */
async function beginning(pieces: AsyncGenerator<string>, close: () => Promise<void>): Promise<Readable> {
  let first: IteratorResult<string>;
  try {
    first = await pieces.next();
  } catch (error) {
    await close();
    throw error;
  }
  const rest = async function* () {
    try {
      if (!first.done) yield first.value;
      yield* pieces;
    } finally {
      await close();
    }
  };
  const body = Readable.from(rest(), { highWaterMark: 1 });
  // A stream that is destroyed before its first read never enters the generator.
  body.once('close', () => void close());
  return body;
}
