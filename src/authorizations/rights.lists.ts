import type { Page } from '../../schema/connection';
import type { PageArgs } from '../../schema/connection.input';
import type { Right } from '../../schema/group.enums';
import type { User } from '../../schema/user';
import type { Context } from '../context';
import { encodeCursor, resolvePaging } from '../paging';
import { loadUser } from '../users/user.nodes';
import type { Direction } from './authorization-index';
import { directoryRights, type RightsImage } from './directory-rights';
import type { NameKey, NamePage } from './name-order';
import { rightsToMask } from './rights';

/**
 * The image of all rights, compared with the database once a request, and again after a mutation. Where the request
 * knows the directory's revision already, that is what the rights are compared with.
 */
export async function currentRights({ db, loaders, directory, revision }: Context): Promise<RightsImage> {
  const rights = directoryRights(db);
  const read = directory?.revision ?? revision;
  const known = read === null ? null : rights.asOf(read);
  const image = known ?? (await loaders.load('rights', 0, async () => new Map([[0, await rights.current()]])));
  if (!image) throw new Error('The rights were not loaded.');
  return image;
}

export interface VisibilityQuery {
  direction: Direction;
  userId: number;
  /** Nothing: any right. */
  right: Right | null | undefined;
  page: PageArgs;
}

/** A page of those whom a user may see, or who may see it, by display name. The rows come from memory, or by one statement. */
export async function visibilityPage(context: Context, query: VisibilityQuery): Promise<Page<User>> {
  const { limit, backward, after, before } = resolvePaging(query.page, 2);
  const { index, order } = await currentRights(context);
  const rights = query.right ? rightsToMask([query.right]) : undefined;
  const visible = index.select(query.direction, query.userId, rights);
  const total = visible.count();
  const page = order.page(visible, { limit, backward, after: nameKey(after), before: nameKey(before) });
  return {
    nodes: knownRows(context, page) ?? (await loadedRows(context, page)),
    hasNextPage: backward ? before !== null : page.more,
    hasPreviousPage: backward ? page.more : after !== null,
    cursorOf: (user) => encodeCursor([page.names[page.ids.indexOf(user.id)] ?? user.displayNameKey, user.id]),
    count: () => Promise.resolve(total),
  };
}

/** Nobody: what a viewer gets who may not know. */
export function nobody(): Page<User> {
  return { nodes: [], hasNextPage: false, hasPreviousPage: false, cursorOf: () => '', count: () => Promise.resolve(0) };
}

/** The rows from the directory in memory, without a promise for each; null where it lacks one. */
function knownRows({ directory }: Context, { ids }: NamePage): User[] | null {
  if (!directory) return null;
  const rows = ids.map((id) => directory.users.get(id));
  return rows.every((row) => row !== undefined) ? rows : null;
}

async function loadedRows(context: Context, { ids }: NamePage): Promise<User[]> {
  const rows = await Promise.all(ids.map((id) => loadUser(context, id)));
  return rows.filter((row) => row !== null);
}

function nameKey(cursor: (string | number)[] | null): NameKey | null {
  return cursor && [String(cursor[0]), Number(cursor[1])];
}
