import type { EntityManager } from 'typeorm';
import { Group } from '../../schema/group';
import { CallGroupMode } from '../../schema/group.enums';
import type { UpdateGroupInput } from '../../schema/group-settings';
import { audit } from '../audit/audit';
import { forUpdate, rowsIn } from '../database';
import { badInput, conflict } from '../errors';
import type { ServiceDeps } from '../gateway';
import { globalId, keyOf } from '../ids';
import { recordRevision } from '../revision';
import { groupChanges, type GroupColumns, type GroupRules, type Leaders } from './group-changes';
import { lockGroup } from './group.service';

/** Settings of groups: who leads, what is allowed, how calls are taken. */
export class GroupSettingsService {
  constructor(private readonly deps: ServiceDeps) {}

  /**
   * Changes a group in one transaction; nothing is written where nothing differs.
   * @returns the key of the group
   * @throws NOT_FOUND, BAD_USER_INPUT naming the field, DIRECTORY_OWNED (C34, E39); CONFLICT for a stale version and for
   * a number that another call group has.
   */
  async update(id: number, input: UpdateGroupInput): Promise<number> {
    return this.deps.db.write(async (em) => {
      const group = await lockGroup(em, id);
      if (input.version !== null && input.version !== undefined && input.version !== group.version) {
        throw conflict('The group has been changed since it was read.', 'version');
      }
      const leaders: Leaders = {
        leaderId: await personOf(em, 'leaderId', input.leaderId, group.leaderId),
        deputyId: await personOf(em, 'deputyId', input.deputyId, group.deputyId),
      };
      const changes = groupChanges(group, input, leaders, await lockRules(em));
      if (Object.keys(changes).length === 0) return id;
      await requireFreeNumber(em, { ...group, ...changes });
      const { clock, actor } = this.deps;
      const now = clock.now();
      await em.update(Group, id, { ...changes, version: group.version + 1, updatedAt: now });
      const before = Object.fromEntries(
        Object.keys(changes).map((column) => [column, group[column as keyof GroupColumns]]),
      );
      await audit(em, now, { actor, action: 'updateGroup', target: globalId('Group', id), before, after: changes });
      await recordRevision(em, { groups: [id] });
      return id;
    });
  }
}

/**
 * The settings that bear on groups. The row stays locked until the transaction ends: two groups that ask for one number
 * at once come one after the other.
 */
async function lockRules(em: EntityManager): Promise<GroupRules> {
  const [row] = await rowsIn<GroupRules>(
    em,
    `SELECT globalServicesMask, callGroupLicencesMask FROM settings WHERE id = 1${forUpdate(em)}`,
  );
  if (!row) throw new Error('There are no settings: the first start was not completed.');
  return row;
}

/** The key of a person the input names. Who is named already may be named again, even after vanishing. */
async function personOf(
  em: EntityManager,
  field: string,
  id: string | null | undefined,
  present: number | null,
): Promise<number | null | undefined> {
  if (id === null || id === undefined) return id;
  const key = keyOf('User', id) ?? 0;
  if (key === present) return key;
  const [row] = await rowsIn(em, "SELECT id FROM user WHERE id = ? AND state <> 'VANISHED'", [key]);
  if (!row) throw badInput(field, `${field} names a user that does not exist.`);
  return key;
}

async function requireFreeNumber(em: EntityManager, group: Group): Promise<void> {
  if (group.callMode === CallGroupMode.DISABLED || group.callNumber === null) return;
  const taken = await rowsIn(
    em,
    "SELECT id FROM user_group WHERE callNumber = ? AND id <> ? AND callMode <> 'DISABLED'",
    [group.callNumber, group.id],
  );
  if (taken.length > 0) throw conflict('Another call group has this number.', 'callGroup.number');
}
