import { hash64, type Hash64 } from './hash64';

const EMPTY = -0x80000000;

/**
 * Which record a text stands for: a hash table of 64-bit hashes in typed arrays, 12 bytes a slot whatever the length of
 * the texts, because a directory of a million names must not be held as text. Two different texts are taken for one with
 * a chance of 1 in 10^7 at a million texts; the seed is random, so that no directory can provoke it.
 */
export class RefTable {
  private hi: Uint32Array;
  private lo: Uint32Array;
  private values: Int32Array;
  private used = 0;
  private readonly hash: Hash64 = { hi: 0, lo: 0 };

  constructor(
    private readonly seed: number = Math.floor(Math.random() * 0x7fffffff),
    capacity = 1024,
  ) {
    const size = 2 ** Math.ceil(Math.log2(Math.max(capacity, 16) * 2));
    this.hi = new Uint32Array(size);
    this.lo = new Uint32Array(size);
    this.values = new Int32Array(size).fill(EMPTY);
  }

  get size(): number {
    return this.used;
  }

  /** The value of a text, or undefined. */
  get(text: string): number | undefined {
    hash64(text, this.seed, this.hash);
    const value = this.values[this.slot(this.hash.hi, this.hash.lo)] ?? EMPTY;
    return value === EMPTY ? undefined : value;
  }

  /** Gives a text a value, any integer above -2^31; replaces the one it has. */
  set(text: string, value: number): void {
    if (this.used * 2 >= this.values.length) this.grow();
    hash64(text, this.seed, this.hash);
    const slot = this.slot(this.hash.hi, this.hash.lo);
    if (this.values[slot] === EMPTY) this.used++;
    this.put(slot, this.hash.hi, this.hash.lo, value);
  }

  private put(slot: number, hi: number, lo: number, value: number): void {
    this.hi[slot] = hi;
    this.lo[slot] = lo;
    this.values[slot] = value;
  }

  private slot(hi: number, lo: number): number {
    const mask = this.values.length - 1;
    let slot = lo & mask;
    while (this.values[slot] !== EMPTY && (this.lo[slot] !== lo || this.hi[slot] !== hi)) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const { hi, lo, values } = this;
    this.hi = new Uint32Array(values.length * 2);
    this.lo = new Uint32Array(values.length * 2);
    this.values = new Int32Array(values.length * 2).fill(EMPTY);
    for (let index = 0; index < values.length; index++) {
      const value = values[index] ?? EMPTY;
      if (value === EMPTY) continue;
      const [high, low] = [hi[index] ?? 0, lo[index] ?? 0];
      this.put(this.slot(high, low), high, low, value);
    }
  }
}
