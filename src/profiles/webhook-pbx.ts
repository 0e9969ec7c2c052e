import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { PbxDelivery } from '../../schema/pbx-delivery';
import { rowsIn } from '../database';
import type { Gateway } from '../gateway';
import { globalId } from '../ids';
import { BuiltInPbx } from './built-in-pbx';
import type { PbxOutcome, PbxPort, PbxStep } from './pbx';

/** What an action's result says until the telephone system has answered. */
export const WAITING = 'The telephone system has not answered yet.';

/**
 * A telephone system that is told by webhooks. What an action means for our own tables is done by the inner port; the
 * message is written down in the same transaction and sent after it (`PbxDeliveries`), so that it is neither lost nor
 * sent for a change that was rolled back. An action that the inner port cannot do is not told at all.
 */
export class WebhookPbx implements PbxPort {
  constructor(private readonly inner: PbxPort) {}

  async perform(em: EntityManager, step: PbxStep): Promise<PbxOutcome> {
    const outcome = await this.inner.perform(em, step);
    if (outcome.error !== null) return outcome;
    const { userId, changeId, chain, action, at } = step;
    await em.insert(PbxDelivery, {
      webhookId: `msg_${randomUUID()}`,
      userId,
      changeId,
      chain,
      position: action.position,
      body: await bodyOf(em, step),
      notBefore: at,
    });
    return { ...outcome, error: WAITING };
  }
}

/** The port that the configuration asks for. */
export function createPbx({ config }: Pick<Gateway, 'config'>): PbxPort {
  return config.pbxWebhook ? new WebhookPbx(new BuiltInPbx()) : new BuiltInPbx();
}

async function bodyOf(em: EntityManager, { action, chain, userId, changeId, at }: PbxStep): Promise<string> {
  const [user] = await rowsIn<{ userId: string; userPrincipalName: string | null; line: string | null }>(
    em,
    'SELECT userId, userPrincipalName, primaryLineNumber AS line FROM user WHERE id = ?',
    [userId],
  );
  const id = (type: string, key: number | null) => (key === null ? null : globalId(type, key));
  return JSON.stringify({
    type: 'client-profile.action',
    timestamp: new Date(at).toISOString(),
    data: {
      changeId: globalId('ProfileChange', changeId),
      user: { id: globalId('User', userId), ...user },
      chain,
      position: action.position,
      kind: action.kind,
      endpointId: id('Endpoint', action.endpointId),
      endpointEnabled: action.endpointEnabled === null ? null : Boolean(action.endpointEnabled),
      gsmMode: action.gsmMode === null ? null : Boolean(action.gsmMode),
      teamId: id('Group', action.teamId),
      workplaceId: id('Workplace', action.workplaceId),
      redirectNumber: action.redirectNumber,
    },
  });
}
