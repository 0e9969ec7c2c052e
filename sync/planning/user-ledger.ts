import { Int32List } from './growable';
import { hash64, hash64Ascii, type Hash64 } from './hash64';
import { RefTable } from './ref-table';
import { TextIndex } from './text-index';

/** What the ledger knows of a record, in bits. */
export const KNOWN = 1;
/** Known, and not vanished before this run. */
export const LIVE = 2;
/** Told by this read (incremental: not told, but not gone either, is neither SEEN nor GONE). */
export const SEEN = 4;
/** Told, but not importable and never imported before. */
export const DROPPED = 8;
/** Told, but not importable this time: what is known of it stays as it is. */
export const FROZEN = 16;
/** A row of the plan changes it. */
export const STAGED = 32;
/** The directory says that it is gone. */
export const GONE = 64;
/** Incremental: the sweep of ids has met it. */
export const PRESENT = 128;
/** Its digest was emptied: it has to be compared, told or not. */
export const OPEN = 256;

/** No manager or primary group; or nothing was said about it. */
export const NOBODY = -1;
export const UNTOLD = -2;

/** Digests are kept as they are stored: 16 bytes in 22 letters of base64url. */
const DIGEST_BYTES = 22;
/** The seed of the hashes of user ids, which are compared but not looked up. */
const STORED_SEED = 7;

/** Where a text lies in a line of bytes. */
export interface Span {
  start: number;
  end: number;
}

/** What the database knows of a person. What is only compared or hashed stays in the line it came in. */
export interface KnownUser {
  id: number;
  isLive: boolean;
  /** `user.id`, 0 for none. */
  managerId: number;
  line: Buffer;
  externalId: Span;
  /** Digest of the record: ASCII, or empty. */
  digest: Span;
  /** Folded user id: UTF-8. */
  key: Span;
}

/**
 * Every person of one source by ordinal: those known come first, new ones are appended as they are told. Bodies are never
 * held: an ordinal costs its external id and some tens of bytes.
 */
export class UserLedger {
  /** External ids by ordinal. */
  readonly index = new TextIndex();
  /** `user.id`, 0 for a person that this run creates. */
  readonly ids = new Int32List();
  readonly flags = new Int32List();
  /** `user.id` of the manager as known; 0 for none. */
  readonly knownManagers = new Int32List();
  /** Number of the row of the plan that creates, links or changes the person; 0 for none. */
  readonly changeSeqs = new Int32List();
  /** Interned refs as told. */
  readonly managerRefs = new Int32List();
  readonly primaryRefs = new Int32List();
  private readonly keyHi = new Int32List();
  private readonly keyLo = new Int32List();
  private digests = Buffer.alloc(DIGEST_BYTES * 1024);
  /** Whose a folded user id is. */
  private readonly claims = new RefTable();
  private readonly hash: Hash64 = { hi: 0, lo: 0 };

  get size(): number {
    return this.ids.length;
  }

  /** Adds a person that the database knows. */
  addKnown(row: KnownUser): number {
    const { line, key } = row;
    const ordinal = this.add(this.index.addBytes(line, row.externalId.start, row.externalId.end));
    this.ids.set(ordinal, row.id);
    this.flags.set(ordinal, KNOWN | (row.isLive ? LIVE : 0) | (row.digest.start === row.digest.end ? OPEN : 0));
    this.knownManagers.set(ordinal, row.managerId);
    const length = Math.min(row.digest.end - row.digest.start, DIGEST_BYTES);
    for (let index = 0; index < length; index++)
      this.digests[ordinal * DIGEST_BYTES + index] = line[row.digest.start + index] ?? 0;
    if (hash64Ascii(line, key.start, key.end, STORED_SEED, this.hash)) this.storeKey(ordinal);
    else this.setKey(ordinal, textOf(line, key));
    if (row.isLive && !this.claims.setAscii(line, key.start, key.end, ordinal))
      this.claims.set(textOf(line, key), ordinal);
    return ordinal;
  }

  /** Adds a person that is told for the first time. */
  addNew(externalId: string): number {
    return this.add(this.index.add(externalId));
  }

  has(ordinal: number, flag: number): boolean {
    return (this.flags.at(ordinal) & flag) !== 0;
  }

  mark(ordinal: number, flag: number): void {
    this.flags.set(ordinal, this.flags.at(ordinal) | flag);
  }

  unmark(ordinal: number, flag: number): void {
    this.flags.set(ordinal, this.flags.at(ordinal) & ~flag);
  }

  /** Whether a digest as read is the one known. */
  isSameDigest(ordinal: number, digest: string): boolean {
    return this.digests.toString('latin1', ordinal * DIGEST_BYTES, (ordinal + 1) * DIGEST_BYTES) === digest;
  }

  /**
   * Claims a user id, which is unique within a source.
   * @returns the ordinal that holds it already, to be judged when everything has been told, or null.
   */
  claim(ordinal: number, userIdKey: string): number | null {
    this.setKey(ordinal, userIdKey);
    const holder = this.claims.claim(userIdKey, ordinal);
    return holder === ordinal ? null : holder;
  }

  /** Whether the holder of a user id really has it at the end; if not, the ordinal gets it. */
  settleClaim(ordinal: number, userIdKey: string, isPresent: (ordinal: number) => boolean): boolean {
    const holder = this.claims.get(userIdKey);
    if (holder !== undefined && holder !== ordinal && isPresent(holder) && this.hasSameKey(holder, ordinal))
      return false;
    this.claims.set(userIdKey, ordinal);
    return true;
  }

  /** A person's share in the digest of a group's members. */
  externalHash(ordinal: number, out: Hash64): void {
    this.index.hashOf(ordinal, out);
  }

  private hasSameKey(one: number, other: number): boolean {
    return this.keyHi.at(one) === this.keyHi.at(other) && this.keyLo.at(one) === this.keyLo.at(other);
  }

  private setKey(ordinal: number, userIdKey: string): void {
    hash64(userIdKey, STORED_SEED, this.hash);
    this.storeKey(ordinal);
  }

  private storeKey(ordinal: number): void {
    this.keyHi.set(ordinal, this.hash.hi | 0);
    this.keyLo.set(ordinal, this.hash.lo | 0);
  }

  private add(ordinal: number): number {
    this.ids.push(0);
    this.flags.push(0);
    this.knownManagers.push(0);
    this.changeSeqs.push(0);
    this.managerRefs.push(UNTOLD);
    this.primaryRefs.push(UNTOLD);
    if ((ordinal + 1) * DIGEST_BYTES > this.digests.length) this.growDigests();
    return ordinal;
  }

  private growDigests(): void {
    const larger = Buffer.alloc(this.digests.length * 2);
    this.digests.copy(larger);
    this.digests = larger;
  }
}

function textOf(line: Buffer, { start, end }: Span): string {
  return line.toString('utf8', start, end);
}
