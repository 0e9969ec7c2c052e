import type { Group } from '../../schema/group';
import type { Membership } from '../../schema/membership';
import type { Context } from '../context';
import { groupsByIds } from './group.reads';
import { membershipByKey } from './membership.reads';

/** A group that something seen already refers to. Batched. */
export function loadGroup(context: Context, key: number | null): Promise<Group | null> {
  if (key === null) return Promise.resolve(null);
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
  return membershipByKey(context.db, groupId, userId);
}

export const groupNodes = {
  Group: (context: Context, key: number[]): Promise<Group | null> => visibleGroup(context, key[0] ?? null),
  Membership: visibleMembership,
};
