import { fold, numberKey } from '../src/text';

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

/** Rows of one table, in the order of its columns. */
export interface TableRows {
  table: string;
  columns: readonly string[];
  rows: Iterable<readonly (string | number)[]>;
}

/** The whole set, table after table; the same for the same size. Take the tables in this order, and each to its end. */
export function* directoryTables(size: DataSize): Generator<TableRows> {
  const random = repeatable(7);
  yield { table: 'user', columns: USER_COLUMNS, rows: userRows(size.users, random) };
  const sizes = groupSizes(size, random);
  yield { table: 'user_group', columns: GROUP_COLUMNS, rows: groupRows(sizes) };
  yield { table: 'membership', columns: MEMBERSHIP_COLUMNS, rows: membershipRows(size.users, sizes, random) };
}

const USER_COLUMNS =
  'id userId userIdKey displayName displayNameKey firstName firstNameKey lastName lastNameKey email emailKey department departmentKey telephoneNumber telephoneKey origin state locked createdAt updatedAt'.split(
    ' ',
  );

function* userRows(users: number, random: () => number): Generator<(string | number)[]> {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
  for (let id = 1; id <= users; id++) {
    const [first, last, userId] = [pick(FIRST), pick(LAST), `user${id}`];
    const name = `${first} ${last} ${id}`;
    const mail = `${userId}@example.com`;
    const department = `Department ${id % 97}`;
    const telephone = `+41 31 ${1_000_000 + id}`;
    yield [
      ...[id, userId, userId, name, fold(name), first, fold(first), last, fold(last), mail, mail],
      ...[department, fold(department), telephone, numberKey(telephone)],
      ...['LDAP', id % 50 === 0 ? 'DISABLED' : 'ACTIVE', '', 0, id],
    ];
  }
}

const GROUP_COLUMNS = ['id', 'name', 'nameKey', 'origin', 'memberCount', 'createdAt', 'updatedAt'];

function* groupRows(sizes: readonly number[]): Generator<(string | number)[]> {
  for (const [index, size] of sizes.entries()) {
    const name = `Group ${((index + 1) * 7919) % 10_007}`;
    yield [index + 1, name, fold(name), 'LDAP', size, 0, 0];
  }
}

const MEMBERSHIP_COLUMNS = ['groupId', 'userId', 'via', 'origin', 'position', 'callState', 'since'];

function* membershipRows(
  users: number,
  sizes: readonly number[],
  random: () => number,
): Generator<(string | number)[]> {
  for (const [index, size] of sizes.entries()) {
    const members = new Set<number>();
    while (members.size < size) members.add(1 + Math.floor(random() * users));
    let position = 0;
    for (const user of members) yield [index + 1, user, 'DIRECT', 'LDAP', ++position, 'LOGGED_IN', 1000 + position];
  }
}
