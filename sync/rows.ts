import type { DirectorySource } from '../schema/directory-source';
import type { SyncRun } from '../schema/sync-run';
import type { Database, Row } from '../src/database';

const RUN_BOOLEANS = ['planOnly', 'confirmed', 'cancelRequested', 'complete'];
const RUN_INSTANTS = ['leaseUntil', 'startedAt', 'finishedAt', 'appliedAt'];

/** A run with everything the worker needs of it, as last committed; null where there is none. */
export async function loadRun(db: Database, id: number): Promise<SyncRun | null> {
  const row = await db.first('SELECT * FROM sync_run WHERE id = ?', [id]);
  if (!row) return null;
  const run: Row = { ...row, counts: JSON.parse(String(row['counts'])), progress: JSON.parse(String(row['progress'])) };
  for (const column of RUN_BOOLEANS) run[column] = Boolean(row[column]);
  for (const column of RUN_INSTANTS) run[column] = row[column] === null ? null : Number(row[column]);
  return run as unknown as SyncRun;
}

/** All sources, with their positions and sealed secrets: never hand them out. */
export async function loadSources(db: Database): Promise<DirectorySource[]> {
  return (await db.rows('SELECT * FROM directory_source ORDER BY id')).map(toSource);
}

export async function loadSource(db: Database, id: number): Promise<DirectorySource | null> {
  const row = await db.first('SELECT * FROM directory_source WHERE id = ?', [id]);
  return row ? toSource(row) : null;
}

function toSource(row: Row): DirectorySource {
  return {
    ...row,
    enabled: Boolean(row['enabled']),
    groupsFromDepartment: Boolean(row['groupsFromDepartment']),
    followNestedGroups: Boolean(row['followNestedGroups']),
    settings: JSON.parse(String(row['settings'])) as Record<string, unknown>,
    mapping: JSON.parse(String(row['mapping'])) as Record<string, string>,
    matchBy: JSON.parse(String(row['matchBy'])) as string[],
    lastCompleteReadAt: row['lastCompleteReadAt'] === null ? null : Number(row['lastCompleteReadAt']),
  } as unknown as DirectorySource;
}
