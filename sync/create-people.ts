import { chunks, type SqlValue } from '../src/database';
import { fold } from '../src/text';
import type { ApplyContext } from './apply-context';
import { bulkInsert, loadRows } from './bulk-load';
import type { ChangeRow } from './change-rows';
import { mergeEntries, type EntryValue } from './merge';
import { personValues, WRITTEN_COLUMNS } from './people';
import { insertRows, insertedIds } from './sql';
import type { UserBody } from './user-planner';

export const ENTRY_COLUMNS = [
  'sourceId',
  'externalId',
  'userId',
  'hash',
  'userIdKey',
  'managerId',
  'fields',
  'disabled',
  'vanishedAt',
];

/** People of one INSERT statement. */
const PART = 500;

/**
 * Makes people of what the directory says of them. `managers` are refs by number of row: those used up are taken out, and
 * whose manager is not made yet is put into `later`.
 */
export async function createPeople(
  context: ApplyContext,
  part: readonly ChangeRow<UserBody>[],
  managers: Map<number, number>,
  later: [number, number][],
  isBulk = false,
): Promise<void> {
  const { em, source, users, touched } = context;
  const entries = part.map((change): { value: EntryValue; hash: string } => {
    const { entry } = change.body;
    if (!entry) throw new Error('A new person without what the directory says of it.');
    const ref = managers.get(change.seq) ?? 0;
    const managerId = ref === 0 ? null : (users.find(ref) ?? null);
    return {
      value: {
        sourceId: source.id,
        externalId: change.externalId,
        fields: entry.fields,
        disabled: entry.disabled,
        vanishedAt: null,
        managerId,
      },
      hash: entry.hash,
    };
  });
  const ids = await insertPeople(
    context,
    entries.map(({ value }) => value),
    isBulk,
  );
  part.forEach((change, index) => {
    const id = ids[index] ?? 0;
    users.set(change.seq, id);
    touched.user(id);
    const ref = managers.get(change.seq) ?? 0;
    if (ref !== 0 && entries[index]?.value.managerId === null) later.push([id, ref]);
    managers.delete(change.seq);
  });
  const rows = entries.map(({ value, hash }, index) => entryValues(value, ids[index] ?? 0, hash));
  if (isBulk) await bulkInsert(em, 'user_entry', ENTRY_COLUMNS, rows, rows.length);
  else await insertRows(em, 'user_entry', ENTRY_COLUMNS, rows);
}

/** New rows of `user`, each of one entry. @returns their keys, in order. */
async function insertPeople(context: ApplyContext, entries: readonly EntryValue[], isBulk: boolean): Promise<number[]> {
  const { em, sources, now } = context;
  const columns = [...WRITTEN_COLUMNS, 'createdAt'];
  function* rows(part: readonly EntryValue[]): Generator<SqlValue[]> {
    for (const entry of part) yield [...personValues(mergeEntries([entry], sources, null), now), now];
  }
  if (isBulk && (await loadRows(em, 'user', columns, rows(entries), entries.length)))
    return loadedIds(context, entries);
  const ids: number[] = [];
  for (const part of chunks(entries, PART)) {
    await insertRows(em, 'user', columns, [...rows(part)]);
    ids.push(...(await insertedIds(em, part.length)));
  }
  return ids;
}

/** Keys that one load generated: they rise from the first; if the last is where it has to be, none is missing. */
async function loadedIds({ em, source }: ApplyContext, entries: readonly EntryValue[]): Promise<number[]> {
  const [row] = await em.query<{ id: number }[]>('SELECT LAST_INSERT_ID() AS id');
  const first = Number(row?.id);
  const last = first + entries.length - 1;
  const ends = await em.query<{ id: number; sourceId: number; externalId: string }[]>(
    'SELECT id, sourceId, externalId FROM user WHERE id IN (?, ?) ORDER BY id',
    [first, last],
  );
  const isOurs = (id: number, entry: EntryValue | undefined) =>
    ends.some((one) => one.id === id && one.sourceId === source.id && one.externalId === entry?.externalId);
  if (!isOurs(first, entries[0]) || !isOurs(last, entries.at(-1)))
    throw new Error('The keys of people who were loaded are not consecutive.');
  return entries.map((_, index) => first + index);
}

export function entryValues(entry: EntryValue, userId: number, hash: string): SqlValue[] {
  const { sourceId, externalId, managerId, fields, disabled, vanishedAt } = entry;
  return [
    sourceId,
    externalId,
    userId,
    hash,
    fold(fields.userId),
    managerId,
    JSON.stringify(fields),
    disabled ? 1 : 0,
    vanishedAt,
  ];
}
