import type { EntityManager } from 'typeorm';
import { ClientProfile, ClientProfileRole } from '../../schema/client-profile';
import type { ClientProfileInput } from '../../schema/client-profile.input';
import { ProfileAction } from '../../schema/profile-action';
import { ProfileTriggerRow } from '../../schema/profile-trigger';
import { ROLE_ALL } from '../../schema/role';
import { audit } from '../audit/audit';
import { forUpdate, inList, rowsIn } from '../database';
import { AppError, badInput, forbidden, notFound } from '../errors';
import type { ServiceDeps } from '../gateway';
import { globalId, keyOf } from '../ids';
import { recordRevision } from '../revision';
import { keys } from '../users/user.reads';
import { inTransaction, profileUsers } from './facts';
import { PresenceChanges } from './presence-changes';
import { checkProfile, type CheckedProfile } from './profile-input';
import { createPbx } from './webhook-pbx';

/** What the caller may name and change; decided before the service is called. */
export interface ProfileLimits {
  /** Keys of the groups that may be named as teams; null: all. */
  teams: readonly number[] | null;
  /** Only redirections may be set or taken away (C12): of other users' personal profiles. */
  redirectionsOnly?: boolean;
}

const REDIRECTIONS = ['SET_REDIRECT_NUMBER', 'UNSET_REDIRECTION'];
const LEAVING_AT_ONCE = 200;

/** Client profiles. Each method is one transaction and returns the key of the profile. */
export class ClientProfileService {
  constructor(private readonly deps: ServiceDeps) {}

  /**
   * A personal profile of `ownerId`, else one for the users of its roles (P1, P5, P17).
   * @throws BAD_USER_INPUT naming the field; FORBIDDEN where the owner may not have profiles of his own (P2).
   */
  async create(input: ClientProfileInput, limits: ProfileLimits): Promise<number> {
    return this.write(async (em, now) => {
      const checked = await this.check(em, input, now);
      const ownerId = input.ownerId ? await requireOwner(em, input.ownerId) : null;
      const roleIds = await this.roleIds(em, input, ownerId);
      await requireTargets(em, checked, ownerId, limits);
      if (limits.redirectionsOnly) requireSameBut(checked, { triggers: [], actions: [] });
      const assignment = ownerId === null ? ('ADMIN' as const) : ('PERSONAL' as const);
      const stamps = { createdAt: now, updatedAt: now };
      const { identifiers } = await em.insert(ClientProfile, { ...checked.columns, assignment, ownerId, ...stamps });
      const id = Number(identifiers[0]?.['id']);
      await this.writeParts(em, id, checked, roleIds);
      await this.record(em, now, 'createClientProfile', id, undefined, input);
      return id;
    });
  }

  /**
   * Replaces a profile as a whole. Who is in it stays in it; its chains are run as they are when they run.
   * @throws NOT_FOUND; BUILT_IN for a SYSTEM profile (P18); BAD_USER_INPUT for another owner.
   */
  async update(id: number, input: ClientProfileInput, limits: ProfileLimits): Promise<number> {
    return this.write(async (em, now) => {
      const profile = await lockChangeable(em, id);
      const { ownerId } = profile;
      const given = input.ownerId ? keyOf('User', input.ownerId) : ownerId;
      if (given !== ownerId) throw badInput('ownerId', 'The owner of a profile cannot be changed.');
      const checked = await this.check(em, input, now);
      if (ownerId !== null) await requireOwner(em, globalId('User', ownerId));
      const roleIds = await this.roleIds(em, input, ownerId);
      await requireTargets(em, checked, ownerId, limits);
      if (limits.redirectionsOnly) requireSameBut(checked, await partsOf(em, id));
      await em.update(ClientProfile, id, { ...checked.columns, version: profile.version + 1, updatedAt: now });
      for (const part of [ProfileAction, ProfileTriggerRow, ClientProfileRole])
        await em.delete(part, { profileId: id });
      await this.writeParts(em, id, checked, roleIds);
      await this.record(em, now, 'updateClientProfile', id, { name: profile.name, version: profile.version }, input);
      return id;
    });
  }

