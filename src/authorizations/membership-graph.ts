import { Adjacency, type RowPlace } from './adjacency';
import type { MembershipColumns } from './authorization-data';
import { type Roster } from './roster';
import type { Sliced } from './slices';
import { UserSet } from './user-set';

/** Pairs whose ordinals are looked up between two breaks. */
const SLICE = 1 << 15;
/** A group of more than one in so many users is also kept as bits: no more memory than its list, and joined at once. */
const BITS_FROM = 32;

/** Who is in which group, from either side, in ordinals of the two rosters. */
export class MembershipGraph {
  /** Groups of many, as bits; made when first asked for, dropped when the group changes. */
  private readonly sets = new Map<number, UserSet>();

  private constructor(
    readonly users: Roster,
    readonly groups: Roster,
    private readonly groupsByUser: Adjacency,
    private readonly usersByGroup: Adjacency,
    /** Pairs left out at the start because their user or group is unknown. */
    readonly ignored: number,
  ) {}

  /** Packs pairs in any order; those in the order of groups and users, as keys ascend, take a third of the work. */
  static *building(users: Roster, groups: Roster, columns: MembershipColumns): Sliced<MembershipGraph> {
    const pairs = yield* ordinalsOf(users, groups, columns);
    const usersByGroup = pairs.isSorted
      ? yield* Adjacency.ofSorted(groups.size, pairs.groups, pairs.users)
      : yield* Adjacency.ofPairs(groups.size, users.size, pairs.groups, pairs.users);
    const groupsByUser = yield* usersByGroup.transposed(users.size);
    const ignored = columns.userIds.length - pairs.users.length;
    return new MembershipGraph(users, groups, groupsByUser, usersByGroup, ignored);
  }

  /** Ordinals of the user's groups, ascending; those of removed groups may still be among them. */
  groupsOf(user: number): Int32Array {
    return this.groupsByUser.row(user);
  }

  /** Where the user's groups lie, see `groupsOf`. */
  locateGroupsOf(user: number, place: RowPlace): void {
    this.groupsByUser.locate(user, place);
  }

  /** Adds the group's users to a set with room for all; removed users may be among them. */
  addUsersOf(group: number, found: UserSet): void {
    const length = this.usersByGroup.lengthOf(group);
    if (length * BITS_FROM <= this.users.size) return found.addAll(this.usersByGroup.row(group));
    let set = this.sets.get(group);
    if (!set) {
      set = new UserSet(this.users.size);
      set.addAll(this.usersByGroup.row(group));
      this.sets.set(group, set);
    }
    found.addSet(set);
  }

  /** Pairs held, those of removed users and groups included. */
  get pairs(): number {
    return this.groupsByUser.count;
  }

  /** @throws RangeError where a user or group is unknown; nothing has changed then. */
  add({ groupIds, userIds }: MembershipColumns): void {
    const pairs = Array.from({ length: userIds.length }, (_, i): Pair => {
      const [user, group] = [this.users.ordinal(userIds[i]), this.groups.ordinal(groupIds[i])];
      if (user < 0) throw new RangeError(`unknown user ${userIds[i]}`);
      if (group < 0) throw new RangeError(`unknown group ${groupIds[i]}`);
      return [user, group];
    });
    const added = pairs.filter(([user, group]) => !this.groupsByUser.has(user, group));
    for (const [user, groups] of gather(added, 0)) this.groupsByUser.add(user, groups);
    for (const [group, users] of gather(added, 1)) {
      this.sets.delete(group);
      this.usersByGroup.add(group, users);
    }
  }

  /** Removes pairs; those that are not there change nothing. */
  remove({ groupIds, userIds }: MembershipColumns): void {
    const pairs = Array.from({ length: userIds.length }, (_, i): Pair => {
      return [this.users.ordinal(userIds[i]), this.groups.ordinal(groupIds[i])];
    }).filter(([user, group]) => user >= 0 && group >= 0 && this.groupsByUser.has(user, group));
    for (const [user, groups] of gather(pairs, 0)) this.groupsByUser.remove(user, groups);
    for (const [group, users] of gather(pairs, 1)) {
      this.sets.delete(group);
      this.usersByGroup.remove(group, users);
    }
  }

  /** A group is removed: its bits go, its pairs stay and mean nothing. @returns how many these are */
  forgetGroup(group: number): number {
    this.sets.delete(group);
    return this.usersByGroup.lengthOf(group);
  }

  /** Packs the changed rows where they take a quarter of the arrays, and more than `minimum` bytes. */
  packIfWorn(minimum: number): void {
    const patched = this.groupsByUser.patchBytes + this.usersByGroup.patchBytes;
    if (patched <= Math.max(minimum, (this.bytes - patched) / 4)) return;
    this.groupsByUser.pack();
    this.usersByGroup.pack();
  }

  get bytes(): number {
    let bytes = this.groupsByUser.bytes + this.usersByGroup.bytes;
    for (const set of this.sets.values()) bytes += set.bytes;
    return bytes;
  }
}

interface Ordinals {
  users: Int32Array;
  groups: Int32Array;
  /** Ascending by group, then by user, none twice. */
  isSorted: boolean;
}

/** The known pairs in ordinals. */
function* ordinalsOf(users: Roster, groups: Roster, columns: MembershipColumns): Sliced<Ordinals> {
  const length = columns.userIds.length;
  const found = { users: new Int32Array(length), groups: new Int32Array(length), count: 0, isSorted: true };
  for (let from = 0; from < length; from += SLICE) {
    lookUp(users, groups, columns, from, Math.min(length, from + SLICE), found);
    yield;
  }
  const { count, isSorted } = found;
  const known = (ordinals: Int32Array) => (count < length ? ordinals.slice(0, count) : ordinals);
  return { users: known(found.users), groups: known(found.groups), isSorted };
}

function lookUp(
  users: Roster,
  groups: Roster,
  { groupIds, userIds }: MembershipColumns,
  from: number,
  end: number,
  found: Ordinals & { count: number },
): void {
  let { count, isSorted } = found;
  // Pairs mostly come group by group.
  let [groupId, group] = [0, -1];
  for (let i = from; i < end; i++) {
    if (groupIds[i] !== groupId) [groupId, group] = [groupIds[i], groups.ordinal(groupIds[i])];
    const user = users.ordinal(userIds[i]);
    if (user < 0 || group < 0) continue;
    if (count > 0 && isSorted) {
      const before = found.groups[count - 1];
      isSorted = before < group || (before === group && found.users[count - 1] < user);
    }
    found.groups[count] = group;
    found.users[count++] = user;
  }
  found.count = count;
  found.isSorted = isSorted;
}

type Pair = [user: number, group: number];

/** The pairs by one of their sides. */
function gather(pairs: readonly Pair[], side: 0 | 1): Map<number, number[]> {
  const rows = new Map<number, number[]>();
  for (const pair of pairs) {
    const row = rows.get(pair[side]);
    if (row) row.push(pair[1 - side]);
    else rows.set(pair[side], [pair[1 - side]]);
  }
  return rows;
}
