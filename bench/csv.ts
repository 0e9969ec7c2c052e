import 'reflect-metadata';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { residentMegabytes, startChild } from './children';
import { scaled } from './data';
import { openFilledDatabase } from './filled-database';
import { signIn } from './reads/subjects';

const { values: options } = parseArgs({
  options: {
    scale: { type: 'string', default: '1' },
    /** A folder that keeps the filled database for the next run. */
    data: { type: 'string' },
    sqlite: { type: 'boolean', default: false },
  },
});

/**
 * The small report is read so often that as many rows pass as in the whole: garbage that the collector has not come to is
 * then in both, and the difference is what the length of a report costs.
 */
const SMALL_REPORTS = 50;
/** Most that the whole report may take of memory beyond small ones, in MB; its rows are 100 MB as text, more as objects. */
const MOST_GROWTH = 64;
/** How long the reader of the last run takes nothing, in milliseconds. */
const PAUSE = 5000;
/** The first of the large groups of the data set. */
const LARGE_GROUP = 'Group_51';

interface Download {
  rows: number;
  megabytes: number;
  seconds: number;
  /** Most memory of the server meanwhile, in MB. */
  peak: number;
}

/**
 * The CSV report of all memberships: the server's memory does not grow with the rows, nor while the reader takes nothing.
 * Exit code 1 where it does. `--sqlite` for the same on SQLite.
 */
async function main(): Promise<void> {
  const database = await openFilledDatabase(scaled(Number(options.scale)), options.data);
  const url = options.sqlite ? await database.sqliteUrl() : database.url;
  const environment = { DATABASE_URL: url, PORT: '0', SWITCHBOARD_DATA_DIR: join(database.folder, 'state-csv') };
  const main = join(__dirname, '../bin/switchboard.js');
  const child = await startChild(main, ['serve'], environment, /"url":"http:\/\/127\.0\.0\.1:(\d+)"/);
  try {
    const token = await signIn(child.url);
    const report = (query: string, pause = 0) =>
      download(`${child.url}/reports/group-members.csv${query}`, token, child.pid, pause);
    const small = await repeated(() => report(`?groupId=${LARGE_GROUP}`), SMALL_REPORTS);
    const whole = await report('');
    const again = await report('');
    const paused = await report('', PAUSE);
    tell(`one large group, ${SMALL_REPORTS} times`, small);
    tell('all', whole);
    tell('all, again', again);
    tell(`all, the reader takes nothing for ${PAUSE / 1000} s`, paused);
    const growth = Math.max(whole.peak, again.peak, paused.peak) - small.peak;
    const isMet = growth <= MOST_GROWTH;
    process.stdout.write(
      `${isMet ? 'met ' : 'MISS'} memory beyond that of small reports: ${growth} MB, goal ≤ ${MOST_GROWTH}, for a report ${((SMALL_REPORTS * whole.rows) / small.rows).toFixed(0)} × as long\n`,
    );
    if (!isMet) process.exitCode = 1;
  } finally {
    await child.stop();
    await database.close();
  }
}

/** The sum of several downloads one after the other; the peak is the highest. */
async function repeated(work: () => Promise<Download>, times: number): Promise<Download> {
  const sum: Download = { rows: 0, megabytes: 0, seconds: 0, peak: 0 };
  for (let turn = 0; turn < times; turn++) {
    const one = await work();
    sum.rows += one.rows;
    sum.megabytes += one.megabytes;
    sum.seconds += one.seconds;
    sum.peak = Math.max(sum.peak, one.peak);
  }
  return sum;
}

function tell(name: string, { rows, megabytes, seconds, peak }: Download): void {
  process.stdout.write(
    `${name}: ${rows} rows, ${megabytes.toFixed(1)} MB in ${seconds.toFixed(1)} s (${(rows / seconds).toFixed(0)} rows/s), server's peak ${peak} MB\n`,
  );
}

/** Reads a report to its end, counting lines, and looks at the server's memory every 20 ms. */
async function download(url: string, token: string, pid: number, pause: number): Promise<Download> {
  const begin = performance.now();
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, residentMegabytes(pid))), 20);
  let [rows, bytes, isPaused] = [-1, 0, pause > 0];
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    get(url, { headers: { authorization: `Bearer ${token}` } }, resolve).once('error', reject),
  );
  try {
    if (response.statusCode !== 200) throw new Error(`the report answers ${response.statusCode}`);
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) rows++;
      if (isPaused && bytes > 1e6) {
        isPaused = false;
        await sleep(pause);
      }
    }
  } finally {
    clearInterval(timer);
  }
  return { rows, megabytes: bytes / 1e6, seconds: (performance.now() - begin) / 1000, peak };
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
