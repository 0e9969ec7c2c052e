import { Membership } from '../../schema/membership';
import type { CallState } from '../../schema/enums';
import { audit } from '../audit/audit';
import { notFound } from '../errors';
import type { ServiceDeps } from '../gateway';
import { globalId } from '../ids';
import { recordRevision } from '../revision';

/** Whether members take calls of their groups, in groups of any origin. */
export class CallStateService {
  constructor(private readonly deps: ServiceDeps) {}

  /** @throws NOT_FOUND where the user is not in the group. */
  async set(groupId: number, userId: number, callState: CallState): Promise<void> {
    await this.deps.db.write(async (em) => {
      const present = await em.findOneBy(Membership, { groupId, userId });
      if (!present) throw notFound('Membership');
      if (present.callState === callState) return;
      await em.update(Membership, { groupId, userId }, { callState });
      const { clock, actor } = this.deps;
      const target = globalId('Membership', groupId, userId);
      const before = { callState: present.callState };
      await audit(em, clock.now(), { actor, action: 'setCallState', target, before, after: { callState } });
      await recordRevision(em, { memberships: [[groupId, userId]] });
    });
  }
}
