import { bitsOf, namesOf } from './bits';

/** All rights of one user towards another. Right i is stored as bit `1 << i`: append, never reorder. */
export const RIGHTS = [
  'SEE_PRESENCE',
  'SET_PRESENCE',
  'SEE_PUBLIC_APPOINTMENTS',
  'SEE_PRIVATE_APPOINTMENTS',
  'PRIMARY_SEE_OUTGOING',
  'PRIMARY_SEE_INCOMING',
  'PRIMARY_SEE_FORWARDING',
  'PRIMARY_SET_FORWARDING',
  'PRIMARY_PICKUP',
  'SECONDARY_SEE_OUTGOING',
  'SECONDARY_SEE_INCOMING',
  'SECONDARY_SEE_FORWARDING',
  'SECONDARY_SET_FORWARDING',
  'SECONDARY_PICKUP',
] as const;

export type RightName = (typeof RIGHTS)[number];

/** Levels that stand for a fixed set of rights, from none to all. */
export type PresetLevel = 'BLOCKED' | 'PUBLIC' | 'BUSINESS' | 'TEAM' | 'PERSONAL';

export type LevelName = PresetLevel | 'SPECIAL';

/** Every right. */
export const ALL_RIGHTS = (1 << RIGHTS.length) - 1;

/** The rights as bits. @throws RangeError on a name that is no right. */
export function rightsToMask(names: Iterable<RightName>): number {
  return bitsOf(RIGHTS, names);
}

/** The rights of a mask in the order of {@link RIGHTS}. */
export function maskToRights(mask: number): RightName[] {
  return namesOf(RIGHTS, mask);
}

const PUBLIC = rightsToMask(['SEE_PRESENCE']);
const BUSINESS =
  PUBLIC |
  rightsToMask(['SEE_PUBLIC_APPOINTMENTS', 'PRIMARY_SEE_OUTGOING', 'PRIMARY_SEE_INCOMING', 'PRIMARY_SEE_FORWARDING']);
const TEAM =
  BUSINESS |
  rightsToMask([
    'SET_PRESENCE',
    'PRIMARY_PICKUP',
    'SECONDARY_SEE_OUTGOING',
    'SECONDARY_SEE_INCOMING',
    'SECONDARY_SEE_FORWARDING',
  ]);

/** What each level grants; every level includes the one before it. */
export const PRESETS: Readonly<Record<PresetLevel, number>> = {
  BLOCKED: 0,
  PUBLIC,
  BUSINESS,
  TEAM,
  PERSONAL: ALL_RIGHTS,
};

const LEVEL_BY_MASK = new Map<number, LevelName>(
  (Object.keys(PRESETS) as PresetLevel[]).map((level) => [PRESETS[level], level]),
);

/** The level whose preset equals the mask, SPECIAL where none does. */
export function levelOf(mask: number): LevelName {
  return LEVEL_BY_MASK.get(mask) ?? 'SPECIAL';
}
