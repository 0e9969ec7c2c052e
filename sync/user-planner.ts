import { Origin, UserState } from '../schema/enums';
import {
  handSet,
  fieldDifferences,
  keepLocked,
  lockedFields,
  mergeEntries,
  type EntryValue,
  type FieldDifference,
  type Person,
  type StoredPerson,
} from './merge';
import { findMatches, type Match } from './matching';
import { userDigest, type CleanUser } from './normalise';
import type { PlanContext } from './plan-context';
import { DROPPED, GONE, KNOWN, LIVE, OPEN, SEEN, STAGED } from './planning/user-ledger';
import { chunks } from '../src/database';
import { loadPeople, type LoadedPeople, type StoredEntry } from './people.reads';

interface Waiting {
  ordinal: number;
  user: CleanUser;
  digest: string;
}

/** What a USER or ENTRY row holds for apply and revert. */
export interface UserBody {
  /** What the source says now; null where it tells the person no more; absent where only the manager changes. */
  entry?: { fields: CleanUser['fields']; disabled: boolean; hash: string } | null;
  /** What it said before; null where it is new. */
  before?: StoredEntry | null;
  /** The person of another source, or made by hand, whom the entry is linked to. */
  link?: number;
  /** A linked person as it was when it was made by hand. */
  manual?: Record<string, unknown>;
}

const BATCH = 500;

/** Turns people who are new, changed or gone into rows of the plan, a batch at a time. */
export class UserPlanner {
  private waiting: Waiting[] = [];

  constructor(private readonly context: PlanContext) {}

  async add(ordinal: number, user: CleanUser, digest: string): Promise<void> {
    this.waiting.push({ ordinal, user, digest });
    if (this.waiting.length >= BATCH) await this.flush();
  }

  async flush(): Promise<void> {
    const batch = this.waiting;
    this.waiting = [];
    if (batch.length === 0) return;
    const { users, source, db } = this.context;
    const fresh = batch.filter(({ ordinal }) => !users.has(ordinal, KNOWN));
    const matches =
      source.matchBy.length > 0
        ? await findMatches(
            db,
            source,
            fresh.map(({ user }) => user),
            this.context.matched,
          )
        : new Map<string, Match>();
    const ids = batch.map(({ ordinal }) => users.ids.at(ordinal)).filter((id) => id > 0);
    const linked = [...matches.values()].flatMap((match) => (match.kind === 'one' ? [match.userId] : []));
    const people = await loadPeople(db, [...ids, ...linked]);
    for (const one of batch) {
      if (users.has(one.ordinal, KNOWN)) this.planKnown(one, people);
      else this.planNew(one, matches.get(one.user.externalId), people);
    }
    await this.context.writer.relieve();
  }

  private planNew(one: Waiting, match: Match | undefined, people: LoadedPeople): void {
    const { users, writer, counts } = this.context;
    const { ordinal, user, digest } = one;
    if (match?.kind === 'several') {
      users.mark(ordinal, DROPPED);
      writer.quarantine({
        kind: 'USER',
        externalId: user.externalId,
        label: user.fields.displayName,
        reason: match.reason,
        raw: user.fields,
      });
      return;
    }
    const entry = { fields: user.fields, disabled: user.disabled, hash: digest };
    if (match?.kind === 'one') return this.planLink(one, match.userId, people);
    const body: UserBody = { entry, before: null };
    const seq = writer.add({
      kind: 'USER',
      action: 'CREATE',
      externalId: user.externalId,
      label: user.fields.displayName,
      body,
    });
    users.changeSeqs.set(ordinal, seq);
    users.mark(ordinal, STAGED);
    counts.created++;
  }

  private planLink(one: Waiting, userId: number, people: LoadedPeople): void {
    const { users, writer, counts } = this.context;
    const { ordinal, user, digest } = one;
    const person = people.person(userId);
    const isManual = person.origin === Origin.MANUAL;
    const { fields } = this.compare(
      person,
      people.entriesOf(userId),
      this.entryOf(one),
      isManual ? handSet(person) : [],
    );
    const body: UserBody = {
      entry: { fields: user.fields, disabled: user.disabled, hash: digest },
      before: null,
      link: userId,
      ...(isManual ? { manual: { ...person } } : {}),
    };
    const seq = writer.add({
      kind: 'USER',
      action: 'UPDATE',
      entityId: userId,
      externalId: user.externalId,
      label: person.displayName,
      fields,
      body,
    });
    users.changeSeqs.set(ordinal, seq);
    users.mark(ordinal, STAGED);
    counts.updated++;
  }

