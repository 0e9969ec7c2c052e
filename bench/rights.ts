import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { Realm } from '../schema/client.enums';
import { SessionService } from '../src/auth/session.service';
import { systemClock } from '../src/clock';
import { Database } from '../src/database';
import { recordRevision } from '../src/revision';
import { scaled } from './data';
import { startApi } from './environment';
import { openFilledDatabase } from './filled-database';
import { measure, type Document, type Latency } from './latency';
import { measureInProcess, type Figure } from './rights-in-process';

const EFFECTIVE = `query ($v: ID!, $t: ID!) { effectiveRights(viewerId: $v, targetId: $t) { rights sources { grantedBy rights } } }`;
const VISIBLE = `query ($id: ID!) { user(id: $id) { visibleUsers(first: 50) { totalCount nodes { id displayName } } } }`;

const { values: options } = parseArgs({
  options: {
    scale: { type: 'string', default: '1' },
    repeats: { type: 'string', default: '9' },
    connections: { type: 'string', default: '10' },
    /** A folder that keeps the data set from run to run. */
    data: { type: 'string' },
    /** A folder for a CPU profile of the API. */
    profile: { type: 'string' },
  },
});

/**
 * Measures the claims on rights: a check over HTTP costs at most twice `{ __typename }` at the 99th percentile, a page of
 * those whom someone in the largest group may see at most five times (four are wanted); both in the same run. Beside it
 * what the index takes in this process. Exit code 1 where a ratio or the size of the index is missed.
 */
async function main(): Promise<void> {
  const size = scaled(Number(options.scale));
  const filled = await openFilledDatabase(size, options.data);
  const db = await Database.open(filled.url, { poolSize: 5 });
  try {
    const people = await usersOfLargestGroup(db);
    say(`${JSON.stringify(size)} in MariaDB; largest group: ${people.length} members`);
    for (const figure of await measureInProcess(db, people)) tell(figure);
    const token = (await db.write((em) => new SessionService(db, systemClock, 1).issue(em, Realm.CLIENT, 1))).token;
    const nodeArguments = options.profile ? ['--cpu-prof', `--cpu-prof-dir=${options.profile}`] : [];
    const server = await startApi(filled, nodeArguments);
    try {
      const [repeats, connections] = [Number(options.repeats), Number(options.connections)];
      judge(await measure(server.url, token, documents(size.users, people), { repeats, connections }));
    } finally {
      await server.process.stop();
    }
  } finally {
    await db.close();
    await filled.close();
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

type Name = 'typename' | 'effectiveRights' | 'visibleUsers';

function documents(users: number, people: readonly number[]): Record<Name, Document> {
  const user = (n: number) => `User_${(n % users) + 1}`;
  return {
    typename: { query: '{ __typename }', variables: () => ({}) },
    effectiveRights: { query: EFFECTIVE, variables: (n) => ({ v: user(n * 7919), t: user(n * 104_729) }) },
    visibleUsers: { query: VISIBLE, variables: (n) => ({ id: `User_${people[n % people.length]}` }) },
  };
}

function judge(found: Record<Name, Latency>): void {
  for (const [name, { count, perSecond, p50, p99, p99Range }] of Object.entries(found)) {
    const range = p99Range.map((value) => value.toFixed(2)).join(' to ');
    const times = `p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms (${range})`;
    say(`${name.padEnd(16)} ${count} requests, ${perSecond.toFixed(0)}/s, ${times}`);
  }
  const ratio = (name: Name) => found[name].p99 / found.typename.p99;
  const of = 'times that of { __typename }';
  const told = { unit: of, isExact: true };
  tell({ name: 'p99 of effectiveRights', value: ratio('effectiveRights'), limit: 2, ...told });
  tell({ name: 'p99 of a page of visibleUsers', value: ratio('visibleUsers'), limit: 5, ...told });
}

function tell({ name, value, limit, unit, isExact }: Figure): void {
  const isMet = value <= limit;
  if (!isMet && isExact) process.exitCode = 1;
  say(`${isMet ? 'met   ' : 'MISSED'} ${name}: ${value.toFixed(value < 100 ? 2 : 0)} ${unit}, at most ${limit}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
