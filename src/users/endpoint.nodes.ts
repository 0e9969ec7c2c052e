import type { Endpoint } from '../../schema/endpoint';
import type { Context } from '../context';
import { endpointsByIds } from './endpoint.reads';

/** An endpoint that something seen already refers to. Batched. */
export function loadEndpoint({ loaders, db }: Context, key: number | null): Promise<Endpoint | null> {
  if (key === null) return Promise.resolve(null);
  return loaders.load('endpoint', key, (keys) => endpointsByIds(db, keys));
}

export const endpointNodes = {
  Endpoint: async (context: Context, key: number[]): Promise<Endpoint | null> => {
    const endpoint = await loadEndpoint(context, key[0] ?? null);
    return endpoint && (await context.scope.seesUser(endpoint.userId)) ? endpoint : null;
  },
};
