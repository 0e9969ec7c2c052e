import type { Page } from '../../schema/connection';
import type { PageArgs } from '../../schema/connection.input';
import type { Right } from '../../schema/group.enums';
import type { User } from '../../schema/user';
import type { Context } from '../context';
import { encodeCursor, resolvePaging } from '../paging';
import { loadUser } from '../users/user.nodes';
import { directoryRights, type RightsImage } from './directory-rights';
import type { NameKey } from './name-order';
import { rightsToMask } from './rights';

/** The image of all rights, compared with the database once a request, and again after a mutation. */
export async function currentRights({ db, loaders }: Context): Promise<RightsImage> {
  const image = await loaders.load('rights', 0, async () => new Map([[0, await directoryRights(db).current()]]));
  if (!image) throw new Error('The rights were not loaded.');
  return image;
}

export interface VisibilityQuery {
  direction: 'visibleUsers' | 'visibleTo';
  userId: number;
  /** Nothing: any right. */
  right: Right | null | undefined;
  page: PageArgs;
}

/** A page of those whom a user may see, or who may see it, by display name. The rows come by one statement. */
export async function visibilityPage(context: Context, query: VisibilityQuery): Promise<Page<User>> {
  const { limit, backward, after, before } = resolvePaging(query.page, 2);
  const { index, order } = await currentRights(context);
  const rights = query.right ? rightsToMask([query.right]) : undefined;
  const ids = index[query.direction](query.userId, rights);
  const paging = { limit, backward, after: nameKey(after), before: nameKey(before) };
  const page = order.page(ids, paging);
  const rows = await Promise.all(page.ids.map((id) => loadUser(context, id)));
  return {
    nodes: rows.filter((row) => row !== null),
    hasNextPage: backward ? before !== null : page.more,
    hasPreviousPage: backward ? page.more : after !== null,
    cursorOf: (user) => encodeCursor([page.names.get(user.id) ?? user.displayNameKey, user.id]),
    count: () => Promise.resolve(ids.length),
  };
}

/** Nobody: what a viewer gets who may not know. */
export function nobody(): Page<User> {
  return { nodes: [], hasNextPage: false, hasPreviousPage: false, cursorOf: () => '', count: () => Promise.resolve(0) };
}

function nameKey(cursor: (string | number)[] | null): NameKey | null {
  return cursor && [String(cursor[0]), Number(cursor[1])];
}
