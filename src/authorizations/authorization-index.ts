import type { RowPlace } from './adjacency';
import type { AuthorizationData, GrantFacts, GroupFacts, MembershipColumns, RightsSource } from './authorization-data';
import { Grants } from './grants';
import { GroupTable, leads } from './group-table';
import { MembershipGraph } from './membership-graph';
import { People } from './people';
import { ALL_RIGHTS } from './rights';
import type { Roster } from './roster';
import { atOnce, type Sliced } from './slices';
import { UserSet } from './user-set';

/** Changed rows under so many bytes are not packed. */
const PACK_ABOVE = 1 << 18;
/** Under so many leftovers of what was removed an index is not worn. */
const FEW_LEFT = 1 << 12;

/** Which list: whom a user may see, or who may see it. */
export type Direction = 'visibleUsers' | 'visibleTo';

interface Parts {
  grants: Grants;
  groups: GroupTable;
  people: People;
  graph: MembershipGraph;
}

/**
 * Who may do what with whom, held in memory and kept exact under every change:
 *
 * rights(viewer → target) = global ∪ member rights of each group both are in ∪ leader rights of each group that the
 * viewer leads or deputises and the target is in ∪ the individual grant; groups with inactive settings do not count.
 *
 * Rights are bits of `RIGHTS`. Unknown people have no rights and nobody has any on them. All operations are synchronous;
 * a change costs the rows it touches, and now and then a packing of some milliseconds per million memberships.
 */
export class AuthorizationIndex {
  private globalRights: number;
  private readonly grants: Grants;
  private readonly groups: GroupTable;
  private readonly graph: MembershipGraph;
  private readonly people: People;
  /** Pairs and people that were removed and still take up room. */
  private left = 0;
  /** Scratch of one query: ordinals of those found so far. */
  private readonly found = new UserSet();
  private readonly own: RowPlace = { values: new Int32Array(0), from: 0, end: 0 };
  private readonly theirs: RowPlace = { values: new Int32Array(0), from: 0, end: 0 };

  /** @param packAbove bytes of changed rows under which the arrays are never packed anew */
  constructor(
    data: AuthorizationData,
    private readonly packAbove = PACK_ABOVE,
    parts: Parts = atOnce(partsOf(data)),
  ) {
    this.globalRights = data.globalRights;
    this.grants = parts.grants;
    this.groups = parts.groups;
    this.graph = parts.graph;
    this.people = parts.people;
  }

  /** Makes an index in slices. The data must not change meanwhile. */
  static *building(data: AuthorizationData): Sliced<AuthorizationIndex> {
    return new AuthorizationIndex(data, PACK_ABOVE, yield* partsOf(data));
  }

  /** Pairs of the given memberships that named an unknown user or group. */
  get ignoredMemberships(): number {
    return this.graph.ignored;
  }

  /** The ordinals of `select`, which a key keeps as long as it is known. */
  get roster(): Roster {
    return this.people.roster;
  }

  /** So much of it is left over from what was removed that a new one is worth its price. */
  get isWorn(): boolean {
    return this.left > Math.max(FEW_LEFT, (this.graph.pairs + this.people.roster.size) / 4);
  }

  /** Whether the user is known, VANISHED or not. */
  knowsUser(userId: number): boolean {
    return this.people.roster.ordinal(userId) >= 0;
  }

  /** Whether both the group and the user are known, so that a membership of theirs can be added. */
  knows(groupId: number, userId: number): boolean {
    return this.groups.roster.ordinal(groupId) >= 0 && this.knowsUser(userId);
  }

  /** The rights of a viewer on a target. */
  check(viewerId: number, targetId: number): number {
    let rights = 0;
    this.visitSources(viewerId, targetId, (_grantedBy, granted) => (rights |= granted));
    return rights;
  }

  /** The same with everything that grants something, each source with all that it grants. */
  explain(viewerId: number, targetId: number): { rights: number; sources: RightsSource[] } {
    const sources: RightsSource[] = [];
    let all = 0;
    this.visitSources(viewerId, targetId, (grantedBy, rights, groupId, asLeader) => {
      all |= rights;
      if (rights !== 0) sources.push({ grantedBy, groupId, asLeader, rights });
    });
    return { rights: all, sources };
  }

  /** Whether the global rights alone make everybody visible to everybody. */
  isEveryoneVisible(rights = ALL_RIGHTS): boolean {
    return (this.globalRights & rights) !== 0;
  }

  /**
   * Those on whom the user holds at least one of the rights, or who hold one on it, without itself and VANISHED people:
   * a set of ordinals of `roster`, good until the next question or change.
   */
  select(direction: Direction, userId: number, rights = ALL_RIGHTS): UserSet {
    const { found, people } = this;
    const self = people.roster.ordinal(userId);
    found.clear();
    found.reserve(people.roster.size);
    if (self < 0) return found;
    if (this.isEveryoneVisible(rights)) found.addSet(people.live);
    else {
      this.findGroupMates(self, rights);
      if (direction === 'visibleUsers') this.findLedAndGranted(userId, rights);
      else this.findLeadersAndGrantees(self, userId, rights);
      found.keepOnly(people.live);
    }
    found.delete(self);
    return found;
  }

  /** Ids of those on whom the viewer holds at least one of the rights, ascending, without itself and VANISHED people. */
  visibleUsers(viewerId: number, rights = ALL_RIGHTS): Int32Array {
    return this.people.idsOf(this.select('visibleUsers', viewerId, rights));
  }

  /** Ids of those who hold at least one of the rights on the target, ascending, without itself and VANISHED people. */
  visibleTo(targetId: number, rights = ALL_RIGHTS): Int32Array {
    return this.people.idsOf(this.select('visibleTo', targetId, rights));
  }

