/** Codes of expected failures, as the contract lists them. */
export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'BAD_USER_INPUT'
  | 'CONFLICT'
  | 'LIMIT_EXCEEDED'
  | 'RATE_LIMITED'
  | 'DIRECTORY_OWNED'
  | 'BUILT_IN'
  | 'SYNC_REFUSED'
  | 'SYNC_STALE_PLAN'
  | 'SYNC_IN_PROGRESS'
  | 'SOURCE_UNAVAILABLE'
  | 'FEATURE_DISABLED';

/**
 * An expected failure. `code` and `details` reach the caller as `extensions`; `message` as it is: plain words, no secrets.
 * Anything else that is thrown is logged with its cause and masked as INTERNAL_SERVER_ERROR.
 */
export class AppError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = 'AppError';
  }
}

/** Bad input; `field` is a path inside the input: `fallback.timeoutSeconds`. */
export function badInput(field: string, message: string, details: Record<string, unknown> = {}): AppError {
  return new AppError('BAD_USER_INPUT', message, { field, ...details });
}

/** The object does not exist, or the viewer may not know that it does. */
export function notFound(what: string, field?: string): AppError {
  return new AppError('NOT_FOUND', `${what} not found.`, field ? { field } : {});
}

export function conflict(message: string, field?: string, details: Record<string, unknown> = {}): AppError {
  return new AppError('CONFLICT', message, field ? { field, ...details } : details);
}

export function forbidden(message = 'Not allowed.'): AppError {
  return new AppError('FORBIDDEN', message);
}
