import { chunks, inList, type SqlValue } from '../src/database';
import type { ApplyContext } from './apply-context';
import { recount } from './apply-groups';
import { changePages, type ChangeRow } from './change-rows';
import { hasConsecutiveKeys } from './bulk-load';
import { createPeople, ENTRY_COLUMNS, entryValues } from './create-people';
import { rememberLost } from './lost';
import { unpackManagers } from './manager-planner';
import { handSet, type EntryValue } from './merge';
import { recomputePeople } from './people';
import { insertRows, isSqlite, onConflict, withTemporary } from './sql';
import type { UserBody } from './user-planner';

/** People of one statement; from so many on they are loaded in bulk, and so many at most by one load. */
const PART = 500;
const BULK = 5_000;
const BULK_PART = 25_000;

/** People who come, change, return or vanish; the rows of those who exist are computed anew from all that is said of them. */
export async function applyUsers(context: ApplyContext): Promise<void> {
  const { em, run } = context;
  const managers = await loadManagers(context);
  const later: [number, number][] = [];
  const isBulk = run.counts.created >= BULK && (await hasConsecutiveKeys(em));
  for await (const page of changePages<UserBody>(em, run.id, 'USER', 'CREATE', isBulk ? BULK_PART : undefined)) {
    for (const part of isBulk ? [page] : chunks(page, PART)) await createPeople(context, part, managers, later, isBulk);
  }
  await fixManagers(context, later);
  const changed = new Set<number>();
  for (const [kind, action] of [
    ['USER', 'UPDATE'],
    ['USER', 'REVIVE'],
    ['USER', 'VANISH'],
    ['ENTRY', 'UPDATE'],
  ] as const) {
    for await (const page of changePages<UserBody>(em, run.id, kind, action))
      await applyEntries(context, page, managers, changed);
  }
  await fixEntryManagers(context, managers, changed);
  await recomputePeople(context, [...changed]);
}

/** Refs of new managers by the number of the person's row. */
async function loadManagers({ em, run }: ApplyContext): Promise<Map<number, number>> {
  const managers = new Map<number, number>();
  for await (const page of changePages<null>(em, run.id, 'MANAGER', 'UPDATE', 50)) {
    for (const row of page)
      for (const change of unpackManagers(row.edges ?? Buffer.alloc(0))) managers.set(change.seq, change.after);
  }
  return managers;
}

/** Managers who were made after the people they manage. */
async function fixManagers(context: ApplyContext, later: readonly [number, number][]): Promise<void> {
  const { em, users } = context;
  const rows = later.map(([userId, ref]) => [userId, users.get(ref)]);
  if (rows.length === 0) return;
  await withTemporary(
    em,
    'sync_manager',
    'userId INTEGER PRIMARY KEY, managerId INTEGER',
    ['userId', 'managerId'],
    rows,
    async () => {
      for (const [table, key] of [
        ['user', 'id'],
        ['user_entry', 'userId'],
      ] as const) {
        await em.query(
          isSqlite(em)
            ? `UPDATE ${table} SET managerId = t.managerId FROM sync_manager t WHERE t.userId = ${table}.${key}`
            : `UPDATE ${table} JOIN sync_manager t ON t.userId = ${table}.${key} SET ${table}.managerId = t.managerId`,
        );
      }
    },
  );
}

async function applyEntries(
  context: ApplyContext,
  page: readonly ChangeRow<UserBody>[],
  managers: Map<number, number>,
  changed: Set<number>,
): Promise<void> {
  const { em, source, now } = context;
  const linked = page.filter(({ body }) => body.link !== undefined);
  if (linked.length > 0) await linkPeople(context, linked, managers, changed);
  const said: SqlValue[][] = [];
  const gone: ChangeRow<UserBody>[] = [];
  for (const change of page) {
    const { entry, before, link } = change.body;
    if (link !== undefined) continue;
    changed.add(change.entityId ?? 0);
    if (entry === null) gone.push(change);
    if (!entry) continue;
    const value: EntryValue = {
      sourceId: source.id,
      externalId: change.externalId,
      fields: entry.fields,
      disabled: entry.disabled,
      vanishedAt: null,
      managerId: before?.managerId ?? null,
    };
    said.push(entryValues(value, change.entityId ?? 0, entry.hash));
  }
  await insertRows(
    em,
    'user_entry',
    ENTRY_COLUMNS,
    said,
    onConflict(em, ['sourceId', 'externalId'], ['hash', 'userIdKey', 'fields', 'disabled', 'vanishedAt']),
  );
  for (const part of chunks(gone, 500)) {
    const among = inList(part.map((change) => change.externalId));
    await em.query(
      `UPDATE user_entry SET vanishedAt = ?, managerId = NULL WHERE sourceId = ? AND externalId IN ${among.sql}`,
      [now, source.id, ...among.params],
    );
  }
}

