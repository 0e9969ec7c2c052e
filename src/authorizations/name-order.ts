import { UserSet } from './user-set';

/** Where a page of a list in name order begins and ends. */
export interface NamePaging {
  limit: number;
  backward: boolean;
  /** Name and id of the element before the first one wanted. */
  after: NameKey | null;
  before: NameKey | null;
}

export type NameKey = readonly [name: string, id: number];

/** One page: ids in order, each with the name it stands under. */
export interface NamePage {
  ids: number[];
  names: Map<number, string>;
  /** More of the list lie beyond the page, in its direction. */
  more: boolean;
}

const NAME_BYTES = 48;
/** Up to so many changes are put in place one by one. */
const FEW = 64;

/**
 * Everybody in the order of names (then ids), so that a page of any set of people is found without asking the database
 * and whatever the size of the set. Names are compared by UTF-16 code units.
 */
export class NameOrder {
  private ids: Int32Array;
  private names: string[];
  /** Scratch of one query: the ids wanted. */
  private readonly wanted = new UserSet();

  constructor(people: readonly NameKey[]) {
    const sorted = [...people].sort(compare);
    this.ids = Int32Array.from(sorted, ([, id]) => id);
    this.names = sorted.map(([name]) => name);
  }

  /** Sets the name of some people, new ones included; null forgets one. Many changes cost one pass over everybody. */
  update(changes: ReadonlyMap<number, string | null>): void {
    if (changes.size > FEW) return this.merge(changes);
    for (const [id, name] of changes) this.set(id, name);
  }

  private set(id: number, name: string | null): void {
    const rank = this.ids.indexOf(id);
    if (rank >= 0 && this.names[rank] === name) return;
    if (rank >= 0) this.splice(rank, 1, []);
    if (name !== null) this.splice(this.rankFrom([name, id]), 0, [[name, id]]);
  }

  private splice(rank: number, removed: number, added: readonly NameKey[]): void {
    const ids = new Int32Array(this.ids.length - removed + added.length);
    ids.set(this.ids.subarray(0, rank));
    ids.set(
      added.map(([, id]) => id),
      rank,
    );
    ids.set(this.ids.subarray(rank + removed), rank + added.length);
    this.ids = ids;
    this.names.splice(rank, removed, ...added.map(([name]) => name));
  }

  private merge(changes: ReadonlyMap<number, string | null>): void {
    const placed = [...changes].filter((one): one is [number, string] => one[1] !== null);
    const arriving = placed.map(([id, name]): NameKey => [name, id]).sort(compare);
    const kept: NameKey[] = [];
    for (let rank = 0; rank < this.ids.length; rank++) if (!changes.has(this.ids[rank])) kept.push(this.at(rank));
    const merged = mergeSorted(kept, arriving);
    this.ids = Int32Array.from(merged, ([, id]) => id);
    this.names = merged.map(([name]) => name);
  }

  /** A page of the people with these ids; ids nobody has are left out. */
  page(ids: Int32Array, { limit, backward, after, before }: NamePaging): NamePage {
    const first = after ? this.rankAfter(after) : 0;
    const end = before ? this.rankFrom(before) : this.ids.length;
    const found: number[] = [];
    for (const id of ids) this.wanted.add(id);
    const step = backward ? -1 : 1;
    for (let rank = backward ? end - 1 : first; rank >= first && rank < end && found.length <= limit; rank += step) {
      if (this.wanted.has(this.ids[rank])) found.push(rank);
    }
    for (const id of ids) this.wanted.delete(id);
    const more = found.length > limit;
    const ranks = more ? found.slice(0, limit) : found;
    if (backward) ranks.reverse();
    return {
      ids: ranks.map((rank) => this.ids[rank]),
      names: new Map(ranks.map((rank) => [this.ids[rank], this.names[rank]])),
      more,
    };
  }

  /** Bytes held: exact for the arrays, estimated for the names. */
  get bytes(): number {
    return this.ids.byteLength + this.names.length * NAME_BYTES + this.wanted.bytes;
  }

  private at(rank: number): NameKey {
    return [this.names[rank], this.ids[rank]];
  }

  /** The first rank that does not precede the key. */
  private rankFrom(key: NameKey): number {
    let [low, high] = [0, this.ids.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compare(this.at(middle), key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The first rank beyond the key. */
  private rankAfter(key: NameKey): number {
    const rank = this.rankFrom(key);
    return rank < this.ids.length && compare(this.at(rank), key) === 0 ? rank + 1 : rank;
  }
}

function compare(left: NameKey, right: NameKey): number {
  if (left[0] !== right[0]) return left[0] < right[0] ? -1 : 1;
  return left[1] - right[1];
}

function mergeSorted(left: readonly NameKey[], right: readonly NameKey[]): NameKey[] {
  const merged: NameKey[] = [];
  for (let i = 0, j = 0; i < left.length || j < right.length;) {
    const takesLeft = j >= right.length || (i < left.length && compare(left[i], right[j]) < 0);
    merged.push(takesLeft ? left[i++] : right[j++]);
  }
  return merged;
}
