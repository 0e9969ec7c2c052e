import { type Key, type MonitorGroupLink } from '../../schema/group-contents';
import type { User } from '../../schema/user';
import { inList, type Database } from '../database';
import { USER_COLUMNS } from '../users/user.reads';

const LINK_COLUMNS = 'l.id, l.groupId, l.registeredGroupId, l.placement';
const KEY_COLUMNS = 'k.id, k.groupId, k.label, k.number, k.kind, k.placement';

/** The groups registered with each of some groups, by name; vanished ones are left out. */
export async function linksOfGroups(db: Database, groups: readonly number[]): Promise<Map<number, MonitorGroupLink[]>> {
  const among = inList(groups);
  const rows = await db.rows<MonitorGroupLink>(
    `SELECT ${LINK_COLUMNS} FROM monitor_group_link l JOIN user_group g ON g.id = l.registeredGroupId
     WHERE l.groupId IN ${among.sql} AND g.vanishedAt IS NULL ORDER BY g.nameKey, g.id`,
    among.params,
  );
  return gather(groups, rows, (row) => row.groupId);
}

/** The keys of each of some groups, in the order in which they were added. */
export async function keysOfGroups(db: Database, groups: readonly number[]): Promise<Map<number, Key[]>> {
  const among = inList(groups);
  const rows = await db.rows<Key>(
    `SELECT ${KEY_COLUMNS} FROM group_key k WHERE k.groupId IN ${among.sql} ORDER BY k.id`,
    among.params,
  );
  return gather(groups, rows, (row) => row.groupId);
}

/** Registrations by their keys. */
export async function linksByIds(db: Database, ids: readonly number[]): Promise<Map<number, MonitorGroupLink>> {
  const among = inList(ids);
  const sql = `SELECT ${LINK_COLUMNS} FROM monitor_group_link l WHERE l.id IN ${among.sql}`;
  return new Map((await db.rows<MonitorGroupLink>(sql, among.params)).map((row) => [row.id, row]));
}

/** Keys of groups by their own keys. */
export async function keysByIds(db: Database, ids: readonly number[]): Promise<Map<number, Key>> {
  const among = inList(ids);
  const sql = `SELECT ${KEY_COLUMNS} FROM group_key k WHERE k.id IN ${among.sql}`;
  return new Map((await db.rows<Key>(sql, among.params)).map((row) => [row.id, row]));
}

/** The people in each of some groups by display name, VANISHED ones left out. */
export async function peopleOfGroups(db: Database, groups: readonly number[]): Promise<Map<number, User[]>> {
  const among = inList(groups);
  const rows = await db.rows<User & { inGroup: number }>(
    `SELECT ${USER_COLUMNS}, m.groupId AS inGroup FROM membership m JOIN user u ON u.id = m.userId
     WHERE m.groupId IN ${among.sql} AND u.state <> 'VANISHED' ORDER BY u.displayNameKey, u.id`,
    among.params,
  );
  return gather(groups, rows, (row) => row.inGroup);
}

/** A group of a person, as far as it fills monitor, favorites and services. */
export interface OwnGroup {
  userId: number;
  id: number;
  name: string;
  flagsMask: number;
  servicesMask: number;
}

/** The groups of each of some people whose settings are active, by name. */
export async function activeGroupsOfUsers(db: Database, users: readonly number[]): Promise<Map<number, OwnGroup[]>> {
  const among = inList(users);
  const rows = await db.rows<OwnGroup>(
    `SELECT m.userId, g.id, g.name, g.flagsMask, g.servicesMask FROM membership m JOIN user_group g ON g.id = m.groupId
     WHERE m.userId IN ${among.sql} AND g.settingsActive = 1 AND g.vanishedAt IS NULL ORDER BY g.nameKey, g.id`,
    among.params,
  );
  return gather(users, rows, (row) => row.userId);
}

function gather<T>(parents: readonly number[], rows: readonly T[], parentOf: (row: T) => number): Map<number, T[]> {
  const result = new Map<number, T[]>(parents.map((parent) => [parent, []]));
  for (const row of rows) result.get(parentOf(row))?.push(row);
  return result;
}
