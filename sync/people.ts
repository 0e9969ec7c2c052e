import { chunks, type SqlValue } from '../src/database';
import { keyColumns } from '../src/users/user-fields';
import type { ApplyContext } from './apply-context';
import { keepLocked, lockedFields, mergeEntries, type Person, type StoredPerson } from './merge';
import { loadPeople, PERSON_COLUMNS } from './people.reads';
import { insertRows, onConflict } from './sql';

const KEY_COLUMNS = [
  'userIdKey',
  'displayNameKey',
  'firstNameKey',
  'lastNameKey',
  'emailKey',
  'departmentKey',
  'userPrincipalNameKey',
  'telephoneKey',
  'mobileKey',
];
export const WRITTEN_COLUMNS = [...PERSON_COLUMNS, ...KEY_COLUMNS, 'updatedAt'];

/** The values of a person's row, in the order of `WRITTEN_COLUMNS`. */
export function personValues(person: Person, now: number): SqlValue[] {
  const keys = keyColumns({ ...person });
  return [...PERSON_COLUMNS.map((column) => person[column]), ...KEY_COLUMNS.map((column) => keys[column] ?? ''), now];
}

/**
 * Computes people anew from what all sources say of them, and writes those that differ. What is locked by hand stays,
 * also if it was locked after the plan was made (S7, S12).
 */
export async function recomputePeople(context: ApplyContext, ids: readonly number[]): Promise<void> {
  const { em, sources, now, touched } = context;
  for (const part of chunks(
    [...ids].sort((one, other) => one - other),
    1_000,
  )) {
    const people = await loadPeople(em, part);
    const rows: SqlValue[][] = [];
    for (const id of part) {
      const current = people.find(id);
      const entries = people.entriesOf(id);
      if (!current || entries.length === 0) continue;
      const person = keepLocked(mergeEntries(entries, sources, current), current, lockedFields(current.locked));
      if (isSame(person, current)) continue;
      rows.push([id, ...personValues(person, now), now]);
      touched.user(id);
    }
    const tail = onConflict(em, ['id'], WRITTEN_COLUMNS);
    await insertRows(em, 'user', ['id', ...WRITTEN_COLUMNS, 'createdAt'], rows, tail);
  }
}

function isSame(person: Person, current: StoredPerson): boolean {
  return PERSON_COLUMNS.every((column) => person[column] === current[column]);
}
