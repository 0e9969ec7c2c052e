/**
 * What every directory can tell us, in the words of none of them. Connectors (`sync/sources/*`) produce these records;
 * the pipeline consumes them. A connector knows nothing of the database.
 */

/** Fields of a person as the directory holds them; absent or empty means the directory has none. */
export interface UserFields {
  userId: string;
  displayName: string;
  firstName?: string | null;
  lastName?: string | null;
  email?: string | null;
  department?: string | null;
  title?: string | null;
  telephoneNumber?: string | null;
  mobileNumber?: string | null;
  userPrincipalName?: string | null;
  /** Number of the primary line, e.g. UCM's primary extension. */
  primaryLine?: string | null;
}

/**
 * One person.
 *
 * `refs` are the names by which other records of the same read point at this one (a normalised DN, `uid:alice`, an id);
 * they are opaque to the pipeline and compared as strings. The same holds for `manager` and `primaryGroup`, which are refs.
 */
export interface UserRecord {
  kind: 'user';
  /** The directory's immutable id, normalised: lower-case GUID text, AXL uuid, SCIM id. */
  externalId: string;
  refs: string[];
  fields: UserFields;
  /** Disabled in the directory (the record is still there). */
  disabled: boolean;
  manager?: string | null;
  /** Ref of the group that is this user's primary group (`sid:S-1-5-…`): a PRIMARY membership. */
  primaryGroup?: string | null;
}

/** One group. Its members follow in `MembersRecord`s, at once or later, in any number of chunks. */
export interface GroupRecord {
  kind: 'group';
  externalId: string;
  refs: string[];
  name: string;
  description?: string | null;
}

/** A chunk of one group's direct members: refs of users and of groups. Refs that nobody has count as unresolved. */
export interface MembersRecord {
  kind: 'members';
  /** externalId of the group, told before. */
  group: string;
  members: string[];
}

/**
 * Very many refs without a text for each: their UTF-8, one after the other in one buffer, and where each ends. A million
 * member values as texts cost more than everything else that is done with them.
 */
export class PackedRefs implements Iterable<string> {
  constructor(
    readonly bytes: Buffer,
    readonly ends: Int32Array,
  ) {}

  get length(): number {
    return this.ends.length;
  }

  startOf(index: number): number {
    return index === 0 ? 0 : (this.ends[index - 1] ?? 0);
  }

  at(index: number): string {
    return this.bytes.toString('utf8', this.startOf(index), this.ends[index]);
  }

  *[Symbol.iterator](): Generator<string> {
    for (let index = 0; index < this.ends.length; index++) yield this.at(index);
  }
}

/** A `MembersRecord` of a page. */
export interface PackedMembersRecord {
  kind: 'members';
  group: string;
  members: PackedRefs;
}

/** An entry that cannot be imported: it is quarantined with its reason, never skipped silently. */
export interface BadRecord {
  kind: 'bad';
  of: 'user' | 'group';
  externalId: string | null;
  label: string | null;
  reason: string;
  /** What was read, without secrets. */
  raw: Record<string, unknown>;
}

/** Optional hint of how many records are to come, for progress. */
export interface TotalRecord {
  kind: 'total';
  records: number;
}

/** Order: within one read, users before groups, a group before its members. */
export type DirectoryRecord = UserRecord | GroupRecord | MembersRecord | BadRecord | TotalRecord;

/** Some records at once, in their order; to be gone through once. */
export type DirectoryPage = Iterable<DirectoryRecord | PackedMembersRecord>;

/** The records of a page with a text for each ref. */
export function* unpacked(page: DirectoryPage): Generator<DirectoryRecord> {
  for (const record of page) yield record.kind === 'members' ? { ...record, members: [...record.members] } : record;
}

/**
 * A change since a cursor. A changed group is told whole: its `group` record, then all its members, then `groupEnd`.
 * `gone` names an entry by its externalId. `present` lists ids that still exist (the id sweep of directories that tell
 * no deletions): when a read of changes tells any `present`, everything it does not tell is gone.
 * `cursor` comes last, once: where the next read of changes starts.
 */
export type DirectoryChange =
  | DirectoryRecord
  | { kind: 'groupEnd'; group: string }
  | { kind: 'gone'; of: 'user' | 'group'; externalId: string }
  | { kind: 'present'; of: 'user' | 'group'; externalIds: string[] }
  | { kind: 'cursor'; cursor: string };

