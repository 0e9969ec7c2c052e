import { inList, type Database } from '../src/database';
import type { MembershipVia } from '../schema/enums';
import { isGroupPresent, isUserPresent, type PlanContext } from './plan-context';
import { Leavers } from './leavers';
import type { StoredMember } from './plan';
import { OrdinalsById } from './planning/ordinals-by-id';
import { FROZEN, GONE, KNOWN, SEEN } from './planning/user-ledger';

const USERS = 1_000;
const ROWS = 50_000;

interface MembershipRow {
  groupId: number;
  userId: number;
  via: `${MembershipVia}`;
  pathIds: string | null;
}

/**
 * Memberships that a read does not tell and that hold nevertheless: of people and groups that were not importable this
 * time, and, in an incremental read, of all that did not change. They are added to the edges that were told.
 */
export class MembershipBase {
  private ordinals: OrdinalsById | null = null;
  private readonly loaded = new Set<number>();
  readonly leavers: Leavers;

  constructor(
    private readonly context: PlanContext,
    private readonly storedChildren: ReadonlyMap<number, readonly number[]>,
    private readonly resolve: (ref: string) => number | undefined,
  ) {
    this.leavers = new Leavers(context);
  }

  /** Whether all members of a group have been told, so that only their absence counts. */
  isTold(group: number): boolean {
    const { groups, isIncremental, toldWhole } = this.context;
    return isIncremental ? toldWhole.has(group) : !groups.has(group, FROZEN);
  }

  userOrdinal(id: number): number | undefined {
    this.ordinals ??= new OrdinalsById(this.context.users.ids.view());
    return this.ordinals.get(id);
  }

  externalId(user: number): string {
    return this.context.users.index.at(user);
  }

  /**
   * Adds what a read left out, and gives the groups that may have changed: in a full read all that are present, in an
   * incremental one those that were told, joined or left.
   */
  async carryOver(): Promise<Set<number>> {
    const { groups, isIncremental } = this.context;
    if (isIncremental) return this.carryOverUntold();
    await this.keepFrozenUsers();
    const candidates = new Set<number>();
    for (let group = 0; group < groups.size; group++) if (isGroupPresent(this.context, group)) candidates.add(group);
    await this.load([...candidates].filter((group) => groups.has(group, FROZEN)));
    return candidates;
  }

  private async keepFrozenUsers(): Promise<void> {
    const { users, groups, edges, counts } = this.context;
    const frozen = [...users.flags.view().keys()].filter((ordinal) => users.has(ordinal, FROZEN));
    for await (const row of this.membershipsOf(frozen)) {
      const group = groups.ordinalOfId(row.groupId);
      const user = this.userOrdinal(row.userId);
      if (group === undefined || user === undefined) continue;
      if (groups.isDepartment(group) && this.context.source.groupsFromDepartment && !groups.has(group, SEEN)) {
        groups.mark(group, SEEN);
        counts.unchanged++;
      }
      if (isGroupPresent(this.context, group)) edges.addUser(group, user, row.via === 'PRIMARY');
    }
  }

  private async carryOverUntold(): Promise<Set<number>> {
    const { users, groups, edges } = this.context;
    const candidates = new Set(this.context.toldWhole);
    for (const group of this.context.touched) candidates.add(group);
    const toldGroups = new Set<number>();
    for (let group = 0; group < groups.size; group++) if (edges.membersOf(group).length > 0) toldGroups.add(group);
    const isConcerned = (ordinal: number) =>
      users.has(ordinal, KNOWN) && users.has(ordinal, GONE | SEEN) && !users.has(ordinal, FROZEN);
    const told = this.toldOf(toldGroups, isConcerned);
    const concerned = [...users.flags.view().keys()].filter(isConcerned);
    for await (const row of this.membershipsOf(concerned.filter((user) => !users.has(user, GONE)))) {
      const group = groups.ordinalOfId(row.groupId);
      const user = this.userOrdinal(row.userId);
      if (group === undefined || user === undefined || told.has(`${group}:${user}`)) continue;
      if (row.via === 'PRIMARY' || groups.isDepartment(group)) candidates.add(group);
    }
    await this.letLeave(
      concerned.filter((user) => users.has(user, GONE)),
      candidates,
    );
    // A primary membership of today may have been a direct one yesterday, and the other way round.
    for (const group of toldGroups) candidates.add(group);
    for (const [parent, children] of this.storedChildren)
      if (children.some((child) => groups.has(child, GONE))) candidates.add(parent);
    for (const group of await this.awaiting()) candidates.add(group);
    const present = new Set([...candidates].filter((group) => isGroupPresent(this.context, group)));
    await this.load([...present]);
    return present;
  }

