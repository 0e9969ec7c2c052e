import { EqualityFilter, type Filter, OrFilter } from 'ldapts';

import {
  type BadRecord,
  type DirectoryChange,
  type GroupRecord,
  type IsKnown,
  ResyncRequired,
  type UserRecord,
} from '../../source';

import { type Position, readCursor, writeCursor } from './cursor';
import type { Dialect } from './dialect';
import type { Entry } from './entry';
import { groupSearch, userSearch } from './full-read';
import type { History } from './history';
import { MemberReader } from './members';
import { type PagedSearch, readPages } from './paging';
import { contextOf, readRootDse } from './root-dse';
import type { LdapSession } from './session';
import type { LdapSettings } from './settings';

/** Beyond this many changed entries a full read is the quicker and the smaller one. */
const MAX_CHANGED = 50_000;
/** Names in one search for the groups that hold them. */
const NAMES_AT_ONCE = 50;
/** Ids in one `present` record. */
const IDS_AT_ONCE = 1000;

interface ChangedGroup {
  record: GroupRecord | BadRecord;
  members: string[];
}

/**
 * Tells what changed since a cursor.
 *
 * An entry that newly comes into the source's sight (created, moved or filtered in, returned) may have been a member of
 * groups all the time, whose own entries did not change: those groups are told too. `isKnown` says which entries are
 * new; without it any told entry might be, which is as correct and more work.
 *
 * Members and managers are told as `id:<externalId>` wherever the directory has them: they need not be part of this read.
 *
 * @throws ResyncRequired, IncompleteRead
 */
export class ChangeReader {
  private readonly users = new Map<string, UserRecord | BadRecord>();
  private readonly groups = new Map<string, ChangedGroup>();
  /** Told entries without an id: they can only be bad. */
  private readonly nameless: BadRecord[] = [];
  private readonly members: MemberReader;
  private isKnown: IsKnown = () => false;
  /** Refs that are pointed at, and the ids found for them. */
  private readonly wanted = new Map<string, string | null>();

  constructor(
    private readonly session: LdapSession,
    private readonly settings: LdapSettings,
    private readonly dialect: Dialect,
    private readonly history: History,
    private readonly known: IsKnown | Promise<IsKnown> = () => false,
  ) {
    this.members = new MemberReader(dialect, session);
  }

  async *read(cursor: string): AsyncGenerator<DirectoryChange, void> {
    const from = readCursor(this.settings, cursor);
    const now = await this.history.position(this.session);
    if (now === null) throw new ResyncRequired('The server does not tell any more what changed.');
    this.history.verify(from, now);
    await this.refuseMovedUnits(from);
    // Before the entries themselves: one that changes in between is then told, and not taken for gone.
    const changedIds = await this.history.changedIds(this.session, from, now);
    this.isKnown = await this.known;
    await this.collect(from);
    this.want();
    if (changedIds === null || !(await this.lookUp())) yield* this.sweep(changedIds === null);
    yield* this.tell();
    for (const [externalId, of] of changedIds ?? []) {
      if (this.users.has(externalId) || this.groups.has(externalId)) continue;
      for (const kind of of === null ? (['user', 'group'] as const) : [of])
        yield { kind: 'gone', of: kind, externalId };
    }
    const sweptAt = changedIds === null ? now.at : from.sweptAt;
    yield { kind: 'cursor', cursor: writeCursor(this.settings, { ...now, sweptAt }) };
  }

  /** What lies below a renamed or moved unit has another name, perhaps another place, and no change of its own. */
  private async refuseMovedUnits(from: Position): Promise<void> {
    const base = contextOf(await readRootDse(this.session), this.settings.baseDn);
    const pages = readPages(this.session, {
      step: 'Reading changed organizational units',
      base,
      scope: 'sub',
      filter: this.history.changedUnits(from),
      attributes: ['1.1'],
      controls: this.history.controls,
      pageSize: this.settings.pageSize,
    });
    for await (const [unit] of pages) {
      if (unit)
        throw new ResyncRequired(`An organizational unit was changed, what is below may have moved: ${unit.dn}.`);
    }
  }

