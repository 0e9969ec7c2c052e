import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { TeamsEvent } from '../../schema/presence';
import { audit } from '../audit/audit';
import { isDuplicateKey, rowsIn } from '../database';
import { badInput, forbidden, notFound } from '../errors';
import type { ServiceDeps } from '../gateway';
import { globalId } from '../ids';
import { recordRevision } from '../revision';
import { fold } from '../text';
import { isOfferedTo, meetingProfile, type ProfileUser } from './entitlement';
import { inTransaction, knownProfiles, type KnownProfile } from './facts';
import type { PresenceEvent } from './machine';
import { PresenceChanges, type ChangeReport, type Standing } from './presence-changes';
import { createPbx } from './webhook-pbx';

const MAX_EVENT_ID = 1024;

/** Changes of the active profile by people and by Teams meetings. Each method is one transaction. */
export class ActivationService {
  private readonly changes: PresenceChanges;

  constructor(private readonly deps: ServiceDeps) {
    this.changes = new PresenceChanges(createPbx(deps));
  }

  /**
   * Somebody chooses a profile for a user.
   * @throws NOT_FOUND for a user or a profile that is not there; FORBIDDEN where the user may not use the profile (P19).
   */
  async activate(userId: number, profileId: number): Promise<void> {
    const { db, clock } = this.deps;
    await db.write(async (em) => {
      const now = clock.now();
      const report = await this.changes.apply(em, now, {
        userIds: [userId],
        profileIds: [profileId],
        eventOf: (standing) => manual(standing, profileId),
      });
      if (report.userIds.length === 0) throw notFound('User', 'userId');
      await this.record(em, now, 'activateProfile', userId, report);
    });
  }

  /**
   * A notification that a person is in a Teams meeting, or no longer (P10–P13a).
   * @returns the key of the recorded change; null for an event known already, an unknown name, or where nothing changes.
   * @throws BAD_USER_INPUT for an empty or overlong `eventId`.
   */
  async teamsMeeting(userPrincipalName: string, inMeeting: boolean, eventId: string): Promise<number | null> {
    const key = fold(userPrincipalName);
    return this.meeting(inMeeting, eventId, (em) =>
      key === ''
        ? Promise.resolve([])
        : rowsIn<{ id: number }>(
            em,
            `SELECT u.id FROM user u WHERE u.userPrincipalNameKey = ? AND u.state <> 'VANISHED' ORDER BY u.state, u.id LIMIT 1`,
            [key],
          ),
    );
  }

  /** The same of a person whom a source knows by this immutable id. */
  async teamsMeetingOf(externalId: string, inMeeting: boolean, eventId: string): Promise<number | null> {
    return this.meeting(inMeeting, eventId, (em) =>
      rowsIn<{ id: number }>(
        em,
        `SELECT u.id AS id FROM directory_source s JOIN user_entry e ON e.sourceId = s.id AND e.externalId IN (?, ?)
         JOIN user u ON u.id = e.userId WHERE u.state <> 'VANISHED'
         UNION SELECT u.id AS id FROM directory_source s JOIN user u ON u.sourceId = s.id AND u.externalId IN (?, ?)
         WHERE u.state <> 'VANISHED' ORDER BY id LIMIT 1`,
        [externalId, externalId.toLowerCase(), externalId, externalId.toLowerCase()],
      ),
    );
  }

  private async meeting(
    inMeeting: boolean,
    eventId: string,
    find: (em: EntityManager) => Promise<{ id: number }[]>,
  ): Promise<number | null> {
    if (eventId === '' || eventId.length > MAX_EVENT_ID) {
      throw badInput('eventId', `An event id has 1 to ${MAX_EVENT_ID} characters.`);
    }
    const eventHash = createHash('sha256').update(eventId).digest('hex');
    try {
      return await this.deps.db.write(async (em) => {
        const [user] = await find(em);
        if (!user || (await em.existsBy(TeamsEvent, { eventHash }))) return null;
        return this.meetingOf(em, user.id, inMeeting, eventHash);
      });
    } catch (error) {
      // The same notification arrived twice at once: the other one has been dealt with.
      if (isDuplicateKey(error)) return null;
      throw error;
    }
  }

  private async meetingOf(
    em: EntityManager,
    userId: number,
    inMeeting: boolean,
    eventHash: string,
  ): Promise<number | null> {
    const now = this.deps.clock.now();
    await em.insert(TeamsEvent, { eventHash, at: now });
    const triggers = inMeeting ? await meetingTriggers(em, userId) : [];
    const profiles = await knownProfiles(
      inTransaction(em),
      triggers.map((trigger) => trigger.profileId),
    );
    const report = await this.changes.apply(em, now, {
      userIds: [userId],
      profileIds: [...profiles.keys()],
      eventOf: (standing) => (inMeeting ? meetingStart(standing, triggers, profiles) : { kind: 'TEAMS_MEETING_END' }),
    });
    await this.record(em, now, 'teamsMeetingEvent', userId, report, { inMeeting });
    return report.recorded[0]?.changeId ?? null;
  }

  private async record(
    em: EntityManager,
    now: number,
    action: string,
    userId: number,
    { recorded, memberships }: ChangeReport,
    more: Record<string, unknown> = {},
  ): Promise<void> {
    const [change] = recorded;
    const id = (key: number | undefined) => (key === undefined ? null : globalId('ClientProfile', key));
    await audit(em, now, {
      actor: this.deps.actor,
      action,
      target: globalId('User', userId),
      before: { profile: id(change?.fromId) },
      after: { ...more, profile: id(change?.toId), outcome: change?.outcome ?? null },
    });
    if (memberships.length > 0) await recordRevision(em, { memberships });
  }
}

function manual({ profile }: Standing, profileId: number): PresenceEvent {
  const wanted = profile(profileId);
  if (!wanted) throw notFound('Client profile', 'profileId');
  if (!wanted.isEntitled) throw forbidden('The user may not use this profile.');
  return { kind: 'MANUAL', profile: wanted };
}

interface MeetingTrigger {
  profileId: number;
  effect: 'ACTIVATE' | 'DEACTIVATE';
}

/** Enabled meeting triggers of the server-side profiles and of the user's own. */
function meetingTriggers(em: EntityManager, userId: number): Promise<MeetingTrigger[]> {
  return rowsIn<MeetingTrigger>(
    em,
    `SELECT t.profileId, t.effect FROM profile_trigger t JOIN client_profile p ON p.id = t.profileId
     WHERE t.kind = 'TEAMS_MEETING' AND t.enabled = 1 AND (p.ownerId IS NULL OR p.ownerId = ?)`,
    [userId],
  );
}

function meetingStart(
  { user, profile }: Standing,
  triggers: readonly MeetingTrigger[],
  profiles: ReadonlyMap<number, KnownProfile>,
): PresenceEvent {
  const withEffect = (effect: MeetingTrigger['effect']) => [
    ...new Set(triggers.filter((trigger) => trigger.effect === effect).map((trigger) => trigger.profileId)),
  ];
  const candidates = withEffect('ACTIVATE').flatMap((id) => candidate(profiles.get(id), user, profile(id)?.isEntitled));
  const chosen = meetingProfile(candidates);
  return {
    kind: 'TEAMS_MEETING_START',
    activates: (chosen && profile(chosen.id)) ?? null,
    deactivates: withEffect('DEACTIVATE'),
  };
}

function candidate(profile: KnownProfile | undefined, user: ProfileUser, isEntitled = false) {
  if (!profile || !isOfferedTo(profile, user)) return [];
  const { id, name, assignment } = profile;
  return [{ id, name, assignment, isEntitled }];
}
