import { fold } from '../src/text';
import type { GroupPlanner } from './group-planner';
import { MemberIntake } from './member-intake';
import { cleanGroup, cleanUser, isUnfit, userDigest, type CleanUser } from './normalise';
import { isUserPresent, type PlanContext } from './plan-context';
import { DEPARTMENT_PREFIX } from './planning/group-ledger';
import { DROPPED, FROZEN, GONE, KNOWN, LIVE, NOBODY, PRESENT, SEEN } from './planning/user-ledger';
import {
  ResyncRequired,
  type BadRecord,
  type DirectoryChange,
  type GroupRecord,
  type PackedMembersRecord,
  type UserRecord,
} from './source';
import type { UserPlanner } from './user-planner';

const MAX_DEPARTMENT_KEY = 240;

/**
 * Takes records as they are told and forgets their bodies: what is new or different goes into the plan, of the rest only
 * a mark stays. Nothing is judged as gone before everything was told.
 */
export class Intake {
  /** People whose user id somebody else had when they were told; judged at the end. */
  private readonly contested: { ordinal: number; userIdKey: string }[] = [];
  private hasSweep = { user: false, group: false };
  private readonly members: MemberIntake;

  constructor(
    private readonly context: PlanContext,
    private readonly userPlanner: UserPlanner,
    private readonly groupPlanner: GroupPlanner,
  ) {
    this.members = new MemberIntake(context);
  }

  /** Ordinal of a user, ~ordinal of a group, or undefined. */
  resolve(ref: string): number | undefined {
    return this.members.resolve(ref);
  }

  /** @returns what is to be waited for; nothing for most, because a million steps of waiting would be felt. */
  take(record: DirectoryChange | PackedMembersRecord): Promise<void> | void {
    switch (record.kind) {
      case 'user':
        return this.user(record);
      case 'group':
        return this.group(record);
      case 'members':
        return this.members.take(record);
      case 'bad':
        return this.bad(record);
      case 'total':
        this.context.progress.total = record.records;
        return;
      case 'gone':
        return this.gone(record.of, record.externalId);
      case 'present':
        return this.present(record.of, record.externalIds);
      case 'cursor':
        this.context.nextCursor = record.cursor;
        return;
      case 'groupEnd':
        return;
    }
  }

  private user(record: UserRecord): Promise<void> | void {
    const { context } = this;
    const { users } = context;
    context.progress.done++;
    context.progress.users++;
    const user = cleanUser(record);
    if (isUnfit(user))
      return this.unfit('user', record.externalId, record.fields.displayName, user.reason, record.fields);
    const digest = userDigest(user);
    const ordinal = users.index.get(user.externalId) ?? users.addNew(user.externalId);
    if (users.has(ordinal, SEEN))
      return this.toldTwice('USER', user.externalId, user.fields.displayName, record.fields);
    if (users.has(ordinal, DROPPED)) return;
    this.refuseReturn(users, ordinal);
    users.unmark(ordinal, GONE);
    users.mark(ordinal, SEEN);
    for (const ref of record.refs) context.refs.claim(ref, ordinal);
    users.managerRefs.set(ordinal, record.manager ? context.interned.intern(record.manager) : NOBODY);
    users.primaryRefs.set(ordinal, record.primaryGroup ? context.interned.intern(record.primaryGroup) : NOBODY);
    if (users.claim(ordinal, user.userIdKey) !== null) this.contested.push({ ordinal, userIdKey: user.userIdKey });
    if (context.isIncremental && !users.has(ordinal, LIVE))
      context.arrivals.push({ ordinal, isGroup: false, refs: [...record.refs, `id:${user.externalId}`] });
    const isSame = users.has(ordinal, LIVE) && users.isSameDigest(ordinal, digest);
    if (isSame) context.counts.unchanged++;
    if (!isSame || context.source.groupsFromDepartment) return this.plan(ordinal, user, isSame ? null : digest);
  }

