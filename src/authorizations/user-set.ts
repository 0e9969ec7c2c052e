/** A set of ordinals, one bit each; iterates in ascending order. */
export class UserSet {
  private words: Int32Array;

  constructor(capacity = 0) {
    this.words = new Int32Array((capacity >>> 5) + 1);
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

  /** Adds what is in the other set, 32 at a time. */
  addSet(other: UserSet): void {
    if (other.words.length > this.words.length) this.grow(other.words.length);
    const [words, theirs] = [this.words, other.words];
    for (let word = 0; word < theirs.length; word++) words[word] |= theirs[word];
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
    const [words, theirs] = [this.words, other.words];
    const common = Math.min(words.length, theirs.length);
    for (let word = 0; word < common; word++) words[word] &= theirs[word];
    words.fill(0, common);
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

  /** How many are in the set; takes one step for each 32 of the capacity. */
  count(): number {
    let count = 0;
    const words = this.words;
    for (let word = 0; word < words.length; word++) count += bitCount(words[word]);
    return count;
  }

  get bytes(): number {
    return this.words.byteLength;
  }

  private grow(words: number): void {
    const grown = new Int32Array(Math.max(words, this.words.length * 2));
    grown.set(this.words);
    this.words = grown;
  }
}

/** Set bits of a 32-bit word (Warren, Hacker's Delight, 5-1). */
function bitCount(word: number): number {
  const pairs = (word - ((word >>> 1) & 0x55555555)) | 0;
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
