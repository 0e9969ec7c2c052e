import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startMariadb } from '../test/support/mariadb';
import { startProcess } from '../test/support/processes';
import { cpuSeconds, peakMegabytes, startChild, type Child } from './children';
import { scaled } from './data';
import { ADMIN_PASSWORD } from './filled-database';
import { quantile, sendLoad, type HttpRequest, type LoadResult } from './http-load';
import { ChangingDirectory } from './load/changing-directory';
import { ask, post, signIn } from './reads/subjects';

const { values: options } = parseArgs({
  options: {
    scale: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '60' },
    connections: { type: 'string', default: '200' },
  },
});

const DOCUMENTS = [
  '{ users(first: 20, orderBy: { field: USER_ID }) { nodes { id userId displayName } } }',
  '{ groups(first: 20) { nodes { id name memberCount members(first: 5) { nodes { user { displayName } } } } } }',
  '{ users(first: 5, filter: { search: "user12" }) { nodes { id displayName memberships(first: 5) { nodes { group { name } } } } } }',
  '{ user(id: "User_7") { displayName memberships(first: 20) { totalCount nodes { group { name } } } } }',
];
/** Of the second part: the server answers 1000 requests at a time and refuses the rest. */
const OVERLOAD = { connections: 2500, seconds: 10, retryMilliseconds: 500 };
/** Asked beside the overload, how long the check of health may take at most, in milliseconds. */
const HEALTH_TIMEOUT = 5000;

/**
 * Many callers at once for a minute while a directory of that size, of which people and memberships change between the
 * runs, is synchronized again and again: no answer may be an error. Then more callers than the server takes: the rest must
 * be refused with 503 and Retry-After, and the server must answer as before afterwards. Exit code 1 otherwise.
 */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-load-'));
  const mariadb = await startMariadb({ bufferPoolMb: 1024, args: ['--innodb-log-file-size=1G'] });
  const { url } = await mariadb.createDatabase('load');
  const environment = {
    DATABASE_URL: url,
    PORT: '0',
    SWITCHBOARD_DATA_DIR: folder,
    SWITCHBOARD_IMPORT_DIRS: folder,
    SWITCHBOARD_ADMIN_PASSWORD: ADMIN_PASSWORD,
    DATABASE_POOL_SIZE: '20',
  };
  const program = join(__dirname, '../bin/switchboard.js');
  const api = await startChild(program, ['serve'], environment, /"url":"http:\/\/127\.0\.0\.1:(\d+)"/);
  const worker = await startProcess(process.execPath, [program, 'worker'], { env: { ...process.env, ...environment } });
  try {
    const token = await signIn(api.url);
    const directory = await ChangingDirectory.create(api.url, token, folder, scaled(Number(options.scale)));
    say(`first import: ${await directory.sync()}`);
    const requests = DOCUMENTS.map((query) => post('/graphql', query, {}, token));
    await underSync(api, worker.pid, directory, requests);
    await overloaded(api, requests);
  } finally {
    await worker.stop(20_000);
    await api.stop();
    await mariadb.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function underSync(
  api: Child,
  worker: number,
  directory: ChangingDirectory,
  requests: readonly HttpRequest[],
): Promise<void> {
  const [connections, seconds] = [Number(options.connections), Number(options.seconds)];
  const before = cpuSeconds(api.pid);
  const end = Date.now() + seconds * 1000;
  const syncing = directory.syncUntil(end);
  const result = await sendLoad(api.url, requests, { connections, seconds, isChanging: true });
  const runs = await syncing;
  say(`\n${connections} connections for ${seconds} s, runs of the synchronization that began meanwhile:`);
  for (const run of runs) say(`- ${run}`);
  tell(result);
  const cpu = ((cpuSeconds(api.pid) - before) * 1000) / result.count;
  say(
    `server: peak ${peakMegabytes(api.pid)} MB, ${cpu.toFixed(2)} ms CPU a request; worker: peak ${peakMegabytes(worker)} MB`,
  );
  judge('answers with errors: 0', true);
  judge('a run changed and ended meanwhile', runs.length > 0);
}

/** More callers than the server takes: each is answered or told when to come back, health is told throughout. */
async function overloaded(api: Child, requests: readonly HttpRequest[]): Promise<void> {
  const health: number[] = [];
  const end = Date.now() + OVERLOAD.seconds * 1000;
  const watching = (async () => {
    while (Date.now() < end) health.push(await healthMilliseconds(api.url));
  })();
  const result = await sendLoad(api.url, requests, { ...OVERLOAD, isChanging: true });
  await watching;
  say(`\n${OVERLOAD.connections} connections for ${OVERLOAD.seconds} s:`);
  tell(result);
  say(
    `refused with 503 and Retry-After: ${result.refused}; health answered ${health.length} times, at most ${Math.max(...health).toFixed(0)} ms`,
  );
  say(`server: peak ${peakMegabytes(api.pid)} MB`);
  judge('overload is refused with 503 and Retry-After', result.refused > 0);
  judge('the others are answered', result.count > 0);
  const [first] = requests;
  const text = first ? await ask(api.url, first) : '';
  judge('the same process answers as before afterwards', text.startsWith('{"data":'));
}

async function healthMilliseconds(url: string): Promise<number> {
  const begin = performance.now();
  const response = await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(HEALTH_TIMEOUT) });
  if (!response.ok) throw new Error(`health answers ${response.status}`);
  await response.text();
  return performance.now() - begin;
}

function tell({ count, seconds, latencies }: LoadResult): void {
  const at = (share: number) => `${quantile(latencies, share).toFixed(0)} ms`;
  say(`${count} answers, ${(count / seconds).toFixed(0)}/s; p50 ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)}`);
}

function judge(name: string, isMet: boolean): void {
  if (!isMet) process.exitCode = 1;
  say(`${isMet ? 'met ' : 'MISS'} ${name}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