  private async plan(ordinal: number, user: CleanUser, digest: string | null): Promise<void> {
    await this.department(ordinal, user);
    if (digest !== null) await this.userPlanner.add(ordinal, user, digest);
  }

  /**
   * Whether groups that are not told still hold somebody who returns depends on the directory (Active Directory's recycle
   * bin brings memberships back): only a full read tells.
   */
  private refuseReturn(ledger: { has(ordinal: number, flag: number): boolean }, ordinal: number): void {
    if (this.context.isIncremental && ledger.has(ordinal, KNOWN) && !ledger.has(ordinal, LIVE)) {
      throw new ResyncRequired('An entry that was gone is back: which groups it is in, changes do not tell.');
    }
  }

  /** Department → group, where the source says so (S3). The group keeps the spelling by which it was first met. */
  private async department(ordinal: number, user: CleanUser): Promise<void> {
    const { source, groups, edges } = this.context;
    const name = user.fields.department;
    if (!source.groupsFromDepartment || name === undefined) return;
    const key = fold(name).slice(0, MAX_DEPARTMENT_KEY);
    if (key === '') return;
    const externalId = DEPARTMENT_PREFIX + key;
    const known = groups.index.get(externalId);
    const group = known ?? groups.addNew(externalId, name);
    edges.addUser(group, ordinal, false);
    if (groups.has(group, SEEN)) return;
    groups.mark(group, SEEN);
    groups.unmark(group, GONE);
    const told = groups.has(group, LIVE) ? (groups.names[group] ?? name) : name;
    await this.groupPlanner.add(group, { externalId, name: told, description: null });
  }

  private async group(record: GroupRecord): Promise<void> {
    const { context } = this;
    const { groups } = context;
    context.progress.done++;
    const group = cleanGroup(record);
    if (isUnfit(group))
      return this.unfit('group', record.externalId, record.name, group.reason, {
        name: record.name,
        description: record.description,
      });
    const ordinal = groups.index.get(group.externalId) ?? groups.addNew(group.externalId, group.name);
    if (groups.has(ordinal, SEEN)) return this.toldTwice('GROUP', group.externalId, group.name, { name: record.name });
    this.refuseReturn(groups, ordinal);
    groups.unmark(ordinal, GONE);
    groups.mark(ordinal, SEEN);
    for (const ref of record.refs) context.refs.claim(ref, ~ordinal);
    if (context.isIncremental) {
      context.toldWhole.add(ordinal);
      if (!groups.has(ordinal, LIVE))
        context.arrivals.push({ ordinal, isGroup: true, refs: [...record.refs, `id:${group.externalId}`] });
    }
    await this.groupPlanner.add(ordinal, group);
  }

  private bad(record: BadRecord): void {
    this.context.progress.done++;
    this.unfit(record.of, record.externalId, record.label, record.reason, record.raw);
  }

  /** Quarantines a record (S9). What is known of it stays as it is: it is there, after all. */
  private unfit(
    of: 'user' | 'group',
    externalId: string | null,
    label: string | null | undefined,
    reason: string,
    raw: unknown,
  ): void {
    const { users, groups, writer } = this.context;
    const ledger = of === 'user' ? users : groups;
    const ordinal = typeof externalId === 'string' ? ledger.index.get(externalId) : undefined;
    if (ordinal !== undefined && ledger.has(ordinal, LIVE) && !ledger.has(ordinal, SEEN))
      ledger.mark(ordinal, SEEN | FROZEN);
    writer.quarantine({
      kind: of === 'user' ? 'USER' : 'GROUP',
      externalId: externalId ?? null,
      label: label ?? null,
      reason,
      raw,
    });
  }

  private toldTwice(kind: 'USER' | 'GROUP', externalId: string, label: string, raw: unknown): void {
    // An incremental read may tell an entry that changed twice; which of the two is the last cannot be known.
    if (this.context.isIncremental)
      throw new ResyncRequired('The directory told an entry twice in one read of changes.');
    this.context.writer.quarantine({ kind, externalId, label, reason: 'Its id was told before in this read.', raw });
  }

