import { inList, type SqlValue } from '../src/database';
import type { ApplyContext } from './apply-context';
import { ENTRY_COLUMNS, entryValues } from './create-people';
import { changePages, type ChangeRow } from './change-rows';
import { unpackManagers } from './manager-planner';
import type { StoredPerson } from './merge';
import { personValues, recomputePeople, WRITTEN_COLUMNS } from './people';
import { insertRows, onConflict } from './sql';
import type { UserBody } from './user-planner';

/** Finds what the run has made: rows of the plan that create or link tell the directory's id. */
export async function loadMadeKeys(context: ApplyContext): Promise<void> {
  const { em, run, source, users, groups } = context;
  for await (const page of changePages<null>(em, run.id, 'GROUP', 'CREATE')) {
    const among = inList(page.map((change) => change.externalId));
    const rows = await em.query<{ id: number; externalId: string }[]>(
      `SELECT id, externalId FROM user_group WHERE sourceId = ? AND externalId IN ${among.sql}`,
      [source.id, ...among.params],
    );
    const ids = new Map(rows.map((row) => [row.externalId, row.id]));
    for (const change of page) groups.set(change.seq, ids.get(change.externalId) ?? 0);
  }
  for (const action of ['CREATE', 'UPDATE']) {
    for await (const page of changePages<UserBody>(em, run.id, 'USER', action)) {
      const made = page.filter(({ body }) => action === 'CREATE' || body.link !== undefined);
      if (made.length === 0) continue;
      const among = inList(made.map((change) => change.externalId));
      const rows = await em.query<{ userId: number; externalId: string }[]>(
        `SELECT userId, externalId FROM user_entry WHERE sourceId = ? AND externalId IN ${among.sql}`,
        [source.id, ...among.params],
      );
      const ids = new Map(rows.map((row) => [row.externalId, row.userId]));
      for (const change of made) users.set(change.seq, ids.get(change.externalId) ?? 0);
    }
  }
}

/** People the run made vanish, links it made are gone; everybody else it touched is as before. */
export async function revertUsers(context: ApplyContext): Promise<void> {
  const { em, run, source, users, now } = context;
  const changed = new Set<number>();
  await revertManagers(context, changed);
  for await (const page of changePages<UserBody>(em, run.id, 'USER', 'CREATE')) {
    const among = inList(page.map((change) => change.externalId));
    await em.query(
      `UPDATE user_entry SET vanishedAt = ?, hash = '', managerId = NULL WHERE sourceId = ? AND externalId IN ${among.sql}`,
      [now, source.id, ...among.params],
    );
    for (const change of page) changed.add(users.get(change.seq | 0x80000000));
  }
  for (const [kind, action] of [
    ['USER', 'UPDATE'],
    ['USER', 'REVIVE'],
    ['USER', 'VANISH'],
    ['ENTRY', 'UPDATE'],
    ['ENTRY', 'PURGE'],
  ] as const) {
    for await (const page of changePages<UserBody>(em, run.id, kind, action))
      await revertEntries(context, page, changed);
  }
  await recomputePeople(context, [...changed]);
}

async function revertEntries(
  context: ApplyContext,
  page: readonly ChangeRow<UserBody>[],
  changed: Set<number>,
): Promise<void> {
  const { em, source, now } = context;
  const rows: SqlValue[][] = [];
  for (const change of page) {
    const { before, link, manual } = change.body;
    const userId = link === undefined ? (change.entityId ?? 0) : context.users.get(change.seq | 0x80000000);
    changed.add(userId);
    // Its digest is emptied: the directory still says what it said, and the next run has to see that as news.
    if (before) rows.push(entryValues({ ...before, sourceId: source.id }, userId, ''));
    if (link === undefined) continue;
    await em.query('DELETE FROM user_entry WHERE sourceId = ? AND externalId = ?', [source.id, change.externalId]);
    if (manual && userId === link) await restoreManual(context, manual as unknown as StoredPerson, now);
  }
  const tail = onConflict(
    em,
    ['sourceId', 'externalId'],
    ['hash', 'userIdKey', 'fields', 'disabled', 'vanishedAt', 'managerId'],
  );
  await insertRows(em, 'user_entry', ENTRY_COLUMNS, rows, tail);
}

/** A person made by hand whom the run linked to the directory. */
async function restoreManual({ em, touched }: ApplyContext, person: StoredPerson, now: number): Promise<void> {
  const columns = [...WRITTEN_COLUMNS, 'locked'];
  const values = [...personValues(person, now), person.locked, person.id];
  await em.query(`UPDATE user SET ${columns.map((column) => `${column} = ?`).join(', ')} WHERE id = ?`, values);
  touched.user(person.id);
}

/** Managers of people of whom nothing else was changed. */
async function revertManagers({ em, run, source }: ApplyContext, changed: Set<number>): Promise<void> {
  for await (const page of changePages<null>(em, run.id, 'MANAGER', 'UPDATE', 50)) {
    for (const row of page) {
      const befores = new Map(
        [...unpackManagers(row.edges ?? Buffer.alloc(0))].map((change) => [change.seq, change.before]),
      );
      const among = inList([...befores.keys()]);
      const people = await em.query<{ seq: number; entityId: number | null }[]>(
        `SELECT seq, entityId FROM sync_change WHERE runId = ? AND entityId IS NOT NULL AND seq IN ${among.sql}`,
        [run.id, ...among.params],
      );
      for (const { seq, entityId } of people) {
        await em.query('UPDATE user_entry SET managerId = ? WHERE sourceId = ? AND userId = ?', [
          befores.get(seq) || null,
          source.id,
          entityId,
        ]);
        changed.add(entityId ?? 0);
      }
    }
  }
}
