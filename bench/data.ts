import { createConnection, type Connection } from 'mysql2/promise';
import { fold } from '../src/text';

/** How large the data set is. The default is that of the measured claims. */
export interface DataSize {
  users: number;
  groups: number;
  memberships: number;
}

export const FULL_SIZE: DataSize = { users: 100_000, groups: 2000, memberships: 1_000_000 };

/** The same set, `scale` times as large. */
export function scaled(scale: number): DataSize {
  return {
    users: Math.max(1000, Math.round(FULL_SIZE.users * scale)),
    groups: Math.max(100, Math.round(FULL_SIZE.groups * scale)),
    memberships: Math.max(10_000, Math.round(FULL_SIZE.memberships * scale)),
  };
}

/** Numbers in [0, 1) that are the same in every run (Mulberry32). */
export function repeatable(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const FIRST = [
  'Ada',
  'Ben',
  'Cem',
  'Dóra',
  'Emil',
  'Fatma',
  'Gül',
  'Hans',
  'Ines',
  'Jürg',
  'Kaja',
  'Luís',
  'Mia',
  'Noé',
];
const LAST = ['Meier', 'Müller', 'Rossi', 'Favre', 'Novák', 'Öztürk', 'Smith', 'Weber', 'Bianchi', 'Keller', 'Brunner'];

/**
 * Sizes of groups: one in a hundred has a fifth of all people, the others 100 to 500 members and what the total asks
 * for beyond that.
 */
export function groupSizes({ users, groups, memberships }: DataSize, random: () => number): number[] {
  const large = Math.min(Math.floor(users / 5), Math.floor(memberships / 5));
  const sizes = Array.from({ length: groups }, (_, i) =>
    i % 100 === 50 ? large : Math.min(users, 100 + Math.floor(random() * 400)),
  );
  const sum = sizes.reduce((total, one) => total + one, 0);
  return sizes.map((size) => Math.max(1, Math.round((size * memberships) / sum)));
}

/** Fills the migrated, empty tables behind a MariaDB URL. Rows are the same for the same size. */
export async function fillDatabase(url: string, size: DataSize): Promise<void> {
  const connection = await createConnection(url.replace(/^mariadb:/, 'mysql:'));
  await connection.query('SET foreign_key_checks = 0, unique_checks = 0, autocommit = 0');
  const random = repeatable(7);
  await fillUsers(connection, size, random);
  const sizes = groupSizes(size, random);
  await fillGroups(connection, sizes);
  await fillMemberships(connection, size.users, sizes, random);
  await connection.query('UPDATE revision SET value = value + 1');
  await connection.query('COMMIT');
  await connection.query('ANALYZE TABLE user, user_group, membership');
  await connection.end();
}

async function fillUsers(connection: Connection, { users }: DataSize, random: () => number): Promise<void> {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
  await insert(
    connection,
    'user (userId, userIdKey, displayName, displayNameKey, firstName, firstNameKey, lastName, lastNameKey, email, emailKey, department, departmentKey, telephoneNumber, origin, state, locked, createdAt, updatedAt)',
    users,
    (i) => {
      const [first, last, userId] = [pick(FIRST), pick(LAST), `user${i}`];
      const name = `${first} ${last} ${i}`;
      const mail = `${userId}@example.com`;
      const department = `Department ${i % 97}`;
      const telephone = `+41 31 ${1_000_000 + i}`;
      return [
        userId,
        userId,
        name,
        fold(name),
        first,
        fold(first),
        last,
        fold(last),
        mail,
        mail,
        department,
        fold(department),
        telephone,
        'LDAP',
        i % 50 === 0 ? 'DISABLED' : 'ACTIVE',
        '',
        0,
        i,
      ];
    },
  );
}

function fillGroups(connection: Connection, sizes: readonly number[]): Promise<void> {
  return insert(
    connection,
    'user_group (name, nameKey, origin, memberCount, createdAt, updatedAt)',
    sizes.length,
    (i) => [`Group ${(i * 7919) % 10_007}`, fold(`Group ${(i * 7919) % 10_007}`), 'LDAP', sizes[i - 1], 0, 0],
  );
}

async function fillMemberships(
  connection: Connection,
  users: number,
  sizes: readonly number[],
  random: () => number,
): Promise<void> {
  let rows: (string | number)[][] = [];
  const flush = async () => {
    const columns = 'membership (groupId, userId, via, origin, position, callState, since)';
    if (rows.length > 0) await connection.query(`INSERT INTO ${columns} VALUES ?`, [rows]);
    rows = [];
  };
  for (const [index, size] of sizes.entries()) {
    const members = new Set<number>();
    while (members.size < size) members.add(1 + Math.floor(random() * users));
    let position = 0;
    for (const user of members) {
      rows.push([index + 1, user, 'DIRECT', 'LDAP', ++position, 'LOGGED_IN', 1000 + position]);
      if (rows.length === 5000) await flush();
    }
  }
  await flush();
}

async function insert(
  connection: Connection,
  target: string,
  count: number,
  rowOf: (number: number) => (string | number | null)[],
): Promise<void> {
  for (let start = 1; start <= count; start += 2000) {
    const rows = Array.from({ length: Math.min(2000, count - start + 1) }, (_, offset) => rowOf(start + offset));
    await connection.query(`INSERT INTO ${target} VALUES ?`, [rows]);
  }
}
