import { bitsOf, namesOf } from '../authorizations/bits';

/** Switches of a group. Flag i is stored as bit `1 << i`: append, never reorder. */
export const GROUP_FLAGS = [
  'JOURNAL_VISIBLE_TO_LEADER',
  'JOURNAL_VISIBLE_TO_GROUP',
  'JOURNAL_MODIFIABLE',
  'SHOW_ON_MEMBERS_MONITOR',
  'PORTAL_GROUP',
  'LIVECHAT_ADVISOR',
] as const;

export type GroupFlagName = (typeof GROUP_FLAGS)[number];

/** The flags as bits. @throws RangeError on a name that is no flag. */
export function flagsToMask(names: Iterable<GroupFlagName>): number {
  return bitsOf(GROUP_FLAGS, names);
}

/** The flags of a mask in the order of {@link GROUP_FLAGS}. */
export function maskToFlags(mask: number): GroupFlagName[] {
  return namesOf(GROUP_FLAGS, mask);
}
