import { ClientPermission, ClientRole } from './client.enums';
import { CallGroupMode, GroupFlag } from './group.enums';

/** Sets of enum values are kept as bits of an integer: bit i stands for the i-th name. Append only. */
export const CLIENT_ROLES = [ClientRole.ADMINISTRATOR, ClientRole.USER] as const;
export const CLIENT_PERMISSIONS = [
  ClientPermission.FORWARD_USERS,
  ClientPermission.MODIFY_USER_STATUS,
  ClientPermission.PARK,
  ClientPermission.SHOW_ALL_BUSY_QUEUE,
] as const;
export const GROUP_FLAGS = [
  GroupFlag.JOURNAL_VISIBLE_TO_LEADER,
  GroupFlag.JOURNAL_VISIBLE_TO_GROUP,
  GroupFlag.JOURNAL_MODIFIABLE,
  GroupFlag.SHOW_ON_MEMBERS_MONITOR,
  GroupFlag.PORTAL_GROUP,
  GroupFlag.LIVECHAT_ADVISOR,
] as const;
export const CALL_GROUP_MODES = [
  CallGroupMode.DISABLED,
  CallGroupMode.SIP_SOFTPHONE,
  CallGroupMode.VOICE_SERVICES,
] as const;

/** The bits of some names. */
export function toMask<T extends string>(names: readonly T[], all: readonly T[]): number {
  return names.reduce((mask, name) => mask | (1 << all.indexOf(name)), 0);
}

/** The names of some bits, in the order of `all`. */
export function fromMask<T extends string>(mask: number, all: readonly T[]): T[] {
  return all.filter((_, bit) => (mask & (1 << bit)) !== 0);
}
