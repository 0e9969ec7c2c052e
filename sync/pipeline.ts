import { RunMode, RunState } from '../schema/sync.enums';
import { Origin } from '../schema/enums';
import type { DirectorySource } from '../schema/directory-source';
import type { SyncRun } from '../schema/sync-run';
import type { Clock } from '../src/clock';
import type { Database } from '../src/database';
import { AppError } from '../src/errors';
import type { Logger } from '../src/logger';
import { SecretsUnreadable } from '../src/secrets';
import { loadRun, loadSource, loadSources } from './rows';
import { connectorSettings } from '../src/sources/source-tools';
import { applyPlan } from './apply';
import { LeaseLost, type Lease } from './lease';
import type { MergeSource } from './merge';
import type { Progress } from './plan-context';
import { inPages, makePlan, type Plan } from './planner';
import { clearPlan, recordEnd, recordPlan, recordReading, requeue } from './run-record';
import {
  IncompleteRead,
  ResyncRequired,
  SettingsError,
  type ConnectorEnvironment,
  type ConnectorFactory,
  type DirectoryConnector,
  type IsKnown,
  type SourceKind,
} from './source';

/** What a run needs of its surroundings. */
export interface PipelineDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  secretKey: Buffer;
  factories: Record<SourceKind, ConnectorFactory>;
  environment: ConnectorEnvironment;
  /** Called between steps; what it throws interrupts the run there. For tests. */
  step?: (name: string) => Promise<void>;
}

/** Why a run is asked to stop. */
export type StopReason = 'cancelled' | 'worker-stops' | 'lease-lost';

interface Work {
  deps: PipelineDeps;
  lease: Lease;
  run: SyncRun;
  source: DirectorySource;
  sources: ReadonlyMap<number, MergeSource>;
  progress: Progress;
  signal: AbortSignal;
  step(name: string): Promise<void>;
}

/**
 * Carries a claimed run to its end: read → normalise → plan → guard → apply. A run that was being read starts over, one
 * that was being applied is applied again. Never throws; how it ended is in its row, unless another worker has it.
 */
export async function carryOut(
  deps: PipelineDeps,
  lease: Lease,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const run = await loadRun(deps.db, lease.runId);
  const source = run ? await loadSource(deps.db, run.sourceId) : null;
  if (!run || !source) return;
  const work: Work = {
    deps,
    lease,
    run,
    source,
    sources: await mergeSources(deps.db),
    progress,
    signal,
    step: deps.step ?? (() => Promise.resolve()),
  };
  try {
    if (run.state === RunState.APPLYING) await apply(work, run);
    else await planAndApply(work);
  } catch (error) {
    await end(work, error);
  }
}

async function planAndApply(work: Work): Promise<void> {
  const { deps, lease, run, source } = work;
  await work.step('claimed');
  await clearPlan(deps.db, lease);
  const plan = await readAndPlan(work);
  const state = run.planOnly ? RunState.PLANNED : plan.refusal !== null ? RunState.REFUSED : RunState.APPLYING;
  await recordPlan(deps.db, lease, { ...plan, state, now: deps.clock.now(), progress: work.progress });
  await work.step('planned');
  if (state !== RunState.APPLYING) return;
  await apply(work, { ...run, basedOnRunId: source.lastAppliedRunId, ...plan, state });
}

/** Reads as little as can be told surely: what changed, else everything. */
async function readAndPlan(work: Work): Promise<Plan> {
  const { deps, run, source } = work;
  const connector = deps.factories[source.kind].create(connectorSettings(source, deps.secretKey), deps.environment);
  try {
    const reason = run.requestedMode === RunMode.FULL ? null : whyFull(source, connector);
    if (run.requestedMode !== RunMode.FULL && reason === null) {
      try {
        return await planFrom(work, connector, RunMode.INCREMENTAL, null);
      } catch (error) {
        if (!(error instanceof ResyncRequired)) throw error;
        await clearPlan(deps.db, work.lease);
        return await planFrom(work, connector, RunMode.FULL, error.reason);
      }
    }
    return await planFrom(work, connector, RunMode.FULL, reason);
  } finally {
    await connector.close();
  }
}

