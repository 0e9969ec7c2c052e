/** A set of ordinals, one bit each; iterates in ascending order. */
export class UserSet {
  private words: Uint32Array;

  constructor(capacity = 0) {
    this.words = new Uint32Array((capacity >>> 5) + 1);
  }

  has(ordinal: number): boolean {
    return ((this.words[ordinal >>> 5] >>> (ordinal & 31)) & 1) === 1;
  }

  add(ordinal: number): void {
    const word = ordinal >>> 5;
    if (word >= this.words.length) this.grow(word + 1);
    this.words[word] |= 1 << (ordinal & 31);
  }

  delete(ordinal: number): void {
    this.words[ordinal >>> 5] &= ~(1 << (ordinal & 31));
  }

  /** Adds every ordinal of a row. All must be under the capacity. */
  addAll(ordinals: Int32Array): void {
    const words = this.words;
    for (let i = 0; i < ordinals.length; i++) words[ordinals[i] >>> 5] |= 1 << (ordinals[i] & 31);
  }

  clear(): void {
    this.words.fill(0);
  }

  /** Makes room for ordinals under `capacity`. */
  reserve(capacity: number): void {
    if (capacity > this.words.length * 32) this.grow((capacity >>> 5) + 1);
  }

  /** Drops what is not in the other set. */
  keepOnly(other: UserSet): void {
    for (let word = 0; word < this.words.length; word++) this.words[word] &= other.words[word] ?? 0;
  }

  /** The ordinals, each turned into a number by `map`, in ascending order of the ordinals. */
  toArray(map: (ordinal: number) => number): Int32Array {
    const found = new Int32Array(this.count());
    let next = 0;
    for (let word = 0; word < this.words.length; word++) {
      for (let bits = this.words[word]; bits !== 0; bits &= bits - 1) {
        found[next++] = map(word * 32 + 31 - Math.clz32(bits & -bits));
      }
    }
    return found;
  }

  get bytes(): number {
    return this.words.byteLength;
  }

  private count(): number {
    let count = 0;
    for (let word = 0; word < this.words.length; word++) count += bitCount(this.words[word]);
    return count;
  }

  private grow(words: number): void {
    const grown = new Uint32Array(Math.max(words, this.words.length * 2));
    grown.set(this.words);
    this.words = grown;
  }
}

/** Set bits of a 32-bit word (Warren, Hacker's Delight, 5-1). */
function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