  private async collect(from: Position): Promise<void> {
    const changed = this.history.changed(from);
    const fresh: Entry[] = [];
    await this.each(userSearch(this.settings, this.dialect, changed), (entry) => {
      const record = this.dialect.user(entry);
      if (record.kind === 'bad' && record.externalId === null) {
        this.nameless.push(record);
        return;
      }
      const id = record.externalId ?? '';
      this.users.set(id, record);
      if (!this.isKnown('user', id)) fresh.push(entry);
      this.refuseFlood();
    });
    await this.each(groupSearch(this.settings, this.dialect, changed), (entry) => this.addGroup(entry, fresh));
    await this.collectHolders(fresh);
  }

  /** The groups that hold entries which are new to the consumer, and again those that hold these groups. */
  private async collectHolders(entries: Entry[]): Promise<void> {
    for (let level = entries; level.length > 0;) {
      const next: Entry[] = [];
      const searches = Math.ceil(level.length / NAMES_AT_ONCE);
      if (searches > this.history.maxHolderSearches) await this.scanHolders(level, next);
      else await this.searchHolders(level, next);
      level = next;
    }
  }

  private async searchHolders(entries: Entry[], next: Entry[]): Promise<void> {
    for (let at = 0; at < entries.length; at += NAMES_AT_ONCE) {
      const holders = this.holding(entries.slice(at, at + NAMES_AT_ONCE));
      await this.each(groupSearch(this.settings, this.dialect, holders), (entry) => this.addGroup(entry, next));
    }
  }

  /** Reads every group that is not told yet, and tells those that hold one of the entries. */
  private async scanHolders(entries: Entry[], next: Entry[]): Promise<void> {
    const refs = new Set(entries.flatMap((entry) => this.dialect.refs(entry)));
    await this.each(groupSearch(this.settings, this.dialect), async (entry) => {
      const id = this.dialect.externalId(entry);
      if (id === null || this.groups.has(id)) return;
      const members = await this.members.all(entry);
      if (members.some((ref) => refs.has(ref))) await this.addGroup(entry, next, members);
    });
  }

  private holding(entries: Entry[]): Filter {
    const filters: Filter[] = [];
    for (const entry of entries) {
      const uids = this.dialect.refs(entry).filter((ref) => ref.startsWith('uid:'));
      for (const attribute of this.dialect.memberAttributes) {
        const values = attribute === 'memberUid' ? uids.map((ref) => ref.slice('uid:'.length)) : [entry.dn];
        for (const value of values) filters.push(new EqualityFilter({ attribute, value }));
      }
    }
    return new OrFilter({ filters });
  }

  private async addGroup(entry: Entry, fresh: Entry[], known?: string[]): Promise<void> {
    const record = this.dialect.group(entry);
    if (record.kind === 'bad' && record.externalId === null) {
      this.nameless.push(record);
      return;
    }
    const id = record.externalId ?? '';
    if (this.groups.has(id)) return;
    const members = record.kind === 'group' ? (known ?? (await this.members.all(entry))) : [];
    this.groups.set(id, { record, members });
    if (!this.isKnown('group', id)) fresh.push(entry);
    this.refuseFlood();
  }

  private refuseFlood(): void {
    if (this.users.size + this.groups.size > MAX_CHANGED) {
      throw new ResyncRequired(`More than ${MAX_CHANGED} entries changed: reading everything is quicker.`);
    }
  }

  private want(): void {
    for (const record of this.users.values()) {
      if (record.kind === 'bad') continue;
      if (record.manager) this.wanted.set(record.manager, null);
      if (record.primaryGroup) this.wanted.set(record.primaryGroup, null);
    }
    for (const { members } of this.groups.values()) for (const ref of members) this.wanted.set(ref, null);
    for (const [externalId, record] of this.users) this.find(externalId, record.kind === 'user' ? record.refs : []);
    for (const [externalId, { record }] of this.groups)
      this.find(externalId, record.kind === 'group' ? record.refs : []);
  }

