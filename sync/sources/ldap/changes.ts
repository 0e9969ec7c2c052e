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
import type { ChangedIds, History } from './history';
import { MemberReader } from './members';
import { NamedIds } from './named-ids';
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

/** A told entry, as a group may hold it. */
interface Holdable {
  of: 'user' | 'group';
  dn: string;
  refs: string[];
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
  private readonly named: NamedIds;
  private isKnown: IsKnown = () => false;
  /** Told entries by id: some may turn out to be new. */
  private readonly entries = new Map<string, Holdable>();

  constructor(
    private readonly session: LdapSession,
    private readonly settings: LdapSettings,
    private readonly dialect: Dialect,
    private readonly history: History,
    private readonly known: IsKnown | Promise<IsKnown> | null = null,
  ) {
    this.named = new NamedIds(session, settings, dialect, history);
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
    await this.collect(from);
    if (changedIds === null || !(await this.lookUp(changedIds))) {
      await this.collectHolders();
      this.want();
      yield* this.sweep(changedIds === null);
    }
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
    await this.each(userSearch(this.settings, this.dialect, changed), (entry) => {
      const record = this.dialect.user(entry);
      if (record.kind === 'bad' && record.externalId === null) {
        this.nameless.push(record);
        return;
      }
      const id = record.externalId ?? '';
      this.users.set(id, record);
      this.entries.set(id, this.holdable('user', entry));
      this.refuseFlood();
    });
    await this.each(groupSearch(this.settings, this.dialect, changed), (entry) => this.addGroup(entry));
  }

  /**
   * Looks names up while what is known is still being loaded, then those of the groups that hold what is new.
   *
   * @returns false where that cannot be done, or not surely: then all ids are to be read.
   */
  private async lookUp(changedIds: ChangedIds): Promise<boolean> {
    const isByNameAlone = this.history.findsNamesAlone && this.known !== null;
    this.want();
    let isAnswered = await this.named.lookUp(isByNameAlone);
    await this.collectHolders();
    this.want();
    isAnswered = isAnswered && (await this.named.lookUp(isByNameAlone));
    return this.named.settle((id) => this.isInSight(id, changedIds)) && isAnswered;
  }

  /** Whether an entry that was found by its name is one that the source tells, by its filters, or has told before. */
  private isInSight(externalId: string, changedIds: ChangedIds): boolean {
    const told = this.users.get(externalId) ?? this.groups.get(externalId)?.record;
    if (told !== undefined && told.kind !== 'bad') return true;
    const isKnown = this.isKnown('user', externalId) || this.isKnown('group', externalId);
    // One that is known, changed and not told has left the source's sight.
    return isKnown && (told !== undefined || !changedIds.has(externalId));
  }

  /** The groups that hold entries which are new to the consumer, and again those that hold these groups. */
  private async collectHolders(): Promise<void> {
    this.isKnown = (await this.known) ?? this.isKnown;
    while (this.entries.size > 0) {
      const level = [...this.entries].filter(([id, { of }]) => !this.isKnown(of, id)).map(([, entry]) => entry);
      this.entries.clear();
      const searches = Math.ceil(level.length / NAMES_AT_ONCE);
      if (searches > this.history.maxHolderSearches) await this.scanHolders(level);
      else await this.searchHolders(level);
    }
  }

  /** By each attribute alone: a server without an index on one of them would read all groups for any of them. */
  private async searchHolders(level: readonly Holdable[]): Promise<void> {
    for (let at = 0; at < level.length; at += NAMES_AT_ONCE) {
      for (const filter of this.holding(level.slice(at, at + NAMES_AT_ONCE)))
        await this.each(groupSearch(this.settings, this.dialect, filter), (entry) => this.addGroup(entry));
    }
  }

  /** Reads every group that is not told yet, and tells those that hold one of the entries. */
  private async scanHolders(level: readonly Holdable[]): Promise<void> {
    const refs = new Set(level.flatMap((entry) => entry.refs));
    await this.each(groupSearch(this.settings, this.dialect), async (entry) => {
      const id = this.dialect.externalId(entry);
      if (id === null || this.groups.has(id)) return;
      const members = await this.members.all(entry);
      if (members.some((ref) => refs.has(ref))) await this.addGroup(entry, members);
    });
  }

  private *holding(entries: readonly Holdable[]): Generator<Filter> {
    const uids = entries.flatMap(({ refs }) => refs.filter((ref) => ref.startsWith('uid:')));
    for (const attribute of this.dialect.memberAttributes) {
      const values =
        attribute === 'memberUid' ? uids.map((ref) => ref.slice('uid:'.length)) : entries.map(({ dn }) => dn);
      const filters = values.map((value) => new EqualityFilter({ attribute, value }));
      if (filters.length > 0) yield new OrFilter({ filters });
    }
  }

  private async addGroup(entry: Entry, known?: string[]): Promise<void> {
    const record = this.dialect.group(entry);
    if (record.kind === 'bad' && record.externalId === null) {
      this.nameless.push(record);
      return;
    }
    const id = record.externalId ?? '';
    if (this.groups.has(id)) return;
    const members = record.kind === 'group' ? (known ?? (await this.members.all(entry))) : [];
    this.groups.set(id, { record, members });
    this.entries.set(id, this.holdable('group', entry));
    this.refuseFlood();
  }

  private holdable(of: 'user' | 'group', entry: Entry): Holdable {
    return { of, dn: entry.dn, refs: this.dialect.refs(entry) };
  }

  private refuseFlood(): void {
    if (this.users.size + this.groups.size > MAX_CHANGED) {
      throw new ResyncRequired(`More than ${MAX_CHANGED} entries changed: reading everything is quicker.`);
    }
  }

  private want(): void {
    const { named } = this;
    for (const record of this.users.values()) {
      if (record.kind === 'bad') continue;
      if (record.manager) named.want(record.manager);
      if (record.primaryGroup) named.want(record.primaryGroup);
    }
    for (const { members } of this.groups.values()) for (const ref of members) named.want(ref);
    for (const [externalId, record] of this.users) if (record.kind === 'user') named.find(externalId, record.refs);
    for (const [externalId, { record }] of this.groups)
      if (record.kind === 'group') named.find(externalId, record.refs);
  }

  /** Reads the ids of all entries: what is pointed at gets its id and, where asked for, what is there is told present. */
  private async *sweep(tellsPresent: boolean): AsyncGenerator<DirectoryChange, void> {
    const { named } = this;
    const { hasUserIds } = named;
    const attributes = this.dialect.sweepAttributes.filter((name) => name !== 'uid' || hasUserIds);
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
          if (named.size > 0) named.find(externalId, this.dialect.refs(entry));
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
    const id = this.named.idOf(ref);
    return id === null ? ref : `id:${id}`;
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
