import 'reflect-metadata';
import { systemClock } from '../src/clock';
import { Database } from '../src/database';
import { createLogger } from '../src/logger';
import { SyncWorker } from '../sync/main';

/** The worker under measurement, in a process of its own: BENCH_DATABASE_URL, BENCH_STEPS=1 tells the steps' times. */
async function main(): Promise<void> {
  const { BENCH_DATABASE_URL = '', BENCH_STEPS } = process.env;
  const db = await Database.open(BENCH_DATABASE_URL, { poolSize: 4 });
  const log = createLogger('warn');
  let last = performance.now();
  const worker = new SyncWorker(db, {
    config: { secretKey: Buffer.alloc(32), importDirs: [], changesKeepDays: 90, syncWebhook: null },
    clock: systemClock,
    log,
    step: (name) => {
      const { rss } = process.memoryUsage();
      if (BENCH_STEPS)
        process.stderr.write(`  ${name}: ${Math.round(performance.now() - last)} ms, ${Math.round(rss / 1e6)} MB\n`);
      last = performance.now();
      return Promise.resolve();
    },
  });
  worker.start();
  process.stdout.write('working 1\n');
}

void main();
