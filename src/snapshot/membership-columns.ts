/** A membership as the database has it. */
export interface MembershipFacts {
  groupId: number;
  userId: number;
  via: string;
  pathIds: string | null;
  origin: string;
  position: number;
  callState: string;
  since: number | string;
}

const BYTES_A_SLOT = 27;

/** Memberships in columns, 27 bytes each. A membership keeps its slot for as long as it exists; slots are not used again. */
export class MembershipColumns {
  size = 0;
  private groupIds: Int32Array;
  private userIds: Int32Array;
  private positions: Int32Array;
  private sinces: Float64Array;
  private paths: Int32Array;
  private vias: Uint8Array;
  private origins: Uint8Array;
  private callStates: Uint8Array;
  private readonly words = new StringTable();
  private readonly pathTexts = new StringTable();

  constructor(capacity = 1024) {
    this.groupIds = new Int32Array(capacity);
    this.userIds = new Int32Array(capacity);
    this.positions = new Int32Array(capacity);
    this.sinces = new Float64Array(capacity);
    this.paths = new Int32Array(capacity);
    this.vias = new Uint8Array(capacity);
    this.origins = new Uint8Array(capacity);
    this.callStates = new Uint8Array(capacity);
  }

  /** Stores a membership in a new slot. */
  add(facts: MembershipFacts): number {
    if (this.size === this.groupIds.length) this.grow();
    this.set(this.size, facts);
    return this.size++;
  }

  set(slot: number, facts: MembershipFacts): void {
    this.groupIds[slot] = facts.groupId;
    this.userIds[slot] = facts.userId;
    this.positions[slot] = facts.position;
    this.sinces[slot] = Number(facts.since);
    this.paths[slot] = facts.pathIds === null ? -1 : this.pathTexts.number(facts.pathIds);
    this.vias[slot] = this.words.number(facts.via);
    this.origins[slot] = this.words.number(facts.origin);
    this.callStates[slot] = this.words.number(facts.callState);
  }

  groupId(slot: number): number {
    return this.groupIds[slot];
  }

  userId(slot: number): number {
    return this.userIds[slot];
  }

  position(slot: number): number {
    return this.positions[slot];
  }

  since(slot: number): number {
    return this.sinces[slot];
  }

  pathIds(slot: number): string | null {
    const path = this.paths[slot];
    return path < 0 ? null : this.pathTexts.text(path);
  }

  via(slot: number): string {
    return this.words.text(this.vias[slot]);
  }

  origin(slot: number): string {
    return this.words.text(this.origins[slot]);
  }

  callState(slot: number): string {
    return this.words.text(this.callStates[slot]);
  }

  /** Bytes of the columns, and an estimate of the paths. */
  get bytes(): number {
    return this.groupIds.length * BYTES_A_SLOT + this.pathTexts.bytes;
  }

  private grow(): void {
    const size = Math.ceil(this.groupIds.length * 1.5);
    this.groupIds = copied(this.groupIds, new Int32Array(size));
    this.userIds = copied(this.userIds, new Int32Array(size));
    this.positions = copied(this.positions, new Int32Array(size));
    this.sinces = copied(this.sinces, new Float64Array(size));
    this.paths = copied(this.paths, new Int32Array(size));
    this.vias = copied(this.vias, new Uint8Array(size));
    this.origins = copied(this.origins, new Uint8Array(size));
    this.callStates = copied(this.callStates, new Uint8Array(size));
  }
}

function copied<T extends { set(from: ArrayLike<number>): void }>(from: ArrayLike<number>, to: T): T {
  to.set(from);
  return to;
}

/** Texts by number, each once. */
class StringTable {
  private readonly texts: string[] = [];
  private readonly numbers = new Map<string, number>();
  bytes = 0;

  number(text: string): number {
    let number = this.numbers.get(text);
    if (number === undefined) {
      number = this.texts.push(text) - 1;
      this.numbers.set(text, number);
      this.bytes += text.length + 80;
    }
    return number;
  }

  text(number: number): string {
    return this.texts[number];
  }
}
