import 'reflect-metadata';
import { loadConfig } from './config';
import { systemClock } from './clock';
import { Database } from './database';
import { prepareFirstStart } from './first-start';
import { createLogger } from './logger';
import { startServer } from './server';

async function main(): Promise<void> {
  const config = loadConfig();
  const log = createLogger(config.logLevel);
  const db = await Database.open(config.databaseUrl, { migrate: true, poolSize: config.databasePoolSize });
  const password = await prepareFirstStart(db, systemClock, config.adminPassword);
  if (password) process.stdout.write(`admin password: ${password}\n`);
  await startServer({ db, config, clock: systemClock, log });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
