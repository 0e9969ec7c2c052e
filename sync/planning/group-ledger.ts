import { Int32List } from './growable';
import { KNOWN, LIVE } from './user-ledger';
import { hash64, type Hash64 } from './hash64';

export const DEPARTMENT_PREFIX = 'department:';
const STORED_SEED = 7;

/** What the database knows of a group. */
export interface KnownGroup {
  id: number;
  externalId: string;
  name: string;
  /** 32 characters: digest of the record, then of its members. */
  hash: string;
  isLive: boolean;
  vanishedAt: number | null;
  memberCount: number;
}

/** Every group of one source by ordinal, as `UserLedger` holds people. Names are kept: paths are ordered by them. */
export class GroupLedger {
  readonly index = new Map<string, number>();
  readonly ids = new Int32List();
  readonly flags = new Int32List();
  readonly changeSeqs = new Int32List();
  readonly memberCounts = new Int32List();
  readonly externalIds: string[] = [];
  readonly names: string[] = [];
  /** Digest as known: record, then members; empty for a new one. */
  readonly knownHashes: string[] = [];
  /** Digest of the record as told, or as known. */
  readonly recordDigests: string[] = [];
  private readonly ordinalsById = new Map<number, number>();

  get size(): number {
    return this.externalIds.length;
  }

  addKnown(row: KnownGroup): number {
    const ordinal = this.add(row.externalId, row.name);
    this.ids.set(ordinal, row.id);
    this.flags.set(ordinal, KNOWN | (row.isLive ? LIVE : 0));
    this.knownHashes[ordinal] = row.hash;
    this.recordDigests[ordinal] = row.hash.slice(0, 16);
    this.memberCounts.set(ordinal, row.memberCount);
    this.ordinalsById.set(row.id, ordinal);
    return ordinal;
  }

  addNew(externalId: string, name: string): number {
    return this.add(externalId, name);
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

  ordinalOfId(id: number): number | undefined {
    return this.ordinalsById.get(id);
  }

  isDepartment(ordinal: number): boolean {
    return (this.externalIds[ordinal] ?? '').startsWith(DEPARTMENT_PREFIX);
  }

  externalHash(ordinal: number, out: Hash64): void {
    hash64(this.externalIds[ordinal] ?? '', STORED_SEED, out);
  }

  private add(externalId: string, name: string): number {
    const ordinal = this.externalIds.length;
    this.index.set(externalId, ordinal);
    this.externalIds.push(externalId);
    this.names.push(name);
    this.knownHashes.push('');
    this.recordDigests.push('');
    for (const list of [this.ids, this.flags, this.changeSeqs, this.memberCounts]) list.push(0);
    return ordinal;
  }
}
