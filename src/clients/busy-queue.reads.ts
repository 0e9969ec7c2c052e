import type { BusyQueueCall } from '../../schema/busy-queue-call';
import { ClientPermission } from '../../schema/client.enums';
import { CLIENT_PERMISSIONS, toMask } from '../../schema/masks';
import type { ClientViewer, Viewer } from '../auth/viewer';
import type { Database } from '../database';
import type { Sql } from '../paging';

const COLUMNS = 'q.id, q.clientId, q.initiatedByUsername, q.remoteNumber, q.remoteName, q.since';
const SHOW_ALL = toMask([ClientPermission.SHOW_ALL_BUSY_QUEUE], CLIENT_PERMISSIONS);

/** Which calls the viewer sees: administrators all, a client its own, with SHOW_ALL_BUSY_QUEUE all (C15, V3). */
function visibleCalls(viewer: Viewer): Sql {
  if (viewer.isAdmin) return { sql: '1 = 1', params: [] };
  if (viewer.kind !== 'client') return { sql: '1 = 0', params: [] };
  return showsAll(viewer) ? { sql: '1 = 1', params: [] } : { sql: 'q.clientId = ?', params: [viewer.id] };
}

function showsAll(viewer: ClientViewer): boolean {
  return (viewer.permissionsMask & SHOW_ALL) !== 0;
}

/** The calls the viewer sees, longest waiting first. */
export function busyQueueCalls(db: Database, viewer: Viewer): Promise<BusyQueueCall[]> {
  const { sql, params } = visibleCalls(viewer);
  return db.rows(`SELECT ${COLUMNS} FROM busy_queue_call q WHERE ${sql} ORDER BY q.since, q.id`, params);
}

/** One call by its key, if the viewer sees it. */
export function busyQueueCall(db: Database, viewer: Viewer, id: number): Promise<BusyQueueCall | null> {
  const { sql, params } = visibleCalls(viewer);
  return db.first(`SELECT ${COLUMNS} FROM busy_queue_call q WHERE q.id = ? AND ${sql}`, [id, ...params]);
}
