import type { BadRecord, GroupRecord, PackedRefs, UserRecord } from '../../source';

import type { Entry, EntryAttribute } from './entry';
import { rawOf } from './raw';

/**
 * How one family of directories speaks of people and groups. Connectors and files share it: the same entry gives the
 * same record, read live or from an export.
 */
export interface Dialect {
  /** Attributes to ask for; nothing else is read of a live directory. */
  readonly userAttributes: readonly string[];
  /** Likewise, without those of members. */
  readonly groupAttributes: readonly string[];
  /** Attributes that hold a group's members. */
  readonly memberAttributes: readonly string[];
  /** Attributes that `externalId` and `refs` need; as few as can be, as they are read of every entry. */
  readonly sweepAttributes: readonly string[];
  /** What an entry of a file is, by its classes; null for what is neither a person nor a group. */
  classify(entry: Entry): 'user' | 'group' | null;
  user(entry: Entry): UserRecord | BadRecord;
  group(entry: Entry): GroupRecord | BadRecord;
  /** Id of an entry read with `sweepAttributes`; null where it has none. */
  externalId(entry: Entry): string | null;
  /** Refs of such an entry, be it a person or a group. */
  refs(entry: Entry): string[];
  /** Refs of the members that one of a group's attributes tells. */
  memberRefs(attribute: EntryAttribute): string[];
  /** The same of a large attribute of a live directory; null of any other. */
  packedMemberRefs(attribute: EntryAttribute): PackedRefs | null;
}

/** Settings of a dialect that files and servers have in common. */
export interface DialectOptions {
  /**
   * What stands for the immutable id where an entry has none: for files the DN. Absent: such an entry is bad.
   */
  idWithout?: (entry: Entry) => string;
}

/** The record of an entry that lacks what it needs. */
export function badEntry(
  of: 'user' | 'group',
  entry: Entry,
  externalId: string | null,
  label: string | null,
  missing: string,
): BadRecord {
  return {
    kind: 'bad',
    of,
    externalId,
    label: label ?? entry.dn,
    reason: `The entry has no usable value in "${missing}".`,
    raw: rawOf(entry),
  };
}

/** Attribute names without repetition, whatever their case. */
export function distinctNames(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.filter((name) => !seen.has(name.toLowerCase()) && seen.add(name.toLowerCase()));
}