  /**
   * Deletes a profile. Who is in it leaves it first: its onLeave runs, and the previous one, else Available, is entered.
   * @throws NOT_FOUND; BUILT_IN for a SYSTEM profile (P18).
   */
  async remove(id: number): Promise<number> {
    const changes = new PresenceChanges(createPbx(this.deps));
    return this.write(async (em, now) => {
      const profile = await lockChangeable(em, id);
      const memberships: [number, number][] = [];
      for (let after = 0; ;) {
        const userIds = await usersIn(em, id, after);
        const last = userIds[userIds.length - 1];
        if (last === undefined) break;
        const eventOf = () => ({ kind: 'PROFILE_DELETED' as const, profileId: id });
        const report = await changes.apply(em, now, { userIds, profileIds: [id], eventOf });
        memberships.push(...report.memberships);
        after = last;
      }
      for (const column of ['meetingProfileId', 'meetingReturnToId', 'meetingPreviousId']) {
        await em.query(`UPDATE presence SET ${column} = NULL WHERE inMeeting = 1 AND ${column} = ?`, [id]);
      }
      await em.delete(ClientProfile, id);
      await this.record(em, now, 'deleteClientProfile', id, { name: profile.name }, undefined);
      if (memberships.length > 0) await recordRevision(em, { memberships });
      return id;
    });
  }

  private async check(em: EntityManager, input: ClientProfileInput, now: number): Promise<CheckedProfile> {
    const [settings] = await rowsIn<{ timezone: string }>(em, 'SELECT timezone FROM settings WHERE id = 1');
    return checkProfile(input, now, settings?.timezone ?? 'UTC');
  }

  /** Keys of the roles a profile is for; a personal one has none. */
  private async roleIds(em: EntityManager, input: ClientProfileInput, ownerId: number | null): Promise<number[]> {
    const given = input.roleIds;
    if (ownerId !== null) {
      if (given && given.length > 0) throw badInput('roleIds', 'A personal profile is for its owner only.');
      return [];
    }
    if (!given) return [ROLE_ALL];
    if (given.length === 0) throw badInput('roleIds', 'Name at least one role.');
    return existingRoles(em, given);
  }

  private async writeParts(
    em: EntityManager,
    profileId: number,
    checked: CheckedProfile,
    roleIds: number[],
  ): Promise<void> {
    for (const roleId of roleIds) await em.insert(ClientProfileRole, { profileId, roleId });
    for (const trigger of checked.triggers) await em.insert(ProfileTriggerRow, { ...trigger, profileId });
    for (const action of checked.actions) await em.insert(ProfileAction, { ...action, profileId });
  }

  private write(work: (em: EntityManager, now: number) => Promise<number>): Promise<number> {
    return this.deps.db.write((em) => work(em, this.deps.clock.now()));
  }

  private record(
    em: EntityManager,
    now: number,
    action: string,
    id: number,
    before: unknown,
    after: unknown,
  ): Promise<void> {
    return audit(em, now, { actor: this.deps.actor, action, target: globalId('ClientProfile', id), before, after });
  }
}

/** Keys of roles, each once. @throws BAD_USER_INPUT where one of them is none. */
export async function existingRoles(em: EntityManager, ids: readonly string[]): Promise<number[]> {
  const wanted = [...new Set(keys('Role', ids))];
  const among = inList(wanted);
  const rows = await rowsIn<{ id: number }>(em, `SELECT r.id FROM role r WHERE r.id IN ${among.sql}`, among.params);
  if (wanted.length !== new Set(ids).size || rows.length !== wanted.length) {
    throw badInput('roleIds', 'roleIds names a role that does not exist.');
  }
  return wanted;
}

/** The owner of a personal profile (P2). @throws BAD_USER_INPUT where there is none, FORBIDDEN where he may not have one. */
async function requireOwner(em: EntityManager, id: string): Promise<number> {
  const key = keyOf('User', id) ?? 0;
  const [user] = await rowsIn(em, "SELECT u.id FROM user u WHERE u.id = ? AND u.state <> 'VANISHED'", [key]);
  if (!user) throw badInput('ownerId', 'There is no such user.');
  const owner = (await profileUsers(inTransaction(em), [key])).get(key);
  if (!owner?.hasPersonalPermission) throw forbidden('The user has no role with the permission profile.personal.');
  return key;
}

