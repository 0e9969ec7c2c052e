import 'reflect-metadata';
import { systemClock } from '../../../src/clock';
import { runBatch } from '../../../src/clients/batch.runner';
import { Database } from '../../../src/database';
import { createLogger } from '../../../src/logger';

/** Works at a batch in a process of its own, says so after each chunk, and is killed by the test. */
async function main([url = '', id = '']: string[]): Promise<void> {
  const db = await Database.open(url);
  await runBatch({ db, clock: systemClock, log: createLogger('silent') }, Number(id), {
    onProgress: (done) => process.stdout.write(`${done}\n`),
  });
  await db.close();
}

void main(process.argv.slice(2));