function whyFull(source: DirectorySource, connector: DirectoryConnector): string | null {
  if (!connector.changes) return 'This source cannot tell what changed.';
  if (source.lastAppliedRunId === null) return 'Nothing was read from this source before.';
  if (source.cursor === null) return 'There is no position from which changes could be told.';
  return null;
}

async function planFrom(
  work: Work,
  connector: DirectoryConnector,
  mode: RunMode,
  modeReason: string | null,
): Promise<Plan> {
  const { deps, lease, run, source, sources, progress, signal } = work;
  await recordReading(deps.db, lease, { mode, modeReason, basedOnRunId: source.lastAppliedRunId });
  Object.assign(progress, { phase: 'reading', done: 0, total: null, users: 0 });
  run.mode = mode;
  const isIncremental = mode === RunMode.INCREMENTAL;
  // Taken before the first page: what changes while everything is read is told again by the next read of changes.
  const cursor = isIncremental ? null : ((await connector.cursor?.(signal)) ?? null);
  const changes = isIncremental
    ? (isKnown: Promise<IsKnown>) => connector.changes?.(source.cursor ?? '', signal, isKnown) ?? none()
    : null;
  const read = isIncremental ? none() : (connector.readPages?.(signal) ?? inPages(connector.read(signal)));
  const plan = await makePlan({
    db: deps.db,
    run,
    source,
    sources,
    lease,
    now: deps.clock.now(),
    changes,
    read,
    progress,
    signal,
    step: work.step,
  });
  return isIncremental ? plan : { ...plan, nextCursor: cursor };
}

async function* none(): AsyncGenerator<never> {
  // Nothing to tell: the changes are read instead.
}

async function apply(work: Work, run: SyncRun): Promise<void> {
  const { deps, lease, sources } = work;
  work.progress.phase = 'applying';
  await applyPlan({ db: deps.db, clock: deps.clock, run, lease, sources, step: work.step });
  await work.step('applied');
}

export async function mergeSources(db: Database): Promise<Map<number, MergeSource>> {
  const sources = await loadSources(db);
  return new Map(sources.map(({ id, name, priority, kind }) => [id, { id, name, priority, origin: Origin[kind] }]));
}

/** Records why a run came to no good end. */
async function end(work: Work, error: unknown): Promise<void> {
  const { deps, lease, run, signal } = work;
  const reason = signal.aborted ? (signal.reason as StopReason) : null;
  if (error instanceof LeaseLost || reason === 'lease-lost') return;
  const now = deps.clock.now();
  try {
    if (reason === 'worker-stops') await requeue(deps.db, lease);
    else if (reason === 'cancelled') await recordEnd(deps.db, lease, { state: RunState.CANCELLED, error: null, now });
    else {
      const isOurs = isExpected(error);
      if (!isOurs) deps.log.error({ err: error, run: run.id }, 'A synchronization run failed.');
      const text = isOurs
        ? (error as Error).message
        : 'The run failed for a reason that is told in the log of the worker only.';
      await recordEnd(deps.db, lease, {
        state: RunState.FAILED,
        error: text,
        now,
        ...(error instanceof IncompleteRead
          ? { refusal: 'The directory was not read to its end: nothing was written.' }
          : {}),
      });
    }
  } catch (fault) {
    // The lease runs out, and whoever claims the run next starts over.
    deps.log.error({ err: fault, run: run.id }, 'The end of a synchronization run could not be recorded.');
  }
}

function isExpected(error: unknown): boolean {
  return (
    error instanceof IncompleteRead ||
    error instanceof SettingsError ||
    error instanceof AppError ||
    error instanceof SecretsUnreadable ||
    error instanceof ResyncRequired
  );
}
