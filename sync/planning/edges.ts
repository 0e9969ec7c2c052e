import { Int32List } from './growable';

/**
 * Who is directly in which group, 8 bytes an edge, in order of arrival; and which groups are in which. Duplicates are
 * kept until a group is looked at.
 */
export class Edges {
  private readonly groups = new Int32List();
  /** User ordinal × 2, plus 1 for a primary group. */
  private readonly users = new Int32List();
  private readonly parents = new Int32List();
  private readonly children = new Int32List();
  private starts: Int32Array | null = null;
  private order: Int32Array = new Int32Array(0);
  private childLists: Map<number, number[]> | null = null;

  get size(): number {
    return this.groups.length;
  }

  addUser(group: number, user: number, isPrimary: boolean): void {
    this.groups.push(group);
    this.users.push(user * 2 + (isPrimary ? 1 : 0));
    this.starts = null;
  }

  addGroup(parent: number, child: number): void {
    this.parents.push(parent);
    this.children.push(child);
    this.childLists = null;
  }

  /** Codes (user × 2 + primary) of a group's direct members, in order of arrival. */
  membersOf(group: number): Int32Array {
    const starts = this.starts ?? this.sort();
    if (group + 1 >= starts.length) return new Int32Array(0);
    return this.order.subarray(starts[group] ?? 0, starts[group + 1] ?? 0);
  }

  /** Ordinals of the groups directly inside a group, each once. */
  childrenOf(group: number): number[] {
    return (this.childLists ?? this.listChildren()).get(group) ?? [];
  }

  /** Every group that has another inside. */
  parentsList(): Iterable<number> {
    return (this.childLists ?? this.listChildren()).keys();
  }

  /** Counting sort by group: stable, so that order of arrival stays. */
  private sort(): Int32Array {
    const groups = this.groups.view();
    const users = this.users.view();
    let most = -1;
    for (const group of groups) if (group > most) most = group;
    const starts = new Int32Array(most + 2);
    for (const group of groups) starts[group + 1] = (starts[group + 1] ?? 0) + 1;
    for (let group = 0; group <= most; group++) starts[group + 1] = (starts[group + 1] ?? 0) + (starts[group] ?? 0);
    const next = starts.slice();
    this.order = new Int32Array(groups.length);
    for (let index = 0; index < groups.length; index++) {
      const group = groups[index] ?? 0;
      const place = next[group] ?? 0;
      this.order[place] = users[index] ?? 0;
      next[group] = place + 1;
    }
    this.starts = starts;
    return starts;
  }

  private listChildren(): Map<number, number[]> {
    const lists = new Map<number, Set<number>>();
    for (let index = 0; index < this.parents.length; index++) {
      const parent = this.parents.at(index);
      const list = lists.get(parent) ?? new Set();
      list.add(this.children.at(index));
      lists.set(parent, list);
    }
    this.childLists = new Map([...lists].map(([parent, list]) => [parent, [...list]]));
    return this.childLists;
  }
}
