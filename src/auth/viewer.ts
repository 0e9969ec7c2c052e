import type { Module, PermissionType } from './modules';

/** Nobody is signed in. */
export interface Nobody {
  kind: 'nobody';
  isAdmin: false;
  /** The linked person. */
  userId: null;
}

export interface ClientViewer {
  kind: 'client';
  id: number;
  username: string;
  isAdmin: boolean;
  userId: number | null;
  /** Bits of CLIENT_PERMISSIONS. */
  permissionsMask: number;
  tokenHash: string;
}

export interface StaffViewer {
  kind: 'staff';
  id: number;
  username: string;
  isAdmin: boolean;
  userId: number | null;
  /** Effective modules of a supervisor; an ADMIN has all. */
  modules: ReadonlyMap<Module, PermissionType>;
  /** The profile's `maskSensitiveData`. */
  masksSensitiveData: boolean;
  /** Null when an API key was sent instead of a session token. */
  tokenHash: string | null;
}

/** Who asks (requirements V1). Read anew for every request, so that changed rights hold on the very next one. */
export type Viewer = Nobody | ClientViewer | StaffViewer;

export const NOBODY: Nobody = { kind: 'nobody', isAdmin: false, userId: null };

/** The name by which the audit log knows the viewer. */
export function actorOf(viewer: Viewer): string {
  if (viewer.kind === 'nobody') return 'anonymous';
  if (viewer.kind === 'client') return `client:${viewer.username}`;
  return `${viewer.tokenHash === null ? 'api-key' : 'staff'}:${viewer.username}`;
}

/** Whether the viewer sees people's numbers and e-mail addresses masked; searches do not match them then (XU35). */
export function hidesContacts(viewer: Viewer): boolean {
  return viewer.kind === 'staff' && viewer.masksSensitiveData;
}
