import type { Clock } from '../src/clock';
import type { Config } from '../src/config';
import type { Database } from '../src/database';
import type { Logger } from '../src/logger';
import { Housekeeping } from './housekeeping';
import { claimRun, LeaseLost, newOwner, retireOwner, type Lease } from './lease';
import type { SyncMetrics } from './metrics';
import { carryOut, type PipelineDeps, type StopReason } from './pipeline';
import type { Progress } from './plan-context';
import { loadRun } from './rows';
import { startDueRuns } from './schedule';
import { connectorFactories } from './sources';
import type { ConnectorFactory, SourceKind } from './source';
import { RunNotices } from './webhook';

const POLL_MS = 100;
const TELL_MS = 1_000;
const SCHEDULE_MS = 1_000;
/** Runs at a time: a directory that hardly answers does not hold up the others. */
const MAX_RUNS = 2;

export interface WorkerDeps {
  config: Pick<Config, 'secretKey' | 'importDirs' | 'changesKeepDays' | 'syncWebhook'>;
  clock: Clock;
  log: Logger;
  metrics?: SyncMetrics;
  /** Other connectors than the real ones, for tests. */
  factories?: Record<SourceKind, ConnectorFactory>;
  /** Called between the steps of a run; what it throws interrupts the run there. For tests. */
  step?: (name: string) => Promise<void>;
}

/**
 * Does what `sync_run` asks for: claims a run, carries it to its end, looks for the next. Any number of workers may share
 * a database. Also starts runs by schedule and throws away old plans.
 */
export class SyncWorker {
  private readonly owner = newOwner();
  private readonly pipeline: PipelineDeps;
  private readonly notices: RunNotices;
  private readonly housekeeping: Housekeeping;
  private readonly active = new Map<Promise<void>, AbortController>();
  private loop: Promise<void> | null = null;
  private isStopping = false;
  private wake: () => void = () => undefined;
  private nextScheduleLook = 0;

  constructor(
    private readonly db: Database,
    private readonly deps: WorkerDeps,
  ) {
    const { config, clock, log, step, factories = connectorFactories } = deps;
    const environment = {
      importDirs: config.importDirs,
      log: (message: string, detail?: Record<string, unknown>) => log.info(detail ?? {}, message),
    };
    this.pipeline = { db, clock, log, secretKey: config.secretKey, factories, environment, step };
    this.notices = new RunNotices(config.syncWebhook, clock, log);
    this.housekeeping = new Housekeeping(db, clock, config.changesKeepDays);
  }

  /** Begins to look for work. */
  start(): void {
    this.loop ??= this.work();
  }

  /** Gives back what is being read, finishes what is being applied, and waits for both. Idempotent. */
  async stop(): Promise<void> {
    this.isStopping = true;
    for (const controller of this.active.values()) controller.abort('worker-stops' satisfies StopReason);
    this.wake();
    await this.loop;
    await Promise.all(this.active.keys());
    await this.notices.stop();
    retireOwner(this.owner);
  }

  /** Claims one run and carries it to its end. @returns false where there was none. */
  async runOnce(): Promise<boolean> {
    const lease = await claimRun(this.db, this.deps.clock, this.owner);
    if (!lease) return false;
    await this.begin(lease);
    return true;
  }

  private async work(): Promise<void> {
    while (!this.isStopping) {
      try {
        await this.tend();
        const lease = this.active.size < MAX_RUNS ? await claimRun(this.db, this.deps.clock, this.owner) : null;
        if (lease) {
          void this.begin(lease);
          continue;
        }
      } catch (error) {
        this.deps.log.error({ err: error }, 'The worker could not look for runs.');
      }
      await this.rest();
    }
  }

  /** Schedules and housekeeping, when it is time for them. */
  private async tend(): Promise<void> {
    const now = this.deps.clock.now();
    if (now < this.nextScheduleLook) return;
    this.nextScheduleLook = now + SCHEDULE_MS;
    await startDueRuns(this.db, this.deps.clock, this.deps.log);
    await this.housekeeping.tend();
  }

  private rest(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, POLL_MS);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private begin(lease: Lease): Promise<void> {
    const controller = new AbortController();
    const running = this.carry(lease, controller).finally(() => {
      this.active.delete(running);
      this.wake();
    });
    this.active.set(running, controller);
    return running;
  }

  private async carry(lease: Lease, controller: AbortController): Promise<void> {
    const { clock, log, metrics } = this.deps;
    const progress: Progress = { phase: 'reading', done: 0, total: null, users: 0 };
    const startedAt = clock.now();
    const teller = setInterval(() => void this.tell(lease, progress, startedAt, controller), TELL_MS);
    try {
      await carryOut(this.pipeline, lease, progress, controller.signal);
      const run = await loadRun(this.db, lease.runId);
      if (!run || run.leaseToken !== lease.token || run.leaseOwner !== null) return;
      metrics?.observe(run, (clock.now() - startedAt) / 1000);
      this.notices.tell(run);
    } catch (error) {
      log.error({ err: error, run: lease.runId }, 'A run could not be carried out.');
    } finally {
      clearInterval(teller);
    }
  }

  /** Renews the lease, shows the progress, and looks whether the run is to be cancelled. */
  private async tell(lease: Lease, progress: Progress, startedAt: number, controller: AbortController): Promise<void> {
    // SQLite has one writer: while a plan is applied nothing else can be written, nor can anybody claim the run.
    if (controller.signal.aborted || (this.db.dialect === 'sqlite' && progress.phase === 'applying')) return;
    const seconds = Math.max((this.deps.clock.now() - startedAt) / 1000, 0.001);
    const usersPerSecond = progress.phase === 'reading' ? Math.round((progress.users / seconds) * 10) / 10 : null;
    const { phase, done, total } = progress;
    try {
      const isCancelled = await lease.renew({ phase, done, total, usersPerSecond });
      if (isCancelled && progress.phase !== 'applying') controller.abort('cancelled' satisfies StopReason);
    } catch (error) {
      if (error instanceof LeaseLost) controller.abort('lease-lost' satisfies StopReason);
      else this.deps.log.warn({ err: error, run: lease.runId }, 'A lease could not be renewed.');
    }
  }
}
