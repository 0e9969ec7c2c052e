import { Int32List } from './growable';
import { hash64, hash64Ascii, type Hash64 } from './hash64';

/** The seed of hashes that are stored: member digests of groups. */
const STORED_SEED = 7;
const FEWEST_CELLS = 2048;

/**
 * Numbers different texts in the order in which they come, from 0 on, and finds the number of a text: a hash table over
 * the texts' UTF-8, which is compared byte by byte. A hundred thousand ids cost a Map of strings three times as long, and
 * the collector of garbage as much again.
 */
export class TextIndex {
  private bytes = Buffer.alloc(64 * 1024);
  private readonly ends = new Int32List();
  private readonly hi = new Int32List();
  private readonly lo = new Int32List();
  /** Number of a text and 1 at the place of its hash; 0: free. */
  private cells = new Int32Array(FEWEST_CELLS);
  private readonly hash: Hash64 = { hi: 0, lo: 0 };

  get size(): number {
    return this.ends.length;
  }

  /** The number of a text, or undefined. */
  get(text: string): number | undefined {
    hash64(text, STORED_SEED, this.hash);
    const { cells } = this;
    const [hi, lo] = [this.hash.hi | 0, this.hash.lo | 0];
    const mask = cells.length - 1;
    for (let place = lo & mask; ; place = (place + 1) & mask) {
      const number = (cells[place] ?? 0) - 1;
      if (number < 0) return undefined;
      if (this.lo.at(number) === lo && this.hi.at(number) === hi && this.is(number, text)) return number;
    }
  }

  /** Adds a text that is not there yet. @returns its number */
  add(text: string): number {
    hash64(text, STORED_SEED, this.hash);
    const end = this.used + Buffer.byteLength(text);
    this.reserve(end);
    this.bytes.write(text, this.used);
    return this.append(end);
  }

  /** The same for a text that lies in a buffer as UTF-8. */
  addBytes(from: Buffer, start: number, end: number): number {
    if (!hash64Ascii(from, start, end, STORED_SEED, this.hash)) return this.add(from.toString('utf8', start, end));
    const { used } = this;
    this.reserve(used + end - start);
    const { bytes } = this;
    for (let index = start; index < end; index++) bytes[used + index - start] = from[index] ?? 0;
    return this.append(used + end - start);
  }

  at(number: number): string {
    return this.bytes.toString('utf8', this.startOf(number), this.ends.at(number));
  }

  /** The hash of a text as it may be stored. */
  hashOf(number: number, out: Hash64): void {
    out.hi = this.hi.at(number);
    out.lo = this.lo.at(number);
  }

  private get used(): number {
    return this.startOf(this.ends.length);
  }

  private startOf(number: number): number {
    return number === 0 ? 0 : this.ends.at(number - 1);
  }

  private is(number: number, text: string): boolean {
    const { bytes } = this;
    const [start, end] = [this.startOf(number), this.ends.at(number)];
    let at = start;
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      if (unit > 0x7f) return this.at(number) === text;
      if (at >= end || bytes[at++] !== unit) return false;
    }
    return at === end;
  }

  private append(end: number): number {
    const number = this.ends.length;
    this.ends.push(end);
    this.hi.push(this.hash.hi | 0);
    this.lo.push(this.hash.lo | 0);
    if ((number + 1) * 2 > this.cells.length) this.grow();
    else this.place(number);
    return number;
  }

  private place(number: number): void {
    const { cells } = this;
    const mask = cells.length - 1;
    let place = this.lo.at(number) & mask;
    while (cells[place] !== 0) place = (place + 1) & mask;
    cells[place] = number + 1;
  }

  private grow(): void {
    this.cells = new Int32Array(this.cells.length * 4);
    for (let number = 0; number < this.size; number++) this.place(number);
  }

  private reserve(size: number): void {
    if (size <= this.bytes.length) return;
    const larger = Buffer.alloc(Math.max(size, this.bytes.length * 2));
    this.bytes.copy(larger);
    this.bytes = larger;
  }
}
