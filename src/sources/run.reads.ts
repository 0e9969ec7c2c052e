import type { Page } from '../../schema/connection';
import type { PageArgs } from '../../schema/connection.input';
import type { QuarantinedRecord, RunCounts, RunProgress, SyncRun } from '../../schema/sync-run';
import { inList, type Database } from '../database';
import type { SortColumn } from '../paging';
import { fetchPages } from '../parented-pages';

type RunRow = Omit<SyncRun, 'counts' | 'progress'> & { counts: string; progress: string };

const COLUMNS = [
  'id',
  'sourceId',
  'state',
  'mode',
  'requestedMode',
  'modeReason',
  'complete',
  'refusal',
  'error',
  'counts',
  'progress',
  'startedBy',
  'startedAt',
  'finishedAt',
  'appliedAt',
]
  .map((column) => `r.${column}`)
  .join(', ');

const newestFirst: SortColumn<SyncRun>[] = [{ sql: 'r.id', of: (row) => row.id, descending: true }];

export async function runsByIds(db: Database, ids: readonly number[]): Promise<Map<number, SyncRun>> {
  const among = inList(ids);
  const rows = await db.rows<RunRow>(`SELECT ${COLUMNS} FROM sync_run r WHERE r.id IN ${among.sql}`, among.params);
  return new Map(rows.map((row) => [row.id, parseRun(row)]));
}

/** The runs of some sources, newest first. */
export async function runsOfSources(
  db: Database,
  sources: readonly number[],
  args: PageArgs,
): Promise<Map<number, Page<SyncRun>>> {
  const pages = await fetchPages<SyncRun>(
    db,
    { select: COLUMNS, from: 'sync_run r', where: [], order: newestFirst, args, parent: 'r.sourceId' },
    sources,
  );
  for (const page of pages.values()) page.nodes = page.nodes.map((row) => parseRun(row as unknown as RunRow));
  return pages;
}

export async function quarantineOfRuns(
  db: Database,
  runs: readonly number[],
  args: PageArgs,
): Promise<Map<number, Page<QuarantinedRecord>>> {
  const order: SortColumn<QuarantinedRecord>[] = [{ sql: 'q.id', of: (row) => row.id }];
  return fetchPages<QuarantinedRecord>(
    db,
    { select: QUARANTINE_COLUMNS, from: 'quarantined_record q', where: [], order, args, parent: 'q.runId' },
    runs,
  );
}

export const QUARANTINE_COLUMNS = 'q.id, q.runId, q.kind, q.externalId, q.label, q.reason, q.raw';

/** The newest applied run and when it was, for `directoryChanged`: runs applied after `since`. */
export function appliedAfter(db: Database, since: number): Promise<{ id: number; appliedAt: number }[]> {
  return db.rows('SELECT id, appliedAt FROM sync_run WHERE appliedAt > ? ORDER BY appliedAt, id', [since]);
}

function parseRun(row: RunRow): SyncRun {
  return {
    ...row,
    counts: JSON.parse(row.counts) as RunCounts,
    progress: JSON.parse(row.progress) as RunProgress,
  };
}
