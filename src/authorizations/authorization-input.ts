import { AuthorizationLevel, Right } from '../../schema/group.enums';
import type { Authorization, AuthorizationInput } from '../../schema/authorization';
import { badInput } from '../errors';
import { levelOf, maskToRights, PRESETS, rightsToMask } from './rights';

/** The rights of a mask, as the API names them. */
export function rightsOf(mask: number): Right[] {
  return maskToRights(mask).map((name) => Right[name]);
}

/** The rights of a mask with the level that equals them (E33). */
export function authorizationOf(mask: number): Authorization {
  return { level: AuthorizationLevel[levelOf(mask)], rights: rightsOf(mask) };
}

/**
 * The bits an input stands for: a preset, or single rights.
 * @param field path of the input, for the error
 * @throws BAD_USER_INPUT where both or neither are given, or the level is SPECIAL (E39).
 */
export function maskOfInput(input: AuthorizationInput, field: string): number {
  const { level, rights } = input;
  const hasLevel = level !== null && level !== undefined;
  const hasRights = rights !== null && rights !== undefined;
  if (hasLevel === hasRights) throw badInput(field, 'Give exactly one of level and rights.');
  if (hasRights) return rightsToMask(rights);
  if (!hasLevel || level === AuthorizationLevel.SPECIAL) {
    throw badInput(`${field}.level`, 'SPECIAL is what single rights are called: give the rights.');
  }
  return PRESETS[level];
}
