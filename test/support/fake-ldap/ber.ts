/** The few forms of ASN.1 BER (X.690) that LDAP uses: definite lengths, one-byte tags (RFC 4511, 5.1). */

export const TAG = { boolean: 0x01, integer: 0x02, octets: 0x04, enumerated: 0x0a, sequence: 0x30, set: 0x31 } as const;

/** One element of any tag around its contents. */
export function element(tag: number, ...contents: Buffer[]): Buffer {
  const body = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag, ...lengthBytes(body.length)]), body]);
}

function lengthBytes(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}

export const sequence = (...contents: Buffer[]): Buffer => element(TAG.sequence, ...contents);
export const octets = (value: string | Buffer): Buffer => element(TAG.octets, Buffer.from(value));
export const boolean = (value: boolean): Buffer => element(TAG.boolean, Buffer.from([value ? 0xff : 0]));

/** A 32-bit integer. */
export function integer(value: number, tag: number = TAG.integer): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return element(tag, bytes);
}

/** Reads elements one after another. Throws RangeError where the bytes end too early or a tag is another than expected. */
export class BerReader {
  private offset = 0;

  constructor(private readonly bytes: Buffer) {}

  get hasMore(): boolean {
    return this.offset < this.bytes.length;
  }

  /** The next element's tag, or -1 at the end. */
  get nextTag(): number {
    return this.bytes[this.offset] ?? -1;
  }

  /** The next element's contents. */
  read(expectedTag: number = this.nextTag): Buffer {
    const tag = this.nextTag;
    const size = elementSize(this.bytes.subarray(this.offset));
    if (size === null || tag !== expectedTag) throw new RangeError(`BER: expected tag ${expectedTag}, found ${tag}.`);
    const contents = this.bytes.subarray(this.offset + size.header, this.offset + size.total);
    this.offset += size.total;
    return contents;
  }

  readText(tag: number = TAG.octets): string {
    return this.read(tag).toString('utf8');
  }

  readInteger(tag: number = TAG.integer): number {
    const bytes = this.read(tag);
    return bytes.length === 0 ? 0 : bytes.readIntBE(0, Math.min(bytes.length, 6));
  }

  readBoolean(tag: number = TAG.boolean): boolean {
    return (this.read(tag)[0] ?? 0) !== 0;
  }

  /** A reader of the next element's contents. */
  enter(tag?: number): BerReader {
    return new BerReader(this.read(tag));
  }
}

/** How many bytes the element at the start of `bytes` has, or null where it is not complete yet. */
export function elementSize(bytes: Buffer): { header: number; total: number } | null {
  const first = bytes[1];
  if (first === undefined) return null;
  const more = first < 0x80 ? 0 : first & 0x7f;
  if (bytes.length < 2 + more) return null;
  const length = more === 0 ? first : bytes.readUIntBE(2, Math.min(more, 6));
  const total = 2 + more + length;
  return bytes.length < total ? null : { header: 2 + more, total };
}