/** What actions name must exist, and a personal profile switches the owner's telephones only. */
async function requireTargets(
  em: EntityManager,
  { actions }: CheckedProfile,
  ownerId: number | null,
  { teams }: ProfileLimits,
): Promise<void> {
  const ids = (column: 'endpointId' | 'teamId' | 'workplaceId') =>
    inList(actions.map((action) => action[column]).filter((id) => id !== null));
  const [endpoints, groups, workplaces] = [ids('endpointId'), ids('teamId'), ids('workplaceId')];
  const telephones = await rowsIn<{ id: number; userId: number }>(
    em,
    `SELECT id, userId FROM endpoint WHERE id IN ${endpoints.sql}`,
    endpoints.params,
  );
  const teamRows = await rowsIn<{ id: number }>(
    em,
    `SELECT id FROM user_group WHERE id IN ${groups.sql}`,
    groups.params,
  );
  const places = await rowsIn<{ id: number }>(
    em,
    `SELECT id FROM workplace WHERE id IN ${workplaces.sql}`,
    workplaces.params,
  );
  const known = {
    endpointId: new Set(telephones.filter((row) => ownerId === null || row.userId === ownerId).map((row) => row.id)),
    teamId: new Set(teamRows.filter((row) => teams === null || teams.includes(row.id)).map((row) => row.id)),
    workplaceId: new Set(places.map((row) => row.id)),
  };
  for (const action of actions) {
    for (const column of ['endpointId', 'teamId', 'workplaceId'] as const) {
      const id = action[column];
      if (id === null || known[column].has(id)) continue;
      const chain = action.chain === 'ENTER' ? 'onEnter' : 'onLeave';
      throw badInput(`${chain}.${action.position - 1}.${column}`, `${column} names nothing that can be used here.`);
    }
  }
}

type Parts = Pick<CheckedProfile, 'triggers' | 'actions'>;

/** @throws FORBIDDEN where more than redirections differs (C12). */
function requireSameBut(wanted: Parts, present: Parts): void {
  if (withoutRedirections(wanted) === withoutRedirections(present)) return;
  throw forbidden('Of other users only redirections can be set.');
}

function withoutRedirections({ triggers, actions }: Parts): string {
  const others = actions.filter((action) => !REDIRECTIONS.includes(action.kind));
  return JSON.stringify([
    triggers.map(({ kind, effect, enabled, at, weekdaysMask, timezone }) => [
      kind,
      effect,
      Boolean(enabled),
      at,
      weekdaysMask,
      timezone,
    ]),
    others.map(({ chain, kind, endpointId, endpointEnabled, gsmMode, teamId, workplaceId }) => [
      chain,
      kind,
      endpointId,
      endpointEnabled === null ? null : Boolean(endpointEnabled),
      gsmMode === null ? null : Boolean(gsmMode),
      teamId,
      workplaceId,
    ]),
  ]);
}

async function partsOf(em: EntityManager, profileId: number): Promise<Parts> {
  const triggers = await em.find(ProfileTriggerRow, { where: { profileId }, order: { position: 'ASC' } });
  const actions = await em.find(ProfileAction, { where: { profileId }, order: { chain: 'ASC', position: 'ASC' } });
  return { triggers, actions };
}

/** The profile's row, locked. @throws NOT_FOUND, BUILT_IN for a SYSTEM profile (P18). */
async function lockChangeable(em: EntityManager, id: number): Promise<ClientProfile> {
  const [row] = await rowsIn<ClientProfile>(em, `SELECT * FROM client_profile WHERE id = ?${forUpdate(em)}`, [id]);
  if (!row) throw notFound('Client profile', 'id');
  if (row.assignment === 'SYSTEM') throw new AppError('BUILT_IN', 'This profile is built in.');
  return row;
}

/** Some users whose active profile it is, after a key. */
async function usersIn(em: EntityManager, profileId: number, after: number): Promise<number[]> {
  const rows = await rowsIn<{ userId: number }>(
    em,
    `SELECT userId FROM presence WHERE activeProfileId = ? AND userId > ? ORDER BY userId LIMIT ${LEAVING_AT_ONCE}`,
    [profileId, after],
  );
  return rows.map((row) => row.userId);
}
