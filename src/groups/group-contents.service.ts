import type { EntityManager } from 'typeorm';
import { Key, MonitorGroupLink, type KeyInput, type MonitorGroupInput } from '../../schema/group-contents';
import { audit } from '../audit/audit';
import { rowsIn } from '../database';
import { badInput, notFound } from '../errors';
import type { ServiceDeps } from '../gateway';
import { globalId, keyOf } from '../ids';
import { cleanNumber } from './group-changes';
import { lockGroup } from './group.service';

/** What a group puts into the monitor and the favorites of its members. Each method returns the key of the group. */
export class GroupContentsService {
  constructor(private readonly deps: ServiceDeps) {}

  /** Registers a group; one that is registered already gets the new placement. @throws NOT_FOUND, BAD_USER_INPUT */
  async addMonitorGroup(input: MonitorGroupInput): Promise<number> {
    return this.deps.db.write(async (em) => {
      const { id: groupId } = await lockGroup(em, keyOf('Group', input.groupId) ?? 0);
      const registeredGroupId = keyOf('Group', input.registeredGroupId) ?? 0;
      const registered = await rowsIn(em, 'SELECT id FROM user_group WHERE id = ?', [registeredGroupId]);
      if (registered.length === 0)
        throw badInput('registeredGroupId', 'registeredGroupId names a group that does not exist.');
      const { placement } = input;
      const present = await em.findOneBy(MonitorGroupLink, { groupId, registeredGroupId });
      if (present) await em.update(MonitorGroupLink, present.id, { placement });
      else await em.insert(MonitorGroupLink, { groupId, registeredGroupId, placement });
      const after = { registeredGroup: globalId('Group', registeredGroupId), placement };
      const before = present ? { placement: present.placement } : undefined;
      return this.record(em, 'addMonitorGroup', groupId, before, after);
    });
  }

  /** @throws NOT_FOUND */
  async removeMonitorGroup(id: string): Promise<number> {
    return this.deps.db.write(async (em) => {
      const link = await em.findOneBy(MonitorGroupLink, { id: keyOf('MonitorGroupLink', id) ?? 0 });
      if (!link) throw notFound('MonitorGroupLink', 'id');
      await em.delete(MonitorGroupLink, link.id);
      const before = { registeredGroup: globalId('Group', link.registeredGroupId), placement: link.placement };
      return this.record(em, 'removeMonitorGroup', link.groupId, before, undefined);
    });
  }

  /** @throws NOT_FOUND, BAD_USER_INPUT naming `label` or `number`. */
  async addKey(input: KeyInput): Promise<number> {
    const label = input.label.trim();
    if (label === '' || label.length > 255 || /\p{Cc}/u.test(label)) {
      throw badInput('label', 'A label has 1 to 255 characters and no control characters.');
    }
    const { kind, placement } = input;
    const key = { label, number: cleanNumber(input.number, 'number'), kind, placement };
    return this.deps.db.write(async (em) => {
      const { id: groupId } = await lockGroup(em, keyOf('Group', input.groupId) ?? 0);
      await em.insert(Key, { groupId, ...key });
      return this.record(em, 'addKey', groupId, undefined, key);
    });
  }

  /** @throws NOT_FOUND */
  async removeKey(id: string): Promise<number> {
    return this.deps.db.write(async (em) => {
      const key = await em.findOneBy(Key, { id: keyOf('Key', id) ?? 0 });
      if (!key) throw notFound('Key', 'id');
      await em.delete(Key, key.id);
      const { label, number, kind, placement } = key;
      return this.record(em, 'removeKey', key.groupId, { label, number, kind, placement }, undefined);
    });
  }

  private async record(
    em: EntityManager,
    action: string,
    groupId: number,
    before: unknown,
    after: unknown,
  ): Promise<number> {
    const { clock, actor } = this.deps;
    await audit(em, clock.now(), { actor, action, target: globalId('Group', groupId), before, after });
    return groupId;
  }
}
