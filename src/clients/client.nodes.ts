import type { Client } from '../../schema/client';
import type { Context } from '../context';
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

export const clientNodes = {
  Client: (context: Context, key: number[]): Promise<Client | null> => visibleClient(context, key[0] ?? null),
};
