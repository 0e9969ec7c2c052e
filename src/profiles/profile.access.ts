import { ClientPermission } from '../../schema/client.enums';
import type { ClientProfile } from '../../schema/client-profile';
import type { ClientProfileInput } from '../../schema/client-profile.input';
import { CLIENT_PERMISSIONS, toMask } from '../../schema/masks';
import type { Viewer } from '../auth/viewer';
import type { Context } from '../context';
import { badInput, forbidden, notFound } from '../errors';
import { keyOf } from '../ids';
import type { ProfileLimits } from './client-profile.service';
import { visibleProfile } from './profile.nodes';

/** Whether an account has a permission of clients; administrators have all of them. */
function has(viewer: Viewer, permission: ClientPermission): boolean {
  if (viewer.isAdmin) return true;
  return viewer.kind === 'client' && (viewer.permissionsMask & toMask([permission], CLIENT_PERMISSIONS)) !== 0;
}

/**
 * For whom a profile is activated: oneself, or with MODIFY_USER_STATUS any user the viewer sees (V5, V8, C13).
 * @throws BAD_USER_INPUT where the account belongs to nobody, NOT_FOUND for an unseen user, FORBIDDEN.
 */
export async function activationTarget({ viewer, scope }: Context, userId: string | null): Promise<number> {
  if (userId === null) {
    if (viewer.userId === null) throw badInput('userId', 'This account belongs to no user: say for whom.');
    return viewer.userId;
  }
  const key = keyOf('User', userId);
  if (key === null || !(await scope.seesUser(key))) throw notFound('User', 'userId');
  if (key !== viewer.userId && !has(viewer, ClientPermission.MODIFY_USER_STATUS)) throw forbidden();
  return key;
}

/** The key of a profile that the viewer sees. @throws NOT_FOUND naming the field. */
export async function seenProfile(context: Context, field: string, id: string): Promise<ClientProfile> {
  const profile = await visibleProfile(context, keyOf('ClientProfile', id));
  if (!profile) throw notFound('Client profile', field);
  return profile;
}

/**
 * What the viewer may put into a new profile: anything for administrators; personal ones of oneself, and with
 * FORWARD_USERS redirections of users that the viewer sees, for USER clients (V5, V8, C12).
 * @throws NOT_FOUND for an unseen owner, FORBIDDEN.
 */
export async function creationLimits(context: Context, input: ClientProfileInput): Promise<ProfileLimits> {
  const { viewer, scope } = context;
  if (viewer.isAdmin) return { teams: null };
  if (!input.ownerId) throw forbidden('Server-side profiles are set up by administrators.');
  const ownerId = keyOf('User', input.ownerId);
  if (ownerId === null || !(await scope.seesUser(ownerId))) throw notFound('User', 'ownerId');
  return limitsFor(context, ownerId);
}

/** The same for a profile that exists. @throws FORBIDDEN */
export function updateLimits(context: Context, { ownerId }: ClientProfile): Promise<ProfileLimits> {
  if (context.viewer.isAdmin) return Promise.resolve({ teams: null });
  if (ownerId === null) throw forbidden('Server-side profiles are set up by administrators.');
  return limitsFor(context, ownerId);
}

async function limitsFor({ viewer, scope }: Context, ownerId: number): Promise<ProfileLimits> {
  const teams = scope.all ? null : await scope.groupIds();
  if (ownerId === viewer.userId) return { teams };
  if (!has(viewer, ClientPermission.FORWARD_USERS)) throw forbidden('Personal profiles are set up by their owners.');
  return { teams, redirectionsOnly: true };
}

/** Who may delete a profile: administrators, and its owner. @throws FORBIDDEN */
export function requireDeletable({ viewer }: Context, { ownerId }: ClientProfile): void {
  if (viewer.isAdmin || (ownerId !== null && ownerId === viewer.userId)) return;
  throw forbidden('Only its owner may delete it.');
}
