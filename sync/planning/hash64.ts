/** A 64-bit hash in two halves. */
export interface Hash64 {
  hi: number;
  lo: number;
}

/**
 * Hashes a text to 64 bits: two lanes of multiply and xor over its UTF-16 units, then an avalanche (the finish of Austin
 * Appleby's MurmurHash3, public domain). Quick, not cryptographic: with a secret seed nobody can aim at a collision.
 * The result is written into `out`, for it is called a million times a run.
 */
export function hash64(text: string, seed: number, out: Hash64): void {
  let a = 0xdeadbeef ^ seed;
  let b = 0x41c6ce57 ^ (seed * 31);
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    a = Math.imul(a ^ unit, 0x9e3779b1);
    b = Math.imul(b ^ unit, 0x5f356495);
    a ^= a >>> 15;
  }
  out.hi = avalanche(a ^ Math.imul(b, 0x85ebca6b));
  out.lo = avalanche(b ^ Math.imul(a, 0xc2b2ae35) ^ text.length);
}

/**
 * The same hash of a text that lies in `[start, end)` of a buffer as ASCII, without making the text.
 * @returns false where it is no ASCII: then nothing is hashed.
 */
export function hash64Ascii(bytes: Uint8Array, start: number, end: number, seed: number, out: Hash64): boolean {
  let a = 0xdeadbeef ^ seed;
  let b = 0x41c6ce57 ^ (seed * 31);
  let seen = 0;
  for (let index = start; index < end; index++) {
    const unit = bytes[index] ?? 0;
    seen |= unit;
    a = Math.imul(a ^ unit, 0x9e3779b1);
    b = Math.imul(b ^ unit, 0x5f356495);
    a ^= a >>> 15;
  }
  if (seen > 0x7f) return false;
  out.hi = avalanche(a ^ Math.imul(b, 0x85ebca6b));
  out.lo = avalanche(b ^ Math.imul(a, 0xc2b2ae35) ^ (end - start));
  return true;
}

/** Spreads every bit of a 32-bit integer over all of them. */
export function avalanche(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
