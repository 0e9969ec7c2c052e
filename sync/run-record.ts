import type { RunCounts } from '../schema/sync-run';
import { RunState, type RunMode } from '../schema/sync.enums';
import type { Database } from '../src/database';
import type { Lease } from './lease';
import type { Progress } from './plan-context';

/** What a run's row says of it as it goes on. Each function is one short transaction that checks the lease. */

/** Takes back what an earlier try of this run has planned. */
export async function clearPlan(db: Database, lease: Lease): Promise<void> {
  await db.write(async (em) => {
    await lease.check(em);
    await em.query('DELETE FROM sync_change WHERE runId = ?', [lease.runId]);
    await em.query('DELETE FROM quarantined_record WHERE runId = ?', [lease.runId]);
  });
}

export async function recordReading(
  db: Database,
  lease: Lease,
  fact: { mode: RunMode; modeReason: string | null; basedOnRunId: number | null },
): Promise<void> {
  await db.write(async (em) => {
    await lease.check(em);
    await em.query("UPDATE sync_run SET state = 'READING', mode = ?, modeReason = ?, basedOnRunId = ? WHERE id = ?", [
      fact.mode,
      fact.modeReason,
      fact.basedOnRunId,
      lease.runId,
    ]);
  });
}

export interface PlannedFact {
  state: RunState;
  counts: RunCounts;
  refusal: string | null;
  nextCursor: string | null;
  now: number;
  progress: Progress;
}

/** The plan stands. PLANNED and REFUSED wait for `applySync` without a lease; APPLYING goes on under it. */
export async function recordPlan(db: Database, lease: Lease, fact: PlannedFact): Promise<void> {
  await db.write(async (em) => {
    await lease.check(em);
    const goesOn = fact.state === RunState.APPLYING;
    const { phase, done, total } = { ...fact.progress, phase: goesOn ? 'applying' : 'planned' };
    await em.query(
      'UPDATE sync_run SET state = ?, counts = ?, refusal = ?, nextCursor = ?, complete = ?, progress = ? WHERE id = ?',
      [
        fact.state,
        JSON.stringify(fact.counts),
        fact.refusal,
        fact.nextCursor,
        1,
        JSON.stringify({ phase, done, total, usersPerSecond: null }),
        lease.runId,
      ],
    );
    if (goesOn) return;
    const finishedAt = fact.state === RunState.REFUSED ? fact.now : null;
    await em.query(
      'UPDATE sync_run SET activeSourceId = NULL, leaseOwner = NULL, leaseUntil = NULL, finishedAt = ? WHERE id = ?',
      [finishedAt, lease.runId],
    );
  });
}

/** FAILED or CANCELLED: nothing was written, nothing planned is kept. What was quarantined stays to be looked at. */
export async function recordEnd(
  db: Database,
  lease: Lease,
  fact: { state: RunState; error: string | null; refusal?: string; now: number },
): Promise<void> {
  await db.write(async (em) => {
    await lease.check(em);
    await em.query(
      'UPDATE sync_run SET state = ?, error = ?, refusal = COALESCE(?, refusal), finishedAt = ?, activeSourceId = NULL, leaseOwner = NULL, leaseUntil = NULL WHERE id = ?',
      [fact.state, fact.error, fact.refusal ?? null, fact.now, lease.runId],
    );
    await em.query('DELETE FROM sync_change WHERE runId = ?', [lease.runId]);
  });
}

/** Gives a run back that was being read, for the next worker to start over. One that was being applied is just let go. */
export async function requeue(db: Database, lease: Lease): Promise<void> {
  await db.write(async (em) => {
    await lease.check(em);
    await em.query(
      "UPDATE sync_run SET state = CASE state WHEN 'READING' THEN 'QUEUED' ELSE state END, leaseOwner = NULL, leaseUntil = NULL WHERE id = ?",
      [lease.runId],
    );
  });
}
