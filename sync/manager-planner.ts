import { lockedFields, mergeEntries, type StoredPerson } from './merge';
import { loadPeople, type StoredEntry } from './people.reads';
import { isUserPresent, refOf, type PlanContext } from './plan-context';
import { Int32List } from './planning/growable';
import { FROZEN, GONE, KNOWN, LIVE, SEEN } from './planning/user-ledger';

/** A manager that changes: number of the row of the person, refs of the manager before and after (0: none), locked. */
export interface ManagerChange {
  seq: number;
  before: number;
  after: number;
  isLocked: boolean;
}

const BYTES = 16;
const CHANGES_A_ROW = 2_000;
const BATCH = 500;

/**
 * Compares managers when everybody has been told: whom a ref means is not known before. Managers are packed into rows of
 * their own, so that the people's rows, long written, need not be touched again.
 */
export class ManagerPlanner {
  private readonly seqs = new Int32List();
  private readonly befores = new Int32List();
  private readonly afters = new Int32List();
  private readonly locks = new Int32List();

  constructor(
    private readonly context: PlanContext,
    private readonly resolve: (ref: string) => number | undefined,
  ) {}

  async plan(): Promise<void> {
    const { users } = this.context;
    const managers = this.context.interned.texts.map((ref) => this.managerOf(ref));
    const gone = this.goneIds();
    const alone: { ordinal: number; after: number }[] = [];
    for (let ordinal = 0; ordinal < users.size; ordinal++) {
      const after = this.afterOf(ordinal, managers, gone);
      const before = users.has(ordinal, KNOWN) ? users.knownManagers.at(ordinal) : 0;
      if (after === null || after === before) continue;
      const seq = users.changeSeqs.at(ordinal);
      const hasRow = seq > 0 && !this.context.entryOnly.has(ordinal);
      if (hasRow) this.note(ordinal, seq, before, after);
      else alone.push({ ordinal, after });
    }
    for (let start = 0; start < alone.length; start += BATCH) await this.planAlone(alone.slice(start, start + BATCH));
    this.pack();
    await this.context.writer.relieve();
  }

  private managerOf(ref: string): number {
    const found = this.resolve(ref);
    if (found === undefined || found < 0 || !isUserPresent(this.context, found)) return 0;
    return refOf(this.context.users.ids.at(found), this.context.users.changeSeqs.at(found));
  }

  /** Ref of the manager as told; null where nothing was said. */
  private afterOf(ordinal: number, managers: readonly number[], gone: ReadonlySet<number>): number | null {
    const { users } = this.context;
    if (!isUserPresent(this.context, ordinal) || users.has(ordinal, FROZEN)) return null;
    if (!users.has(ordinal, SEEN)) return gone.has(users.knownManagers.at(ordinal)) ? 0 : null;
    const ref = users.managerRefs.at(ordinal);
    return ref >= 0 ? (managers[ref] ?? 0) : 0;
  }

  private goneIds(): Set<number> {
    const { users } = this.context;
    const ids = new Set<number>();
    for (let ordinal = 0; ordinal < users.size; ordinal++) if (users.has(ordinal, GONE)) ids.add(users.ids.at(ordinal));
    return ids;
  }

  private note(ordinal: number, seq: number, before: number, after: number): void {
    const { counts, lockedOnly, managerLocked } = this.context;
    const isLocked = managerLocked.has(ordinal);
    if (!isLocked && lockedOnly.delete(ordinal)) {
      counts.unchanged--;
      counts.updated++;
    }
    this.push(seq, before, after, isLocked);
  }

  private push(seq: number, before: number, after: number, isLocked: boolean): void {
    this.seqs.push(seq);
    this.befores.push(before);
    this.afters.push(after);
    this.locks.push(isLocked ? 1 : 0);
  }

  /** People of whom nothing else changes. */
  private async planAlone(batch: readonly { ordinal: number; after: number }[]): Promise<void> {
    const { users, writer, counts, db, source } = this.context;
    const people = await loadPeople(
      db,
      batch.map(({ ordinal }) => users.ids.at(ordinal)),
    );
    for (const { ordinal, after } of batch) {
      const id = users.ids.at(ordinal);
      const person = people.person(id);
      const entries = people.entriesOf(id);
      const isLocked = lockedFields(person.locked).has('manager');
      const isChange = this.changesPerson(person, entries, after);
      const externalId = entries.find((entry) => entry.sourceId === source.id)?.externalId ?? '';
      const kind = isChange ? 'USER' : 'ENTRY';
      const seq = writer.add({
        kind,
        action: 'UPDATE',
        entityId: id,
        externalId,
        label: person.displayName,
        fields: [],
        body: {},
      });
      if (isChange && !isLocked && users.has(ordinal, LIVE)) {
        counts.updated++;
        if (users.has(ordinal, SEEN)) counts.unchanged--;
      }
      this.push(seq, users.knownManagers.at(ordinal), after, isLocked);
    }
    await writer.relieve();
  }

  private changesPerson(person: StoredPerson, entries: readonly StoredEntry[], after: number): boolean {
    const { source, sources } = this.context;
    const changed = entries.map((entry) =>
      entry.sourceId === source.id ? { ...entry, managerId: after === 0 ? null : after } : entry,
    );
    return mergeEntries(changed, sources, person).managerId !== person.managerId;
  }

  private pack(): void {
    const { writer } = this.context;
    const order = [...this.seqs.view().keys()].sort((one, other) => this.seqs.at(one) - this.seqs.at(other));
    for (let start = 0; start < order.length; start += CHANGES_A_ROW) {
      const part = order.slice(start, start + CHANGES_A_ROW);
      const edges = Buffer.alloc(part.length * BYTES);
      part.forEach((index, place) => {
        [this.seqs, this.befores, this.afters, this.locks].forEach((list, column) =>
          edges.writeInt32LE(list.at(index), place * BYTES + column * 4),
        );
      });
      writer.add({
        kind: 'MANAGER',
        action: 'UPDATE',
        entityId: this.seqs.at(part[0] ?? 0),
        externalId: '',
        label: '',
        edges,
        edgeCount: part.length,
      });
    }
  }
}

/** Unpacks a row of kind MANAGER. */
export function* unpackManagers(edges: Buffer): Generator<ManagerChange> {
  for (let at = 0; at + BYTES <= edges.length; at += BYTES) {
    yield {
      seq: edges.readInt32LE(at),
      before: edges.readInt32LE(at + 4),
      after: edges.readInt32LE(at + 8),
      isLocked: edges.readInt32LE(at + 12) === 1,
    };
  }
}
