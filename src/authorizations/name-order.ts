import { compareNames, sortedByName, type NameKey } from './name-key';
import type { Roster } from './roster';
import { atOnce, type Sliced } from './slices';
import type { UserSet } from './user-set';

export type { NameKey } from './name-key';

/** Where a page of a list in name order begins and ends. */
export interface NamePaging {
  limit: number;
  backward: boolean;
  /** Name and id of the element before the first one wanted. */
  after: NameKey | null;
  before: NameKey | null;
}

/** One page: ids in order, each with the name it stands under at the same place of `names`. */
export interface NamePage {
  ids: number[];
  names: string[];
  /** More of the list lie beyond the page, in its direction. */
  more: boolean;
}

const NAME_BYTES = 48;
/** Up to so many changes are put in place one by one. */
const FEW = 16;
/** So many names are put in place between two breaks. */
const SLICE = 1 << 14;

/**
 * Everybody in the order of names (then ids), so that a page of any set of people is found without asking the database:
 * the set is bits, of which as many are looked at as lie before the end of the page. Names are compared by UTF-16 code
 * units.
 */
export class NameOrder {
  private constructor(
    private readonly roster: Roster,
    private ordinals: Int32Array,
    private names: string[],
  ) {}

  /** @param roster numbers the people in the sets to be paged; knows all of these */
  static of(people: readonly NameKey[], roster: Roster): NameOrder {
    return atOnce(NameOrder.building(people, roster));
  }

  /** The same in slices. */
  static *building(people: readonly NameKey[], roster: Roster): Sliced<NameOrder> {
    const sorted = yield* sortedByName(people);
    const ordinals = new Int32Array(sorted.length);
    const names: string[] = [];
    for (const [name, id] of sorted) {
      ordinals[names.push(name) - 1] = roster.ordinal(id);
      if (names.length % SLICE === 0) yield;
    }
    return new NameOrder(roster, ordinals, names);
  }

  /**
   * Sets the name of some people, new ones included; null forgets one. Many changes cost one pass over everybody. The
   * roster knows all of them: new ones are put there before, forgotten ones leave it after.
   */
  update(changes: ReadonlyMap<number, string | null>): void {
    if (changes.size > FEW) return this.merge(changes);
    for (const [id, name] of changes) this.set(id, name);
  }

  /** A page of a set of ordinals. */
  page(wanted: UserSet, { limit, backward, after, before }: NamePaging): NamePage {
    const { ordinals } = this;
    const first = after ? this.rankAfter(after) : 0;
    const end = before ? this.rankFrom(before) : ordinals.length;
    const ranks: number[] = [];
    const step = backward ? -1 : 1;
    for (let rank = backward ? end - 1 : first; rank >= first && rank < end && ranks.length <= limit; rank += step) {
      if (wanted.has(ordinals[rank])) ranks.push(rank);
    }
    const more = ranks.length > limit;
    if (more) ranks.pop();
    if (backward) ranks.reverse();
    return {
      ids: ranks.map((rank) => this.roster.id(ordinals[rank])),
      names: ranks.map((rank) => this.names[rank]),
      more,
    };
  }

  /** Bytes held: exact for the array, estimated for the names. */
  get bytes(): number {
    return this.ordinals.byteLength + this.names.length * NAME_BYTES;
  }

  private set(id: number, name: string | null): void {
    const ordinal = this.roster.ordinal(id);
    const rank = ordinal < 0 ? -1 : this.ordinals.indexOf(ordinal);
    if (rank >= 0 && this.names[rank] === name) return;
    if (rank >= 0) this.splice(rank, rank + 1, [], []);
    if (name === null || ordinal < 0) return;
    const place = this.rankFrom([name, id]);
    this.splice(place, place, [ordinal], [name]);
  }

  private splice(from: number, end: number, ordinals: readonly number[], names: readonly string[]): void {
    const spliced = new Int32Array(this.ordinals.length - (end - from) + ordinals.length);
    spliced.set(this.ordinals.subarray(0, from));
    spliced.set(ordinals, from);
    spliced.set(this.ordinals.subarray(end), from + ordinals.length);
    this.ordinals = spliced;
    this.names.splice(from, end - from, ...names);
  }

  private merge(changes: ReadonlyMap<number, string | null>): void {
    const known = [...changes].filter(([id]) => this.roster.ordinal(id) >= 0);
    const arriving = known.filter((one): one is [number, string] => one[1] !== null);
    const added = arriving.map(([id, name]): NameKey => [name, id]).sort(compareNames);
    const changed = new Set(known.map(([id]) => this.roster.ordinal(id)));
    const ordinals = new Int32Array(this.ordinals.length + added.length);
    const names: string[] = [];
    let next = 0;
    const put = (ordinal: number, name: string) => (ordinals[names.push(name) - 1] = ordinal);
    for (let rank = 0; rank < this.ordinals.length; rank++) {
      if (changed.has(this.ordinals[rank])) continue;
      for (; next < added.length && compareNames(added[next], this.at(rank)) < 0; next++) {
        put(this.roster.ordinal(added[next][1]), added[next][0]);
      }
      put(this.ordinals[rank], this.names[rank]);
    }
    for (; next < added.length; next++) put(this.roster.ordinal(added[next][1]), added[next][0]);
    this.ordinals = ordinals.slice(0, names.length);
    this.names = names;
  }

  private at(rank: number): NameKey {
    return [this.names[rank], this.roster.id(this.ordinals[rank])];
  }

  /** The first rank that does not precede the key. */
  private rankFrom(key: NameKey): number {
    let [low, high] = [0, this.ordinals.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareNames(this.at(middle), key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The first rank beyond the key. */
  private rankAfter(key: NameKey): number {
    const rank = this.rankFrom(key);
    return rank < this.ordinals.length && compareNames(this.at(rank), key) === 0 ? rank + 1 : rank;
  }
}
