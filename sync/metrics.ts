import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { RunState } from '../schema/sync.enums';
import type { SyncRun } from '../schema/sync-run';
import type { Clock } from '../src/clock';
import type { Database } from '../src/database';
import { globalId } from '../src/ids';

const DURATIONS = [0.1, 0.5, 1, 5, 15, 60, 300, 1800];

/** What Prometheus is told of synchronizations (S13). Labels are ids of sources and states: few values, no names. */
export class SyncMetrics {
  private readonly runs: Counter<'source' | 'state'>;
  private readonly seconds: Histogram<'source' | 'mode'>;
  private readonly rate: Gauge<'source'>;
  private readonly removals: Counter<'source' | 'kind'>;
  private readonly quarantined: Gauge<'source'>;

  /** `db` is asked at each scrape how long ago each source was last read to its end. */
  constructor(registry: Registry, db: Database, clock: Clock) {
    const registers = [registry];
    const labelNames = ['source'] as const;
    this.runs = new Counter({
      name: 'switchboard_sync_runs_total',
      help: 'Runs by how they ended.',
      labelNames: ['source', 'state'],
      registers,
    });
    this.seconds = new Histogram({
      name: 'switchboard_sync_duration_seconds',
      help: 'Time of a run from claim to end.',
      labelNames: ['source', 'mode'],
      buckets: DURATIONS,
      registers,
    });
    this.rate = new Gauge({
      name: 'switchboard_sync_users_per_second',
      help: 'People handled per second in the last run.',
      labelNames,
      registers,
    });
    this.removals = new Counter({
      name: 'switchboard_sync_removals_total',
      help: 'What applied runs removed.',
      labelNames: ['source', 'kind'],
      registers,
    });
    this.quarantined = new Gauge({
      name: 'switchboard_sync_quarantined',
      help: 'Records that the last run could not import.',
      labelNames,
      registers,
    });
    new Gauge({
      name: 'switchboard_sync_lag_seconds',
      help: 'Time since the directory was last read to its end.',
      labelNames,
      registers,
      async collect() {
        const rows = await db.rows<{ id: number; at: number | string }>(
          'SELECT id, lastCompleteReadAt AS at FROM directory_source WHERE lastCompleteReadAt IS NOT NULL',
        );
        this.reset();
        for (const row of rows)
          this.set({ source: globalId('DirectorySource', row.id) }, Math.max(0, clock.now() - Number(row.at)) / 1000);
      },
    });
  }

  /** Takes a run that this worker carried to its end in so many seconds. */
  observe(run: SyncRun, seconds: number): void {
    const source = globalId('DirectorySource', run.sourceId);
    const { counts } = run;
    this.runs.inc({ source, state: run.state });
    this.seconds.observe({ source, mode: run.mode }, seconds);
    this.quarantined.set({ source }, counts.quarantined);
    if (run.state !== RunState.SUCCEEDED) return;
    this.rate.set(
      { source },
      (counts.created + counts.updated + counts.revived + counts.vanished + counts.unchanged) /
        Math.max(seconds, 0.001),
    );
    this.removals.inc({ source, kind: 'entries' }, counts.vanished);
    this.removals.inc({ source, kind: 'memberships' }, counts.membershipsRemoved);
  }
}
