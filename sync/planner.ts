import type { DirectorySource } from '../schema/directory-source';
import type { RunCounts, SyncRun } from '../schema/sync-run';
import type { Database } from '../src/database';
import { GroupPlanner } from './group-planner';
import { isShareJudged, isSuspiciouslyEmpty, refusalOf } from './guard';
import { Intake } from './intake';
import { loadGroups, loadNesting, loadShared, loadUsers } from './known';
import { ManagerPlanner } from './manager-planner';
import { MembershipBase } from './membership-base';
import { MembershipPlanner } from './membership-planner';
import type { MergeSource } from './merge';
import {
  Interner,
  PendingMembers,
  isGroupPresent,
  isUserPresent,
  type PlanContext,
  type Progress,
  type Removals,
} from './plan-context';
import { Edges } from './planning/edges';
import { RefTable } from './planning/ref-table';
import { GONE, KNOWN, LIVE, SEEN } from './planning/user-ledger';
import {
  IncompleteRead,
  type DirectoryChange,
  type DirectoryPage,
  type IsKnown,
  type PackedMembersRecord,
} from './source';
import { PlanWriter } from './stage';
import type { Lease } from './lease';
import { UserPlanner } from './user-planner';

export interface PlanOrder {
  db: Database;
  run: SyncRun;
  source: DirectorySource;
  sources: ReadonlyMap<number, MergeSource>;
  lease: Lease;
  now: number;
  /** Null: a full read. What is known of the source is loaded meanwhile. */
  changes: ((isKnown: Promise<IsKnown>) => AsyncIterable<DirectoryChange>) | null;
  read: AsyncIterable<DirectoryPage>;
  progress: Progress;
  signal: AbortSignal;
  /** Lets tests stop between two steps. */
  step(name: string): Promise<void>;
}

export interface Plan {
  counts: RunCounts;
  refusal: string | null;
  /** Of an incremental read: where the next starts. */
  nextCursor: string | null;
}

const DAY_MS = 86_400_000;

/**
 * Reads the directory and writes the plan beside it: what is new, different and gone, in rows of `sync_change`. Nothing
 * else is written. @throws IncompleteRead where the directory was not told to its end; whatever the connector throws.
 */
export async function makePlan(order: PlanOrder): Promise<Plan> {
  order.progress.phase = 'reading';
  // The directory and the database answer at the same time.
  const reading = order.changes === null ? startedEarly(order.read) : null;
  const opening = openContext(order);
  const known = opening.then(isKnownIn);
  known.catch(() => undefined);
  const pages: AsyncIterable<Iterable<DirectoryChange | PackedMembersRecord>> =
    reading ?? startedEarly(inPages(order.changes?.(known) ?? []));
  const context = await opening;
  const users = new UserPlanner(context);
  const groups = new GroupPlanner(context);
  const intake = new Intake(context, users, groups);
  for await (const page of pages) {
    order.signal.throwIfAborted();
    for (const record of page) {
      const waiting = intake.take(record);
      if (waiting) await waiting;
    }
  }
  order.signal.throwIfAborted();
  await order.step('read');
  order.progress.phase = 'comparing';
  await intake.finish();
  refuseEmpty(context);
  await compare(context, users, groups, (ref) => intake.resolve(ref));
  await context.writer.flush();
  context.counts.quarantined = context.writer.quarantineCount;
  await order.step('compared');
  return { counts: context.counts, refusal: await judge(context), nextCursor: context.nextCursor };
}

/** Each record as a page of its own. */
export async function* inPages<T>(records: AsyncIterable<T> | Iterable<T>): AsyncGenerator<readonly T[]> {
  for await (const record of records) yield [record];
}

/** What was stored and not vanished before this run; what is told meanwhile does not count. */
function isKnownIn({ users, groups }: PlanContext): IsKnown {
  return (of, externalId) => {
    const ledger = of === 'user' ? users : groups;
    const ordinal = ledger.index.get(externalId);
    return ordinal !== undefined && ledger.has(ordinal, LIVE);
  };
}

/** Asks for the first element at once; a fault of it is thrown where it is taken. */
function startedEarly<T>(elements: AsyncIterable<T>): AsyncIterable<T> {
  const iterator = elements[Symbol.asyncIterator]();
  let first: Promise<IteratorResult<T>> | null = iterator.next();
  first.catch(() => undefined);
  const next = (): Promise<IteratorResult<T>> => {
    const result = first ?? iterator.next();
    first = null;
    return result;
  };
  const end = async (): Promise<IteratorResult<T>> => (await iterator.return?.()) ?? { done: true, value: undefined };
  return { [Symbol.asyncIterator]: () => ({ next, return: end }) };
}

async function openContext(order: PlanOrder): Promise<PlanContext> {
  const { db, run, source, sources, now, lease } = order;
  const known = await loadUsers(db, source.id);
  const knownGroups = await loadGroups(db, source.id);
  return {
    db,
    run,
    source,
    sources,
    now,
    isIncremental: order.changes !== null,
    writer: new PlanWriter(db, run.id, lease.check),
    users: known.users,
    usersVanishedAt: known.vanishedAt,
    groups: knownGroups.groups,
    groupsVanishedAt: knownGroups.vanishedAt,
    shared: sources.size > 1 ? await loadShared(db, source.id) : new Set(),
    edges: new Edges(),
    refs: new RefTable(),
    interned: new Interner(),
    toldWhole: new Set(),
    touched: new Set(),
    pending: new PendingMembers(),
    counts: noCounts(),
    removals: { users: 0, groups: 0, memberships: 0 },
    matched: new Set(),
    lockedOnly: new Set(),
    entryOnly: new Map(),
    managerLocked: new Set(),
    arrivals: [],
    nextCursor: null,
    progress: order.progress,
  };
}

