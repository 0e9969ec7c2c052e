import { BINARY_ATTRIBUTES, baseType, type Entry, type EntryAttribute } from './entry';

/** What came over the wire is no LDAP (RFC 4511 section 5.1, BER). */
export class MalformedMessage extends Error {
  constructor(detail: string) {
    super(`the answer is no valid LDAP message (${detail})`);
    this.name = 'MalformedMessage';
  }
}

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const OCTET_STRING = 0x04;
const SET = 0x31;
const MAX_MESSAGE = 512 * 1024 * 1024;

/**
 * Cuts the stream of a connection into LDAP messages. Chunks are joined once per message and not once per chunk, so
 * that a group of 100,000 members costs no quadratic copying.
 */
export class MessageFramer {
  private chunks: Buffer[] = [];
  private length = 0;
  private wanted = 2;

  /** Takes a chunk and tells every message it completes. Throws MalformedMessage. */
  push(chunk: Buffer, onMessage: (message: Buffer) => void): void {
    this.chunks.push(chunk);
    this.length += chunk.length;
    if (this.length < this.wanted) return;
    let data = this.chunks.length === 1 ? chunk : Buffer.concat(this.chunks, this.length);
    let total: number;
    while ((total = messageLength(data)) <= data.length && total > 0) {
      onMessage(data.subarray(0, total));
      data = data.subarray(total);
    }
    this.chunks = data.length === 0 ? [] : [data];
    this.length = data.length;
    this.wanted = total > 0 ? total : data.length + 1;
  }
}

/** Length of the message at the start of `data`, header included; 0 if its header is not complete. */
function messageLength(data: Buffer): number {
  if (data.length === 0) return 0;
  if (data[0] !== SEQUENCE) throw new MalformedMessage(`it begins with byte ${data[0]}`);
  const first = data[1];
  if (first === undefined) return 0;
  if (first < 0x80) return 2 + first;
  const size = first & 0x7f;
  if (size === 0 || size > 4) throw new MalformedMessage('its length is not readable');
  if (data.length < 2 + size) return 0;
  const length = data.readUIntBE(2, size);
  if (length > MAX_MESSAGE) throw new MalformedMessage(`it claims ${length} bytes`);
  return 2 + size + length;
}

/** An attribute with more bytes than this is decoded when its values are asked for, if ever. */
const LARGE = 2048;

/** The many values of one attribute, as they came. Holds the message: keep it no longer than a page. */
export class WireAttribute implements EntryAttribute {
  private decoded: (string | Buffer)[] | null = null;

  /** The set of values, each an OCTET STRING with its header, is at `[start, end)`: `count` of them, well formed. */
  constructor(
    readonly type: string,
    private readonly isBinary: boolean,
    readonly message: Buffer,
    readonly start: number,
    readonly end: number,
    readonly count: number,
  ) {}

  get values(): (string | Buffer)[] {
    return (this.decoded ??= [...this.decode()]);
  }

  /** One value, by where its content lies. */
  valueAt(start: number, end: number): string | Buffer {
    return readValue(this.message, start, end, this.isBinary);
  }

  private *decode(): Generator<string | Buffer> {
    const cursor = new Cursor(this.message, this.start, this.end);
    while (cursor.at < this.end) {
      const valueEnd = cursor.enter(OCTET_STRING);
      yield this.valueAt(cursor.at, valueEnd);
      cursor.at = valueEnd;
    }
  }
}

/** The header of a message (RFC 4511 section 4.1.1): its id, the tag of its operation and where that lies. */
export function readHeader(message: Buffer): { id: number; operation: number; start: number; end: number } {
  const cursor = new Cursor(message, 0, message.length);
  cursor.enter(SEQUENCE);
  const idEnd = cursor.enter(INTEGER);
  const id = idEnd === cursor.at || idEnd > cursor.at + 6 ? -1 : message.readIntBE(cursor.at, idEnd - cursor.at);
  cursor.at = idEnd;
  const operation = message[cursor.at] ?? 0;
  const end = cursor.enter(operation);
  return { id, operation, start: cursor.at, end };
}

