import type { GroupFacts } from './authorization-data';
import { Roster } from './roster';

const GROUP_BYTES = 120;
const LEADER_BYTES = 100;

/** What the rules need to know of the groups, numbered by a roster, and who leads or deputises which. */
export class GroupTable {
  readonly roster: Roster;
  private readonly facts: (GroupFacts | null)[] = [];
  /** Ordinals of the groups that a user leads or deputises. */
  private readonly led = new Map<number, Set<number>>();

  /** Ordinals ascend with the keys. */
  constructor(groups: readonly GroupFacts[]) {
    this.roster = new Roster(groups.length);
    for (const group of [...groups].sort((left, right) => left.id - right.id)) this.set(group);
  }

  /** What is known of a group; null where it was removed. */
  at(ordinal: number): GroupFacts | null {
    return this.facts[ordinal] ?? null;
  }

  /** Adds a group, or replaces what is known of it. */
  set(group: GroupFacts): void {
    const ordinal = this.roster.add(group.id);
    this.unlead(ordinal);
    this.facts[ordinal] = { ...group };
    for (const userId of [group.leaderId, group.deputyId]) {
      if (userId === null) continue;
      const led = this.led.get(userId);
      if (led) led.add(ordinal);
      else this.led.set(userId, new Set([ordinal]));
    }
  }

  /** @returns the ordinal that the group had, -1 where it is unknown */
  remove(groupId: number): number {
    const ordinal = this.roster.ordinal(groupId);
    if (ordinal < 0) return ordinal;
    this.unlead(ordinal);
    this.facts[ordinal] = null;
    this.roster.forget(groupId);
    return ordinal;
  }

  /** Whether the user leads or deputises any group. */
  leadsAny(userId: number): boolean {
    return this.led.has(userId);
  }

  /** Ordinals of the groups that the user leads or deputises. */
  ledBy(userId: number): Iterable<number> {
    return this.led.get(userId) ?? [];
  }

  get bytes(): number {
    return this.roster.bytes + this.facts.length * GROUP_BYTES + this.led.size * LEADER_BYTES;
  }

  private unlead(ordinal: number): void {
    const group = this.facts[ordinal];
    if (!group) return;
    for (const userId of [group.leaderId, group.deputyId]) {
      const led = userId === null ? undefined : this.led.get(userId);
      if (userId !== null && led?.delete(ordinal) && led.size === 0) this.led.delete(userId);
    }
  }
}

/** Whether the user is leader or deputy of the group. */
export function leads(group: GroupFacts, userId: number): boolean {
  return group.leaderId === userId || group.deputyId === userId;
}
