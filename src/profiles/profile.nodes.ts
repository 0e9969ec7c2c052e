import type { ClientProfile } from '../../schema/client-profile';
import type { ProfileChange } from '../../schema/profile-change';
import type { Role } from '../../schema/role';
import type { Workplace } from '../../schema/workplace';
import { allows } from '../auth/policy';
import type { Context } from '../context';
import { profilesByIds, workplacesByIds } from './client-profile.reads';
import { changesByIds } from './presence.reads';
import { rolesByIds } from './role.reads';

type Key = number | null | undefined;

/** A profile that something seen already refers to. Batched. */
export function loadProfile({ loaders, db }: Context, key: Key): Promise<ClientProfile | null> {
  if (typeof key !== 'number') return Promise.resolve(null);
  return loaders.load('clientProfile', key, (keys) => profilesByIds(db, keys));
}

export function loadWorkplace({ loaders, db }: Context, key: Key): Promise<Workplace | null> {
  if (typeof key !== 'number') return Promise.resolve(null);
  return loaders.load('workplace', key, (keys) => workplacesByIds(db, keys));
}

/** A profile as the viewer may see it: server-side ones, and personal ones of users the viewer sees. */
export async function visibleProfile(context: Context, key: Key): Promise<ClientProfile | null> {
  if (!mayRead(context)) return null;
  const profile = await loadProfile(context, key);
  if (!profile || profile.ownerId === null) return profile;
  return (await context.scope.seesUser(profile.ownerId)) ? profile : null;
}

function mayRead({ viewer, scope }: Context): boolean {
  return allows(viewer, 'profile:read') || scope.all;
}

async function visibleRole(context: Context, key: Key): Promise<Role | null> {
  if (typeof key !== 'number' || !mayRead(context)) return null;
  return context.loaders.load('role', key, (keys) => rolesByIds(context.db, keys));
}

async function visibleChange(context: Context, key: Key): Promise<ProfileChange | null> {
  if (typeof key !== 'number') return null;
  const { loaders, db, scope } = context;
  const change = await loaders.load('profileChange', key, (keys) => changesByIds(db, keys));
  return change && (await scope.seesUser(change.userId)) ? change : null;
}

export const profileNodes = {
  ClientProfile: (context: Context, key: number[]): Promise<ClientProfile | null> => visibleProfile(context, key[0]),
  Role: (context: Context, key: number[]): Promise<Role | null> => visibleRole(context, key[0]),
  ProfileChange: (context: Context, key: number[]): Promise<ProfileChange | null> => visibleChange(context, key[0]),
  Workplace: (context: Context, key: number[]): Promise<Workplace | null> =>
    mayRead(context) ? loadWorkplace(context, key[0]) : Promise.resolve(null),
};
