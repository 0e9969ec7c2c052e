import type { EntityManager } from 'typeorm';
import { SyncRun, type RunCounts, type RunProgress } from '../../schema/sync-run';
import { RunMode, RunState } from '../../schema/sync.enums';
import { audit } from '../audit/audit';
import { forUpdate, isDuplicateKey, rowsIn } from '../database';
import { AppError, conflict, notFound } from '../errors';
import type { ServiceDeps } from '../gateway';
import { globalId, keyOf } from '../ids';

type RunRow = Pick<SyncRun, 'id' | 'sourceId' | 'state' | 'complete' | 'refusal' | 'basedOnRunId' | 'activeSourceId'>;

const NO_COUNTS: RunCounts = {
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
const WAITING: RunProgress = { phase: 'waiting', done: 0, total: null, usersPerSecond: null };

/** Asks for runs; a worker does them. Each method is one transaction and returns the key of the run. */
export class RunService {
  constructor(private readonly deps: ServiceDeps) {}

  /** @throws NOT_FOUND; SYNC_IN_PROGRESS while another run of the source is under way. */
  async start(sourceId: string, mode: RunMode, planOnly: boolean): Promise<number> {
    const key = keyOf('DirectorySource', sourceId);
    return this.admitOne(async (em, now) => {
      const [source] =
        key === null
          ? []
          : await rowsIn<{ id: number; lastAppliedRunId: number | null }>(
              em,
              'SELECT id, lastAppliedRunId FROM directory_source WHERE id = ?',
              [key],
            );
      if (!source) throw notFound('DirectorySource', 'sourceId');
      const run = em.create(SyncRun, {
        sourceId: source.id,
        activeSourceId: source.id,
        state: RunState.QUEUED,
        mode: mode === RunMode.AUTO ? RunMode.FULL : mode,
        requestedMode: mode,
        planOnly,
        counts: NO_COUNTS,
        progress: WAITING,
        basedOnRunId: source.lastAppliedRunId,
        startedBy: this.deps.actor,
        startedAt: now,
      });
      await em.save(run);
      await this.record(em, now, 'startSync', run.id, {
        source: globalId('DirectorySource', source.id),
        mode,
        planOnly,
      });
      return run.id;
    });
  }

  /**
   * Lets a worker apply exactly the stored plan (S7).
   * @throws NOT_FOUND; CONFLICT for a run that is not waiting; SYNC_REFUSED where it was not read completely, or breaks a
   * limit without `confirmRemovals`; SYNC_STALE_PLAN; SYNC_IN_PROGRESS.
   */
  async apply(runId: string, confirmRemovals: boolean): Promise<number> {
    return this.admitOne(async (em, now) => {
      const run = await this.locked(em, runId);
      if (run.state === RunState.FAILED || (isWaiting(run.state) && !run.complete)) {
        throw new AppError('SYNC_REFUSED', 'The directory was not read to its end: this run can never be applied.');
      }
      if (run.activeSourceId !== null) throw new AppError('SYNC_IN_PROGRESS', 'This run is under way.');
      if (!isWaiting(run.state)) throw conflict(`A run that is ${run.state} cannot be applied.`);
      const [source] = await rowsIn<{ lastAppliedRunId: number | null }>(
        em,
        'SELECT lastAppliedRunId FROM directory_source WHERE id = ?',
        [run.sourceId],
      );
      if ((source?.lastAppliedRunId ?? null) !== run.basedOnRunId) {
        throw new AppError('SYNC_STALE_PLAN', 'Another run of this source was applied since this plan was made.');
      }
      if (run.refusal !== null && !confirmRemovals) {
        throw new AppError('SYNC_REFUSED', `${run.refusal} Confirm the removals to apply it all the same.`);
      }
      await em.query(
        "UPDATE sync_run SET state = 'APPLYING', activeSourceId = sourceId, confirmed = ?, leaseOwner = NULL, leaseUntil = NULL, finishedAt = NULL WHERE id = ?",
        [confirmRemovals ? 1 : 0, run.id],
      );
      await this.record(em, now, 'applySync', run.id, { confirmRemovals });
      return run.id;
    });
  }

  /** Ends a run that waits; asks one that reads to stop. @throws NOT_FOUND; CONFLICT for one that is applied or ended. */
  async cancel(runId: string): Promise<number> {
    return this.deps.db.write(async (em) => {
      const now = this.deps.clock.now();
      const run = await this.locked(em, runId);
      if (run.state === RunState.READING) {
        await em.query('UPDATE sync_run SET cancelRequested = 1 WHERE id = ?', [run.id]);
      } else if (run.state === RunState.QUEUED || isWaiting(run.state)) {
        await em.query(
          "UPDATE sync_run SET state = 'CANCELLED', activeSourceId = NULL, finishedAt = ?, leaseToken = leaseToken + 1 WHERE id = ?",
          [now, run.id],
        );
      } else {
        throw conflict(`A run that is ${run.state} cannot be cancelled.`);
      }
      await this.record(em, now, 'cancelSync', run.id, {});
      return run.id;
    });
  }

  private async locked(em: EntityManager, id: string): Promise<RunRow> {
    const key = keyOf('SyncRun', id);
    const columns = 'id, sourceId, state, complete, refusal, basedOnRunId, activeSourceId';
    const [run] =
      key === null
        ? []
        : await rowsIn<RunRow>(em, `SELECT ${columns} FROM sync_run WHERE id = ?${forUpdate(em)}`, [key]);
    if (!run) throw notFound('SyncRun', 'runId');
    return run;
  }

  /** The unique index on the active source admits one run a source, whichever replica asks. */
  private async admitOne(work: (em: EntityManager, now: number) => Promise<number>): Promise<number> {
    try {
      return await this.deps.db.write((em) => work(em, this.deps.clock.now()));
    } catch (error) {
      if (isDuplicateKey(error)) throw new AppError('SYNC_IN_PROGRESS', 'A run of this source is under way.');
      throw error;
    }
  }

  private record(em: EntityManager, now: number, action: string, id: number, after: object): Promise<void> {
    return audit(em, now, { actor: this.deps.actor, action, target: globalId('SyncRun', id), after });
  }
}

function isWaiting(state: RunState): boolean {
  return state === RunState.PLANNED || state === RunState.REFUSED;
}
