import { Int32List } from './planning/growable';
import { avalanche } from './planning/hash64';

/** How somebody is in a group. `path`: of NESTED, the groups in between as refs joined by commas, outermost first. */
export interface Way {
  via: 'PRIMARY' | 'DIRECT' | 'NESTED';
  path: string | null;
}

export const DIRECT: Way = { via: 'DIRECT', path: null };
export const PRIMARY: Way = { via: 'PRIMARY', path: null };
const FIRST_NESTED = 2;

/**
 * The people of one group, each once: PRIMARY before DIRECT before NESTED, in order of arrival. Used again for the next
 * group without being emptied: a mark is valid only in the round that set it.
 */
export class MemberSet {
  readonly users = new Int32List();
  private marks = new Int32Array(0);
  private codes = new Int32Array(0);
  private round = 0;
  private ways: Way[] = [DIRECT, PRIMARY];
  /** Members that are DIRECT or PRIMARY: they come first in `users`. */
  private ownCount = 0;

  begin(userCount: number): void {
    if (this.marks.length < userCount) {
      this.marks = new Int32Array(userCount);
      this.codes = new Int32Array(userCount);
      this.round = 0;
    }
    this.round++;
    this.users.clear();
    this.ownCount = 0;
    this.ways = [DIRECT, PRIMARY];
  }

  /** Adds a direct or primary member. */
  addOwn(user: number, isPrimary: boolean): void {
    if (this.marks[user] === this.round) {
      if (isPrimary) this.codes[user] = 1;
      return;
    }
    this.put(user, isPrimary ? 1 : 0);
    this.ownCount = this.users.length;
  }

  /** Adds the members of an inner group, as far as they are not in already. */
  addNested(members: Iterable<number>, path: string): void {
    const code = this.ways.length;
    this.ways.push({ via: 'NESTED', path });
    for (const user of members) if (this.marks[user] !== this.round) this.put(user, code);
  }

  has(user: number): boolean {
    return this.marks[user] === this.round;
  }

  wayOf(user: number): Way {
    return this.ways[this.codes[user] ?? 0] ?? DIRECT;
  }

  codeOf(user: number): number {
    return this.codes[user] ?? 0;
  }

  wayOfCode(code: number): Way {
    return this.ways[code] ?? DIRECT;
  }

  get ownMembers(): Int32Array {
    return this.users.view().subarray(0, this.ownCount);
  }

  isNested(user: number): boolean {
    return (this.codes[user] ?? 0) >= FIRST_NESTED;
  }

  private put(user: number, code: number): void {
    this.marks[user] = this.round;
    this.codes[user] = code;
    this.users.push(user);
  }
}

/** A membership as stored. `user` is its ordinal. */
export interface StoredMember extends Way {
  user: number;
}

/** Memberships of one group that change alike. `users` are ordinals. */
export interface MemberChange {
  action: 'ADD' | 'REMOVE' | 'UPDATE';
  before: Way | null;
  after: Way | null;
  users: number[];
}

/** Compares who is in a group with who is stored in it. Removals come first, additions keep their order. */
export function planMembers(current: MemberSet, stored: Iterable<StoredMember>): MemberChange[] {
  const changes = new Map<string, MemberChange>();
  const note = (action: MemberChange['action'], before: Way | null, after: Way | null, user: number) => {
    const key = `${action}|${before?.via}|${before?.path}|${after?.via}|${after?.path}`;
    const change = changes.get(key);
    if (change) change.users.push(user);
    else changes.set(key, { action, before, after, users: [user] });
  };
  const known = new Set<number>();
  for (const member of stored) {
    known.add(member.user);
    const before: Way = { via: member.via, path: member.path };
    if (!current.has(member.user)) note('REMOVE', before, null, member.user);
    else {
      const after = current.wayOf(member.user);
      if (after.via !== before.via || after.path !== before.path) note('UPDATE', before, after, member.user);
    }
  }
  const added = new Map<number, number[]>();
  for (const user of current.users.view()) {
    if (known.has(user)) continue;
    const code = current.codeOf(user);
    const list = added.get(code);
    if (list) list.push(user);
    else added.set(code, [user]);
  }
  for (const [code, users] of [...added].sort((one, other) => one[0] - other[0])) {
    const after = current.wayOfCode(code);
    changes.set(`ADD|${code}`, { action: 'ADD', before: null, after, users });
  }
  return [...changes.values()];
}

/** A digest of a set, whatever its order: 16 characters. */
export class SetDigest {
  private constructor(
    private a: number,
    private b: number,
  ) {}

  static empty(): SetDigest {
    return new SetDigest(0, 0);
  }

  /** Goes on from a digest as `text` gave it. */
  static from(text: string): SetDigest {
    return new SetDigest(Number.parseInt(text.slice(0, 8), 16) | 0, Number.parseInt(text.slice(8), 16) | 0);
  }

  add(hi: number, lo: number, tag: number): void {
    this.a = (this.a + shareA(hi, tag)) | 0;
    this.b = (this.b + shareB(hi, lo, tag)) | 0;
  }

  remove(hi: number, lo: number, tag: number): void {
    this.a = (this.a - shareA(hi, tag)) | 0;
    this.b = (this.b - shareB(hi, lo, tag)) | 0;
  }

  text(): string {
    return hex(this.a) + hex(this.b);
  }
}

const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
const shareA = (hi: number, tag: number): number => avalanche(hi ^ Math.imul(tag + 1, 0x27d4eb2f));
const shareB = (hi: number, lo: number, tag: number): number =>
  avalanche(lo ^ Math.imul(tag + 3, 0x165667b1) ^ (hi >>> 7));
