import type { EntityManager } from 'typeorm';
import { PbxDelivery } from '../../schema/pbx-delivery';
import type { ActionResult } from '../../schema/profile-change';
import { forUpdate, rowsIn } from '../database';
import type { Gateway } from '../gateway';
import { sendWebhook, type WebhookAnswer } from '../standard-webhooks';

/** Pauses before the second and each later attempt; after the last the action has failed. */
const PAUSES_MS = [1_000, 5_000, 30_000, 120_000];
/** Longer than an attempt may take: a replica that dies while sending is replaced after it. */
const LEASE_MS = 30_000;
const AT_ONCE = 8;

type Delivery = Pick<
  PbxDelivery,
  'id' | 'webhookId' | 'userId' | 'changeId' | 'chain' | 'position' | 'body' | 'attempts' | 'fence'
>;

/**
 * Sends what `WebhookPbx` has written down: the messages of one user in order, one after the other, and records each
 * answer with its action. Who is killed between sending and recording sends again under the same `webhook-id`, by which
 * the receiver knows it.
 */
export class PbxDeliveries {
  constructor(private readonly gateway: Gateway) {}

  /** Sends all that is due now, and what becomes due behind it. */
  async sendDue(): Promise<void> {
    if (!this.gateway.config.pbxWebhook) return;
    for (;;) {
      const heads = await this.heads();
      if (heads.length === 0) return;
      await Promise.all(heads.map((delivery) => this.send(delivery)));
    }
  }

  /** The first message of each user, where it may be sent now. */
  private heads(): Promise<Delivery[]> {
    const { db, clock } = this.gateway;
    return db.rows<Delivery>(
      `SELECT d.id, d.webhookId, d.userId, d.changeId, d.chain, d.position, d.body, d.attempts, d.fence
       FROM pbx_delivery d JOIN (SELECT MIN(id) AS id FROM pbx_delivery GROUP BY userId) first ON first.id = d.id
       WHERE d.notBefore <= ? ORDER BY d.id LIMIT ${AT_ONCE}`,
      [clock.now()],
    );
  }

  private async send(delivery: Delivery): Promise<void> {
    const { db, clock, config, log } = this.gateway;
    if (!config.pbxWebhook || !(await this.claim(delivery))) return;
    const answer = await sendWebhook(config.pbxWebhook, { id: delivery.webhookId, body: delivery.body }, clock.now());
    if (!answer.delivered) log.warn({ webhookId: delivery.webhookId, reason: answer.reason }, 'webhook not delivered');
    await db.write((em) => this.record(em, delivery, answer));
  }

  /** One replica gets it: the others find another fence. */
  private claim({ id, fence, attempts }: Delivery): Promise<boolean> {
    const { db, clock } = this.gateway;
    const claimed = { fence: fence + 1, attempts: attempts + 1, notBefore: clock.now() + LEASE_MS };
    return db.write(async (em) => (await em.update(PbxDelivery, { id, fence }, claimed)).affected === 1);
  }

  private async record(em: EntityManager, delivery: Delivery, answer: WebhookAnswer): Promise<void> {
    const mine = { id: delivery.id, fence: delivery.fence + 1 };
    const pause = PAUSES_MS[delivery.attempts];
    if (!answer.delivered && !answer.final && pause !== undefined) {
      await em.update(PbxDelivery, mine, { notBefore: this.gateway.clock.now() + pause });
      return;
    }
    if ((await em.delete(PbxDelivery, mine)).affected !== 1) return;
    await recordResult(em, delivery, answer.delivered ? null : `The telephone system ${answer.reason}.`);
  }
}

/** Writes what became of an action into the history. */
async function recordResult(em: EntityManager, delivery: Delivery, error: string | null): Promise<void> {
  const column = delivery.chain === 'LEAVE' ? 'leaving' : 'entering';
  const [row] = await rowsIn<{ results: string | null }>(
    em,
    `SELECT ${column} AS results FROM profile_change WHERE id = ?${forUpdate(em)}`,
    [delivery.changeId],
  );
  const results = JSON.parse(row?.results ?? '[]') as ActionResult[];
  const updated = results.map((one) =>
    one.position === delivery.position ? { ...one, ok: error === null, error } : one,
  );
  await em.query(`UPDATE profile_change SET ${column} = ? WHERE id = ?`, [JSON.stringify(updated), delivery.changeId]);
}
