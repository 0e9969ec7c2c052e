import type { User } from '../../schema/user';
import type { Context } from '../context';
import { usersByIds } from './user.reads';

/** A user by its key as the viewer may see it. */
export async function visibleUser(context: Context, key: number | null): Promise<User | null> {
  if (key === null) return null;
  const user = await loadUser(context, key);
  return user && (await context.scope.seesUser(user.id)) ? user : null;
}

/** A user that something seen already refers to. Batched. */
export function loadUser(context: Context, key: number | null): Promise<User | null> {
  if (key === null) return Promise.resolve(null);
  const known = context.directory?.users.get(key);
  if (known) return Promise.resolve(known);
  return context.loaders.load('user', key, (keys) => usersByIds(context.db, keys));
}

export const userNodes = {
  User: (context: Context, key: number[]): Promise<User | null> => visibleUser(context, key[0] ?? null),
};
