import { Roster } from './roster';
import { UserSet } from './user-set';

/** Everybody known, VANISHED people apart, numbered by a roster. */
export class People {
  readonly roster: Roster;
  private readonly live: UserSet;
  /** Ids of everybody live, ascending; null until asked for. */
  private everyone: Int32Array | null = null;
  /** Whether ordinals ascend with the ids. */
  private isOrdered = true;

  constructor(liveIds: ArrayLike<number>, vanishedIds: ArrayLike<number>) {
    this.roster = new Roster(liveIds.length + vanishedIds.length);
    const ids = new Int32Array(liveIds.length + vanishedIds.length);
    ids.set(liveIds);
    ids.set(vanishedIds, liveIds.length);
    for (const id of ids.sort()) this.roster.add(id);
    this.live = new UserSet(this.roster.size);
    for (let i = 0; i < liveIds.length; i++) this.live.add(this.roster.ordinal(liveIds[i]));
    for (let i = 0; i < vanishedIds.length; i++) this.live.delete(this.roster.ordinal(vanishedIds[i]));
  }

  /** Adds a live person; a known one changes nothing. @throws RangeError where the id is no key. */
  add(id: number): void {
    const { roster } = this;
    if (roster.ordinal(id) >= 0) return;
    if (roster.size > 0 && roster.id(roster.size - 1) > id) this.isOrdered = false;
    this.live.add(roster.add(id));
    this.everyone = null;
  }

  /** Forgets a person; an unknown one changes nothing. */
  remove(id: number): void {
    const ordinal = this.roster.ordinal(id);
    if (ordinal < 0) return;
    this.live.delete(ordinal);
    this.roster.forget(id);
    this.everyone = null;
  }

  /** @throws RangeError where the person is unknown. */
  setVanished(id: number, isVanished: boolean): void {
    const ordinal = this.roster.ordinal(id);
    if (ordinal < 0) throw new RangeError(`unknown user ${id}`);
    if (isVanished) this.live.delete(ordinal);
    else this.live.add(ordinal);
    this.everyone = null;
  }

  /** Ids of everybody live but one, ascending: two copies of a list that is kept. */
  everyoneBut(id: number): Int32Array {
    this.everyone ??= this.idsOf(this.live);
    const position = indexOf(this.everyone, id);
    if (position < 0) return this.everyone.slice();
    const others = new Int32Array(this.everyone.length - 1);
    others.set(this.everyone.subarray(0, position));
    others.set(this.everyone.subarray(position + 1), position);
    return others;
  }

  /** Ids of the live ones of a set, ascending; the set loses the others. */
  liveIdsOf(found: UserSet): Int32Array {
    found.keepOnly(this.live);
    return this.idsOf(found);
  }

  /** Ids of all that are known: those who are live, or the VANISHED ones. */
  ids(which: 'live' | 'vanished'): number[] {
    const { roster, live } = this;
    const ids: number[] = [];
    for (let ordinal = 0; ordinal < roster.size; ordinal++) {
      if (roster.has(ordinal) && live.has(ordinal) === (which === 'live')) ids.push(roster.id(ordinal));
    }
    return ids;
  }

  get bytes(): number {
    return this.roster.bytes + this.live.bytes + (this.everyone?.byteLength ?? 0);
  }

  private idsOf(set: UserSet): Int32Array {
    const ids = set.toArray((ordinal) => this.roster.id(ordinal));
    return this.isOrdered ? ids : ids.sort();
  }
}

/** Position in an ascending list, -1 where it is not there. */
function indexOf(ids: Int32Array, id: number): number {
  let [low, high] = [0, ids.length - 1];
  while (low <= high) {
    const middle = (low + high) >>> 1;
    if (ids[middle] === id) return middle;
    if (ids[middle] < id) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
