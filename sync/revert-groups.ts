import { inList } from '../src/database';
import type { ApplyContext } from './apply-context';
import { endGroups, writeGroups, writeHashes } from './apply-groups';
import { changePages } from './change-rows';
import type { GroupBody } from './group-planner';
import type { LinksBody } from './membership-rows';
import { affected, insertRows } from './sql';

/** Groups the run made vanish; those it changed, revived or let vanish are as before. */
export async function revertGroups(context: ApplyContext): Promise<void> {
  const { em, run, groups, now } = context;
  for await (const page of changePages<GroupBody>(em, run.id, 'GROUP', 'CREATE')) {
    await endGroups(
      context,
      page.map((change) => groups.get(change.seq | 0x80000000)),
      now,
    );
  }
  for (const action of ['UPDATE', 'REVIVE', 'VANISH']) {
    for await (const page of changePages<GroupBody>(em, run.id, 'GROUP', action)) {
      const rows = page.flatMap(({ entityId, externalId, body: { before } }) =>
        before ? [{ ...before, id: entityId ?? 0, externalId }] : [],
      );
      await writeGroups(context, rows);
      await writeHashes(context, new Map(rows.map((row) => [row.id, ''])));
    }
  }
}

/** Which group was directly in which. Emptied digests make the next run look at each of them. */
export async function revertLinks(context: ApplyContext): Promise<void> {
  const { em, run, groups } = context;
  for await (const page of changePages<LinksBody & { group: number }>(em, run.id, 'LINKS', 'UPDATE')) {
    const ids = page.map(({ body }) => groups.get(body.group));
    await writeHashes(context, new Map(ids.map((id) => [id, ''])));
    for (const { body } of page) {
      const parentId = groups.get(body.group);
      const among = inList(body.added.map((child) => groups.get(child)));
      if (body.added.length > 0)
        await em.query(`DELETE FROM group_nesting WHERE parentId = ? AND childId IN ${among.sql}`, [
          parentId,
          ...among.params,
        ]);
      await insertRows(
        em,
        'group_nesting',
        ['parentId', 'childId'],
        body.removed.map((child) => [parentId, child]),
      );
    }
    const among = inList(ids);
    await affected(em, `DELETE FROM unresolved_members WHERE groupId IN ${among.sql}`, among.params);
  }
}
