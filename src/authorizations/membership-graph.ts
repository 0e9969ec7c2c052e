import { Adjacency } from './adjacency';
import type { MembershipColumns } from './authorization-data';
import { type Roster } from './roster';

/** Who is in which group, from either side, in ordinals of the two rosters. */
export class MembershipGraph {
  /** Pairs left out at the start because their user or group is unknown. */
  readonly ignored: number;
  private groupsByUser: Adjacency;
  private usersByGroup: Adjacency;

  constructor(
    readonly users: Roster,
    readonly groups: Roster,
    { groupIds, userIds }: MembershipColumns,
  ) {
    const userOrdinals = new Int32Array(userIds.length);
    const groupOrdinals = new Int32Array(userIds.length);
    let count = 0;
    for (let i = 0; i < userIds.length; i++) {
      userOrdinals[count] = users.ordinal(userIds[i]);
      groupOrdinals[count] = groups.ordinal(groupIds[i]);
      if (userOrdinals[count] >= 0 && groupOrdinals[count] >= 0) count++;
    }
    this.ignored = userIds.length - count;
    const [rows, values] = [userOrdinals.subarray(0, count), groupOrdinals.subarray(0, count)];
    this.groupsByUser = Adjacency.ofPairs(users.size, groups.size, rows, values);
    this.usersByGroup = this.groupsByUser.transposed(groups.size);
  }

  /** Ordinals of the user's groups, ascending; those of removed groups may still be among them. */
  groupsOf(user: number): Int32Array {
    return this.groupsByUser.row(user);
  }

  /** Ordinals of the group's users, ascending; those of removed users may still be among them. */
  usersOf(group: number): Int32Array {
    return this.usersByGroup.row(group);
  }

  /** @throws RangeError where a user or group is unknown; nothing has changed then. */
  add({ groupIds, userIds }: MembershipColumns): void {
    const pairs = Array.from({ length: userIds.length }, (_, i): Pair => {
      const [user, group] = [this.users.ordinal(userIds[i]), this.groups.ordinal(groupIds[i])];
      if (user < 0) throw new RangeError(`unknown user ${userIds[i]}`);
      if (group < 0) throw new RangeError(`unknown group ${groupIds[i]}`);
      return [user, group];
    });
    for (const [user, groups] of gather(pairs, 0)) this.groupsByUser.add(user, groups);
    for (const [group, users] of gather(pairs, 1)) this.usersByGroup.add(group, users);
  }

  /** Removes pairs; those that are not there change nothing. */
  remove({ groupIds, userIds }: MembershipColumns): void {
    const pairs = Array.from({ length: userIds.length }, (_, i): Pair => {
      return [this.users.ordinal(userIds[i]), this.groups.ordinal(groupIds[i])];
    }).filter(([user, group]) => user >= 0 && group >= 0);
    for (const [user, groups] of gather(pairs, 0)) this.groupsByUser.remove(user, groups);
    for (const [group, users] of gather(pairs, 1)) this.usersByGroup.remove(group, users);
  }

  /** The pairs of all users and groups that are still known. */
  columns(): MembershipColumns {
    // 0, which is no key, marks removed groups.
    const keys = Int32Array.from({ length: this.groups.size }, (_, i) => (this.groups.has(i) ? this.groups.id(i) : 0));
    const length = keys.reduce((sum, key, group) => sum + (key ? this.usersOf(group).length : 0), 0);
    const [groupIds, userIds] = [new Int32Array(length), new Int32Array(length)];
    let count = 0;
    for (let user = 0; user < this.users.size; user++) {
      if (!this.users.has(user)) continue;
      const [id, groups] = [this.users.id(user), this.groupsOf(user)];
      for (let i = 0; i < groups.length; i++) {
        if (keys[groups[i]] === 0) continue;
        groupIds[count] = keys[groups[i]];
        userIds[count++] = id;
      }
    }
    return { groupIds: groupIds.subarray(0, count), userIds: userIds.subarray(0, count) };
  }

  /** Whether so much has changed that packing anew pays: a quarter of the arrays, and more than `minimum` bytes. */
  isWorn(minimum: number): boolean {
    const patched = this.groupsByUser.patchBytes + this.usersByGroup.patchBytes;
    return patched > Math.max(minimum, (this.bytes - patched) / 4);
  }

  get bytes(): number {
    return this.groupsByUser.bytes + this.usersByGroup.bytes;
  }
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