/** Records that mean a person who is there already. If that person is gone since the plan was made, it is a new one. */
async function linkPeople(
  context: ApplyContext,
  page: readonly ChangeRow<UserBody>[],
  managers: Map<number, number>,
  changed: Set<number>,
): Promise<void> {
  const { em, source, users } = context;
  const among = inList(page.map(({ body }) => body.link ?? 0));
  const rows = await em.query<{ id: number }[]>(`SELECT id FROM user WHERE id IN ${among.sql}`, among.params);
  const present = new Set(rows.map((row) => row.id));
  const lost = page.filter(({ body }) => !present.has(body.link ?? 0));
  if (lost.length > 0) {
    const later: [number, number][] = [];
    await createPeople(context, lost, managers, later);
    await fixManagers(context, later);
  }
  for (const change of page) {
    const { entry, link = 0, manual } = change.body;
    if (!entry || !present.has(link)) continue;
    const value: EntryValue = {
      sourceId: source.id,
      externalId: change.externalId,
      fields: entry.fields,
      disabled: entry.disabled,
      vanishedAt: null,
      managerId: null,
    };
    await insertRows(em, 'user_entry', ENTRY_COLUMNS, [entryValues(value, link, entry.hash)]);
    if (manual) await em.query('UPDATE user SET locked = ? WHERE id = ?', [handSet(manual as never).join(','), link]);
    users.set(change.seq, link);
    changed.add(link);
  }
}

/** Managers of people who existed before; their numbers are those of their rows. */
async function fixEntryManagers(
  context: ApplyContext,
  managers: ReadonlyMap<number, number>,
  changed: Set<number>,
): Promise<void> {
  const { em, run, source, users } = context;
  if (managers.size === 0) return;
  const values = new Map<number, number | null>();
  for (const part of chunks([...managers], 500)) {
    const among = inList(part.map(([seq]) => seq));
    const rows = await em.query<{ seq: number; entityId: number | null }[]>(
      `SELECT seq, entityId FROM sync_change WHERE runId = ? AND seq IN ${among.sql}`,
      [run.id, ...among.params],
    );
    for (const row of rows) {
      const userId = row.entityId ?? users.find(row.seq | 0x80000000);
      const ref = managers.get(row.seq) ?? 0;
      if (userId !== undefined) values.set(userId, ref === 0 ? null : users.get(ref));
    }
  }
  const rows = [...values];
  if (rows.length === 0) return;
  await withTemporary(
    em,
    'sync_manager',
    'userId INTEGER PRIMARY KEY, managerId INTEGER',
    ['userId', 'managerId'],
    rows,
    async () => {
      await em.query(
        isSqlite(em)
          ? 'UPDATE user_entry SET managerId = t.managerId FROM sync_manager t WHERE t.userId = user_entry.userId AND user_entry.sourceId = ?'
          : 'UPDATE user_entry JOIN sync_manager t ON t.userId = user_entry.userId SET user_entry.managerId = t.managerId WHERE user_entry.sourceId = ?',
        [source.id],
      );
    },
  );
  for (const userId of values.keys()) changed.add(userId);
}

/** People who vanished long ago are deleted; their accounts stay, without a person. */
export async function purgeUsers(context: ApplyContext): Promise<void> {
  const { em, run, source, touched } = context;
  for await (const page of changePages<UserBody>(em, run.id, 'USER', 'PURGE')) {
    const ids = page.map((change) => change.entityId ?? 0);
    const among = inList(ids);
    await rememberLost(context, 'user', ids);
    const groups = await em.query<{ groupId: number }[]>(
      `SELECT DISTINCT groupId FROM membership WHERE userId IN ${among.sql}`,
      among.params,
    );
    await em.query(`UPDATE user SET managerId = NULL WHERE managerId IN ${among.sql}`, among.params);
    await em.query(
      `UPDATE user_group SET deputyId = NULL, leaderRights = 0 WHERE leaderId IN ${among.sql}`,
      among.params,
    );
    await em.query(`DELETE FROM user WHERE id IN ${among.sql}`, among.params);
    for (const { groupId } of groups) touched.group(groupId);
    await recount(
      context,
      groups.map((row) => row.groupId),
    );
    for (const id of ids) touched.user(id);
  }
  for await (const page of changePages<UserBody>(em, run.id, 'ENTRY', 'PURGE')) {
    const among = inList(page.map((change) => change.externalId));
    await em.query(`DELETE FROM user_entry WHERE sourceId = ? AND externalId IN ${among.sql}`, [
      source.id,
      ...among.params,
    ]);
  }
}
