import 'reflect-metadata';
import { systemClock } from '../src/clock';
import { Database } from '../src/database';
import { createLogger } from '../src/logger';
import { boundHeap } from '../sync/heap';
import { SyncWorker } from '../sync/main';

/** The worker under measurement, in a process of its own: BENCH_DATABASE_URL, BENCH_STEPS=1 tells the steps' times. */
async function main(): Promise<void> {
  boundHeap();
  const { BENCH_DATABASE_URL = '', BENCH_STEPS } = process.env;
  const db = await Database.open(BENCH_DATABASE_URL, { poolSize: 4 });
  const log = createLogger('warn');
  let last = performance.now();
  let cpu = process.cpuUsage();
  const worker = new SyncWorker(db, {
    config: { secretKey: Buffer.alloc(32), importDirs: [], changesKeepDays: 90, syncWebhook: null },
    clock: systemClock,
    log,
    step: (name) => {
      const { rss, heapUsed, heapTotal, external, arrayBuffers } = process.memoryUsage();
      const memory = [rss, heapUsed, heapTotal, external, arrayBuffers]
        .map((bytes) => Math.round(bytes / 1e6))
        .join(' ');
      const { user, system } = process.cpuUsage(cpu);
      if (BENCH_STEPS)
        process.stderr.write(
          `  ${name}: ${Math.round(performance.now() - last)} ms, CPU ${Math.round((user + system) / 1000)} ms, ${memory} MB (rss, heap used, heap, external, buffers)\n`,
        );
      last = performance.now();
      cpu = process.cpuUsage();
      return Promise.resolve();
    },
  });
  worker.start();
  process.once('SIGTERM', () => void worker.stop().then(() => process.exit(0)));
}

void main();
