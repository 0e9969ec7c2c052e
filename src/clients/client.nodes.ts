import type { BusyQueueCall } from '../../schema/busy-queue-call';
import type { Client, GroupAssignment } from '../../schema/client';
import type { Context } from '../context';
import { assignmentsByIds } from './assignment.reads';
import { batchById, batchRowByKey } from './batch.reads';
import { busyQueueCall } from './busy-queue.reads';
import { clientsByIds } from './client.reads';

/** A client that something seen already refers to. Batched. */
export function loadClient(context: Context, key: number | null): Promise<Client | null> {
  if (key === null) return Promise.resolve(null);
  return context.loaders.load('client', key, (keys) => clientsByIds(context.db, keys));
}

/** Whether the viewer may know of a client: administrators of all, a client of itself (V3, V4). */
export function seesClient({ viewer }: Context, id: number): boolean {
  return viewer.isAdmin || (viewer.kind === 'client' && viewer.id === id);
}

/** A client by its key as the viewer may see it. */
export async function visibleClient(context: Context, key: number | null): Promise<Client | null> {
  return key !== null && seesClient(context, key) ? loadClient(context, key) : null;
}

async function visibleAssignment(context: Context, [id]: number[]): Promise<GroupAssignment | null> {
  if (id === undefined) return null;
  const row = await context.loaders.load('assignment', id, (ids) => assignmentsByIds(context.db, ids));
  return row && seesClient(context, row.clientId) ? row : null;
}

function visibleCall({ db, viewer }: Context, [id]: number[]): Promise<BusyQueueCall | null> {
  return id === undefined ? Promise.resolve(null) : busyQueueCall(db, viewer, id);
}

async function visibleBatch({ db, viewer }: Context, [id]: number[]): Promise<object | null> {
  return viewer.isAdmin && id !== undefined ? batchById(db, id) : null;
}

async function visibleBatchRow({ db, viewer }: Context, [id, position]: number[]): Promise<object | null> {
  return viewer.isAdmin && id !== undefined && position !== undefined ? batchRowByKey(db, id, position) : null;
}

export const clientNodes = {
  Client: (context: Context, key: number[]): Promise<Client | null> => visibleClient(context, key[0] ?? null),
  GroupAssignment: visibleAssignment,
  BusyQueueCall: visibleCall,
  ClientBatch: visibleBatch,
  ClientBatchRow: visibleBatchRow,
};
