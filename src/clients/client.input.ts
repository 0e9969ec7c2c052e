import { AuthType, FallbackKind, type ClientPermission, type ClientRole } from '../../schema/client.enums';
import type { FallbackInput, MaskedDigitsInput } from '../../schema/client.input';
import { CLIENT_PERMISSIONS, CLIENT_ROLES, toMask } from '../../schema/masks';
import { MAX_PASSWORD } from '../auth/accounts';
import { badInput } from '../errors';
import { fallbackFault, normaliseFallback } from './fallback';
import { usernameFault, usernameKey } from './usernames';

/** Columns of a client that hold its mask and fallback. */
export interface DisplayColumns {
  maskAll: boolean;
  maskDigits: number;
}
export interface FallbackColumns {
  fallbackKind: FallbackKind;
  fallbackTimeoutSeconds: number | null;
  fallbackNumber: string | null;
}

/** What a stored integer can hold; more digits than any number has mask every digit (C16). */
const MAX_DIGITS = 1000;
const MAX_NUMBER = 64;

/** @throws BAD_USER_INPUT for a name that clients cannot have (C35). */
export function usernameColumns(username: string | null): { username: string; usernameKey: string } {
  const fault = usernameFault(username ?? '');
  if (username === null || fault) throw badInput('username', fault ?? 'A username is needed.');
  return { username, usernameKey: usernameKey(username) };
}

/** @throws BAD_USER_INPUT for no role: roles are check boxes of which at least one is set (C11). */
export function rolesMask(roles: ClientRole[] | null): number {
  const mask = toMask(roles ?? [], CLIENT_ROLES);
  if (mask === 0) throw badInput('roles', 'A client has at least one role.');
  return mask;
}

export function permissionsMask(permissions: ClientPermission[] | null | undefined): number {
  return toMask(permissions ?? [], CLIENT_PERMISSIONS);
}

/** The whole value: what is not given is off, and `all` leaves digits without meaning (C35). @throws BAD_USER_INPUT */
export function maskColumns(input: MaskedDigitsInput | null | undefined): DisplayColumns {
  if (input?.all) return { maskAll: true, maskDigits: 0 };
  const digits = input?.digits ?? 0;
  if (digits < 0) throw badInput('maskedDigits.digits', 'The number of masked digits must not be negative.');
  return { maskAll: false, maskDigits: Math.min(digits, MAX_DIGITS) };
}

/** The whole value (C19–C22). @throws BAD_USER_INPUT naming the field. */
export function fallbackColumns(
  input: FallbackInput | null | undefined,
  callManagerTimeoutSeconds: number,
): FallbackColumns {
  const request = input ?? { kind: FallbackKind.NONE };
  const fault = fallbackFault(request, callManagerTimeoutSeconds);
  if (fault) throw badInput(fault.field, fault.message);
  const { timeoutSeconds, number } = normaliseFallback(request);
  if (number !== null && (number.length > MAX_NUMBER || /\p{Cc}/u.test(number))) {
    throw badInput('fallback.number', `A number has at most ${MAX_NUMBER} characters and no control characters.`);
  }
  return { fallbackKind: request.kind, fallbackTimeoutSeconds: timeoutSeconds, fallbackNumber: number };
}

/**
 * The password that is to be held here, null with CALLISTO: whatever was given is ignored then (C7, C8).
 * @throws BAD_USER_INPUT where PROXY has none.
 */
export function heldPassword(authType: AuthType, password: string | null | undefined): string | null {
  if (authType === AuthType.CALLISTO) return null;
  if (!password) throw badInput('password', 'PROXY needs a password.');
  if (password.length > MAX_PASSWORD) throw badInput('password', `A password has at most ${MAX_PASSWORD} characters.`);
  return password;
}
