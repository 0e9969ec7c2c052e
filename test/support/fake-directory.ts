import type {
  ConnectorFactory,
  DirectoryChange,
  DirectoryConnector,
  DirectoryRecord,
  SourceKind,
  UserFields,
} from '../../sync/source';
import { ResyncRequired } from '../../sync/source';

export interface FakeUser {
  externalId: string;
  fields: UserFields;
  disabled: boolean;
  manager: string | null;
  primaryGroup: string | null;
}

export interface FakeGroup {
  externalId: string;
  name: string;
  description: string | null;
  /** External ids of users and groups, or texts that are nobody. */
  members: string[];
}

/**
 * The one allowed fake: a directory in memory. It tells changes as Active Directory does: entries that changed, groups
 * whole, deletions by id; deleting an entry takes it out of its groups without telling them.
 */
export class FakeDirectory {
  readonly users = new Map<string, FakeUser>();
  readonly groups = new Map<string, FakeGroup>();
  /** Records told beside the entries, such as bad ones. */
  extra: DirectoryRecord[] = [];
  /** Throws in the middle of the next read. */
  breakAfter: { records: number; error: Error } | null = null;
  canTellChanges = true;
  reads: ('full' | 'changes')[] = [];
  /** Called before each record. */
  onRecord: (() => Promise<void> | void) | null = null;
  /** What lost an entry that was removed, without telling. */
  private readonly silent = new Map<string, { of: 'user' | 'group'; externalId: string }[]>();
  private log: { of: 'user' | 'group'; externalId: string; isGone: boolean }[] = [];

  user(externalId: string, fields: Partial<UserFields> = {}, more: Partial<Omit<FakeUser, 'fields'>> = {}): FakeUser {
    const before = this.users.get(externalId);
    const user: FakeUser = {
      externalId,
      fields: { userId: externalId, displayName: `User ${externalId}`, ...before?.fields, ...fields },
      disabled: more.disabled ?? before?.disabled ?? false,
      manager: more.manager === undefined ? (before?.manager ?? null) : more.manager,
      primaryGroup: more.primaryGroup === undefined ? (before?.primaryGroup ?? null) : more.primaryGroup,
    };
    this.users.set(externalId, user);
    this.welcome(externalId);
    this.log.push({ of: 'user', externalId, isGone: false });
    return user;
  }

  group(
    externalId: string,
    members?: string[],
    more: Partial<Pick<FakeGroup, 'name' | 'description'>> = {},
  ): FakeGroup {
    const before = this.groups.get(externalId);
    const group: FakeGroup = {
      externalId,
      name: more.name ?? before?.name ?? `Group ${externalId}`,
      description: more.description === undefined ? (before?.description ?? null) : more.description,
      members: members ?? before?.members ?? [],
    };
    this.groups.set(externalId, group);
    this.welcome(externalId);
    this.log.push({ of: 'group', externalId, isGone: false });
    return group;
  }

  removeUser(externalId: string): void {
    if (!this.users.delete(externalId)) return;
    this.forget(externalId);
    this.log.push({ of: 'user', externalId, isGone: true });
  }

  removeGroup(externalId: string): void {
    if (!this.groups.delete(externalId)) return;
    this.forget(externalId);
    this.log.push({ of: 'group', externalId, isGone: true });
  }

  /** Members and managers go silently; a primary group is the user's own attribute, its change is told. */
  private forget(externalId: string): void {
    const silent = this.silent.get(externalId) ?? [];
    this.silent.set(externalId, silent);
    for (const group of this.groups.values()) {
      if (!group.members.includes(externalId)) continue;
      group.members = group.members.filter((member) => member !== externalId);
      silent.push({ of: 'group', externalId: group.externalId });
    }
    for (const user of this.users.values()) {
      if (user.manager === externalId) {
        user.manager = null;
        silent.push({ of: 'user', externalId: user.externalId });
      }
      if (user.primaryGroup !== externalId) continue;
      user.primaryGroup = null;
      this.log.push({ of: 'user', externalId: user.externalId, isGone: false });
    }
  }

