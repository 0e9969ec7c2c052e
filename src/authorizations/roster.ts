const MAX_ID = 0x7fffffff;
/** 2^32 divided by the golden ratio: spreads consecutive and regularly spaced keys over the table (Knuth, TAOCP 6.4). */
const SPREAD = 0x9e3779b1;
const { imul } = Math;

/**
 * Numbers database keys 0, 1, 2, … in the order they are added, so that everything else can be arrays.
 *
 * An open-addressing table of (key, ordinal) pairs: 16 to 28 bytes a key, in two arrays the collector never walks.
 */
export class Roster {
  private ids: Int32Array;
  private table: Int32Array;
  private shift = 0;
  private used = 0;

  /** @param expected how many keys will be added at once; an eighth more follow without growing */
  constructor(expected = 0) {
    this.ids = new Int32Array(expected + Math.max(expected >>> 3, 16));
    this.table = this.emptyTable(this.ids.length);
  }

  /** How many ordinals were given out, forgotten ones included. */
  get size(): number {
    return this.used;
  }

  /** The ordinal of a key, -1 where it is unknown or forgotten. */
  ordinal(id: number): number {
    const slot = this.slot(id);
    return id > 0 && this.table[slot] === id ? this.table[slot + 1] : -1;
  }

  /** The key of an ordinal that was given out. */
  id(ordinal: number): number {
    return this.ids[ordinal];
  }

  /** Whether the ordinal still stands for its key. */
  has(ordinal: number): boolean {
    return this.ordinal(this.ids[ordinal]) === ordinal;
  }

  /**
   * Gives a key the next ordinal; a forgotten key gets a new one.
   *
   * @throws RangeError where the key is no positive 32-bit integer.
   */
  add(id: number): number {
    if (!Number.isInteger(id) || id < 1 || id > MAX_ID) throw new RangeError(`${id} is no key`);
    const known = this.ordinal(id);
    if (known >= 0) return known;
    if (this.used === this.ids.length) this.grow();
    this.ids[this.used] = id;
    this.put(id, this.used);
    return this.used++;
  }

  /** Takes the ordinal from a key; what was stored under the ordinal stays there and means nobody. */
  forget(id: number): void {
    if (this.ordinal(id) >= 0) this.put(id, -1);
  }

  get bytes(): number {
    return this.ids.byteLength + this.table.byteLength;
  }

  private put(id: number, ordinal: number): void {
    const slot = this.slot(id);
    this.table[slot] = id;
    this.table[slot + 1] = ordinal;
  }

  /** Where the key is, or the free place where it belongs. */
  private slot(id: number): number {
    const last = this.table.length - 2;
    let slot = (imul(id, SPREAD) >>> this.shift) * 2;
    while (this.table[slot] !== 0 && this.table[slot] !== id) slot = slot === last ? 0 : slot + 2;
    return slot;
  }

  private emptyTable(keys: number): Int32Array {
    const bits = Math.ceil(Math.log2(keys * 1.5));
    this.shift = 32 - bits;
    return new Int32Array(2 * 2 ** bits);
  }

  private grow(): void {
    const current = Uint8Array.from({ length: this.used }, (_, ordinal) => Number(this.has(ordinal)));
    const ids = new Int32Array(this.ids.length * 2);
    ids.set(this.ids);
    this.ids = ids;
    this.table = this.emptyTable(ids.length);
    current.forEach((isCurrent, ordinal) => {
      if (isCurrent === 1) this.put(ids[ordinal], ordinal);
    });
  }
}
