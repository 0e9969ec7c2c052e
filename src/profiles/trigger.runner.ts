import { LessThan, type EntityManager } from 'typeorm';
import { fromMask } from '../../schema/masks';
import { TeamsEvent } from '../../schema/presence';
import { ProfileTriggerRow, TriggerFiring } from '../../schema/profile-trigger';
import { audit } from '../audit/audit';
import type { Gateway } from '../gateway';
import { globalId } from '../ids';
import { PbxDeliveries } from './pbx-deliveries';
import type { PbxPort } from './pbx';
import { firesOnce, nextFireAt, WEEKDAYS, type TimeSchedule } from './schedule';
import { TriggerFirings } from './trigger-firings';
import { createPbx } from './webhook-pbx';

const CLAIMED_AT_ONCE = 100;
const HOUR = 3_600_000;
/** Longer than anybody repeats a notification: Microsoft Graph does for four hours. */
const KEEP_EVENTS_MS = 7 * 24 * HOUR;

/** A time trigger that is due. */
interface DueTrigger extends Pick<ProfileTriggerRow, 'id' | 'profileId' | 'effect' | 'fence'> {
  schedule: TimeSchedule;
  /** As it is kept: what the claim compares. */
  nextFireAt: number;
  /** Its last occurrence up to now. */
  dueAt: number;
}

/**
 * Fires time triggers when they are due and sends webhooks of the telephone system; one in every replica.
 *
 * `profile_trigger.nextFireAt` says when a trigger is due, also across restarts. Who finds it due claims it by an UPDATE
 * that holds only while its `fence` is the one that was read, and writes down in the same transaction what is to be done
 * (`TriggerFirings`). After a downtime each trigger fires once, for its latest missed occurrence, in the order of these:
 * everybody ends where he would have been, without the chains in between.
 */
export class TriggerRunner {
  private readonly firings: TriggerFirings;
  private readonly deliveries: PbxDeliveries;
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;
  private cleanedAt = 0;

  constructor(
    private readonly gateway: Gateway,
    pbx: PbxPort = createPbx(gateway),
  ) {
    this.firings = new TriggerFirings(gateway, pbx);
    this.deliveries = new PbxDeliveries(gateway);
  }

  /** Works every `intervalMs` until `stop`. */
  start(intervalMs = 1_000): this {
    this.timer ??= setInterval(() => {
      if (!this.running)
        this.tick().catch((error: unknown) => this.gateway.log.error({ err: error }, 'triggers failed'));
    }, intervalMs);
    return this;
  }

  /** Ends when what is under way is done. */
  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    await this.running?.catch(() => undefined);
  }

  /** Does all that is due now, once. Calls that overlap share one run. */
  tick(): Promise<void> {
    this.running ??= this.work().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async work(): Promise<void> {
    while ((await this.claimDue()) === CLAIMED_AT_ONCE) continue;
    await this.firings.carryOut();
    await this.deliveries.sendDue();
    await this.cleanUp();
  }

  /** Claims what is due, all in one transaction, so that nobody sees a later one before an earlier one. */
  private async claimDue(): Promise<number> {
    const now = this.gateway.clock.now();
    const due = await this.due(now);
    if (due.length > 0) {
      await this.gateway.db.write(async (em) => {
        const claimed: DueTrigger[] = [];
        for (const trigger of due) if (await claim(em, trigger, now)) claimed.push(trigger);
        for (const { profileId, effect, dueAt } of claimed) {
          await em.insert(TriggerFiring, { profileId, effect, dueAt });
          const after = { effect, dueAt: new Date(dueAt).toISOString() };
          const target = globalId('ClientProfile', profileId);
          await audit(em, now, { actor: 'trigger', action: 'fireTimeTrigger', target, after });
        }
      });
    }
    return due.length;
  }

  /** Triggers that are due, in the order of their keys: all replicas lock them in the same one. */
  private async due(now: number): Promise<DueTrigger[]> {
    const rows = await this.gateway.db.rows<ProfileTriggerRow & { at: string; timezone: string }>(
      `SELECT t.id, t.profileId, t.effect, t.fence, t.at, t.weekdaysMask, t.timezone, t.nextFireAt FROM profile_trigger t
       WHERE t.nextFireAt <= ? ORDER BY t.nextFireAt, t.id LIMIT ${CLAIMED_AT_ONCE}`,
      [now],
    );
    return rows
      .map(({ id, profileId, effect, fence, ...row }) => {
        const schedule = { at: row.at, weekdays: fromMask(row.weekdaysMask, WEEKDAYS), timezone: row.timezone };
        const first = Number(row.nextFireAt);
        return { id, profileId, effect, fence, schedule, nextFireAt: first, dueAt: lastUpTo(now, schedule, first) };
      })
      .sort((a, b) => a.id - b.id);
  }

  private async cleanUp(): Promise<void> {
    const { db, clock } = this.gateway;
    const now = clock.now();
    if (now - this.cleanedAt < HOUR) return;
    this.cleanedAt = now;
    await db.write((em) => em.delete(TeamsEvent, { at: LessThan(now - KEEP_EVENTS_MS) }));
  }
}

/** Takes a trigger to its next occurrence; false where another replica has, or where it was changed meanwhile. */
async function claim(em: EntityManager, trigger: DueTrigger, now: number): Promise<boolean> {
  const { id, fence, schedule } = trigger;
  const isOver = firesOnce(schedule);
  const next = isOver ? null : nextFireAt(schedule, new Date(now)).getTime();
  const kept = { id, fence, nextFireAt: trigger.nextFireAt };
  const { affected } = await em.update(ProfileTriggerRow, kept, {
    fence: fence + 1,
    nextFireAt: next,
    enabled: !isOver,
  });
  return affected === 1;
}

/** The last occurrence up to now of a schedule whose next one was `first`. */
function lastUpTo(now: number, schedule: TimeSchedule, first: number): number {
  if (firesOnce(schedule)) return first;
  for (let last = first; ;) {
    const next = nextFireAt(schedule, new Date(last)).getTime();
    if (next > now) return last;
    last = next;
  }
}
