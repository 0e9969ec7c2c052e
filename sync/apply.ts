import type { EntityManager } from 'typeorm';
import type { SyncRun } from '../schema/sync-run';
import { audit } from '../src/audit/audit';
import type { Clock } from '../src/clock';
import { forUpdate, type Database } from '../src/database';
import { AppError } from '../src/errors';
import { globalId } from '../src/ids';
import { recordRevision } from '../src/revision';
import { loadSource } from './rows';
import { Touched, type ApplyContext } from './apply-context';
import { applyGroups, applyLinks, purgeGroups, vanishGroups } from './apply-groups';
import { applyMemberships } from './apply-memberships';
import { applyUsers, purgeUsers } from './apply-users';
import { MadeKeys } from './change-rows';
import { LeaseLost, type Lease } from './lease';
import type { MergeSource } from './merge';
import { affected, isSqlite } from './sql';

export interface ApplyOrder {
  db: Database;
  clock: Clock;
  run: SyncRun;
  lease: Lease;
  sources: ReadonlyMap<number, MergeSource>;
  step(name: string): Promise<void>;
}

/** From so many new rows on, checks of keys that come from this run itself are left out. */
const BULK = 20_000;

/**
 * Writes a stored plan in one transaction: readers see the directory as it was or as it is told, nothing in between
 * (S10). Safe to start over after any interruption.
 *
 * @throws AppError SYNC_STALE_PLAN where another run was applied since; LeaseLost where another worker took over.
 */
export async function applyPlan(order: ApplyOrder): Promise<void> {
  const { db, step } = order;
  await step('apply');
  await db.write(async (em) => {
    const context = await openContext(em, order);
    await withBulkChecksOff(context, async () => {
      await applyGroups(context);
      await step('apply groups');
      await applyUsers(context);
      await step('apply users');
      await applyMemberships(context);
      await step('apply memberships');
      await applyLinks(context);
      await vanishGroups(context);
    });
    await purgeGroups(context);
    await purgeUsers(context);
    await step('apply end');
    await finish(context, order);
    await step('commit');
  });
}

async function openContext(em: EntityManager, { db, clock, run, sources }: ApplyOrder): Promise<ApplyContext> {
  const [row] = await em.query<{ lastAppliedRunId: number | null }[]>(
    `SELECT lastAppliedRunId FROM directory_source WHERE id = ?${forUpdate(em)}`,
    [run.sourceId],
  );
  const source = await loadSource(db, run.sourceId);
  if (!row || !source) throw new AppError('NOT_FOUND', 'The source does not exist any more.');
  if (row.lastAppliedRunId !== run.basedOnRunId)
    throw new AppError('SYNC_STALE_PLAN', 'Another run of the source was applied since the plan was made.');
  return {
    em,
    run,
    source,
    sources,
    now: clock.now(),
    groups: new MadeKeys(),
    users: new MadeKeys(),
    touched: new Touched(),
  };
}

/**
 * A first load checks millions of keys that it has just made itself: MariaDB may leave that out for this connection.
 * Never with purges, which rely on cascades.
 */
async function withBulkChecksOff({ em, run }: ApplyContext, work: () => Promise<void>): Promise<void> {
  const isBulk = !isSqlite(em) && run.counts.created + run.counts.membershipsAdded >= BULK;
  if (!isBulk) return work();
  await em.query('SET SESSION foreign_key_checks = 0, unique_checks = 0');
  try {
    await work();
  } finally {
    await em.query('SET SESSION foreign_key_checks = 1, unique_checks = 1');
  }
}

/** The last statements lock rows that everybody writes: audit and revision come at the very end. */
async function finish({ em, run, now, touched }: ApplyContext, { lease }: ApplyOrder): Promise<void> {
  const done = await affected(
    em,
    `UPDATE sync_run SET state = 'SUCCEEDED', activeSourceId = NULL, leaseOwner = NULL, leaseUntil = NULL, appliedAt = ?, finishedAt = ?, progress = ?
     WHERE id = ? AND leaseToken = ? AND state = 'APPLYING'`,
    [now, now, JSON.stringify({ ...run.progress, phase: 'done' }), run.id, lease.token],
  );
  if (done !== 1) throw new LeaseLost();
  await em.query(
    'UPDATE directory_source SET lastAppliedRunId = ?, `cursor` = ?, lastCompleteReadAt = ? WHERE id = ?',
    [run.id, run.nextCursor, run.startedAt, run.sourceId],
  );
  await audit(em, now, {
    actor: `sync:${run.sourceId}`,
    action: 'applySync',
    target: globalId('SyncRun', run.id),
    after: { mode: run.mode, counts: run.counts },
  });
  await noteRevision(em, touched);
}

/** Tells indexes and snapshots what to read again; nothing where nothing changed. */
export async function noteRevision(em: EntityManager, touched: Touched): Promise<void> {
  const { users, groups, memberships } = touched;
  if (users.size + groups.size + memberships.length === 0) return;
  await recordRevision(em, touched.isMuch ? { all: true } : { users: [...users], groups: [...groups], memberships });
}