  private planKnown(one: Waiting, people: LoadedPeople): void {
    const { users, writer, counts, source } = this.context;
    const { ordinal, user, digest } = one;
    const userId = users.ids.at(ordinal);
    const person = people.person(userId);
    const entries = people.entriesOf(userId);
    const before = entries.find((entry) => entry.sourceId === source.id) ?? null;
    const { fields } = this.compare(person, entries, this.entryOf(one, before), []);
    const isRevived = fields.some((change) => change.field === 'state' && change.before === 'VANISHED');
    const isShown = fields.length > 0 || (before?.vanishedAt ?? null) !== null;
    const body: UserBody = { entry: { fields: user.fields, disabled: user.disabled, hash: digest }, before };
    const seq = writer.add({
      kind: isShown ? 'USER' : 'ENTRY',
      action: isRevived ? 'REVIVE' : 'UPDATE',
      entityId: userId,
      externalId: user.externalId,
      label: user.fields.displayName,
      fields,
      body,
    });
    users.changeSeqs.set(ordinal, seq);
    users.mark(ordinal, STAGED);
    if (lockedFields(person.locked).has('manager')) this.context.managerLocked.add(ordinal);
    if (isRevived) counts.revived++;
    else if (!isShown) {
      this.context.entryOnly.set(ordinal, seq);
      counts.unchanged++;
    } else if (fields.length > 0 && fields.every((change) => change.locked)) {
      this.context.lockedOnly.add(ordinal);
      counts.unchanged++;
    } else counts.updated++;
  }

  /**
   * People who have to be merged anew though an incremental read does not tell them, because a field was unlocked or
   * another source went: what the source said of them last still holds.
   */
  async planOpen(): Promise<void> {
    const { users, db, source } = this.context;
    const open = [...users.flags.view().keys()].filter(
      (ordinal) => users.has(ordinal, OPEN) && users.has(ordinal, LIVE) && !users.has(ordinal, SEEN | GONE),
    );
    for (const part of chunks(open, BATCH)) {
      const people = await loadPeople(
        db,
        part.map((ordinal) => users.ids.at(ordinal)),
      );
      for (const ordinal of part) {
        const entry = people.entriesOf(users.ids.at(ordinal)).find((one) => one.sourceId === source.id);
        if (!entry) continue;
        const { externalId, userIdKey, disabled } = entry;
        const fields = entry.fields as CleanUser['fields'];
        await this.add(ordinal, { externalId, fields, userIdKey, disabled }, userDigest({ fields, disabled }));
      }
    }
    await this.flush();
  }

  /** People whom the source tells no more. They vanish, unless another source still tells them. */
  async planGone(ordinals: readonly number[]): Promise<void> {
    const { users, writer, counts, source, db, removals, now } = this.context;
    for (let start = 0; start < ordinals.length; start += BATCH) {
      const part = ordinals.slice(start, start + BATCH);
      const people = await loadPeople(
        db,
        part.map((ordinal) => users.ids.at(ordinal)),
      );
      for (const ordinal of part) {
        const userId = users.ids.at(ordinal);
        const person = people.person(userId);
        const entries = people.entriesOf(userId);
        const before = entries.find((entry) => entry.sourceId === source.id);
        if (!before) continue;
        const { fields, merged } = this.compare(person, entries, { ...before, vanishedAt: now }, []);
        const action = merged.state === UserState.VANISHED ? 'VANISH' : 'UPDATE';
        const body: UserBody = { entry: null, before };
        writer.add({
          kind: 'USER',
          action,
          entityId: userId,
          externalId: before.externalId,
          label: person.displayName,
          fields,
          body,
        });
        removals.users++;
        if (action === 'VANISH') counts.vanished++;
        else counts.updated++;
      }
      await writer.relieve();
    }
  }

  /** People who vanished longer ago than the grace period: deleted, unless another source knows them. */
  async planPurges(ordinals: readonly number[]): Promise<void> {
    const { users, writer, counts, source, db } = this.context;
    for (let start = 0; start < ordinals.length; start += BATCH) {
      const part = ordinals.slice(start, start + BATCH);
      const people = await loadPeople(
        db,
        part.map((ordinal) => users.ids.at(ordinal)),
      );
      for (const ordinal of part) {
        const userId = users.ids.at(ordinal);
        const entries = people.entriesOf(userId);
        const before = entries.find((entry) => entry.sourceId === source.id);
        if (!before) continue;
        const isLast = entries.length === 1;
        const body: UserBody = { entry: null, before };
        const kind = isLast ? 'USER' : 'ENTRY';
        writer.add({
          kind,
          action: 'PURGE',
          entityId: userId,
          externalId: before.externalId,
          label: people.person(userId).displayName,
          body,
        });
        if (isLast) counts.purged++;
      }
      await writer.relieve();
    }
  }

  private entryOf(one: Waiting, before: StoredEntry | null = null): EntryValue {
    const { externalId, fields, disabled } = one.user;
    return {
      sourceId: this.context.source.id,
      externalId,
      fields,
      disabled,
      vanishedAt: null,
      managerId: before?.managerId ?? null,
    };
  }

  /** The person with one entry exchanged, against the person as it is. */
  private compare(
    person: StoredPerson,
    entries: readonly EntryValue[],
    entry: EntryValue,
    alsoLocked: readonly string[],
  ): { fields: FieldDifference[]; merged: Person } {
    const { sources } = this.context;
    const others = entries.filter((other) => other.sourceId !== entry.sourceId);
    const wanted = mergeEntries([...others, entry], sources, person);
    const locked = new Set([...lockedFields(person.locked), ...alsoLocked]);
    return { fields: fieldDifferences(person, wanted, locked, sources), merged: keepLocked(wanted, person, locked) };
  }
}
