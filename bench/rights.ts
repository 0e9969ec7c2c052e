import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { Realm } from '../schema/client.enums';
import { SessionService } from '../src/auth/session.service';
import { DirectoryRights } from '../src/authorizations/directory-rights';
import { systemClock } from '../src/clock';
import type { Database } from '../src/database';
import { recordRevision } from '../src/revision';
import { scaled } from './data';
import { openBenchDatabase, startApi } from './environment';
import { fillDatabase } from './fill';
import { measure, type Document, type Latency } from './latency';

const EFFECTIVE = `query ($v: ID!, $t: ID!) { effectiveRights(viewerId: $v, targetId: $t) { rights sources { grantedBy rights } } }`;
const VISIBLE = `query ($id: ID!) { user(id: $id) { visibleUsers(first: 50) { totalCount nodes { id displayName } } } }`;

/**
 * Measures the claims on rights: a check over HTTP costs at most twice `{ __typename }` at the 99th percentile, a page of
 * those whom someone in the largest group may see at most five times; both in the same run. Exit code 1 where not.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { scale: { type: 'string', default: '1' } } });
  const size = scaled(Number(values.scale));
  const database = await openBenchDatabase();
  try {
    const { db, url } = database;
    const begin = performance.now();
    await fillDatabase(url, size);
    const people = await usersOfLargestGroup(db);
    say(`${JSON.stringify(size)} in MariaDB, filled in ${seconds(begin)} s; largest group: ${people.length} members`);
    await measureInProcess(db, size.users, people);
    const token = (await db.write((em) => new SessionService(db, systemClock, 1).issue(em, Realm.CLIENT, 1))).token;
    const server = await startApi(database);
    try {
      const found = await measure(server.url, token, documents(size.users, people));
      for (const [name, latency] of Object.entries(found)) say(row(name, latency));
      judge('effectiveRights', found.effectiveRights.p99 / found.typename.p99, 2);
      judge('visibleUsers', found.visibleUsers.p99 / found.typename.p99, 5);
    } finally {
      await server.process.stop();
    }
  } finally {
    await database.close();
  }
}

/** Lets everybody be seen by the members of the same group and by nobody else. */
async function usersOfLargestGroup(db: Database): Promise<number[]> {
  await db.write(async (em) => {
    await em.query('UPDATE settings SET globalRights = 0 WHERE id = 1');
    await em.query('UPDATE user_group SET memberRights = 1');
    await recordRevision(em, { all: true });
  });
  const largest = await db.first<{ id: number }>('SELECT id FROM user_group ORDER BY memberCount DESC, id LIMIT 1');
  const rows = await db.rows<{ userId: number }>('SELECT userId FROM membership WHERE groupId = ?', [largest?.id ?? 0]);
  return rows.map((one) => one.userId);
}

async function measureInProcess(db: Database, users: number, people: readonly number[]): Promise<void> {
  const rights = new DirectoryRights(db);
  const begin = performance.now();
  const { index, order } = await rights.current();
  const megabytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(1);
  say(
    `index read and built in ${seconds(begin)} s: ${megabytes(index.memoryBytes())} MB, names in order ${megabytes(order.bytes)} MB`,
  );
  const check = timesOf(100_000, (n) => index.explain(((n * 7919) % users) + 1, ((n * 104_729) % users) + 1));
  say(`check in process: p50 ${micro(check, 0.5)} µs, p99 ${micro(check, 0.99)} µs`);
  const visible = timesOf(300, (n) => {
    const ids = index.visibleUsers(people[n % people.length] ?? 0);
    order.page(ids, { limit: 50, backward: false, after: null, before: null });
  });
  say(`visible users and their first page in process: p50 ${micro(visible, 0.5)} µs, p99 ${micro(visible, 0.99)} µs`);
}

function documents(
  users: number,
  people: readonly number[],
): Record<'typename' | 'effectiveRights' | 'visibleUsers', Document> {
  const user = (n: number) => `User_${(n % users) + 1}`;
  return {
    typename: { query: '{ __typename }', variables: () => ({}) },
    effectiveRights: { query: EFFECTIVE, variables: (n) => ({ v: user(n * 7919), t: user(n * 104_729) }) },
    visibleUsers: { query: VISIBLE, variables: (n) => ({ id: `User_${people[n % people.length]}` }) },
  };
}

function timesOf(rounds: number, act: (n: number) => unknown): number[] {
  for (let n = 0; n < rounds / 10; n++) act(n);
  const times: number[] = [];
  for (let n = 0; n < rounds; n++) {
    const begin = performance.now();
    act(n);
    times.push(performance.now() - begin);
  }
  return times.sort((left, right) => left - right);
}

function micro(times: readonly number[], share: number): string {
  return ((times[Math.floor(times.length * share)] ?? 0) * 1000).toFixed(1);
}

function row(name: string, { count, perSecond, p50, p99 }: Latency): string {
  return `${name.padEnd(16)} ${count} requests, ${perSecond.toFixed(0)}/s, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`;
}

function judge(name: string, ratio: number, limit: number): void {
  const isMet = ratio <= limit;
  say(
    `${isMet ? 'met' : 'MISSED'}: p99 of ${name} is ${ratio.toFixed(2)} times that of { __typename }, at most ${limit}`,
  );
  if (!isMet) process.exitCode = 1;
}

function seconds(begin: number): string {
  return ((performance.now() - begin) / 1000).toFixed(1);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
