import type { EntityManager } from 'typeorm';
import { AVAILABLE } from '../../schema/client-profile';
import type { PresenceState } from '../../schema/presence';
import { ProfileChange, type ActionResult } from '../../schema/profile-change';
import type { ActionChain } from '../../schema/profile.enums';
import { forUpdate, inList, rowsIn } from '../database';
import type { ProfileUser } from './entitlement';
import { factsFor, inTransaction, knownProfiles, profileUsers, shareLock, type KnownProfile } from './facts';
import { transition, type PresenceEvent, type PresenceFacts, type ProfileFacts, type Transition } from './machine';
import type { PbxAction, PbxPort } from './pbx';

/** One user at the moment of an event. */
export interface Standing {
  user: ProfileUser;
  state: PresenceFacts;
  /** A profile for this user; undefined where there is none. Knows those the state names and those asked for. */
  profile(id: number): ProfileFacts | undefined;
}

export interface ChangeRequest {
  /** Each once. Who does not exist, or has vanished, is passed over. */
  userIds: readonly number[];
  /** Profiles that the events may name. */
  profileIds: readonly number[];
  /** What happens to this user; null: nothing. A throw undoes everything. */
  eventOf(standing: Standing): PresenceEvent | null;
}

export interface ChangeReport {
  /** Who was found. */
  userIds: number[];
  recorded: { userId: number; changeId: number; outcome: string; fromId: number; toId: number }[];
  /** [groupId, userId] whose call state has changed; for `recordRevision`. */
  memberships: [number, number][];
}

/**
 * Lets something happen to users in the caller's transaction: locks their states in the order of their keys, asks the
 * state machine, runs the chains, writes state and history. Changes of one user therefore come one after the other,
 * whoever makes them (requests, triggers, notifications, any replica).
 */
export class PresenceChanges {
  constructor(private readonly pbx: PbxPort) {}

  async apply(em: EntityManager, now: number, request: ChangeRequest): Promise<ChangeReport> {
    const read = inTransaction(em);
    // Profiles before users, as their deletion does: whoever comes second waits, and nobody for each other.
    await knownProfiles(read, request.profileIds, shareLock(em));
    const rows = await lockStates(em, request.userIds, now);
    const users = await profileUsers(
      read,
      rows.map((row) => row.userId),
    );
    const named = [AVAILABLE, ...request.profileIds, ...rows.flatMap(profilesNamed)];
    const profiles = await knownProfiles(read, named, shareLock(em));
    const decided = rows.flatMap((row) => decide(row, users.get(row.userId), profiles, request) ?? []);
    const actions = await actionsOf(
      em,
      decided.flatMap(({ next }) => (next.chains ? Object.values(next.chains) : [])),
    );
    const report: ChangeReport = { userIds: rows.map((row) => row.userId), recorded: [], memberships: [] };
    for (const { row, next } of decided) await this.carryOut(em, now, row, next, actions, report);
    return report;
  }

  private async carryOut(
    em: EntityManager,
    now: number,
    row: PresenceState,
    { state, change, chains }: Transition,
    actions: ActionsOf,
    report: ChangeReport,
  ): Promise<void> {
    const { userId } = row;
    if (change) {
      const { identifiers } = await em.insert(ProfileChange, { at: now, userId, ...change });
      const changeId = Number(identifiers[0]?.['id']);
      report.recorded.push({ userId, changeId, ...change });
      if (chains) {
        const step = { userId, changeId, at: now, seat: row };
        const leaving = await this.runChain(em, actions(chains.leaveId, 'LEAVE'), step, report);
        const entering = await this.runChain(em, actions(chains.enterId, 'ENTER'), step, report);
        if (leaving.length + entering.length > 0) await em.update(ProfileChange, changeId, { leaving, entering });
      }
    }
    await writeState(em, row, state, now);
  }

  /** From top to bottom; what fails is recorded, and the rest runs all the same (P16). */
  private async runChain(
    em: EntityManager,
    actions: readonly PbxAction[],
    step: { userId: number; changeId: number; at: number; seat: PresenceState },
    report: ChangeReport,
  ): Promise<ActionResult[]> {
    const results: ActionResult[] = [];
    for (const action of actions) {
      const { error, membership } = await this.pbx.perform(em, { ...step, action, chain: action.chain });
      if (membership) report.memberships.push(membership);
      results.push({ position: action.position, kind: action.kind, ok: error === null, error });
    }
    return results;
  }
}