/**
 * Reads the SearchResultEntry (RFC 4511 section 4.5.2) at `[start, end)` of a message. Values are copied out: they
 * outlive the message's buffer, but for those of large attributes.
 */
export function readEntry(message: Buffer, start: number, end: number): Entry {
  const cursor = new Cursor(message, start, end);
  const dnEnd = cursor.enter(OCTET_STRING);
  const dn = message.toString('utf8', cursor.at, dnEnd);
  cursor.at = dnEnd;
  const listEnd = cursor.enter(SEQUENCE);
  const attributes: EntryAttribute[] = [];
  while (cursor.at < listEnd) attributes.push(readAttribute(message, cursor));
  return { dn, attributes };
}

function readAttribute(message: Buffer, cursor: Cursor): EntryAttribute {
  const end = cursor.enter(SEQUENCE);
  const typeEnd = cursor.enter(OCTET_STRING);
  const type = internType(message, cursor.at, typeEnd);
  cursor.at = typeEnd;
  const values: (string | Buffer)[] = [];
  const setEnd = cursor.enter(SET);
  if (setEnd - cursor.at > LARGE) {
    const start = cursor.at;
    const count = cursor.skipAll(OCTET_STRING, setEnd);
    cursor.at = end;
    return new WireAttribute(type.name, type.binary, message, start, setEnd, count);
  }
  while (cursor.at < setEnd) {
    const valueEnd = cursor.enter(OCTET_STRING);
    values.push(readValue(message, cursor.at, valueEnd, type.binary));
    cursor.at = valueEnd;
  }
  cursor.at = end;
  return { type: type.name, values };
}

function readValue(message: Buffer, start: number, end: number, binary: boolean): string | Buffer {
  if (binary) return Buffer.from(message.subarray(start, end));
  const text = message.toString('utf8', start, end);
  // A replacement character is either the directory's own or the sign of bytes that are no UTF-8.
  if (text.includes('\uFFFD')) {
    const bytes = Buffer.from(message.subarray(start, end));
    if (!Buffer.from(text, 'utf8').equals(bytes)) return bytes;
  }
  return text;
}

interface InternedType {
  name: string;
  bytes: Buffer;
  binary: boolean;
}

/** The few attribute types of a read are told a hundred thousand times: their strings are made once. */
const interned = new Map<number, InternedType>();
const MAX_INTERNED = 4096;

function internType(message: Buffer, start: number, end: number): InternedType {
  const length = end - start;
  const key = length * 0x10000 + (message[start] ?? 0) * 0x100 + (message[end - 1] ?? 0) + (message[end - 3] ?? 0) * 7;
  const known = interned.get(key);
  if (known?.bytes.length === length && isSame(known.bytes, message, start)) return known;
  const bytes = Buffer.from(message.subarray(start, end));
  const name = bytes.toString('utf8');
  const binary = /;binary(;|$)/i.test(name) || BINARY_ATTRIBUTES.has(baseType(name));
  const type = { name, bytes, binary };
  if (interned.size < MAX_INTERNED) interned.set(key, type);
  return type;
}

function isSame(bytes: Buffer, message: Buffer, start: number): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== message[start + i]) return false;
  return true;
}

/** A place in a message. Each step into an element checks its tag and that it ends within the message. */
class Cursor {
  constructor(
    private readonly message: Buffer,
    public at: number,
    private readonly end: number,
  ) {}

  /** Steps over the header of an element; returns where its content ends. */
  enter(tag: number): number {
    const { message, end } = this;
    if (this.at + 2 > end || message[this.at] !== tag) throw new MalformedMessage('an entry is not readable');
    let length = message[this.at + 1] ?? 0;
    this.at += 2;
    if (length >= 0x80) {
      const size = length & 0x7f;
      if (size === 0 || size > 4 || this.at + size > end) throw new MalformedMessage('an entry is not readable');
      length = message.readUIntBE(this.at, size);
      this.at += size;
    }
    if (this.at + length > end) throw new MalformedMessage('an entry is longer than its message');
    return this.at + length;
  }

  /** Steps over elements up to `end`; returns how many they are. */
  skipAll(tag: number, end: number): number {
    let count = 0;
    for (; this.at < end; count++) this.at = this.enter(tag);
    return count;
  }
}
