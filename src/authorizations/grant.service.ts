import type { EntityManager } from 'typeorm';
import { IndividualGrant, type GrantRightsInput } from '../../schema/authorization';
import { audit } from '../audit/audit';
import { forUpdate, rowsIn } from '../database';
import { badInput, notFound } from '../errors';
import type { ServiceDeps } from '../gateway';
import { globalId, keyOf } from '../ids';
import { recordRevision } from '../revision';
import { authorizationOf, maskOfInput } from './authorization-input';

/** A viewer and a target by their keys. */
export interface Pair {
  viewerId: number;
  targetId: number;
}

/** Rights that single users hold on others. */
export class GrantService {
  constructor(private readonly deps: ServiceDeps) {}

  /** Grants exactly these rights; a second grant replaces the first (E39). @throws NOT_FOUND, BAD_USER_INPUT */
  async grant(input: GrantRightsInput): Promise<Pair> {
    const rights = maskOfInput(input.authorization, 'authorization');
    return this.deps.db.write(async (em) => {
      const pair = await lockPair(em, input.viewerId, input.targetId);
      if (pair.viewerId === pair.targetId) throw badInput('targetId', 'Rights are granted on somebody else.');
      const present = await em.findOneBy(IndividualGrant, pair);
      if (present?.rights === rights) return pair;
      if (present) await em.update(IndividualGrant, present.id, { rights });
      else await em.insert(IndividualGrant, { ...pair, rights });
      await this.record(em, 'grantRights', pair, present?.rights, rights);
      return pair;
    });
  }

  /** Takes the grant back; where there is none, nothing changes. @throws NOT_FOUND for an unknown user. */
  async revoke(viewerId: string, targetId: string): Promise<Pair> {
    return this.deps.db.write(async (em) => {
      const pair = await lockPair(em, viewerId, targetId);
      const present = await em.findOneBy(IndividualGrant, pair);
      if (!present) return pair;
      await em.delete(IndividualGrant, present.id);
      await this.record(em, 'revokeRights', pair, present.rights, undefined);
      return pair;
    });
  }

  private async record(
    em: EntityManager,
    action: string,
    { viewerId, targetId }: Pair,
    before: number | undefined,
    after: number | undefined,
  ): Promise<void> {
    const { clock, actor } = this.deps;
    const told = (rights: number | undefined) =>
      rights === undefined ? undefined : { viewer: globalId('User', viewerId), ...authorizationOf(rights) };
    const target = globalId('User', targetId);
    await audit(em, clock.now(), { actor, action, target, before: told(before), after: told(after) });
    await recordRevision(em, { grants: [[viewerId, targetId]] });
  }
}

/** Both rows stay locked, in the order of their keys, so that grants of one pair come one after the other. */
async function lockPair(em: EntityManager, viewer: string, target: string): Promise<Pair> {
  const pair = { viewerId: keyOf('User', viewer) ?? 0, targetId: keyOf('User', target) ?? 0 };
  const rows = await rowsIn<{ id: number }>(em, `SELECT id FROM user WHERE id IN (?, ?) ORDER BY id${forUpdate(em)}`, [
    pair.viewerId,
    pair.targetId,
  ]);
  const found = new Set(rows.map((row) => row.id));
  if (!found.has(pair.viewerId)) throw notFound('User', 'viewerId');
  if (!found.has(pair.targetId)) throw notFound('User', 'targetId');
  return pair;
}
