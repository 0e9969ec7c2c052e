import type { AuthorizationData, GrantFacts, GroupFacts, MembershipColumns, RightsSource } from './authorization-data';
import { Grants } from './grants';
import { MembershipGraph } from './membership-graph';
import { People } from './people';
import { ALL_RIGHTS } from './rights';
import { Roster } from './roster';
import { UserSet } from './user-set';

const GROUP_BYTES = 120;

/**
 * Who may do what with whom, held in memory and kept exact under every change:
 *
 * rights(viewer → target) = global ∪ member rights of each group both are in ∪ leader rights of each group that the
 * viewer leads or deputises and the target is in ∪ the individual grant; groups with inactive settings do not count.
 *
 * Rights are bits of `RIGHTS`. Unknown people have no rights and nobody has any on them. All operations are synchronous;
 * a change costs the rows it touches, and now and then a rebuild of some tens of milliseconds per million memberships.
 */
export class AuthorizationIndex {
  private globalRights = 0;
  private groups: (GroupFacts | null)[] = [];
  private grants = new Grants();
  private graph!: MembershipGraph;
  private people!: People;
  /** Scratch of one query: ordinals of those found so far. */
  private readonly found = new UserSet();

  /** @param rebuildAbove bytes of changed rows under which the arrays are never packed anew */
  constructor(
    data: AuthorizationData,
    private readonly rebuildAbove = 1 << 18,
  ) {
    this.globalRights = data.globalRights;
    for (const grant of data.grants) this.setGrant(grant);
    this.build(data);
  }

  /** Pairs of the given memberships that named an unknown user or group. */
  get ignoredMemberships(): number {
    return this.graph.ignored;
  }

  /** Whether the user is known, VANISHED or not. */
  knowsUser(userId: number): boolean {
    return this.people.roster.ordinal(userId) >= 0;
  }

  /** Whether both the group and the user are known, so that a membership of theirs can be added. */
  knows(groupId: number, userId: number): boolean {
    return this.graph.groups.ordinal(groupId) >= 0 && this.people.roster.ordinal(userId) >= 0;
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
    this.visitSources(viewerId, targetId, (grantedBy, rights, groupId, asLeader) => {
      if (rights !== 0) sources.push({ grantedBy, groupId, asLeader, rights });
    });
    return { rights: sources.reduce((rights, source) => rights | source.rights, 0), sources };
  }

  /** Whether the global rights alone make everybody visible to everybody. */
  isEveryoneVisible(rights = ALL_RIGHTS): boolean {
    return (this.globalRights & rights) !== 0;
  }

  /** Ids of those on whom the viewer holds at least one of the rights, ascending, without itself and VANISHED people. */
  visibleUsers(viewerId: number, rights = ALL_RIGHTS): Int32Array {
    const viewer = this.people.roster.ordinal(viewerId);
    if (viewer < 0) return new Int32Array(0);
    if (this.isEveryoneVisible(rights)) return this.people.everyoneBut(viewerId);
    this.findGroupMates(viewer, rights);
    for (const group of this.groups) {
      if (group && leads(group, viewerId) && group.leaderRights & rights) this.findMembers(group);
    }
    this.findGranted(this.grants.ofViewer(viewerId), rights);
    return this.takeFound(viewer);
  }

  /** Ids of those who hold at least one of the rights on the target, ascending, without itself and VANISHED people. */
  visibleTo(targetId: number, rights = ALL_RIGHTS): Int32Array {
    const target = this.people.roster.ordinal(targetId);
    if (target < 0) return new Int32Array(0);
    if (this.isEveryoneVisible(rights)) return this.people.everyoneBut(targetId);
    this.findGroupMates(target, rights);
    for (const ordinal of this.graph.groupsOf(target)) {
      const group = this.groups[ordinal];
      if (!group?.settingsActive || !(group.leaderRights & rights)) continue;
      this.find(group.leaderId);
      this.find(group.deputyId);
    }
    this.findGranted(this.grants.onTarget(targetId), rights);
    return this.takeFound(target);
  }

  /** @throws RangeError where a user or group is unknown; nothing has changed then. */
  addMemberships(pairs: MembershipColumns): void {
    this.graph.add(pairs);
    this.rebuildIfWorn();
  }

