import type { ClientProfile } from '../../schema/client-profile';
import { fromMask } from '../../schema/masks';
import type { ProfileAction } from '../../schema/profile-action';
import type { ProfileTrigger, ProfileTriggerRow, TimeTrigger } from '../../schema/profile-trigger';
import type { Workplace } from '../../schema/workplace';
import { inList, type Database } from '../database';
import { globalId } from '../ids';
import { whereClause, type Sql } from '../paging';
import { isEntitled, isOfferedTo, type OfferedProfile, type ProfileUser } from './entitlement';
import { committed, profileUsers } from './facts';
import { WEEKDAYS } from './schedule';

const COLUMNS = ['id', 'name', 'nameKey', 'color', 'icon', 'iconVisible', 'sticky', 'assignment', 'ownerId', 'version']
  .map((column) => `p.${column}`)
  .join(', ');
/** SYSTEM profiles first, as they were made; the others by name. */
const ORDER = "CASE p.assignment WHEN 'SYSTEM' THEN p.id ELSE 1000 END, p.nameKey, p.id";
const ACTION_COLUMNS = [
  'id',
  'profileId',
  'chain',
  'position',
  'kind',
  'endpointId',
  'endpointEnabled',
  'gsmMode',
  'teamId',
  'workplaceId',
  'redirectNumber',
]
  .map((column) => `a.${column}`)
  .join(', ');

function select(db: Database, where: Sql[]): Promise<ClientProfile[]> {
  return db.rows<ClientProfile>(
    `SELECT ${COLUMNS} FROM client_profile p${whereClause(where)} ORDER BY ${ORDER}`,
    where.flatMap((condition) => [...condition.params]),
  );
}

/** Every profile, personal ones too. */
export function listProfiles(db: Database): Promise<ClientProfile[]> {
  return select(db, []);
}

export async function profilesByIds(db: Database, ids: readonly number[]): Promise<Map<number, ClientProfile>> {
  const among = inList(ids);
  const rows = await select(db, [{ sql: `p.id IN ${among.sql}`, params: among.params }]);
  return new Map(rows.map((row) => [row.id, row]));
}

/** The profiles that are meant for each of some users (P7). */
export function offeredToUsers(db: Database, users: readonly number[]): Promise<Map<number, ClientProfile[]>> {
  return profilesFor(db, users, isOfferedTo);
}

/** The profiles that each of some users may use (P2, P7): few statements for all of them. */
export function availableToUsers(db: Database, users: readonly number[]): Promise<Map<number, ClientProfile[]>> {
  return profilesFor(db, users, isEntitled);
}

async function profilesFor(
  db: Database,
  users: readonly number[],
  rule: (profile: OfferedProfile, user: ProfileUser) => boolean,
): Promise<Map<number, ClientProfile[]>> {
  const people = await profileUsers(committed(db), users);
  const owners = inList(users);
  const profiles = await select(db, [
    { sql: `p.ownerId IS NULL OR p.ownerId IN ${owners.sql}`, params: owners.params },
  ]);
  const roles = await db.rows<{ profileId: number; roleId: number }>(
    'SELECT profileId, roleId FROM client_profile_role',
  );
  const roleIds = new Map<number, number[]>(profiles.map((profile) => [profile.id, []]));
  for (const row of roles) roleIds.get(row.profileId)?.push(row.roleId);
  const offered = profiles.map((profile) => ({
    profile,
    facts: { ...profile, roleIds: roleIds.get(profile.id) ?? [] },
  }));
  return new Map(
    [...people.values()].map((user) => [
      user.id,
      offered.filter(({ facts }) => rule(facts, user)).map(({ profile }) => profile),
    ]),
  );
}

/** The triggers of some profiles, in the order in which they were given, time triggers first. */
export async function triggersOfProfiles(
  db: Database,
  profiles: readonly number[],
): Promise<Map<number, ProfileTrigger[]>> {
  const among = inList(profiles);
  const rows = await db.rows<ProfileTriggerRow>(
    `SELECT t.id, t.profileId, t.kind, t.effect, t.enabled, t.at, t.weekdaysMask, t.timezone, t.nextFireAt
     FROM profile_trigger t WHERE t.profileId IN ${among.sql} ORDER BY t.profileId, t.position`,
    among.params,
  );
  const lists = new Map<number, ProfileTrigger[]>(profiles.map((profile) => [profile, []]));
  for (const row of rows) lists.get(row.profileId)?.push(triggerOf(row));
  return lists;
}

function triggerOf(row: ProfileTriggerRow): ProfileTrigger {
  const __typename = row.kind === 'TIME' ? 'TimeTrigger' : 'TeamsMeetingTrigger';
  const common = { __typename, id: globalId(__typename, row.id), effect: row.effect, enabled: Boolean(row.enabled) };
  if (row.kind !== 'TIME') return common;
  const { at, timezone, nextFireAt } = row;
  const trigger: TimeTrigger = {
    ...common,
    at: at ?? '',
    weekdays: fromMask(row.weekdaysMask, WEEKDAYS),
    timezone: timezone ?? 'UTC',
    nextFireAt: nextFireAt === null ? null : Number(nextFireAt),
  };
  return trigger;
}

/** Both chains of some profiles, each in its order. */
export async function actionsOfProfiles(
  db: Database,
  profiles: readonly number[],
): Promise<Map<number, ProfileAction[]>> {
  const among = inList(profiles);
  const rows = await db.rows<ProfileAction>(
    `SELECT ${ACTION_COLUMNS} FROM profile_action a WHERE a.profileId IN ${among.sql}
     ORDER BY a.profileId, a.chain, a.position`,
    among.params,
  );
  const lists = new Map<number, ProfileAction[]>(profiles.map((profile) => [profile, []]));
  for (const row of rows) lists.get(row.profileId)?.push(row);
  return lists;
}

/** All workplaces by name. */
export function listWorkplaces(db: Database): Promise<Workplace[]> {
  return db.rows<Workplace>('SELECT w.id, w.name, w.nameKey FROM workplace w ORDER BY w.nameKey, w.id');
}

export async function workplacesByIds(db: Database, ids: readonly number[]): Promise<Map<number, Workplace>> {
  const among = inList(ids);
  const rows = await db.rows<Workplace>(
    `SELECT w.id, w.name, w.nameKey FROM workplace w WHERE w.id IN ${among.sql}`,
    among.params,
  );
  return new Map(rows.map((row) => [row.id, row]));
}
