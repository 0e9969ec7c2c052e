import type { Group } from '../../schema/group';
import type { Key, MonitorGroupLink } from '../../schema/group-contents';
import type { Membership } from '../../schema/membership';
import type { Context } from '../context';
import { globalId } from '../ids';
import { keysByIds, linksByIds } from './group-contents.reads';
import { groupsByIds } from './group.reads';
import { membershipsByIds } from './membership.reads';

/** A group that something seen already refers to. Batched. */
export function loadGroup(context: Context, key: number | null): Promise<Group | null> {
  if (key === null) return Promise.resolve(null);
  const known = context.directory?.groups.get(key);
  if (known) return Promise.resolve(known);
  return context.loaders.load('group', key, (keys) => groupsByIds(context.db, keys));
}

/** A group by its key as the viewer may see it. */
export async function visibleGroup(context: Context, key: number | null): Promise<Group | null> {
  const group = await loadGroup(context, key);
  return group && (await context.scope.seesGroup(group.id)) ? group : null;
}

async function visibleMembership(context: Context, [groupId, userId]: number[]): Promise<Membership | null> {
  if (groupId === undefined || userId === undefined) return null;
  if (!(await context.scope.seesGroup(groupId))) return null;
  return context.loaders.load('membership', globalId('Membership', groupId, userId), (ids) =>
    membershipsByIds(context.db, ids),
  );
}

/** What a group puts on monitors is seen with the group. */
async function withGroup<T extends { groupId: number }>(context: Context, row: T | null): Promise<T | null> {
  return row && (await context.scope.seesGroup(row.groupId)) ? row : null;
}

export const groupNodes = {
  MonitorGroupLink: async (context: Context, key: number[]): Promise<MonitorGroupLink | null> => {
    const { db, loaders } = context;
    const link = await withGroup(context, await loaders.load('monitorLink', key[0] ?? 0, (ids) => linksByIds(db, ids)));
    return link && (await context.scope.seesGroup(link.registeredGroupId)) ? link : null;
  },
  Key: async (context: Context, key: number[]): Promise<Key | null> =>
    withGroup(context, await context.loaders.load('groupKey', key[0] ?? 0, (ids) => keysByIds(context.db, ids))),
  Group: (context: Context, key: number[]): Promise<Group | null> => visibleGroup(context, key[0] ?? null),
  Membership: visibleMembership,
};