  /** Pairs that are not there change nothing. */
  removeMemberships(pairs: MembershipColumns): void {
    this.graph.remove(pairs);
    this.rebuildIfWorn();
  }

  /** Adds a group, or replaces what is known of it; its members stay. */
  setGroup(group: GroupFacts): void {
    this.groups[this.graph.groups.add(group.id)] = { ...group };
  }

  /** Removes a group with its memberships. */
  removeGroup(groupId: number): void {
    const ordinal = this.graph.groups.ordinal(groupId);
    if (ordinal < 0) return;
    this.groups[ordinal] = null;
    this.graph.groups.forget(groupId);
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
    this.people.remove(userId);
    this.grants.deleteUser(userId);
  }

  /** Hides a person from the lists, or shows them again; rights stay. @throws RangeError where the user is unknown. */
  setVanished(userId: number, isVanished: boolean): void {
    this.people.setVanished(userId, isVanished);
  }

  /** Bytes held: exact for the arrays, estimated for groups and grants. */
  memoryBytes(): number {
    const people = this.people.bytes + this.found.bytes;
    const groups = this.graph.groups.bytes + this.groups.length * GROUP_BYTES;
    return people + groups + this.graph.bytes + this.grants.bytes;
  }

  private build(data: Pick<AuthorizationData, 'userIds' | 'vanishedUserIds' | 'groups' | 'memberships'>): void {
    const groups = new Roster(data.groups.length);
    this.groups = [];
    for (const group of data.groups) this.groups[groups.add(group.id)] = { ...group };
    this.people = new People(data.userIds, data.vanishedUserIds ?? []);
    this.graph = new MembershipGraph(this.people.roster, groups, data.memberships);
  }

  private rebuildIfWorn(): void {
    if (!this.graph.isWorn(this.rebuildAbove)) return;
    this.build({
      userIds: this.people.ids('live'),
      vanishedUserIds: this.people.ids('vanished'),
      groups: this.groups.filter((group) => group !== null),
      memberships: this.graph.columns(),
    });
  }

  private visitSources(viewerId: number, targetId: number, visit: SourceVisitor): void {
    const viewer = this.people.roster.ordinal(viewerId);
    const target = this.people.roster.ordinal(targetId);
    if (viewer < 0 || target < 0) return;
    visit('GLOBAL', this.globalRights, null, false);
    const own = this.graph.groupsOf(viewer);
    const theirs = this.graph.groupsOf(target);
    for (let i = 0, j = 0; j < theirs.length; j++) {
      while (i < own.length && own[i] < theirs[j]) i++;
      const group = this.groups[theirs[j]];
      if (!group?.settingsActive) continue;
      if (i < own.length && own[i] === theirs[j]) visit('GROUP', group.memberRights, group.id, false);
      if (leads(group, viewerId)) visit('GROUP', group.leaderRights, group.id, true);
    }
    visit('INDIVIDUAL', this.grants.rights(viewerId, targetId), null, false);
  }

  private findGroupMates(user: number, rights: number): void {
    this.found.reserve(this.people.roster.size);
    for (const ordinal of this.graph.groupsOf(user)) {
      const group = this.groups[ordinal];
      if (group?.settingsActive && group.memberRights & rights) this.found.addAll(this.graph.usersOf(ordinal));
    }
  }

  private findMembers(group: GroupFacts): void {
    if (group.settingsActive) this.found.addAll(this.graph.usersOf(this.graph.groups.ordinal(group.id)));
  }

  private findGranted(granted: ReadonlyMap<number, number>, rights: number): void {
    for (const [userId, held] of granted) if (held & rights) this.find(userId);
  }

  private find(userId: number | null): void {
    const ordinal = userId === null ? -1 : this.people.roster.ordinal(userId);
    if (ordinal >= 0) this.found.add(ordinal);
  }

  /** The ids of all found but oneself; nothing is found any more. */
  private takeFound(self: number): Int32Array {
    this.found.delete(self);
    const ids = this.people.liveIdsOf(this.found);
    this.found.clear();
    return ids;
  }
}

type SourceVisitor = (
  grantedBy: RightsSource['grantedBy'],
  rights: number,
  groupId: number | null,
  asLeader: boolean,
) => void;

function leads(group: GroupFacts, userId: number): boolean {
  return group.leaderId === userId || group.deputyId === userId;
}
