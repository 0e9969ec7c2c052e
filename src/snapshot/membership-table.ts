import type { MembershipColumns, MembershipFacts } from './membership-columns';
import { compareText } from './sorted-rows';

const NONE = new Int32Array(0);

/**
 * All memberships, from both sides: of each group in member order, of each person in the order of groups. The sides are
 * packed rows of slots; what has changed since is kept beside them.
 */
export class MembershipTable {
  readonly columns: MembershipColumns;
  private readonly membersOf = new Map<number, Int32Array>();
  private readonly changedUsers = new Map<number, Int32Array>();
  private readonly packedUsers = new Map<number, number>();
  private userOffsets = NONE;
  private userSlots = NONE;
  private dead = 0;

  /**
   * @param columns filled group by group, each in member order
   * @param groupIds all groups, in the order of people's lists: by name, then by key
   * @param nameOf the name by which a group is ordered
   * @param padsSpaces how the database compares texts, see `compareText`
   */
  constructor(
    columns: MembershipColumns,
    groupIds: readonly number[],
    private readonly nameOf: (groupId: number) => string,
    private readonly padsSpaces: boolean,
  ) {
    this.columns = columns;
    const order = Int32Array.from({ length: columns.size }, (_, slot) => slot);
    for (let slot = 0, start = 0; slot < columns.size; slot++) {
      if (slot + 1 < columns.size && columns.groupId(slot + 1) === columns.groupId(slot)) continue;
      this.membersOf.set(columns.groupId(slot), order.subarray(start, slot + 1));
      start = slot + 1;
    }
    this.packUsers(groupIds);
  }

  /** Slots of a group's members, by position and user. To be read only. */
  ofGroup(groupId: number): Int32Array {
    return this.membersOf.get(groupId) ?? NONE;
  }

  /** Slots of a person's memberships, in the order of groups. To be read only. */
  ofUser(userId: number): Int32Array {
    const changed = this.changedUsers.size > 0 ? this.changedUsers.get(userId) : undefined;
    if (changed) return changed;
    const row = this.packedUsers.get(userId);
    return row === undefined ? NONE : this.userSlots.subarray(this.userOffsets[row], this.userOffsets[row + 1]);
  }

  /** The slot of a membership, or -1. */
  find(groupId: number, userId: number): number {
    return this.ofUser(userId).find((slot) => this.columns.groupId(slot) === groupId) ?? -1;
  }

  /** The first index in an ordered row of slots that does not precede a key; `beyond`: that follows it. */
  indexOf(
    slots: Int32Array,
    keyOf: (slot: number) => (string | number)[],
    key: (string | number)[],
    beyond: boolean,
  ): number {
    let [low, high] = [0, slots.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = this.compareKeys(keyOf(slots[middle]), key);
      if (order < 0 || (beyond && order === 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private compareKeys([value, id]: (string | number)[], [otherValue, otherId]: (string | number)[]): number {
    const order =
      typeof value === 'string'
        ? compareText(value, String(otherValue), this.padsSpaces)
        : Number(value) - Number(otherValue);
    return order === 0 ? Number(id) - Number(otherId) : order;
  }

  /** Adds, changes or (`facts` null) removes one membership. */
  change(groupId: number, userId: number, facts: MembershipFacts | null): void {
    const slot = this.find(groupId, userId);
    if (slot < 0 && facts === null) return;
    if (slot >= 0) this.unlink(groupId, userId, slot);
    if (facts === null) {
      this.dead++;
      return;
    }
    const stored = slot < 0 ? this.columns.add(facts) : slot;
    this.columns.set(stored, facts);
    this.link(groupId, userId, stored);
  }

  /** A group's name has changed: its members' lists are ordered anew. */
  reorder(groupId: number): void {
    for (const slot of this.ofGroup(groupId))
      this.sortUser(this.columns.userId(slot), [...this.ofUser(this.columns.userId(slot))]);
  }

  /** Whether so much was removed that building anew pays. */
  get isWorn(): boolean {
    return this.dead + this.changedUsers.size > Math.max(10_000, this.columns.size / 4);
  }

  get bytes(): number {
    const sides = this.userOffsets.byteLength + this.userSlots.byteLength + this.columns.size * 4;
    return this.columns.bytes + sides + (this.changedUsers.size + this.packedUsers.size) * 48;
  }

  private unlink(groupId: number, userId: number, slot: number): void {
    this.membersOf.set(
      groupId,
      this.ofGroup(groupId).filter((one) => one !== slot),
    );
    this.changedUsers.set(
      userId,
      this.ofUser(userId).filter((one) => one !== slot),
    );
  }

  private link(groupId: number, userId: number, slot: number): void {
    const { columns } = this;
    const members = this.ofGroup(groupId);
    const [position, user] = [columns.position(slot), columns.userId(slot)];
    let place = members.length;
    while (place > 0 && precedes(columns, position, user, members[place - 1])) place--;
    const extended = new Int32Array(members.length + 1);
    extended.set(members.subarray(0, place));
    extended[place] = slot;
    extended.set(members.subarray(place), place + 1);
    this.membersOf.set(groupId, extended);
    this.sortUser(userId, [...this.ofUser(userId), slot]);
  }

  private sortUser(userId: number, slots: number[]): void {
    const { columns } = this;
    slots.sort((left, right) => {
      const [one, other] = [columns.groupId(left), columns.groupId(right)];
      return this.compareKeys([this.nameOf(one), one], [this.nameOf(other), other]);
    });
    this.changedUsers.set(userId, Int32Array.from(slots));
  }

  /** Counting sort by user; groups come in their order, so each person's row is in order. */
  private packUsers(groupIds: readonly number[]): void {
    const { columns } = this;
    for (let slot = 0; slot < columns.size; slot++) {
      const userId = columns.userId(slot);
      if (!this.packedUsers.has(userId)) this.packedUsers.set(userId, this.packedUsers.size);
    }
    const rowOf = (slot: number) => this.packedUsers.get(columns.userId(slot)) ?? 0;
    this.userOffsets = new Int32Array(this.packedUsers.size + 1);
    for (let slot = 0; slot < columns.size; slot++) this.userOffsets[rowOf(slot) + 1]++;
    for (let row = 0; row < this.packedUsers.size; row++) {
      this.userOffsets[row + 1] = this.userOffsets[row + 1] + this.userOffsets[row];
    }
    const next = this.userOffsets.slice(0, this.packedUsers.size);
    this.userSlots = new Int32Array(columns.size);
    for (const groupId of groupIds) {
      for (const slot of this.ofGroup(groupId)) {
        const row = rowOf(slot);
        const place = next[row];
        this.userSlots[place] = slot;
        next[row] = place + 1;
      }
    }
  }
}

/** Whether (position, user) comes before the membership in a slot. */
function precedes(columns: MembershipColumns, position: number, user: number, slot: number): boolean {
  const other = columns.position(slot);
  return position < other || (position === other && user < columns.userId(slot));
}
