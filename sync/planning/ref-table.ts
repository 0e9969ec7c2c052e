import { hash64, hash64Ascii, type Hash64 } from './hash64';

const EMPTY = -0x80000000;
/** Numbers of a slot: both halves of the hash, the value. */
const WIDTH = 3;

/**
 * Which record a text stands for: a hash table of 64-bit hashes in one typed array, 12 bytes a slot whatever the length
 * of the texts, because a directory of a million names must not be held as text. Two different texts are taken for one
 * with a chance of 1 in 10^7 at a million texts; the seed is random, so that no directory can provoke it.
 */
export class RefTable {
  private cells: Int32Array;
  private mask: number;
  private used = 0;
  private readonly hash: Hash64 = { hi: 0, lo: 0 };

  constructor(
    private readonly seed: number = Math.floor(Math.random() * 0x7fffffff),
    capacity = 1024,
  ) {
    const size = 2 ** Math.ceil(Math.log2(Math.max(capacity, 16) * 2));
    this.cells = emptyCells(size);
    this.mask = size - 1;
  }

  get size(): number {
    return this.used;
  }

  /** The value of a text, or undefined. */
  get(text: string): number | undefined {
    hash64(text, this.seed, this.hash);
    return this.valueAt(this.slot(this.hash.hi | 0, this.hash.lo | 0));
  }

  /** The value of a text that lies in a buffer as UTF-8; undefined as well where it is no ASCII. */
  getAscii(bytes: Uint8Array, start: number, end: number): number | undefined {
    if (!hash64Ascii(bytes, start, end, this.seed, this.hash)) return undefined;
    return this.valueAt(this.slot(this.hash.hi | 0, this.hash.lo | 0));
  }

  /** Gives a text a value, any integer above -2^31; replaces the one it has. */
  set(text: string, value: number): void {
    hash64(text, this.seed, this.hash);
    this.put(this.slot(this.hash.hi | 0, this.hash.lo | 0), value);
  }

  /** The same for a text that lies in a buffer as UTF-8. @returns false where it is no ASCII: then nothing is done. */
  setAscii(bytes: Uint8Array, start: number, end: number, value: number): boolean {
    if (!hash64Ascii(bytes, start, end, this.seed, this.hash)) return false;
    this.put(this.slot(this.hash.hi | 0, this.hash.lo | 0), value);
    return true;
  }

  /** Gives a text a value unless it has one. @returns the value it has then. */
  claim(text: string, value: number): number {
    hash64(text, this.seed, this.hash);
    const slot = this.slot(this.hash.hi | 0, this.hash.lo | 0);
    const holder = this.valueAt(slot);
    if (holder !== undefined) return holder;
    this.put(slot, value);
    return value;
  }

  private valueAt(slot: number): number | undefined {
    const value = this.cells[slot + 2] ?? EMPTY;
    return value === EMPTY ? undefined : value;
  }

  private put(slot: number, value: number): void {
    const isNew = this.cells[slot + 2] === EMPTY;
    this.cells[slot] = this.hash.hi | 0;
    this.cells[slot + 1] = this.hash.lo | 0;
    this.cells[slot + 2] = value;
    if (isNew && ++this.used * 2 > this.mask) this.grow();
  }

  /** Where a hash is, or where it would be put. */
  private slot(hi: number, lo: number): number {
    const { cells, mask } = this;
    for (let place = lo & mask; ; place = (place + 1) & mask) {
      const slot = place * WIDTH;
      if (cells[slot + 2] === EMPTY || (cells[slot + 1] === lo && cells[slot] === hi)) return slot;
    }
  }

  private grow(): void {
    const old = this.cells;
    const size = (this.mask + 1) * 2;
    this.cells = emptyCells(size);
    this.mask = size - 1;
    for (let from = 0; from < old.length; from += WIDTH) {
      if (old[from + 2] === EMPTY) continue;
      const to = this.slot(old[from] ?? 0, old[from + 1] ?? 0);
      this.cells.set(old.subarray(from, from + WIDTH), to);
    }
  }
}

function emptyCells(size: number): Int32Array {
  const cells = new Int32Array(size * WIDTH);
  for (let value = 2; value < cells.length; value += WIDTH) cells[value] = EMPTY;
  return cells;
}
