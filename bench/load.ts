import 'reflect-metadata';
import autocannon from 'autocannon';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Realm } from '../schema/client.enums';
import { SessionService } from '../src/auth/session.service';
import { systemClock } from '../src/clock';
import { Database } from '../src/database';
import { prepareFirstStart } from '../src/first-start';
import { recordRevision } from '../src/revision';
import { startMariadb } from '../test/support/mariadb';
import { cpuSeconds, peakMegabytes, startChild } from './children';
import { scaled } from './data';
import { fillDatabase } from './fill';

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

/**
 * Many callers at once for a minute, while the directory changes: single people every 50 ms, and every 10 s what a large
 * synchronization does. Exit code 1 where any answer was an error; answers of 503 are counted apart.
 */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-load-'));
  const mariadb = await startMariadb({ bufferPoolMb: 1024 });
  const { url } = await mariadb.createDatabase('load');
  const db = await Database.open(url, { migrate: true, poolSize: 5 });
  await prepareFirstStart(db, systemClock, 'load-password-1');
  await fillDatabase(url, scaled(Number(options.scale)));
  const { token } = await db.write((em) => new SessionService(db, systemClock, 2).issue(em, Realm.CLIENT, 1));
  const environment = { DATABASE_URL: url, PORT: '0', SWITCHBOARD_DATA_DIR: folder, DATABASE_POOL_SIZE: '20' };
  const main = join(__dirname, '../src/main.ts');
  const child = await startChild(main, [], environment, /"url":"http:\/\/127\.0\.0\.1:(\d+)"/);
  try {
    const before = cpuSeconds(child.pid);
    const changing = change(db, Number(options.seconds) * 1000);
    const result = await autocannon({
      url: child.url,
      connections: Number(options.connections),
      duration: Number(options.seconds),
      timeout: 60,
      requests: DOCUMENTS.map((query) => ({
        method: 'POST',
        path: '/graphql',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query }),
      })),
    });
    const changes = await changing;
    const refused = result.statusCodeStats?.['503']?.count ?? 0;
    const failed = result.errors + result.timeouts + result.non2xx - refused;
    process.stdout.write(
      `${options.connections} connections, ${result.duration} s, ${changes} changes meanwhile\n` +
        `${(result.requests.total / result.duration).toFixed(0)} req/s, p50 ${result.latency.p50} ms, p99 ${result.latency.p99} ms, ` +
        `longest ${result.latency.max} ms\nfailed ${failed}, refused (503) ${refused}\n` +
        `peak ${peakMegabytes(child.pid)} MB, CPU ${(((cpuSeconds(child.pid) - before) * 1000) / result.requests.total).toFixed(2)} ms a request\n`,
    );
    if (failed > 0) process.exitCode = 1;
  } finally {
    await child.stop();
    await db.close();
    await mariadb.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Changes people and memberships until the time is over. */
async function change(db: Database, milliseconds: number): Promise<number> {
  const end = Date.now() + milliseconds;
  for (let count = 0; ; count++) {
    if (Date.now() > end) return count;
    const id = 1 + ((count * 37) % 900);
    await db.write(async (em) => {
      await em.query('UPDATE user SET title = ?, updatedAt = ? WHERE id = ?', [`Title ${count}`, Date.now(), id]);
      await em.query('UPDATE membership SET since = ? WHERE groupId = 1 AND position = ?', [
        Date.now(),
        1 + (count % 50),
      ]);
      const [member] = await em.query<{ userId: number }[]>(
        'SELECT userId FROM membership WHERE groupId = 1 AND position = ?',
        [1 + (count % 50)],
      );
      const memberships: [number, number][] = member ? [[1, member.userId]] : [];
      await recordRevision(em, count % 200 === 199 ? { all: true } : { users: [id], memberships });
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
