import { Cron } from 'croner';
import { RunMode } from '../schema/sync.enums';
import type { DirectorySource } from '../schema/directory-source';
import { SyncRun } from '../schema/sync-run';
import type { Clock } from '../src/clock';
import { forUpdate, isDuplicateKey, type Database } from '../src/database';
import type { Logger } from '../src/logger';
import { noCounts } from './planner';
import { loadSources } from './rows';

/**
 * Starts the runs whose time has come (S13). Due is a source if its schedule names an instant since its last run, or
 * since it was set up: however many were missed, one run follows. Replicas that look at the same time start one.
 */
export async function startDueRuns(db: Database, clock: Clock, log: Logger): Promise<void> {
  const scheduled = (await loadSources(db)).filter((source) => source.enabled && source.schedule !== null);
  if (scheduled.length === 0) return;
  const settings = await db.first<{ timezone: string }>('SELECT timezone FROM settings WHERE id = 1');
  for (const source of scheduled) {
    const last = await lastRun(db, source.id);
    const since = Math.max(last?.startedAt ?? 0, Number(source.updatedAt));
    if (!isDue(source, since, clock.now(), settings?.timezone ?? 'UTC', log)) continue;
    await startScheduled(db, clock, source.id, last?.id ?? null);
  }
}

/** Whether the schedule names an instant after `since` and not after `now`. A bad expression is logged, and never due. */
export function isDue(
  source: Pick<DirectorySource, 'id' | 'schedule'>,
  since: number,
  now: number,
  timezone: string,
  log: Pick<Logger, 'warn'>,
): boolean {
  try {
    const next = new Cron(source.schedule ?? '', { timezone, paused: true }).nextRun(new Date(since));
    return next !== null && next.getTime() <= now;
  } catch (error) {
    log.warn({ err: error, source: source.id }, 'The schedule of a source cannot be read.');
    return false;
  }
}

async function lastRun(db: Database, sourceId: number): Promise<{ id: number; startedAt: number } | null> {
  const row = await db.first<{ id: number; startedAt: number | string }>(
    'SELECT id, startedAt FROM sync_run WHERE sourceId = ? ORDER BY id DESC LIMIT 1',
    [sourceId],
  );
  return row ? { id: row.id, startedAt: Number(row.startedAt) } : null;
}

async function startScheduled(db: Database, clock: Clock, sourceId: number, lastId: number | null): Promise<void> {
  try {
    await db.write(async (em) => {
      const [source] = await em.query<{ lastAppliedRunId: number | null }[]>(
        `SELECT lastAppliedRunId FROM directory_source WHERE id = ?${forUpdate(em)}`,
        [sourceId],
      );
      const [newest] = await em.query<{ id: number | null }[]>(
        'SELECT MAX(id) AS id FROM sync_run WHERE sourceId = ?',
        [sourceId],
      );
      if (!source || (newest?.id ?? null) !== lastId) return;
      const run = em.create(SyncRun, {
        sourceId,
        activeSourceId: sourceId,
        state: 'QUEUED' as SyncRun['state'],
        mode: RunMode.FULL,
        requestedMode: RunMode.AUTO,
        planOnly: false,
        counts: noCounts(),
        progress: { phase: 'waiting', done: 0, total: null, usersPerSecond: null },
        basedOnRunId: source.lastAppliedRunId,
        startedBy: 'schedule',
        startedAt: clock.now(),
      });
      await em.save(run);
    });
  } catch (error) {
    // A run is under way, or another replica was quicker: the source has its run.
    if (!isDuplicateKey(error)) throw error;
  }
}
