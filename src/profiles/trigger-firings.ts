import type { EntityManager } from 'typeorm';
import { ROLE_ALL } from '../../schema/role';
import { TriggerFiring } from '../../schema/profile-trigger';
import { rowsIn } from '../database';
import type { Gateway } from '../gateway';
import { recordRevision } from '../revision';
import { inTransaction, knownProfiles } from './facts';
import type { PbxPort } from './pbx';
import { PresenceChanges, type Standing } from './presence-changes';
import type { PresenceEvent } from './machine';

/** Users done by one transaction: few statements a user, and nobody waits long for it. */
const BATCH = 200;
/** Failures of one batch after which its users are tried one by one, and after which one of them is passed over. */
const ALONE_AFTER = 3;
const SKIPPED_AFTER = 6;

type Firing = Pick<TriggerFiring, 'id' | 'profileId' | 'effect' | 'lastUserId' | 'fence'>;

/**
 * Carries claimed time triggers out for their users, in the order in which they were due. A batch claims the firing by its
 * fence, changes its users and moves on in one transaction: whoever is killed leaves no batch half done, and of two
 * replicas one does it and the other finds another fence.
 */
export class TriggerFirings {
  private readonly changes: PresenceChanges;
  private failures = { at: '', times: 0 };

  constructor(
    private readonly gateway: Gateway,
    pbx: PbxPort,
  ) {
    this.changes = new PresenceChanges(pbx);
  }

  /** Does all that is claimed. @throws what a batch threw; the firing stays and is tried again at the next call. */
  async carryOut(): Promise<void> {
    for (;;) {
      const firing = await this.next();
      if (!firing) return;
      try {
        await this.gateway.db.write((em) => this.batch(em, firing));
      } catch (error) {
        this.countFailure(firing);
        throw error;
      }
    }
  }

  private next(): Promise<Firing | null> {
    return this.gateway.db.first<Firing>(
      'SELECT id, profileId, effect, lastUserId, fence FROM trigger_firing ORDER BY dueAt, id LIMIT 1',
    );
  }

  private async batch(em: EntityManager, firing: Firing): Promise<void> {
    const { id, fence } = firing;
    const claimed = await em.update(TriggerFiring, { id, fence }, { fence: fence + 1 });
    if (claimed.affected !== 1) return;
    const failed = this.failures.at === placeOf(firing) ? this.failures.times : 0;
    const size = failed >= ALONE_AFTER ? 1 : BATCH;
    const userIds = await usersOf(em, firing, size);
    if (userIds.length < size) await em.delete(TriggerFiring, id);
    else await em.update(TriggerFiring, id, { lastUserId: userIds[size - 1] });
    if (userIds.length === 0) return;
    if (failed >= SKIPPED_AFTER) {
      this.gateway.log.error({ userId: userIds[0], profileId: firing.profileId }, 'time trigger given up for a user');
      return;
    }
    const { memberships } = await this.changes.apply(em, this.gateway.clock.now(), {
      userIds,
      profileIds: [firing.profileId],
      eventOf: (standing) => eventOf(standing, firing),
    });
    if (memberships.length > 0) await recordRevision(em, { memberships });
  }

  private countFailure(firing: Firing): void {
    const at = placeOf(firing);
    this.failures = { at, times: this.failures.at === at ? this.failures.times + 1 : 1 };
  }
}

function placeOf({ id, lastUserId }: Firing): string {
  return `${id} ${lastUserId}`;
}

function eventOf({ profile }: Standing, { profileId, effect }: Firing): PresenceEvent | null {
  const facts = profile(profileId);
  return facts ? { kind: 'TIME_TRIGGER', effect, profile: facts } : null;
}

/**
 * The next users a firing is for (P19): who is in the profile where it is to be left; else its owner, or the users of its
 * roles, entitled or not, so that a refusal is recorded.
 */
async function usersOf(em: EntityManager, firing: Firing, limit: number): Promise<number[]> {
  const { profileId, effect, lastUserId } = firing;
  const profile = (await knownProfiles(inTransaction(em), [profileId])).get(profileId);
  if (!profile) return [];
  const [sql, params] = selection(profile, effect);
  const rows = await rowsIn<{ id: number }>(
    em,
    `SELECT u.id FROM user u WHERE u.id > ? AND u.state <> 'VANISHED' AND ${sql} ORDER BY u.id LIMIT ${limit}`,
    [lastUserId, ...params],
  );
  return rows.map((row) => row.id);
}

function selection(
  profile: { id: number; ownerId: number | null; roleIds: readonly number[] },
  effect: Firing['effect'],
): [string, number[]] {
  if (effect === 'DEACTIVATE') {
    return ['u.id IN (SELECT p.userId FROM presence p WHERE p.activeProfileId = ?)', [profile.id]];
  }
  if (profile.ownerId !== null) return ['u.id = ?', [profile.ownerId]];
  if (profile.roleIds.includes(ROLE_ALL)) return ['1 = 1', []];
  const sql = `u.id IN (SELECT ur.userId FROM user_role ur JOIN client_profile_role pr ON pr.roleId = ur.roleId
    WHERE pr.profileId = ?)`;
  return [sql, [profile.id]];
}
