import pino, { type Logger } from 'pino';

export type { Logger };

/** Structured logs on standard error. Passwords, tokens and secrets are cut wherever they appear by those names. */
export function createLogger(level: string): Logger {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: ['password', 'newPassword', 'oldPassword', 'token', 'secrets', 'authorization', 'cookie'].flatMap(
          (name) => [name, `*.${name}`, `*.*.${name}`],
        ),
        censor: '[cut]',
      },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
