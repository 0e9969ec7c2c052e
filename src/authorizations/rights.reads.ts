import { chunks, inList, type Database } from '../database';
import type { AuthorizationData, GrantFacts, GroupFacts } from './authorization-data';
import type { NameKey } from './name-order';

/** Rows of one statement: so few that the garbage collector never finds many of them alive at once. */
const CHUNK = 8192;
const NAMED = 256;

export interface PersonRow {
  id: number;
  state: string;
  displayNameKey: string;
}

const GROUP_FACTS = 'id, settingsActive, memberRights, leaderRights, leaderId, deputyId';

/** Everything that decides about rights, and everybody's name, read in chunks so that no read blocks for long. */
export async function readAll(db: Database): Promise<{ data: AuthorizationData; names: NameKey[] }> {
  const people = await readPeople(db);
  const isVanished = (row: PersonRow) => row.state === 'VANISHED';
  const groups = await db.rows<GroupFacts>(`SELECT ${GROUP_FACTS} FROM user_group`);
  const grants = await db.rows<GrantFacts>('SELECT viewerId, targetId, rights FROM individual_grant');
  return {
    names: people.map((row): NameKey => [row.displayNameKey, row.id]),
    data: {
      globalRights: await readGlobalRights(db),
      userIds: people.filter((row) => !isVanished(row)).map((row) => row.id),
      vanishedUserIds: people.filter(isVanished).map((row) => row.id),
      groups: groups.map(groupFacts),
      memberships: await readMemberships(db),
      grants,
    },
  };
}

export async function readGlobalRights(db: Database): Promise<number> {
  return (
    (await db.first<{ globalRights: number }>('SELECT globalRights FROM settings WHERE id = 1'))?.globalRights ?? 0
  );
}

async function readPeople(db: Database): Promise<PersonRow[]> {
  const people: PersonRow[] = [];
  for (let last = 0; ;) {
    const rows = await db.rows<PersonRow>(
      `SELECT id, state, displayNameKey FROM user WHERE id > ? ORDER BY id LIMIT ${CHUNK}`,
      [last],
    );
    for (const row of rows) people.push(row);
    if (rows.length < CHUNK) return people;
    last = rows[rows.length - 1]?.id ?? last;
  }
}

/** All pairs, packed: a million of them are read as chunks of small rows of which none is kept. */
async function readMemberships(db: Database): Promise<{ groupIds: Int32Array; userIds: Int32Array }> {
  let [groupIds, userIds] = [new Int32Array(1 << 16), new Int32Array(1 << 16)];
  let [count, group, user] = [0, 0, 0];
  for (;;) {
    // SQLite finds the first row by the first condition, MariaDB by both.
    const rows = await db.rows<{ groupId: number; userId: number }>(
      `SELECT groupId, userId FROM membership WHERE groupId >= ? AND (groupId > ? OR (groupId = ? AND userId > ?))
       ORDER BY groupId, userId LIMIT ${CHUNK}`,
      [group, group, group, user],
    );
    if (count + rows.length > groupIds.length) {
      const size = Math.max(groupIds.length * 2, count + rows.length);
      groupIds = grown(groupIds, size);
      userIds = grown(userIds, size);
    }
    for (const row of rows) {
      [group, user] = [row.groupId, row.userId];
      groupIds[count] = group;
      userIds[count++] = user;
    }
    if (rows.length < CHUNK) return { groupIds: groupIds.subarray(0, count), userIds: userIds.subarray(0, count) };
  }
}

function grown(values: Int32Array<ArrayBuffer>, size: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(size);
  larger.set(values);
  return larger;
}

/** People by their ids; who is gone is missing. */
export async function readSomePeople(db: Database, ids: readonly number[]): Promise<Map<number, PersonRow>> {
  const found = new Map<number, PersonRow>();
  for (const part of chunks(ids, NAMED)) {
    const among = inList(part);
    const rows = await db.rows<PersonRow>(
      `SELECT id, state, displayNameKey FROM user WHERE id IN ${among.sql}`,
      among.params,
    );
    rows.forEach((row) => found.set(row.id, row));
  }
  return found;
}

/** Groups by their ids; what is gone is missing. */
export async function readSomeGroups(db: Database, ids: readonly number[]): Promise<Map<number, GroupFacts>> {
  const found = new Map<number, GroupFacts>();
  for (const part of chunks(ids, NAMED)) {
    const among = inList(part);
    const rows = await db.rows<GroupFacts>(
      `SELECT ${GROUP_FACTS} FROM user_group WHERE id IN ${among.sql}`,
      among.params,
    );
    rows.forEach((row) => found.set(row.id, groupFacts(row)));
  }
  return found;
}

/** Which of some pairs of group and user are memberships now, as `group/user`. */
export async function readSomeMemberships(db: Database, pairs: readonly [number, number][]): Promise<Set<string>> {
  const found = new Set<string>();
  const byGroup = [...pairs].sort((left, right) => left[0] - right[0]);
  for (const part of chunks(byGroup, NAMED)) {
    const groups = inList([...new Set(part.map(([groupId]) => groupId))]);
    const users = inList([...new Set(part.map(([, userId]) => userId))]);
    const rows = await db.rows<{ groupId: number; userId: number }>(
      `SELECT groupId, userId FROM membership WHERE groupId IN ${groups.sql} AND userId IN ${users.sql}`,
      [...groups.params, ...users.params],
    );
    rows.forEach((row) => found.add(`${row.groupId}/${row.userId}`));
  }
  return found;
}

/** The grants of some pairs of viewer and target, by `viewer/target`. */
export async function readSomeGrants(
  db: Database,
  pairs: readonly [number, number][],
): Promise<Map<string, GrantFacts>> {
  const found = new Map<string, GrantFacts>();
  for (const part of chunks(pairs, NAMED)) {
    const viewers = inList([...new Set(part.map(([viewerId]) => viewerId))]);
    const targets = inList([...new Set(part.map(([, targetId]) => targetId))]);
    const rows = await db.rows<GrantFacts>(
      `SELECT viewerId, targetId, rights FROM individual_grant WHERE viewerId IN ${viewers.sql} AND targetId IN ${targets.sql}`,
      [...viewers.params, ...targets.params],
    );
    rows.forEach((row) => found.set(`${row.viewerId}/${row.targetId}`, row));
  }
  return found;
}

/** SQLite and MariaDB hand out booleans as 0 and 1. */
function groupFacts(row: GroupFacts): GroupFacts {
  return { ...row, settingsActive: Boolean(row.settingsActive) };
}