export function noCounts(): RunCounts {
  return {
    created: 0,
    updated: 0,
    vanished: 0,
    revived: 0,
    purged: 0,
    unchanged: 0,
    membershipsAdded: 0,
    membershipsRemoved: 0,
    quarantined: 0,
    unresolvedMembers: 0,
  };
}

function refuseEmpty(context: PlanContext): void {
  const { users, groups } = context;
  let [owned, present] = [0, 0];
  for (let ordinal = 0; ordinal < users.size; ordinal++) {
    if (users.has(ordinal, LIVE)) owned++;
    if (isUserPresent(context, ordinal)) present++;
  }
  for (let ordinal = 0; ordinal < groups.size; ordinal++) {
    if (groups.has(ordinal, LIVE)) owned++;
    if (isGroupPresent(context, ordinal)) present++;
  }
  if (isSuspiciouslyEmpty(present, owned))
    throw new IncompleteRead('The directory answered without a single user or group, though it held some before.');
}

async function compare(
  context: PlanContext,
  userPlanner: UserPlanner,
  groupPlanner: GroupPlanner,
  resolve: (ref: string) => number | undefined,
): Promise<void> {
  const { users, groups } = context;
  const storedChildren = await childrenByGroup(context);
  const base = new MembershipBase(context, storedChildren, resolve);
  const candidates = await base.carryOver();
  await endEmptyDepartments(context, base, candidates);
  const goneUsers = [...users.flags.view().keys()].filter(
    (ordinal) => users.has(ordinal, LIVE) && !isUserPresent(context, ordinal),
  );
  const goneGroups = [...groups.flags.view().keys()].filter(
    (ordinal) => groups.has(ordinal, LIVE) && !isGroupPresent(context, ordinal),
  );
  await groupPlanner.planGone(goneGroups, 'VANISH');
  await userPlanner.planGone(goneUsers);
  await new ManagerPlanner(context, resolve).plan();
  for (const group of goneGroups) candidates.delete(group);
  await new MembershipPlanner(context, base, storedChildren).plan(candidates, goneGroups);
  await planPurges(context, userPlanner, groupPlanner);
}

async function childrenByGroup(context: PlanContext): Promise<Map<number, number[]>> {
  const { groups } = context;
  const children = new Map<number, number[]>();
  for (const row of await loadNesting(context.db, context.source.id)) {
    const [parent, child] = [groups.ordinalOfId(row.parentId), groups.ordinalOfId(row.childId)];
    if (parent === undefined || child === undefined) continue;
    const list = children.get(parent);
    if (list) list.push(child);
    else children.set(parent, [child]);
  }
  return children;
}

/** In an incremental read a department group whose last member has left is gone; a full read does not tell it at all. */
async function endEmptyDepartments(context: PlanContext, base: MembershipBase, candidates: Set<number>): Promise<void> {
  const { groups, edges, isIncremental } = context;
  if (!isIncremental) return;
  const departments = [...candidates].filter((group) => groups.isDepartment(group));
  await base.load(departments);
  for (const group of departments) {
    const isEmpty = ![...edges.membersOf(group)].some((code) => isUserPresent(context, code >> 1));
    if (isEmpty && groups.has(group, LIVE)) groups.mark(group, GONE);
  }
}

async function planPurges(context: PlanContext, userPlanner: UserPlanner, groupPlanner: GroupPlanner): Promise<void> {
  const due = context.now - context.source.graceDays * DAY_MS;
  const isDue = (vanishedAt: ReadonlyMap<number, number>, ledger: { has(ordinal: number, flag: number): boolean }) =>
    [...vanishedAt]
      .filter(([ordinal, at]) => at <= due && !ledger.has(ordinal, SEEN) && ledger.has(ordinal, KNOWN))
      .map(([ordinal]) => ordinal);
  await groupPlanner.planGone(isDue(context.groupsVanishedAt, context.groups), 'PURGE');
  await userPlanner.planPurges(isDue(context.usersVanishedAt, context.users));
}

/** S6: what the plan removes, against what the source owned. */
async function judge(context: PlanContext): Promise<string | null> {
  const { source, users, groups, removals, db } = context;
  if (removals.users + removals.groups + removals.memberships === 0) return null;
  const liveOf = (ledger: { size: number; has(ordinal: number, flag: number): boolean }) => {
    let count = 0;
    for (let ordinal = 0; ordinal < ledger.size; ordinal++) if (ledger.has(ordinal, LIVE)) count++;
    return count;
  };
  const limits = { maxCount: source.maxRemovalCount, maxPercent: source.maxRemovalPercent };
  const row = isShareJudged(removals.memberships, limits)
    ? await db.first<{ n: number }>(
        "SELECT COUNT(*) AS n FROM membership m JOIN user_group g ON g.id = m.groupId WHERE g.sourceId = ? AND m.via <> 'NESTED'",
        [source.id],
      )
    : null;
  const owned: Removals = { users: liveOf(users), groups: liveOf(groups), memberships: Number(row?.n ?? 0) };
  return refusalOf(removals, owned, limits);
}
