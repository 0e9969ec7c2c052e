import { loadConfig } from '../config';
import { AppError } from '../errors';
import { prepareFirstStart } from '../first-start';
import type { Gateway } from '../gateway';
import { createLogger } from '../logger';
import { createServices, type Services } from '../services';
import { composeGateway } from '../start/compose';

/** Exit codes of every command. */
export const EXIT = { done: 0, failed: 1, usage: 2, refused: 3 } as const;

/** Codes of failures that a decision would overcome: limits and conflicts that ask. */
const REFUSALS = ['SYNC_REFUSED', 'SYNC_STALE_PLAN', 'SYNC_IN_PROGRESS', 'CONFLICT', 'LIMIT_EXCEEDED'];

export interface Command {
  gateway: Gateway;
  services: Services;
  /** Prints the one JSON document of `--json`, or else the text. */
  print(document: unknown, text: string): void;
}

/**
 * Runs a command with an open gateway and gives its exit code. Expected failures are told in words on standard error
 * (with --json as a document on standard output); nothing else is printed of them.
 */
export async function runCommand(isJson: boolean, work: (command: Command) => Promise<number>): Promise<number> {
  let gateway: Gateway | null = null;
  try {
    const config = loadConfig();
    gateway = await composeGateway(config, createLogger(config.logLevel === 'info' ? 'warn' : config.logLevel));
    const password = await prepareFirstStart(gateway.db, gateway.clock, config.adminPassword);
    if (password !== null) process.stderr.write(`First start: admin has the password ${password} (shown this once).\n`);
    const print = (document: unknown, text: string) =>
      process.stdout.write(`${isJson ? JSON.stringify(document, null, 2) : text}\n`);
    return await work({ gateway, services: createServices(gateway, 'cli'), print });
  } catch (error) {
    return tellFailure(isJson, error);
  } finally {
    await gateway?.db.close();
  }
}

function tellFailure(isJson: boolean, error: unknown): number {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof AppError)) {
    process.stderr.write(`${message}\n`);
    return EXIT.failed;
  }
  const { code, details } = error;
  const field = typeof details['field'] === 'string' ? ` (${details['field']})` : '';
  if (isJson) process.stdout.write(`${JSON.stringify({ error: { code, message, ...details } }, null, 2)}\n`);
  else process.stderr.write(`${message}${field}\n`);
  if (code === 'BAD_USER_INPUT') return EXIT.usage;
  return REFUSALS.includes(code) ? EXIT.refused : EXIT.failed;
}