  private gone(of: 'user' | 'group', externalId: string): void {
    const ledger = of === 'user' ? this.context.users : this.context.groups;
    const ordinal = ledger.index.get(externalId);
    if (ordinal === undefined) return;
    if (ledger.has(ordinal, SEEN))
      throw new ResyncRequired('The directory told an entry and its end in one read of changes.');
    if (ledger.has(ordinal, LIVE)) ledger.mark(ordinal, GONE);
  }

  private present(of: 'user' | 'group', externalIds: readonly string[]): void {
    this.hasSweep[of] = true;
    const ledger = of === 'user' ? this.context.users : this.context.groups;
    for (const externalId of externalIds) {
      const ordinal = ledger.index.get(externalId);
      if (ordinal !== undefined) ledger.mark(ordinal, PRESENT);
    }
  }

  /** Called when everything has been told: what waited for that is decided. */
  async finish(): Promise<void> {
    await this.userPlanner.flush();
    await this.groupPlanner.flush();
    this.sweep();
    if (this.context.isIncremental) await this.userPlanner.planOpen();
    await this.settleContested();
    this.members.resolvePrimaries();
  }

  /** What a sweep of ids did not meet is gone; what it met though it had vanished is back, unseen by the change log. */
  private sweep(): void {
    const { users, groups } = this.context;
    for (const [ledger, isSwept] of [[users, this.hasSweep.user] as const, [groups, this.hasSweep.group] as const]) {
      if (!isSwept) continue;
      for (let ordinal = 0; ordinal < ledger.size; ordinal++) {
        if (ledger === groups && groups.isDepartment(ordinal)) continue;
        if (!ledger.has(ordinal, KNOWN) || ledger.has(ordinal, SEEN)) continue;
        const isPresent = ledger.has(ordinal, PRESENT);
        if (isPresent && !ledger.has(ordinal, LIVE))
          throw new ResyncRequired('An entry is back of which the changes tell nothing.');
        if (!isPresent && ledger.has(ordinal, LIVE)) ledger.mark(ordinal, GONE);
      }
    }
  }

  /** A user id is unique within a source (S2): the first keeps it, one that had it before this run above all. */
  private async settleContested(): Promise<void> {
    const { context } = this;
    const lost = this.contested.filter(
      ({ ordinal, userIdKey }) =>
        !context.users.settleClaim(ordinal, userIdKey, (holder) => isUserPresent(context, holder)),
    );
    if (lost.length === 0) return;
    await context.writer.flush();
    for (const { ordinal } of lost) await this.takeBack(ordinal);
  }

  private async takeBack(ordinal: number): Promise<void> {
    const { users, db, run, writer, counts } = this.context;
    const seq = users.changeSeqs.at(ordinal);
    const row = await db.first<{ kind: string; action: string; externalId: string; label: string; body: string }>(
      'SELECT kind, action, externalId, label, body FROM sync_change WHERE runId = ? AND seq = ?',
      [run.id, seq],
    );
    users.mark(ordinal, users.has(ordinal, KNOWN) ? FROZEN : DROPPED);
    if (!row) return;
    await writer.remove([seq]);
    users.changeSeqs.set(ordinal, 0);
    if (row.action === 'CREATE') counts.created--;
    else if (row.action === 'REVIVE') counts.revived--;
    else if (row.kind === 'ENTRY' || this.context.lockedOnly.delete(ordinal)) counts.unchanged--;
    else counts.updated--;
    this.context.entryOnly.delete(ordinal);
    const { entry } = JSON.parse(row.body) as { entry: { fields: unknown } };
    const reason = 'Somebody else in this source has its user id.';
    writer.quarantine({ kind: 'USER', externalId: row.externalId, label: row.label, reason, raw: entry.fields });
  }
}