  /** @throws RangeError where a user or group is unknown; nothing has changed then. */
  addMemberships(pairs: MembershipColumns): void {
    this.graph.add(pairs);
    this.graph.packIfWorn(this.packAbove);
  }

  /** Pairs that are not there change nothing. */
  removeMemberships(pairs: MembershipColumns): void {
    this.graph.remove(pairs);
    this.graph.packIfWorn(this.packAbove);
  }

  /** Adds a group, or replaces what is known of it; its members stay. */
  setGroup(group: GroupFacts): void {
    this.groups.set(group);
  }

  /** Removes a group with its memberships. */
  removeGroup(groupId: number): void {
    const ordinal = this.groups.remove(groupId);
    if (ordinal >= 0) this.left += 1 + this.graph.forgetGroup(ordinal);
  }

  /** Grants one viewer exactly these rights on one target; replaces an earlier grant. */
  setGrant({ viewerId, targetId, rights }: GrantFacts): void {
    this.grants.set(viewerId, targetId, rights);
  }

  removeGrant(viewerId: number, targetId: number): void {
    this.grants.delete(viewerId, targetId);
  }

  /** Sets the rights of everybody towards everybody. */
  setGlobal(rights: number): void {
    this.globalRights = rights;
  }

  /** Adds a person who is in no group yet; a known one changes nothing. @throws RangeError where the id is no key. */
  addUser(userId: number): void {
    this.people.add(userId);
  }

  /**
   * Removes a person with memberships and grants. A group that names them as leader or deputy has to be set anew by
   * the caller; until then the name has no effect.
   */
  removeUser(userId: number): void {
    const ordinal = this.people.roster.ordinal(userId);
    if (ordinal >= 0) this.left += 1 + this.graph.groupsOf(ordinal).length;
    this.people.remove(userId);
    this.grants.deleteUser(userId);
  }

  /** Hides a person from the lists, or shows them again; rights stay. @throws RangeError where the user is unknown. */
  setVanished(userId: number, isVanished: boolean): void {
    this.people.setVanished(userId, isVanished);
  }

  /** Bytes held: exact for the arrays, estimated for groups and grants. */
  memoryBytes(): number {
    return this.people.bytes + this.found.bytes + this.groups.bytes + this.graph.bytes + this.grants.bytes;
  }

  private visitSources(viewerId: number, targetId: number, visit: SourceVisitor): void {
    const { own, theirs, groups } = this;
    const viewer = this.people.roster.ordinal(viewerId);
    const target = this.people.roster.ordinal(targetId);
    if (viewer < 0 || target < 0) return;
    visit('GLOBAL', this.globalRights, null, false);
    this.graph.locateGroupsOf(viewer, own);
    this.graph.locateGroupsOf(target, theirs);
    const leadsAny = groups.leadsAny(viewerId);
    for (let i = own.from, j = theirs.from; j < theirs.end && (leadsAny || i < own.end); j++) {
      const ordinal = theirs.values[j];
      while (i < own.end && own.values[i] < ordinal) i++;
      const isShared = i < own.end && own.values[i] === ordinal;
      // Most groups are neither shared nor led: nothing of them is looked up.
      const group = isShared || leadsAny ? groups.at(ordinal) : null;
      if (!group?.settingsActive) continue;
      if (isShared) visit('GROUP', group.memberRights, group.id, false);
      if (leads(group, viewerId)) visit('GROUP', group.leaderRights, group.id, true);
    }
    visit('INDIVIDUAL', this.grants.rights(viewerId, targetId), null, false);
  }

  private findGroupMates(user: number, rights: number): void {
    for (const ordinal of this.graph.groupsOf(user)) {
      const group = this.groups.at(ordinal);
      if (group?.settingsActive && group.memberRights & rights) this.graph.addUsersOf(ordinal, this.found);
    }
  }

  private findLedAndGranted(viewerId: number, rights: number): void {
    for (const ordinal of this.groups.ledBy(viewerId)) {
      const group = this.groups.at(ordinal);
      if (group?.settingsActive && group.leaderRights & rights) this.graph.addUsersOf(ordinal, this.found);
    }
    this.findGranted(this.grants.ofViewer(viewerId), rights);
  }

  private findLeadersAndGrantees(target: number, targetId: number, rights: number): void {
    for (const ordinal of this.graph.groupsOf(target)) {
      const group = this.groups.at(ordinal);
      if (!group?.settingsActive || !(group.leaderRights & rights)) continue;
      this.find(group.leaderId);
      this.find(group.deputyId);
    }
    this.findGranted(this.grants.onTarget(targetId), rights);
  }

  private findGranted(granted: ReadonlyMap<number, number>, rights: number): void {
    for (const [userId, held] of granted) if (held & rights) this.find(userId);
  }

  private find(userId: number | null): void {
    const ordinal = userId === null ? -1 : this.people.roster.ordinal(userId);
    if (ordinal >= 0) this.found.add(ordinal);
  }
}

type SourceVisitor = (
  grantedBy: RightsSource['grantedBy'],
  rights: number,
  groupId: number | null,
  asLeader: boolean,
) => void;

function* partsOf(data: AuthorizationData): Sliced<Parts> {
  const grants = new Grants();
  for (const { viewerId, targetId, rights } of data.grants) {
    grants.set(viewerId, targetId, rights);
    yield;
  }
  const groups = new GroupTable(data.groups);
  const people = yield* People.building(data.userIds, data.vanishedUserIds ?? []);
  const graph = yield* MembershipGraph.building(people.roster, groups.roster, data.memberships);
  return { grants, groups, people, graph };
}