  private async letLeave(gone: readonly number[], candidates: Set<number>): Promise<void> {
    for await (const row of this.membershipsOf(gone, '')) {
      const group = this.context.groups.ordinalOfId(row.groupId);
      const user = this.userOrdinal(row.userId);
      if (group === undefined || user === undefined) continue;
      if (!this.leavers.note(group, { user, via: row.via, path: row.pathIds })) candidates.add(group);
    }
  }

  /** `group:user` of the told edges of some people. */
  private toldOf(toldGroups: ReadonlySet<number>, isConcerned: (ordinal: number) => boolean): Set<string> {
    const told = new Set<string>();
    for (const group of toldGroups) {
      for (const code of this.context.edges.membersOf(group))
        if (isConcerned(code >> 1)) told.add(`${group}:${code >> 1}`);
    }
    return told;
  }

  /** Groups among whose unresolved members are the people and groups that have just appeared. */
  private async awaiting(): Promise<number[]> {
    const { arrivals, groups, source, db } = this.context;
    if (arrivals.length === 0) return [];
    const wanted = new Set(arrivals.flatMap((arrival) => arrival.refs));
    const rows = await db.rows<{ groupId: number; refs: string }>(
      'SELECT u.groupId, u.refs FROM unresolved_members u JOIN user_group g ON g.id = u.groupId WHERE g.sourceId = ?',
      [source.id],
    );
    const waiting = rows.filter((row) => (JSON.parse(row.refs) as string[]).some((ref) => wanted.has(ref)));
    return waiting.map((row) => groups.ordinalOfId(row.groupId)).filter((group) => group !== undefined);
  }

  /** Adds the stored edges of groups that are still true. A group is loaded once. */
  async load(wanted: readonly number[]): Promise<void> {
    const { groups, edges } = this.context;
    const open = wanted.filter((group) => !this.loaded.has(group) && groups.has(group, KNOWN));
    for (const group of open) this.loaded.add(group);
    // Of groups that were told, only primary memberships are not in what was told.
    const [told, untold] = [open.filter((group) => this.isTold(group)), open.filter((group) => !this.isTold(group))];
    await this.loadEdges(told, "AND via = 'PRIMARY'");
    await this.loadEdges(untold, "AND via <> 'NESTED'");
    for (const group of untold) {
      for (const child of this.storedChildren.get(group) ?? []) {
        if (isGroupPresent(this.context, child)) edges.addGroup(group, child);
      }
    }
    await this.loadUnresolved(untold);
  }

  private async loadEdges(wanted: readonly number[], condition: string): Promise<void> {
    const { groups, edges } = this.context;
    for await (const row of this.membershipRows(wanted, condition)) {
      const group = groups.ordinalOfId(row.groupId) ?? 0;
      const user = this.userOrdinal(row.userId);
      if (user === undefined) continue;
      if (this.holds(group, user, row.via)) edges.addUser(group, user, row.via === 'PRIMARY');
    }
  }