/** Thrown by `changes` when the directory cannot tell what changed since the cursor; the run falls back to FULL with `reason`. */
export class ResyncRequired extends Error {
  constructor(readonly reason: string) {
    super(reason);
    this.name = 'ResyncRequired';
  }
}

/**
 * Thrown when the source could not be read to its end. `message` is for the administrator: plain words, no secrets.
 * Nothing is removed after it.
 */
export class IncompleteRead extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'IncompleteRead';
  }
}

export type CheckStatus = 'OK' | 'WARNING' | 'FAILED' | 'SKIPPED';
export interface Check {
  name: string;
  status: CheckStatus;
  detail: string;
}

/** What `explain` found of one user id, live in the directory. */
export interface ConnectorExplanation {
  /** Whether the entry exists at all in the directory, inside or outside the filters. */
  found: boolean;
  externalId: string | null;
  /** From the search to the decision: base, filter, required fields, disabled, ... */
  steps: Check[];
}

/** Whether the reader of changes has an entry already: stored, and not vanished. */
export type IsKnown = (of: 'user' | 'group', externalId: string) => boolean;

export interface DirectoryConnector {
  /**
   * Tells the whole directory once. A normal end means "that was all"; a throw (IncompleteRead, or anything) means it
   * was not, and then nothing is removed. Bounded memory: pages are streamed, the next is read while the last is handled.
   */
  read(signal: AbortSignal): AsyncIterable<DirectoryRecord>;
  /** The same by pages, where that is quicker: the pipeline prefers it. */
  readPages?(signal: AbortSignal): AsyncIterable<DirectoryPage>;
  /**
   * Where a later `changes` may start. Taken by the pipeline before a full read and stored if the run is applied.
   * Null where the directory cannot tell changes. Absent likewise.
   */
  cursor?(signal: AbortSignal): Promise<string | null>;
  /**
   * What changed since the cursor, or throws ResyncRequired. Absent where the directory cannot tell.
   *
   * An entry that comes into sight again may have been a member of groups all the time whose own records did not change:
   * those groups are told, too. `isKnown` spares the search for them with entries that were never out of sight; without
   * it any told entry may be new, which is as correct and slower. It may be still to come: the directory is asked meanwhile.
   */
  changes?(cursor: string, signal: AbortSignal, isKnown?: IsKnown | Promise<IsKnown>): AsyncIterable<DirectoryChange>;
  /**
   * The checks dns, tcp, tls, startTls, bind (UCM: authenticate, version), base, paging, range, incremental, sample, in
   * this order; those that do not apply are SKIPPED. Never throws; stops nothing; up to `sampleSize` users as plain fields.
   */
  diagnose(signal: AbortSignal): Promise<{ checks: Check[]; sampleUsers: UserFields[] }>;
  /** Looks one user up live by its user id, inside and outside the filters. Throws IncompleteRead when unreachable. */
  explain(userId: string, signal: AbortSignal): Promise<ConnectorExplanation>;
  /** Verifies a user's password against the directory (search then bind; UCM: its user authentication). Absent where it cannot. */
  authenticate?(userId: string, password: string, signal: AbortSignal): Promise<boolean>;
  /** Ends connections. Idempotent. */
  close(): Promise<void>;
}

export type SourceKind = 'ACTIVE_DIRECTORY' | 'LDAP' | 'UCM' | 'LDIF' | 'CSV' | 'SCIM';

/** The settings of a source as they are stored: `settings`, `secrets` and `mapping` of the contract's operations.md. */
export interface SourceSettings {
  kind: SourceKind;
  settings: Record<string, unknown>;
  secrets: Record<string, unknown>;
  /** field -> attribute, where it differs from the kind's default. */
  mapping: Record<string, string>;
}

/** What a connector may use of its surroundings. */
export interface ConnectorEnvironment {
  /** Folders below which files may be read; absolute. */
  importDirs: string[];
  log?: (message: string, detail?: Record<string, unknown>) => void;
}

/** One a kind. `validate` throws SettingsError naming the field, before anything is stored or opened. */
export interface ConnectorFactory {
  kind: SourceKind;
  validate(source: SourceSettings, environment: ConnectorEnvironment): void;
  create(source: SourceSettings, environment: ConnectorEnvironment): DirectoryConnector;
}

/** Bad settings. `field` is the path inside the input: `settings.urls`, `mapping.email`, `secrets.bindPassword`. */
export class SettingsError extends Error {
  constructor(
    readonly field: string,
    message: string,
  ) {
    super(message);
    this.name = 'SettingsError';
  }
}
