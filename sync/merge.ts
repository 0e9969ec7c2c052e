import { LineKind, type Origin, UserState } from '../schema/enums';
import { ENTRY_FIELDS, type EntryField, type EntryFields } from './normalise';

/** A source as far as merging needs it. */
export interface MergeSource {
  id: number;
  name: string;
  priority: number;
  origin: Origin;
}

/** What one source says of a person. */
export interface EntryValue {
  sourceId: number;
  externalId: string;
  fields: EntryFields;
  disabled: boolean;
  vanishedAt: number | null;
  managerId: number | null;
}

type TextField = Exclude<EntryField, 'primaryLine'>;

/** The columns of a person that a sync decides. */
export interface Person extends Record<Exclude<TextField, 'userId' | 'displayName'>, string | null> {
  userId: string;
  displayName: string;
  primaryLineNumber: string | null;
  primaryLineKind: LineKind | null;
  managerId: number | null;
  state: UserState;
  vanishedAt: number | null;
  origin: Origin;
  sourceId: number | null;
  externalId: string | null;
}

export interface StoredPerson extends Person {
  id: number;
  locked: string;
}

export function lockedFields(locked: string): Set<string> {
  return new Set(locked === '' ? [] : locked.split(','));
}

/**
 * A person as its directories have it (S1): each field from the source with the lowest priority that has it; origin, id
 * and state from the first of the sources that still tell the person. If none does, the person is VANISHED and stays
 * otherwise as it was. A pure function of the entries, but for `current`'s vanished fields and the kind of its line.
 */
export function mergeEntries(
  entries: readonly EntryValue[],
  sources: ReadonlyMap<number, MergeSource>,
  current: StoredPerson | null,
): Person {
  const priority = (entry: EntryValue) => sources.get(entry.sourceId)?.priority ?? Number.MAX_SAFE_INTEGER;
  const live = entries
    .filter((entry) => entry.vanishedAt === null)
    .sort((one, other) => priority(one) - priority(other) || one.sourceId - other.sourceId);
  const [first] = live;
  if (!first) return vanished(entries, current);
  const value = (field: EntryField) =>
    live.map((entry) => entry.fields[field]).find((text) => text !== undefined) ?? null;
  const line = value('primaryLine');
  const source = sources.get(first.sourceId);
  if (!source) throw new Error(`Source ${first.sourceId} of an entry does not exist.`);
  return {
    userId: value('userId') ?? '',
    displayName: value('displayName') ?? '',
    firstName: value('firstName'),
    lastName: value('lastName'),
    email: value('email'),
    department: value('department'),
    title: value('title'),
    telephoneNumber: value('telephoneNumber'),
    mobileNumber: value('mobileNumber'),
    userPrincipalName: value('userPrincipalName'),
    primaryLineNumber: line,
    primaryLineKind: line === null ? null : (current?.primaryLineKind ?? LineKind.SIP),
    managerId: live.map((entry) => entry.managerId).find((id) => id !== null) ?? null,
    state: first.disabled ? UserState.DISABLED : UserState.ACTIVE,
    vanishedAt: null,
    origin: source.origin,
    sourceId: first.sourceId,
    externalId: first.externalId,
  };
}

function vanished(entries: readonly EntryValue[], current: StoredPerson | null): Person {
  if (!current) throw new Error('A person without a present entry cannot be made.');
  const last = entries.reduce((latest, entry) => Math.max(latest, entry.vanishedAt ?? 0), 0);
  return { ...current, state: UserState.VANISHED, vanishedAt: current.vanishedAt ?? last, managerId: null };
}

/** Puts back what is overridden by hand (S12). */
export function keepLocked(merged: Person, current: StoredPerson, locked: ReadonlySet<string>): Person {
  if (locked.size === 0) return merged;
  const result: Record<string, unknown> = { ...merged };
  const stored = current as unknown as Record<string, unknown>;
  for (const field of locked) for (const column of columnsOf(field)) result[column] = stored[column];
  return result as unknown as Person;
}

function columnsOf(field: string): string[] {
  if (field === 'primaryLine') return ['primaryLineNumber', 'primaryLineKind'];
  if (field === 'manager') return ['managerId'];
  return (ENTRY_FIELDS as readonly string[]).includes(field) ? [field] : [];
}

export interface FieldDifference {
  field: string;
  before: string | null;
  after: string | null;
  locked: boolean;
}

/**
 * Field by field what the directory would change of a person; managers are compared elsewhere. A VANISHED person's
 * fields are not told again.
 */
export function fieldDifferences(
  before: StoredPerson | null,
  after: Person,
  locked: ReadonlySet<string>,
  sources: ReadonlyMap<number, MergeSource>,
): FieldDifference[] {
  const sourceName = (person: Person | null) =>
    person?.sourceId ? (sources.get(person.sourceId)?.name ?? null) : null;
  const pairs: [string, string | null, string | null][] = ENTRY_FIELDS.map((field) => [
    field,
    fieldOf(before, field),
    fieldOf(after, field),
  ]);
  pairs.push(['state', before?.state ?? null, after.state]);
  if (before) {
    pairs.push(['origin', before.origin, after.origin], ['source', sourceName(before), sourceName(after)]);
    pairs.push(['externalId', before.externalId, after.externalId]);
  }
  return pairs
    .filter(([, one, other]) => one !== other)
    .map(([field, one, other]) => ({ field, before: one, after: other, locked: locked.has(field) }));
}

function fieldOf(person: Person | null, field: EntryField): string | null {
  if (!person) return null;
  return field === 'primaryLine' ? person.primaryLineNumber : person[field];
}

/** Fields that a person made by hand has: they stay when a directory takes the person over (S12). */
export function handSet(person: StoredPerson): string[] {
  const values: Record<string, unknown> = { ...person, primaryLine: person.primaryLineNumber };
  const fields = [
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
    'primaryLine',
  ];
  return fields.filter((field) => values[field] !== null && values[field] !== '');
}
