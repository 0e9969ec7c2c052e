import type { EntityManager } from 'typeorm';
import { chunks, inList, type Database } from '../src/database';
import type { EntryValue, StoredPerson } from './merge';

/** An entry as stored, with its digest. */
export interface StoredEntry extends EntryValue {
  hash: string;
  userIdKey: string;
}

export const PERSON_COLUMNS = [
  'userId',
  'displayName',
  'firstName',
  'lastName',
  'email',
  'department',
  'title',
  'telephoneNumber',
  'mobileNumber',
  'userPrincipalName',
  'primaryLineNumber',
  'primaryLineKind',
  'managerId',
  'state',
  'vanishedAt',
  'origin',
  'sourceId',
  'externalId',
] as const;

/** People with what every source says of them. */
export class LoadedPeople {
  private readonly entries = new Map<number, StoredEntry[]>();

  constructor(
    private readonly people: Map<number, StoredPerson>,
    entries: Iterable<StoredEntry & { personId: number }>,
  ) {
    for (const { personId, ...entry } of entries) {
      const list = this.entries.get(personId);
      if (list) list.push(entry);
      else this.entries.set(personId, [entry]);
    }
  }

  person(id: number): StoredPerson {
    const person = this.people.get(id);
    if (!person) throw new Error(`User ${id} of an entry does not exist.`);
    return person;
  }

  find(id: number): StoredPerson | undefined {
    return this.people.get(id);
  }

  entriesOf(id: number): StoredEntry[] {
    return this.entries.get(id) ?? [];
  }
}

type Query = <T>(sql: string, params: readonly number[]) => Promise<T[]>;

/** Reads people by their keys: as committed, or inside a transaction. */
export async function loadPeople(from: Database | EntityManager, ids: readonly number[]): Promise<LoadedPeople> {
  const query: Query =
    'rows' in from ? (sql, params) => from.rows(sql, params) : (sql, params) => from.query(sql, [...params]);
  const people = new Map<number, StoredPerson>();
  const entries: (StoredEntry & { personId: number })[] = [];
  for (const part of chunks([...new Set(ids)], 1_000)) {
    const among = inList(part);
    const rows = await query<StoredPerson & { vanishedAt: string | number | null }>(
      `SELECT id, locked, ${PERSON_COLUMNS.join(', ')} FROM user WHERE id IN ${among.sql}`,
      among.params,
    );
    for (const row of rows) people.set(row.id, { ...row, vanishedAt: instant(row.vanishedAt) });
    const said = await query<EntryRow>(
      `SELECT sourceId, externalId, userId AS personId, hash, userIdKey, fields, disabled, vanishedAt, managerId
       FROM user_entry WHERE userId IN ${among.sql}`,
      among.params,
    );
    for (const row of said) {
      const fields = JSON.parse(row.fields) as StoredEntry['fields'];
      entries.push({ ...row, fields, disabled: Boolean(row.disabled), vanishedAt: instant(row.vanishedAt) });
    }
  }
  return new LoadedPeople(people, entries);
}

type EntryRow = Omit<StoredEntry, 'fields' | 'disabled' | 'vanishedAt'> & {
  personId: number;
  fields: string;
  disabled: number | boolean;
  vanishedAt: string | number | null;
};

const instant = (value: string | number | null): number | null => (value === null ? null : Number(value));
