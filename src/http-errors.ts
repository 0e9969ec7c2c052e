import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, type ErrorCode } from './errors';
import type { Logger } from './logger';

const STATUS: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  LIMIT_EXCEEDED: 413,
  RATE_LIMITED: 429,
  FEATURE_DISABLED: 503,
  SOURCE_UNAVAILABLE: 503,
};

/**
 * Lets the routes of a plugin fail as the API does: `{ "errors": [{ "message", "extensions": { "code" } }] }` with the
 * status that fits the code. What is not expected is logged and masked.
 */
export function answerErrors(app: FastifyInstance, log: Logger): void {
  app.setErrorHandler(async (error: FastifyError | AppError, request: FastifyRequest, reply: FastifyReply) => {
    const { status, code, message, details } = describe(error);
    if (status === 500) log.error({ err: error, path: request.routeOptions.url }, 'unexpected error');
    await reply.status(status).send({ errors: [{ message, extensions: { code, ...details } }] });
  });
}

function describe(error: FastifyError | AppError) {
  if (error instanceof AppError) {
    return { status: STATUS[error.code] ?? 400, code: error.code, message: error.message, details: error.details };
  }
  const status = error.statusCode ?? 500;
  if (status === 413) return { status, code: 'LIMIT_EXCEEDED', message: 'The body is too large.', details: {} };
  if (status < 500) return { status, code: 'BAD_USER_INPUT', message: error.message, details: {} };
  const message = 'Something went wrong here. It has been logged.';
  return { status: 500, code: 'INTERNAL_SERVER_ERROR', message, details: {} };
}
