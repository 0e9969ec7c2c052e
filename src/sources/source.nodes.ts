import type { DirectorySource } from '../../schema/directory-source';
import type { QuarantinedRecord, SyncRun } from '../../schema/sync-run';
import type { Context } from '../context';
import { changeByKey } from './change.reads';
import { QUARANTINE_COLUMNS, runsByIds } from './run.reads';
import { sourcesByIds } from './source.reads';

/** A source, batched. The caller has checked that the viewer may see sources. */
export function loadSource(context: Context, key: number | null): Promise<DirectorySource | null> {
  if (key === null) return Promise.resolve(null);
  return context.loaders.load('source', key, (keys) => sourcesByIds(context.db, keys));
}

export function loadRun(context: Context, key: number | null): Promise<SyncRun | null> {
  if (key === null) return Promise.resolve(null);
  return context.loaders.load('run', key, (keys) => runsByIds(context.db, keys));
}

/** Sources, runs and what belongs to them are for administrators (V4, V7). */
const forAdmins =
  <T>(load: (context: Context, key: number[]) => Promise<T | null>) =>
  (context: Context, key: number[]): Promise<T | null> =>
    context.viewer.isAdmin ? load(context, key) : Promise.resolve(null);

export const sourceNodes = {
  DirectorySource: forAdmins((context, [key]) => loadSource(context, key ?? null)),
  SyncRun: forAdmins((context, [key]) => loadRun(context, key ?? null)),
  SyncChange: forAdmins((context, key) => changeByKey(context.db, key)),
  QuarantinedRecord: forAdmins((context, [key]) =>
    context.db.first<QuarantinedRecord>(`SELECT ${QUARANTINE_COLUMNS} FROM quarantined_record q WHERE q.id = ?`, [
      key ?? 0,
    ]),
  ),
};
