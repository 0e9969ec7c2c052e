import { chunks, inList, type SqlValue } from '../src/database';
import { fold } from '../src/text';
import type { ApplyContext } from './apply-context';
import { changePages } from './change-rows';
import type { GroupBody } from './group-planner';
import type { LinksBody } from './membership-rows';
import { rememberLost } from './lost';
import { insertRows, insertedIds, onConflict } from './sql';

const NEW_COLUMNS = [
  'name',
  'nameKey',
  'description',
  'origin',
  'sourceId',
  'externalId',
  'hash',
  'createdAt',
  'updatedAt',
];
const COLUMNS = [
  'id',
  'name',
  'nameKey',
  'description',
  'origin',
  'sourceId',
  'externalId',
  'vanishedAt',
  'createdAt',
  'updatedAt',
];

/** Groups that come, change or return. */
export async function applyGroups(context: ApplyContext): Promise<void> {
  const { em, run, source, now } = context;
  const origin = context.sources.get(source.id)?.origin ?? source.kind;
  for await (const page of changePages<GroupBody>(em, run.id, 'GROUP', 'CREATE')) {
    for (const part of chunks(page, 500)) {
      const rows = part.map(({ externalId, body }): SqlValue[] => {
        const { name, description } = body.after ?? { name: '', description: null };
        return [name, fold(name), description, origin, source.id, externalId, '', now, now];
      });
      await insertRows(em, 'user_group', NEW_COLUMNS, rows);
      const ids = await insertedIds(em, part.length);
      part.forEach((change, index) => {
        context.groups.set(change.seq, ids[index] ?? 0);
        context.touched.group(ids[index] ?? 0);
      });
    }
  }
  for (const action of ['UPDATE', 'REVIVE']) {
    for await (const page of changePages<GroupBody>(em, run.id, 'GROUP', action)) {
      await writeGroups(
        context,
        page.map(({ entityId, externalId, body }) => ({
          id: entityId ?? 0,
          externalId,
          name: body.after?.name ?? '',
          description: body.after?.description ?? null,
          vanishedAt: null,
        })),
      );
    }
  }
}

export interface GroupRow {
  id: number;
  externalId: string;
  name: string;
  description: string | null;
  vanishedAt: number | null;
}

/** Writes what the directory says of existing groups. */
export async function writeGroups(context: ApplyContext, groups: readonly GroupRow[]): Promise<void> {
  const { em, source, now } = context;
  const origin = context.sources.get(source.id)?.origin ?? source.kind;
  const rows = groups.map((group): SqlValue[] => [
    group.id,
    group.name,
    fold(group.name),
    group.description,
    origin,
    source.id,
    group.externalId,
    group.vanishedAt,
    now,
    now,
  ]);
  const tail = onConflict(em, ['id'], ['name', 'nameKey', 'description', 'vanishedAt', 'updatedAt']);
  await insertRows(em, 'user_group', COLUMNS, rows, `${tail}, version = user_group.version + 1`);
  for (const group of groups) context.touched.group(group.id);
}

/** Groups that vanish: out of the lists, and nothing is inside them any more. Comes after their memberships. */
export async function vanishGroups(context: ApplyContext): Promise<void> {
  const { em, run, now } = context;
  for await (const page of changePages<GroupBody>(em, run.id, 'GROUP', 'VANISH')) {
    await endGroups(
      context,
      page.map((change) => change.entityId ?? 0),
      now,
    );
  }
}

export async function endGroups({ em, touched }: ApplyContext, ids: readonly number[], now: number): Promise<void> {
  const among = inList(ids);
  await em.query(
    `UPDATE user_group SET vanishedAt = ?, hash = '', updatedAt = ?, version = version + 1 WHERE id IN ${among.sql}`,
    [now, now, ...among.params],
  );
  await em.query(`DELETE FROM group_nesting WHERE parentId IN ${among.sql} OR childId IN ${among.sql}`, [
    ...among.params,
    ...among.params,
  ]);
  await em.query(`DELETE FROM unresolved_members WHERE groupId IN ${among.sql}`, among.params);
  for (const id of ids) touched.group(id);
}

/** Groups that vanished long ago are deleted, with the client assignments that were kept for their return (S4). */
export async function purgeGroups(context: ApplyContext): Promise<void> {
  const { em, run } = context;
  for await (const page of changePages<GroupBody>(em, run.id, 'GROUP', 'PURGE')) {
    const ids = page.map((change) => change.entityId ?? 0);
    await rememberLost(context, 'user_group', ids);
    const among = inList(ids);
    await em.query(`DELETE FROM user_group WHERE id IN ${among.sql}`, among.params);
    for (const id of ids) context.touched.group(id);
  }
}

/** Which group is directly in which, digests, and member values that are nobody. */
export async function applyLinks(context: ApplyContext): Promise<void> {
  const { em, run, groups } = context;
  for await (const page of changePages<LinksBody & { group: number }>(em, run.id, 'LINKS', 'UPDATE')) {
    const hashes = new Map(page.map(({ body }) => [groups.get(body.group), body.hash]));
    await writeHashes(context, hashes);
    const added = page.flatMap(({ body }) =>
      body.added.map((child): [number, number] => [groups.get(body.group), groups.get(child)]),
    );
    for (const { body } of page) await removeChildren(context, groups.get(body.group), body.removed);
    await insertRows(em, 'group_nesting', ['parentId', 'childId'], added);
    const among = inList(page.filter(({ body }) => !body.keepsUnresolved).map(({ body }) => groups.get(body.group)));
    await em.query(`DELETE FROM unresolved_members WHERE groupId IN ${among.sql}`, among.params);
  }
  const parts = new Map<number, number>();
  for await (const page of changePages<{ group: number; refs: string[] }>(em, run.id, 'UNRESOLVED', 'UPDATE', 100)) {
    const rows = page.map(({ body }): SqlValue[] => {
      const group = groups.get(body.group);
      const part = (parts.get(group) ?? 0) + 1;
      parts.set(group, part);
      return [group, part, JSON.stringify(body.refs)];
    });
    await insertRows(em, 'unresolved_members', ['groupId', 'part', 'refs'], rows);
  }
}

async function removeChildren({ em }: ApplyContext, parentId: number, children: readonly number[]): Promise<void> {
  if (children.length === 0) return;
  const among = inList(children);
  await em.query(`DELETE FROM group_nesting WHERE parentId = ? AND childId IN ${among.sql}`, [
    parentId,
    ...among.params,
  ]);
}

/** Digests by group, 500 a statement. */
export async function writeHashes({ em }: ApplyContext, hashes: ReadonlyMap<number, string>): Promise<void> {
  for (const part of chunks([...hashes], 500)) {
    const cases = part.map(() => 'WHEN ? THEN ?').join(' ');
    const among = inList(part.map(([id]) => id));
    await em.query(`UPDATE user_group SET hash = CASE id ${cases} END WHERE id IN ${among.sql}`, [
      ...part.flat(),
      ...among.params,
    ]);
  }
}

/** Counts the people of groups anew. */
export async function recount({ em }: ApplyContext, groupIds: readonly number[]): Promise<void> {
  for (const part of chunks([...new Set(groupIds)], 500)) {
    const among = inList(part);
    await em.query(
      `UPDATE user_group SET memberCount = (SELECT COUNT(*) FROM membership m WHERE m.groupId = user_group.id) WHERE id IN ${among.sql}`,
      among.params,
    );
  }
}
