import { Roster } from './roster';
import type { Sliced } from './slices';
import { UserSet } from './user-set';

/** People put in place between two breaks. */
const SLICE = 1 << 14;

/** Everybody known, VANISHED people apart, numbered by a roster. */
export class People {
  readonly roster: Roster;
  /** Ordinals of those who are not VANISHED. */
  readonly live: UserSet;
  /** Whether ordinals ascend with the ids. */
  private isOrdered = true;

  private constructor(expected: number) {
    this.roster = new Roster(expected);
    this.live = new UserSet(expected);
  }

  static *building(liveIds: ArrayLike<number>, vanishedIds: ArrayLike<number>): Sliced<People> {
    const ids = new Int32Array(liveIds.length + vanishedIds.length);
    ids.set(liveIds);
    ids.set(vanishedIds, liveIds.length);
    ids.sort();
    const people = new People(ids.length);
    for (let i = 0; i < ids.length; i++) {
      people.live.add(people.roster.add(ids[i]));
      if (i % SLICE === 0) yield;
    }
    for (let i = 0; i < vanishedIds.length; i++) {
      people.live.delete(people.roster.ordinal(vanishedIds[i]));
      if (i % SLICE === 0) yield;
    }
    return people;
  }

  /** Adds a live person; a known one changes nothing. @throws RangeError where the id is no key. */
  add(id: number): void {
    const { roster } = this;
    if (roster.ordinal(id) >= 0) return;
    if (roster.size > 0 && roster.id(roster.size - 1) > id) this.isOrdered = false;
    this.live.add(roster.add(id));
  }

  /** Forgets a person; an unknown one changes nothing. */
  remove(id: number): void {
    const ordinal = this.roster.ordinal(id);
    if (ordinal < 0) return;
    this.live.delete(ordinal);
    this.roster.forget(id);
  }

  /** @throws RangeError where the person is unknown. */
  setVanished(id: number, isVanished: boolean): void {
    const ordinal = this.roster.ordinal(id);
    if (ordinal < 0) throw new RangeError(`unknown user ${id}`);
    if (isVanished) this.live.delete(ordinal);
    else this.live.add(ordinal);
  }

  /** Ids of those in a set, ascending. */
  idsOf(set: UserSet): Int32Array {
    const ids = set.toArray((ordinal) => this.roster.id(ordinal));
    return this.isOrdered ? ids : ids.sort();
  }

  get bytes(): number {
    return this.roster.bytes + this.live.bytes;
  }
}
