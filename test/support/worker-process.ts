import 'reflect-metadata';
import { Database } from '../../src/database';
import { SyncWorker } from '../../sync/main';
import { SyncBench } from './sync-bench';

/**
 * A worker in a process of its own, for tests that kill it. WORKER_DATABASE names the database, WORKER_DIRECTORY holds
 * the fake directories as JSON; at the step WORKER_DIES_AT it kills itself as a power cut would.
 */
async function main(): Promise<void> {
  const { WORKER_DATABASE = '', WORKER_DIRECTORY = '{}', WORKER_DIES_AT } = process.env;
  const db = await Database.open(WORKER_DATABASE, { poolSize: 4 });
  const bench = new SyncBench(db);
  bench.fill(JSON.parse(WORKER_DIRECTORY) as Parameters<SyncBench['fill']>[0]);
  const worker = new SyncWorker(db, {
    ...bench.workerDeps(),
    step: (name) => {
      if (name === WORKER_DIES_AT) process.kill(process.pid, 'SIGKILL');
      return Promise.resolve();
    },
  });
  worker.start();
  process.stdout.write('working\n');
}

void main();
