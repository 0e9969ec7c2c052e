import { PackedRefs } from '../../source';

import type { EntryAttribute } from './entry';
import { WireAttribute } from './wire';

/** As in {@link normaliseDn}: longer types may be other names of short ones. */
const LONGEST_PLAIN_TYPE = 5;
const NOT_PLAIN = -1;

/**
 * The values of an attribute of many names, each in the spelling that `normalise` gives it, without making texts of them
 * where there is nothing to do but to lower their letters. Null where the attribute is not large, or was read from a file.
 */
export function packNames(attribute: EntryAttribute, normalise: (name: string) => string): PackedRefs | null {
  if (!(attribute instanceof WireAttribute)) return null;
  const { message, start, end, count } = attribute;
  const ends = new Int32Array(count);
  let names: Buffer = Buffer.allocUnsafe(end - start);
  let [used, stored] = [0, 0];
  for (let at = start; at < end;) {
    const valueStart = contentAt(message, at);
    const valueEnd = valueStart + contentLength(message, at);
    at = valueEnd;
    // Rewritten names may be longer than they came.
    if (used + (valueEnd - valueStart) > names.length) names = enlarged(names, valueEnd - valueStart);
    let next = copyPlain(message, valueStart, valueEnd, names, used);
    if (next === NOT_PLAIN) {
      const value = attribute.valueAt(valueStart, valueEnd);
      if (typeof value !== 'string') continue;
      const name = normalise(value);
      const size = Buffer.byteLength(name);
      if (used + size > names.length) names = enlarged(names, size);
      next = used + names.write(name, used);
    }
    used = next;
    ends[stored++] = used;
  }
  return new PackedRefs(names.subarray(0, used), ends.subarray(0, stored));
}

/** Where the content of the element at `at` begins; its form has been checked when it was read. */
function contentAt(message: Buffer, at: number): number {
  const first = message[at + 1] ?? 0;
  return first < 0x80 ? at + 2 : at + 2 + (first & 0x7f);
}

function contentLength(message: Buffer, at: number): number {
  const first = message[at + 1] ?? 0;
  return first < 0x80 ? first : message.readUIntBE(at + 2, first & 0x7f);
}

function enlarged(names: Buffer, more: number): Buffer {
  const larger = Buffer.allocUnsafe(names.length * 2 + more);
  names.copy(larger);
  return larger;
}

/**
 * Copies a name in lower case if that is all that normalising it would do: the rules are those of `scan` in dn.ts.
 * @returns where the copy ends, or NOT_PLAIN.
 */
function copyPlain(from: Buffer, start: number, end: number, to: Buffer, at: number): number {
  let typeStart = start;
  let inType = true;
  let previous = 0x2c;
  for (let index = start; index < end; index++) {
    let char = from[index] ?? 0;
    if (char < 0x20 || char > 0x7e || char === 0x5c || char === 0x22 || char === 0x23 || char === 0x2b || char === 0x3b)
      return NOT_PLAIN;
    if (char === 0x20) {
      if (previous === 0x20 || previous === 0x2c || previous === 0x3d) return NOT_PLAIN;
    } else if (char === 0x2c) {
      if (inType || previous === 0x20) return NOT_PLAIN;
      inType = true;
      typeStart = index + 1;
    } else if (inType && char === 0x3d) {
      if (index === typeStart || index - typeStart > LONGEST_PLAIN_TYPE || previous === 0x20) return NOT_PLAIN;
      inType = false;
    } else if (inType && index === typeStart && char < 0x41) {
      return NOT_PLAIN;
    } else if (char >= 0x41 && char <= 0x5a) {
      char += 0x20;
    }
    previous = char;
    to[at++] = char;
  }
  return inType || previous === 0x20 ? NOT_PLAIN : at;
}
