import { MODULES, covers, type Module, type ModuleAct, type PermissionType } from '../auth/modules';

export type ChannelName = 'VOICE' | 'CHAT' | 'MAIL' | 'SMS' | 'FAX' | 'DIALER' | 'OTHER';

/** The module that each channel's queues belong to (V7). */
export const CHANNEL_MODULES: Readonly<Record<ChannelName, Module>> = {
  VOICE: 'VOICE',
  CHAT: 'CHAT',
  MAIL: 'MAIL',
  SMS: 'SMS',
  FAX: 'FAX',
  DIALER: 'DIALER',
  OTHER: 'OTHER_CHANNELS',
};

/** Modules in which supervisors only ever read, whatever the permission type (XU3, V7). */
const READ_ONLY: readonly Module[] = ['STAFF', 'CONTACT_MANAGER'];

/** What a user profile says of modules. */
export interface ProfileModules {
  defaultPermissionType: PermissionType;
  /** The modules it has; a null type stands for the profile's default (XU27). */
  modules: readonly { module: Module; permissionType: PermissionType | null }[];
}

/** Modules with their permission types, in the contract's order. */
export type EffectiveModules = ReadonlyMap<Module, PermissionType>;

/** Of an ADMIN: every module, every act (XU2). */
export const ADMIN_MODULES: EffectiveModules = new Map(MODULES.map((module) => [module, 'READ_EDIT_DELETE']));

/** Of a supervisor: what the profile says (XU26–XU29); none without a profile. */
export function effectiveModules(profile: ProfileModules | null): EffectiveModules {
  if (!profile) return new Map();
  const types = new Map(
    profile.modules.map((row) => [row.module, row.permissionType ?? profile.defaultPermissionType]),
  );
  return new Map(
    MODULES.flatMap((module) => {
      const type = types.get(module);
      return type ? [[module, type] as const] : [];
    }),
  );
}

/** A member of the call-centre staff, as the rules see them. */
export interface StaffFacts {
  isAdmin: boolean;
  modules: EffectiveModules;
}

/** Whether someone may read, edit or delete in a module (V7). */
export function can(staff: StaffFacts, module: Module, act: ModuleAct): boolean {
  if (staff.isAdmin) return true;
  if (act !== 'READ' && READ_ONLY.includes(module)) return false;
  return covers(staff.modules.get(module), act);
}

/** Queues of a supervisor: the profile's and those granted directly (XU31), ascending ids, none twice. */
export function visibleQueueIds(ofProfile: readonly number[], granted: readonly number[]): number[] {
  return [...new Set([...ofProfile, ...granted])].sort((a, b) => a - b);
}

export interface QueueFacts {
  id: number;
  channel: ChannelName;
}

/**
 * Whether someone may read, edit or delete a queue: it is one of theirs, and the channel's module allows the act
 * (XU31–XU34, V7).
 */
export function canOnQueue(
  staff: StaffFacts & { queueIds: readonly number[] },
  queue: QueueFacts,
  act: ModuleAct,
): boolean {
  if (staff.isAdmin) return true;
  return staff.queueIds.includes(queue.id) && can(staff, CHANNEL_MODULES[queue.channel], act);
}

/**
 * The queues of an agent that someone may see (XU32, XU33): for a supervisor those among his own. An agent with none of
 * them is not shown at all: `null`.
 */
export function visibleAgentQueues(
  staff: StaffFacts & { queueIds: readonly number[] },
  agentQueueIds: readonly number[],
): number[] | null {
  if (staff.isAdmin) return [...agentQueueIds];
  if (!can(staff, 'AGENTS', 'READ')) return null;
  const shown = agentQueueIds.filter((id) => staff.queueIds.includes(id));
  return shown.length > 0 ? shown : null;
}

/** Whether someone sees a dashboard: a supervisor needs the module, and the dashboard enabled for him (XU30, V7). */
export function canSeeDashboard(staff: StaffFacts & { id: number }, enabledForIds: readonly number[]): boolean {
  return staff.isAdmin || (can(staff, 'DASHBOARDS', 'READ') && enabledForIds.includes(staff.id));
}

/** Whether one's pickup groups meet the other's call groups (XU19, XU20). */
export function canPickUp(pickupGroups: readonly number[], otherCallGroups: readonly number[]): boolean {
  return pickupGroups.some((group) => otherCallGroups.includes(group));
}
