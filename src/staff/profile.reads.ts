import type { Queue } from '../../schema/queue';
import type { ModulePermission, ProfileModules, UserProfile } from '../../schema/user-profile';
import type { Module } from '../../schema/staff.enums';
import { inList, type Database } from '../database';
import { byParent } from './by-parent';
import { effectiveModules, type EffectiveModules } from './module-permissions';
import { QUEUE_COLUMNS } from './queue.reads';

const COLUMNS = [
  'id',
  'name',
  'nameKey',
  'description',
  'builtIn',
  'defaultPermissionType',
  'maskSensitiveData',
  'modulePermissions',
]
  .map((column) => `p.${column}`)
  .join(', ');

/** What of a profile decides its modules; `modulePermissions` may still be the column's text. */
export type ProfileRights = Pick<UserProfile, 'defaultPermissionType'> & { modulePermissions: ProfileModules | string };

/** All profiles by name. */
export function listProfiles(db: Database): Promise<UserProfile[]> {
  return db.rows<UserProfile>(`SELECT ${COLUMNS} FROM user_profile p ORDER BY p.nameKey, p.id`);
}

export async function profilesByIds(db: Database, ids: readonly number[]): Promise<Map<number, UserProfile>> {
  const among = inList(ids);
  const rows = await db.rows<UserProfile>(
    `SELECT ${COLUMNS} FROM user_profile p WHERE p.id IN ${among.sql}`,
    among.params,
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** The queues of some profiles, by name. */
export async function queuesOfProfiles(db: Database, profiles: readonly number[]): Promise<Map<number, Queue[]>> {
  const among = inList(profiles);
  const rows = await db.rows<Queue & { parentKey: number }>(
    `SELECT ${QUEUE_COLUMNS}, pq.userProfileId AS parentKey FROM user_profile_queue pq JOIN queue q ON q.id = pq.queueId
     WHERE pq.userProfileId IN ${among.sql} ORDER BY q.nameKey, q.id`,
    among.params,
  );
  return byParent(profiles, rows);
}

/** How many staff users hold each of some profiles. */
export async function staffCounts(db: Database, profiles: readonly number[]): Promise<Map<number, number>> {
  const among = inList(profiles);
  const rows = await db.rows<{ id: number; n: number }>(
    `SELECT userProfileId AS id, COUNT(*) AS n FROM staff_user WHERE userProfileId IN ${among.sql} GROUP BY userProfileId`,
    among.params,
  );
  return new Map(rows.map((row) => [row.id, Number(row.n)]));
}

/** The modules that a profile gives, as a supervisor has them. */
export function modulesOfProfile(profile: ProfileRights | null): EffectiveModules {
  if (!profile) return effectiveModules(null);
  const { defaultPermissionType, modulePermissions } = profile;
  const given = (
    typeof modulePermissions === 'string' ? JSON.parse(modulePermissions) : modulePermissions
  ) as ProfileModules;
  const modules = Object.entries(given).map(([module, permissionType]) => ({
    module: module as Module,
    permissionType,
  }));
  return effectiveModules({ defaultPermissionType, modules });
}

/** Modules as the API lists them. */
export function modulePermissions(modules: EffectiveModules): ModulePermission[] {
  return [...modules].map(([module, permissionType]) => ({ module, permissionType }));
}
