import type { DirectorySource } from '../schema/directory-source';
import type { RunCounts, SyncRun } from '../schema/sync-run';
import type { Database } from '../src/database';
import type { MergeSource } from './merge';
import { type Edges } from './planning/edges';
import { Int32List } from './planning/growable';
import type { GroupLedger } from './planning/group-ledger';
import { type RefTable } from './planning/ref-table';
import { DROPPED, GONE, LIVE, SEEN, type UserLedger } from './planning/user-ledger';
import type { PlanWriter } from './stage';

/** Removals of a plan, by kind, and what of them counts against the limits (S6). */
export interface Removals {
  users: number;
  groups: number;
  /** DIRECT and PRIMARY, without those lost with their user. */
  memberships: number;
}

export interface Progress {
  phase: string;
  done: number;
  total: number | null;
  users: number;
}

/** Everything that one planning works on. Nothing of it outlives the run. */
export interface PlanContext {
  db: Database;
  run: SyncRun;
  source: DirectorySource;
  sources: ReadonlyMap<number, MergeSource>;
  isIncremental: boolean;
  now: number;
  writer: PlanWriter;
  users: UserLedger;
  groups: GroupLedger;
  /** When what is VANISHED already did so, by ordinal. */
  usersVanishedAt: ReadonlyMap<number, number>;
  groupsVanishedAt: ReadonlyMap<number, number>;
  /** Ids of people whom another source tells too. */
  shared: ReadonlySet<number>;
  edges: Edges;
  /** ref → ordinal of a user, or ~ordinal of a group. */
  refs: RefTable;
  /** Texts of managers and primary groups, each once. */
  interned: Interner;
  /** Incremental: groups whose members are told anew. */
  toldWhole: Set<number>;
  /** Groups of which something is known to have changed: looked at even if their digest is the same. */
  touched: Set<number>;
  /** Member values that nobody is, yet: group ordinal, hash of the ref, digest. */
  pending: PendingMembers;
  counts: RunCounts;
  removals: Removals;
  /** Ids of people to whom `matchBy` has linked a record of this run. */
  matched: Set<number>;
  progress: Progress;
  /** Ordinals of people of whom only locked fields changed. */
  lockedOnly: Set<number>;
  /** Rows of people that no list shows (kind ENTRY), by ordinal. */
  entryOnly: Map<number, number>;
  /** Ordinals of people whose manager is overridden by hand. */
  managerLocked: Set<number>;
  /** Told refs of an incremental read's new and returned people and groups. */
  arrivals: { ordinal: number; isGroup: boolean; refs: string[] }[];
  nextCursor: string | null;
}

/** Gives equal texts one small number. */
export class Interner {
  private readonly numbers = new Map<string, number>();
  readonly texts: string[] = [];

  intern(text: string): number {
    let number = this.numbers.get(text);
    if (number === undefined) {
      number = this.texts.push(text) - 1;
      this.numbers.set(text, number);
    }
    return number;
  }
}

/** Member values that did not resolve when they came: their groups may still follow. */
export class PendingMembers {
  readonly groups = new Int32List();
  readonly texts = new PackedTexts();
}

/** Texts kept as UTF-8 in one buffer. */
export class PackedTexts {
  private bytes = Buffer.alloc(64 * 1024);
  private used = 0;
  private readonly ends = new Int32List();

  get length(): number {
    return this.ends.length;
  }

  push(text: string): void {
    const size = Buffer.byteLength(text);
    if (this.used + size > this.bytes.length) {
      const larger = Buffer.alloc(Math.max(this.bytes.length * 2, this.used + size));
      this.bytes.copy(larger);
      this.bytes = larger;
    }
    this.used += this.bytes.write(text, this.used);
    this.ends.push(this.used);
  }

  at(index: number): string {
    return this.bytes.toString('utf8', index === 0 ? 0 : this.ends.at(index - 1), this.ends.at(index));
  }
}

/** Whether a person is imported when this plan is applied. */
export function isUserPresent(context: PlanContext, ordinal: number): boolean {
  return isPresent(context.users.flags.at(ordinal), context.isIncremental);
}

export function isGroupPresent(context: PlanContext, ordinal: number): boolean {
  return isPresent(context.groups.flags.at(ordinal), context.isIncremental);
}

function isPresent(flags: number, isIncremental: boolean): boolean {
  if ((flags & (DROPPED | GONE)) !== 0) return false;
  return (flags & SEEN) !== 0 || (isIncremental && (flags & LIVE) !== 0);
}

/** A ref in a plan: the key of what exists, or the number of the row that makes it, marked by the top bit. */
export function refOf(id: number, seq: number): number {
  return id > 0 ? id : seq | 0x80000000;
}
