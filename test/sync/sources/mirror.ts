import type { DirectoryChange, DirectoryConnector, IsKnown, UserRecord } from '../../../sync/source';

interface MirroredUser {
  fields: UserRecord['fields'];
  disabled: boolean;
  manager: string | null;
  primaryGroup: string | null;
}

interface MirroredGroup {
  name: string;
  description: string | null;
  members: string[];
}

type Reader = DirectoryConnector & Required<Pick<DirectoryConnector, 'changes'>>;

/**
 * The smallest consumer that keeps a connector's contract: everything by ids, from full reads and from changes. After a
 * read of changes it must hold what a fresh full read would give.
 */
export class Mirror {
  readonly users = new Map<string, MirroredUser>();
  readonly groups = new Map<string, MirroredGroup>();
  /** Kinds and names that the last read told, for looking at how little it was. */
  readonly told: string[] = [];
  /** How many ids the last read told as gone and as present. */
  readonly seen = { gone: 0, present: 0 };
  cursor = '';

  constructor(private readonly knows = true) {}

  static async of(connector: DirectoryConnector): Promise<Mirror> {
    const mirror = new Mirror();
    await mirror.full(connector);
    return mirror;
  }

  async full(connector: DirectoryConnector): Promise<void> {
    const signal = new AbortController().signal;
    this.users.clear();
    this.groups.clear();
    this.cursor = (await connector.cursor?.(signal)) ?? '';
    await this.take(connector.read(signal), () => undefined);
  }

  async change(connector: DirectoryConnector): Promise<void> {
    const isKnown: IsKnown = (of, id) => (of === 'user' ? this.users.has(id) : this.groups.has(id));
    const reader = connector as Reader;
    const signal = new AbortController().signal;
    const stored = (id: string) => (this.users.has(id) || this.groups.has(id) ? id : undefined);
    await this.take(reader.changes(this.cursor, signal, this.knows ? isKnown : undefined), stored);
  }

  /** As plain data, comparable: what nobody has is left out of members. */
  get state(): unknown {
    const known = (id: string | null) => (id !== null && (this.users.has(id) || this.groups.has(id)) ? id : null);
    const sorted = <T>(map: Map<string, T>) => Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
    const users = new Map(
      [...this.users].map(([id, user]) => [
        id,
        { ...user, manager: known(user.manager), primaryGroup: known(user.primaryGroup) },
      ]),
    );
    const groups = new Map(
      [...this.groups].map(([id, group]) => [
        id,
        { ...group, members: [...new Set(group.members)].filter((member) => known(member) !== null).sort() },
      ]),
    );
    return { users: sorted(users), groups: sorted(groups) };
  }

  memberNames(group: string): string[] {
    const found = [...this.groups.values()].find(({ name }) => name === group);
    return (found?.members ?? [])
      .map((id) => this.users.get(id)?.fields.userId ?? this.groups.get(id)?.name ?? '')
      .filter((name) => name !== '')
      .sort();
  }

  private async take(changes: AsyncIterable<DirectoryChange>, stored: (id: string) => string | undefined) {
    const records: DirectoryChange[] = [];
    for await (const record of changes) records.push(record);
    const refs = new Map<string, string>();
    for (const record of records) {
      if (record.kind !== 'user' && record.kind !== 'group') continue;
      for (const ref of [...record.refs, `id:${record.externalId}`]) refs.set(ref, record.externalId);
    }
    const idOf = (ref: string) => refs.get(ref) ?? (ref.startsWith('id:') ? stored(ref.slice(3)) : undefined) ?? null;
    this.told.length = 0;
    Object.assign(this.seen, { gone: 0, present: 0 });
    const seen = new Set<string>();
    let sweeps = false;
    for (const record of records) {
      if (record.kind === 'present') {
        sweeps = true;
        record.externalIds.forEach((id) => seen.add(id));
        this.seen.present += record.externalIds.length;
      } else if (record.kind === 'cursor') {
        this.cursor = record.cursor;
      } else if (record.kind === 'gone') {
        this.forget(record.externalId);
        this.seen.gone++;
      } else {
        this.keep(record, idOf, seen);
      }
    }
    if (!sweeps) return;
    for (const id of [...this.users.keys(), ...this.groups.keys()]) if (!seen.has(id)) this.forget(id);
  }

  /** What vanishes loses its memberships, as in the pipeline. */
  private forget(id: string): void {
    this.users.delete(id);
    this.groups.delete(id);
    for (const group of this.groups.values()) group.members = group.members.filter((member) => member !== id);
  }

  private keep(record: DirectoryChange, idOf: (ref: string) => string | null, seen: Set<string>): void {
    if (record.kind === 'user') {
      seen.add(record.externalId);
      this.told.push(`user ${record.fields.userId}`);
      const { fields, disabled, manager, primaryGroup } = record;
      const at = (ref: string | null | undefined) => (ref ? idOf(ref) : null);
      this.users.set(record.externalId, { fields, disabled, manager: at(manager), primaryGroup: at(primaryGroup) });
    } else if (record.kind === 'group') {
      seen.add(record.externalId);
      this.told.push(`group ${record.name}`);
      this.groups.set(record.externalId, { name: record.name, description: record.description ?? null, members: [] });
    } else if (record.kind === 'members') {
      const group = this.groups.get(record.group);
      for (const ref of record.members) group?.members.push(...[idOf(ref)].filter((id) => id !== null));
    }
  }
}
