import { AppError, forbidden } from '../errors';
import { covers, type Module, type ModuleAct } from './modules';
import type { Viewer } from './viewer';

/**
 * Who may use an operation at all (requirements V2–V8). Administrators of both realms may do everything; what is listed
 * here is what others may. Which rows they then see or touch is decided by `Scope` and the rules beside each noun.
 */
interface Grant {
  /** USER clients have the operation. */
  client?: true;
  /** Supervisors have it with this act in any of these modules; `always`: whatever their modules. */
  supervisor?: { modules: readonly Module[]; act: ModuleAct } | 'always';
}

const channels = ['VOICE', 'CHAT', 'MAIL', 'SMS', 'FAX', 'DIALER', 'OTHER_CHANNELS'] as const;
const inModules = (act: ModuleAct, ...modules: Module[]): Grant => ({ supervisor: { modules, act } });

export const permissions = {
  /** For whoever is signed in. */
  'viewer:any': { client: true, supervisor: 'always' },

  'user:list': { client: true, ...inModules('READ', 'CONTACT_MANAGER') },
  'user:write': {},
  'group:list': { client: true, ...inModules('READ', 'CONTACT_MANAGER') },
  /** Owners of manual groups (V6). */
  'group:manage': { client: true },
  'group:create': {},
  'group:configure': {},

  'client:list': {},
  'client:write': {},
  'client:batch': {},
  'busy-queue:read': { client: true },
  'busy-queue:write': { client: true },

  'rights:read': { client: true },
  'rights:write': {},
  'journal:read': { client: true },
  'journal:write': { client: true },
  'call-state:write': { client: true },
  'ring-plan:read': {},

  'profile:read': { client: true },
  'profile:write': { client: true },
  'profile:activate': { client: true },
  'profile:admin': {},
  'teams:event': {},

  'staff:list': inModules('READ', 'STAFF'),
  'staff:write': {},
  'staff:password': { supervisor: 'always' },
  'user-profile:list': inModules('READ', 'STAFF'),
  'queue:list': inModules('READ', ...channels),
  'queue:edit': inModules('EDIT', ...channels),
  'queue:delete': inModules('DELETE', ...channels),
  'agent:list': inModules('READ', 'AGENTS'),
  'agent:edit': inModules('EDIT', 'AGENTS'),
  'agent:delete': inModules('DELETE', 'AGENTS'),
  'dashboard:list': inModules('READ', 'DASHBOARDS'),
  'dashboard:edit': inModules('EDIT', 'DASHBOARDS'),

  'source:read': {},
  'source:write': {},
  'sync:read': {},
  'sync:write': {},
  'settings:read': inModules('READ', 'SETTINGS'),
  'settings:write': inModules('EDIT', 'SETTINGS'),
  'audit:read': {},
  'report:read': inModules('READ', 'REPORTS'),
} satisfies Record<string, Grant>;

export type Permission = keyof typeof permissions;

/** Whether the viewer has the operation at all. */
export function allows(viewer: Viewer, permission: Permission): boolean {
  if (viewer.kind === 'nobody') return false;
  if (viewer.isAdmin) return true;
  const grant: Grant = permissions[permission];
  if (viewer.kind === 'client') return grant.client === true;
  if (grant.supervisor === 'always') return true;
  const { modules, act } = grant.supervisor ?? { modules: [], act: 'READ' as const };
  return modules.some((module) => covers(viewer.modules.get(module), act));
}

/** @throws UNAUTHENTICATED where nobody is signed in, FORBIDDEN where the viewer lacks the permission. */
export function authorize(viewer: Viewer, permission: Permission): void {
  if (viewer.kind === 'nobody') throw new AppError('UNAUTHENTICATED', 'Sign in first.');
  if (!allows(viewer, permission)) throw forbidden();
}
