import type { EntityManager } from 'typeorm';
import { Origin } from '../../schema/enums';
import { Group } from '../../schema/group';
import type { CreateGroupInput } from '../../schema/group.input';
import { audit } from '../audit/audit';
import type { Viewer } from '../auth/viewer';
import { forUpdate, rowsIn } from '../database';
import { AppError, badInput, forbidden, notFound } from '../errors';
import { globalId } from '../ids';
import { recordRevision } from '../revision';
import type { ServiceDeps } from '../gateway';
import { fold } from '../text';

/** Groups made by hand. Each method is one transaction and returns the key of the group. */
export class GroupService {
  constructor(private readonly deps: ServiceDeps) {}

  /** @throws BAD_USER_INPUT naming the field. Names are not unique. */
  async create(input: CreateGroupInput): Promise<number> {
    const name = cleanName(input.name);
    const description = cleanDescription(input.description);
    return this.deps.db.write(async (em) => {
      const now = this.deps.clock.now();
      const group = em.create(Group, {
        name,
        nameKey: fold(name),
        description,
        origin: Origin.MANUAL,
        createdAt: now,
        updatedAt: now,
      });
      await em.save(group);
      await this.record(em, 'createGroup', group.id, undefined, { name, description });
      return group.id;
    });
  }

  /** @throws NOT_FOUND, DIRECTORY_OWNED for an imported group (C34). */
  async remove(id: number): Promise<number> {
    return this.deps.db.write(async (em) => {
      const group = await lockGroup(em, id);
      requireManual(group);
      const members = await rowsIn<{ userId: number }>(em, 'SELECT userId FROM membership WHERE groupId = ?', [id]);
      await em.delete(Group, id);
      await this.record(em, 'deleteGroup', id, { name: group.name, members: members.length }, undefined);
      return id;
    });
  }

  /** Lets administrators and owners of the group pass (C4, V6). @throws FORBIDDEN */
  async requireOwner(viewer: Viewer, groupId: number): Promise<void> {
    if (viewer.isAdmin) return;
    if (viewer.kind !== 'client') throw forbidden();
    const row = await this.deps.db.first(
      "SELECT id FROM group_assignment WHERE clientId = ? AND groupId = ? AND kind = 'OWNER'",
      [viewer.id, groupId],
    );
    if (!row) throw forbidden('Only owners of the group may do that.');
  }

  private async record(em: EntityManager, action: string, id: number, before: unknown, after: unknown): Promise<void> {
    const { clock, actor } = this.deps;
    await audit(em, clock.now(), { actor, action, target: globalId('Group', id), before, after });
    await recordRevision(em, { groups: [id] });
  }
}

/** The group's row, locked until the transaction ends. @throws NOT_FOUND */
export async function lockGroup(em: EntityManager, id: number): Promise<Group> {
  const [row] = await rowsIn<Group>(em, `SELECT * FROM user_group WHERE id = ?${forUpdate(em)}`, [id]);
  if (!row) throw notFound('Group', 'id');
  return row;
}

/** @throws DIRECTORY_OWNED for an imported group: name, description and members belong to its directory. */
export function requireManual(group: Group): void {
  if (group.origin !== Origin.MANUAL) {
    throw new AppError('DIRECTORY_OWNED', 'This group is owned by its directory: change it there.');
  }
}

export function cleanName(name: string | null | undefined): string {
  const text = name?.trim() ?? '';
  if (text === '' || text.length > 255 || /\p{Cc}/u.test(text)) {
    throw badInput('name', 'A name has 1 to 255 characters and no control characters.');
  }
  return text;
}

export function cleanDescription(description: string | null | undefined): string | null {
  const text = description?.trim() ?? '';
  if (text.length > 1024) throw badInput('description', 'A description has at most 1024 characters.');
  return text === '' ? null : text;
}