  /** Who returns under the same id before its end was told makes its former groups tell that they lost it. */
  private welcome(externalId: string): void {
    for (const { of, externalId: other } of this.silent.get(externalId) ?? []) {
      const isThere = of === 'user' ? this.users.has(other) : this.groups.has(other);
      if (isThere) this.log.push({ of, externalId: other, isGone: false });
    }
    this.silent.delete(externalId);
  }

  factory(kind: SourceKind): ConnectorFactory {
    return { kind, validate: () => undefined, create: () => this.connector() };
  }

  private connector(): DirectoryConnector {
    return {
      read: (signal) => this.read(signal),
      cursor: () => Promise.resolve(this.canTellChanges ? String(this.log.length) : null),
      changes: (cursor, signal) => this.changes(cursor, signal),
      diagnose: () => Promise.resolve({ checks: [], sampleUsers: [] }),
      explain: () => Promise.resolve({ found: false, externalId: null, steps: [] }),
      close: () => Promise.resolve(),
    };
  }

  private async *read(signal: AbortSignal): AsyncGenerator<DirectoryRecord> {
    this.reads.push('full');
    yield* this.checked(signal, [
      ...[...this.users.values()].map((user) => this.userRecord(user, dn)),
      ...this.extra,
      ...[...this.groups.values()].flatMap((group) => this.groupRecords(group, dn)),
    ]);
  }

  private async *changes(cursor: string, signal: AbortSignal): AsyncGenerator<DirectoryChange> {
    if (!this.canTellChanges) throw new ResyncRequired('The fake has forgotten its changes.');
    this.reads.push('changes');
    const next = String(this.log.length);
    const last = new Map<string, { of: 'user' | 'group'; externalId: string }>();
    for (const { of, externalId } of this.log.slice(Number(cursor)))
      last.set(`${of}:${externalId}`, { of, externalId });
    const told: DirectoryChange[] = [];
    for (const { of, externalId } of last.values()) {
      const user = of === 'user' ? this.users.get(externalId) : undefined;
      if (user) told.push(this.userRecord(user, idRef));
      else if (of === 'user') told.push({ kind: 'gone', of, externalId });
    }
    for (const { of, externalId } of last.values()) {
      const group = of === 'group' ? this.groups.get(externalId) : undefined;
      if (group) told.push(...this.groupRecords(group, idRef), { kind: 'groupEnd', group: externalId });
      else if (of === 'group') told.push({ kind: 'gone', of, externalId });
    }
    yield* this.checked(signal, [...told, { kind: 'cursor', cursor: next }]);
  }

  private async *checked<T>(signal: AbortSignal, records: T[]): AsyncGenerator<T> {
    let told = 0;
    for (const record of records) {
      await this.onRecord?.();
      signal.throwIfAborted();
      if (this.breakAfter && told++ >= this.breakAfter.records) {
        const { error } = this.breakAfter;
        this.breakAfter = null;
        throw error;
      }
      yield record;
    }
    if (this.breakAfter) {
      const { error } = this.breakAfter;
      this.breakAfter = null;
      throw error;
    }
  }

  private userRecord(user: FakeUser, ref: (externalId: string) => string): DirectoryRecord {
    return {
      kind: 'user',
      externalId: user.externalId,
      refs: [dn(user.externalId)],
      fields: user.fields,
      disabled: user.disabled,
      manager: user.manager === null ? null : ref(user.manager),
      primaryGroup: user.primaryGroup === null ? null : ref(user.primaryGroup),
    };
  }

  private groupRecords(group: FakeGroup, ref: (externalId: string) => string): DirectoryRecord[] {
    const { externalId, name, description, members } = group;
    return [
      { kind: 'group', externalId, refs: [dn(externalId)], name, description },
      {
        kind: 'members',
        group: externalId,
        members: members.map((member) => (this.isKnown(member) ? ref(member) : dn(member))),
      },
    ];
  }

  private isKnown(externalId: string): boolean {
    return this.users.has(externalId) || this.groups.has(externalId);
  }
}

const dn = (externalId: string): string => `cn=${externalId},dc=example`;
const idRef = (externalId: string): string => `id:${externalId}`;
