import type { EntityManager } from 'typeorm';
import type { ProfileAssignment } from '../../schema/profile.enums';
import { ROLE_ALL } from '../../schema/role';
import { inList, rowsIn, type Database, type SqlValue } from '../database';
import { isEntitled, PROFILE_PERSONAL, type OfferedProfile, type ProfileUser } from './entitlement';
import type { ProfileFacts } from './machine';

/** Reads rows: committed ones, or those of a transaction. */
export type Read = <T>(sql: string, params?: readonly SqlValue[]) => Promise<T[]>;

export const committed =
  (db: Database): Read =>
  (sql, params) =>
    db.rows(sql, params);

export const inTransaction =
  (em: EntityManager): Read =>
  (sql, params) =>
    rowsIn(em, sql, params);

/** A profile as rules see it. */
export interface KnownProfile extends OfferedProfile {
  id: number;
  name: string;
  sticky: boolean;
}

/** Keys of the roles that have a permission. */
export async function rolesWith(read: Read, permission: string): Promise<Set<number>> {
  const rows = await read<{ id: number; permissions: string }>('SELECT id, permissions FROM role');
  const having = rows.filter((row) => (JSON.parse(row.permissions) as string[]).includes(permission));
  return new Set(having.map((row) => row.id));
}

/** Roles of some users, All among them, and whether one of the roles has `profile.personal` (P2, P19). */
export async function profileUsers(read: Read, userIds: readonly number[]): Promise<Map<number, ProfileUser>> {
  const permitting = await rolesWith(read, PROFILE_PERSONAL);
  const roleIds = new Map<number, number[]>(userIds.map((id) => [id, [ROLE_ALL]]));
  const among = inList(userIds);
  const rows = await read<{ userId: number; roleId: number }>(
    `SELECT userId, roleId FROM user_role WHERE userId IN ${among.sql}`,
    among.params,
  );
  for (const row of rows) roleIds.get(row.userId)?.push(row.roleId);
  return new Map(
    [...roleIds].map(([id, roles]) => [
      id,
      { id, roleIds: roles, hasPersonalPermission: roles.some((role) => permitting.has(role)) },
    ]),
  );
}

/**
 * Profiles by their keys. With `lock`, the text of a locking clause, they stay as they are until the transaction ends.
 */
export async function knownProfiles(read: Read, ids: readonly number[], lock = ''): Promise<Map<number, KnownProfile>> {
  const among = inList([...new Set(ids)].sort((a, b) => a - b));
  const rows = await read<{
    id: number;
    name: string;
    sticky: number | boolean;
    assignment: ProfileAssignment;
    ownerId: number | null;
  }>(
    `SELECT id, name, sticky, assignment, ownerId FROM client_profile WHERE id IN ${among.sql} ORDER BY id${lock}`,
    among.params,
  );
  const roles = await read<{ profileId: number; roleId: number }>(
    `SELECT profileId, roleId FROM client_profile_role WHERE profileId IN ${among.sql}`,
    among.params,
  );
  const rolesOf = (id: number) => roles.filter((row) => row.profileId === id).map((row) => row.roleId);
  return new Map(rows.map((row) => [row.id, { ...row, sticky: Boolean(row.sticky), roleIds: rolesOf(row.id) }]));
}

/** A profile as the state machine sees it for one user. */
export function factsFor(profile: KnownProfile, user: ProfileUser): ProfileFacts {
  return { id: profile.id, sticky: profile.sticky, isEntitled: isEntitled(profile, user) };
}

/** ` LOCK IN SHARE MODE` where the database has it; SQLite lets one writer in anyway. */
export function shareLock(em: EntityManager): string {
  return em.connection.options.type === 'better-sqlite3' ? '' : ' LOCK IN SHARE MODE';
}