/** States of users, locked. Rows are made where there is none yet: nobody can wait for a lock on nothing. */
async function lockStates(em: EntityManager, userIds: readonly number[], now: number): Promise<PresenceState[]> {
  const among = inList([...userIds].sort((a, b) => a - b));
  const present = await rowsIn<{ userId: number }>(
    em,
    `SELECT p.userId FROM presence p WHERE p.userId IN ${among.sql}`,
    among.params,
  );
  if (present.length < userIds.length) {
    const ignore = em.connection.options.type === 'better-sqlite3' ? 'OR IGNORE' : 'IGNORE';
    await em.query(
      `INSERT ${ignore} INTO presence (userId, activeProfileId, updatedAt)
       SELECT u.id, ?, ? FROM user u WHERE u.id IN ${among.sql} AND u.state <> 'VANISHED'
       AND NOT EXISTS (SELECT 1 FROM presence p WHERE p.userId = u.id) ORDER BY u.id`,
      [AVAILABLE, now, ...among.params],
    );
  }
  const rows = await rowsIn<PresenceState>(
    em,
    `SELECT p.* FROM presence p WHERE p.userId IN ${among.sql} ORDER BY p.userId${forUpdate(em)}`,
    among.params,
  );
  const there = await rowsIn<{ id: number }>(
    em,
    `SELECT u.id FROM user u WHERE u.id IN ${among.sql} AND u.state <> 'VANISHED'`,
    among.params,
  );
  const active = new Set(there.map((row) => row.id));
  return rows.filter((row) => active.has(row.userId));
}

function profilesNamed(row: PresenceState): number[] {
  const { activeProfileId, previousProfileId, meetingReturnToId, meetingPreviousId } = row;
  return [activeProfileId, previousProfileId, meetingReturnToId, meetingPreviousId].filter((id) => id !== null);
}

interface Decision {
  row: PresenceState;
  next: Transition;
}

function decide(
  row: PresenceState,
  user: ProfileUser | undefined,
  profiles: ReadonlyMap<number, KnownProfile>,
  request: ChangeRequest,
): Decision | null {
  if (!user) return null;
  const facts = new Map([...profiles].map(([id, profile]) => [id, factsFor(profile, user)]));
  const state = stateOf(row);
  const event = request.eventOf({ user, state, profile: (id) => facts.get(id) });
  if (!event) return null;
  return { row, next: transition(state, event, { availableId: AVAILABLE, profiles: facts }) };
}

function stateOf(row: PresenceState): PresenceFacts {
  const { activeProfileId, previousProfileId, meetingProfileId, meetingReturnToId, meetingPreviousId } = row;
  const meeting = {
    profileId: meetingProfileId,
    returnToId: meetingReturnToId,
    previousProfileId: meetingPreviousId,
  };
  return { activeProfileId, previousProfileId, meeting: row.inMeeting ? meeting : null };
}

async function writeState(em: EntityManager, row: PresenceState, state: PresenceFacts, now: number): Promise<void> {
  const { meeting } = state;
  await em.query(
    `UPDATE presence SET activeProfileId = ?, previousProfileId = ?, inMeeting = ?, meetingProfileId = ?,
     meetingReturnToId = ?, meetingPreviousId = ?, workplaceId = ?, redirectNumber = ?, updatedAt = ? WHERE userId = ?`,
    [
      state.activeProfileId,
      state.previousProfileId,
      meeting ? 1 : 0,
      meeting?.profileId ?? null,
      meeting?.returnToId ?? null,
      meeting?.previousProfileId ?? null,
      row.workplaceId,
      row.redirectNumber,
      now,
      row.userId,
    ],
  );
}

type ActionsOf = (profileId: number, chain: ActionChain) => PbxAction[];

/** The chains of some profiles, read once for all users. */
async function actionsOf(em: EntityManager, profileIds: readonly number[]): Promise<ActionsOf> {
  const among = inList([...new Set(profileIds)]);
  const rows = await rowsIn<PbxAction & { profileId: number }>(
    em,
    `SELECT a.profileId, a.chain, a.position, a.kind, a.endpointId, a.namesEndpoint, a.endpointEnabled, a.gsmMode,
     a.teamId, a.workplaceId, a.redirectNumber FROM profile_action a WHERE a.profileId IN ${among.sql}
     ORDER BY a.profileId, a.chain, a.position`,
    among.params,
  );
  const lists = new Map<string, PbxAction[]>();
  for (const row of rows) {
    const key = `${row.profileId} ${row.chain}`;
    const list = lists.get(key);
    if (list) list.push(row);
    else lists.set(key, [row]);
  }
  return (profileId, chain) => lists.get(`${profileId} ${chain}`) ?? [];
}