  private holds(group: number, user: number, via: string): boolean {
    const { users, groups, isIncremental } = this.context;
    if (!isUserPresent(this.context, user)) return false;
    if (!isIncremental) return true;
    const isUserTold = users.has(user, SEEN) && !users.has(user, FROZEN);
    if (via === 'PRIMARY') return !isUserTold;
    if (groups.isDepartment(group)) return !isUserTold;
    return !this.isTold(group);
  }

  private async loadUnresolved(untold: readonly number[]): Promise<void> {
    const { groups, edges, pending, db } = this.context;
    for (let start = 0; start < untold.length; start += USERS) {
      const among = inList(untold.slice(start, start + USERS).map((group) => groups.ids.at(group)));
      const rows = await db.rows<{ groupId: number; refs: string }>(
        `SELECT groupId, refs FROM unresolved_members WHERE groupId IN ${among.sql}`,
        among.params,
      );
      for (const row of rows) {
        const group = groups.ordinalOfId(row.groupId) ?? 0;
        for (const ref of JSON.parse(row.refs) as string[]) {
          const found = this.resolve(ref);
          if (found !== undefined && found >= 0 && isUserPresent(this.context, found))
            edges.addUser(group, found, false);
          else if (found !== undefined && found < 0 && isGroupPresent(this.context, ~found) && ~found !== group)
            edges.addGroup(group, ~found);
          else {
            pending.groups.push(group);
            pending.texts.push(ref);
          }
        }
      }
    }
  }

  /** Stored members of some groups, group by group, never more than some ten thousand rows at once. */
  async *storedMembers(wanted: readonly number[]): AsyncGenerator<{ group: number; members: StoredMember[] }> {
    const { groups } = this.context;
    let group = -1;
    let members: StoredMember[] = [];
    for await (const row of this.membershipRows(wanted, '')) {
      const ordinal = groups.ordinalOfId(row.groupId) ?? -1;
      if (ordinal !== group) {
        if (group >= 0) yield { group, members };
        [group, members] = [ordinal, []];
      }
      const user = this.userOrdinal(row.userId);
      if (user !== undefined) members.push({ user, via: row.via, path: row.pathIds });
    }
    if (group >= 0) yield { group, members };
  }

  private async *membershipRows(wanted: readonly number[], condition: string): AsyncGenerator<MembershipRow> {
    const { groups, db } = this.context;
    let [part, rows] = [[] as number[], 0];
    for (const group of wanted) {
      const count = groups.memberCounts.at(group);
      if (part.length > 0 && (rows + count > ROWS || part.length >= USERS)) {
        yield* await rowsOfGroups(db, part, condition);
        [part, rows] = [[], 0];
      }
      if (groups.ids.at(group) > 0) part.push(groups.ids.at(group));
      rows += count;
    }
    yield* await rowsOfGroups(db, part, condition);
  }

  /** Memberships of people in groups of this source, DIRECT and PRIMARY ones where nothing else is said. */
  private async *membershipsOf(
    ordinals: readonly number[],
    condition = "AND m.via <> 'NESTED'",
  ): AsyncGenerator<MembershipRow> {
    const { users, source, db } = this.context;
    for (let start = 0; start < ordinals.length; start += USERS) {
      const among = inList(ordinals.slice(start, start + USERS).map((ordinal) => users.ids.at(ordinal)));
      yield* await db.rows<MembershipRow>(
        `SELECT m.groupId, m.userId, m.via, m.pathIds FROM membership m JOIN user_group g ON g.id = m.groupId
         WHERE m.userId IN ${among.sql} ${condition} AND g.sourceId = ?`,
        [...among.params, source.id],
      );
    }
  }
}

async function rowsOfGroups(db: Database, ids: readonly number[], condition: string): Promise<MembershipRow[]> {
  if (ids.length === 0) return [];
  const among = inList(ids);
  return db.rows<MembershipRow>(
    `SELECT groupId, userId, via, pathIds FROM membership WHERE groupId IN ${among.sql} ${condition} ORDER BY groupId, position`,
    among.params,
  );
}