  private find(externalId: string, refs: string[]): void {
    for (const ref of refs) if (this.wanted.has(ref)) this.wanted.set(ref, externalId);
  }

  /** Asks for what is pointed at by name. False where that cannot be done, or not surely: then all ids are to be read. */
  private async lookUp(): Promise<boolean> {
    const missing = this.missing();
    if (missing.length > this.history.maxLookedUp) return false;
    const { refsAtOnce } = this.history;
    for (let at = 0; at < missing.length; at += refsAtOnce) {
      const refs = missing.slice(at, at + refsAtOnce);
      for (const search of [userSearch, groupSearch]) {
        const left = refs.filter((ref) => this.wanted.get(ref) === null);
        if (left.length === 0) break;
        const filter = this.history.byRefs(left);
        if (filter === null) return false;
        const lean = { ...search(this.settings, this.dialect, filter), attributes: [...this.dialect.sweepAttributes] };
        await this.each(lean, (entry) => {
          const externalId = this.dialect.externalId(entry);
          if (externalId !== null) this.find(externalId, this.dialect.refs(entry));
        });
      }
    }
    // Our spelling of names in other letters than ASCII may be another than the server's.
    return this.missing().every((ref) => /^[\x20-\x7e]*$/.test(ref));
  }

  private missing(): string[] {
    return [...this.wanted].filter(([, id]) => id === null).map(([ref]) => ref);
  }

  /** Reads the ids of all entries: what is pointed at gets its id and, where asked for, what is there is told present. */
  private async *sweep(tellsPresent: boolean): AsyncGenerator<DirectoryChange, void> {
    const namesUids = [...this.wanted.keys()].some((ref) => ref.startsWith('uid:'));
    const attributes = this.dialect.sweepAttributes.filter((name) => name !== 'uid' || namesUids);
    const searches = [
      { of: 'user' as const, search: userSearch(this.settings, this.dialect) },
      { of: 'group' as const, search: groupSearch(this.settings, this.dialect) },
    ];
    for (const { of, search } of searches) {
      const lean = { ...search, attributes, pageSize: this.settings.pageSize };
      for await (const page of readPages(this.session, lean)) {
        const externalIds: string[] = [];
        for (const entry of page) {
          const externalId = this.dialect.externalId(entry);
          if (externalId === null) continue;
          externalIds.push(externalId);
          if (this.wanted.size > 0) this.find(externalId, this.dialect.refs(entry));
        }
        if (tellsPresent) yield* present(of, externalIds);
      }
    }
  }

  private *tell(): Generator<DirectoryChange, void> {
    for (const record of this.users.values()) yield record.kind === 'bad' ? record : this.resolved(record);
    yield* this.nameless;
    for (const { record, members } of this.groups.values()) {
      yield record;
      if (record.kind === 'bad') continue;
      const group = record.externalId;
      if (members.length > 0) yield { kind: 'members', group, members: members.map((ref) => this.resolve(ref)) };
      yield { kind: 'groupEnd', group };
    }
  }

  private resolved(record: UserRecord): UserRecord {
    const { manager, primaryGroup } = record;
    return {
      ...record,
      manager: manager ? this.resolve(manager) : null,
      primaryGroup: primaryGroup ? this.resolve(primaryGroup) : null,
    };
  }

  private resolve(ref: string): string {
    const id = this.wanted.get(ref);
    return id ? `id:${id}` : ref;
  }

  private async each(search: PagedSearch, handle: (entry: Entry) => void | Promise<void>): Promise<void> {
    for await (const page of readPages(this.session, search)) for (const entry of page) await handle(entry);
  }
}

function* present(of: 'user' | 'group', externalIds: string[]): Generator<DirectoryChange, void> {
  for (let at = 0; at < externalIds.length; at += IDS_AT_ONCE) {
    yield { kind: 'present', of, externalIds: externalIds.slice(at, at + IDS_AT_ONCE) };
  }
}
