import type { AuthType, OnConflict } from '../../schema/client.enums';
import type { CreateClientsInput } from '../../schema/client.input';
import {
  fallbackColumns,
  maskColumns,
  permissionsMask,
  type DisplayColumns,
  type FallbackColumns,
} from './client.input';

/** What every client of a batch gets: the checked input, with the one hash in place of the password (C24, C33). */
export interface BatchTemplate extends DisplayColumns, FallbackColumns {
  authType: AuthType;
  /** Null with CALLISTO, and once the batch is finished. */
  passwordHash: string | null;
  permissionsMask: number;
  groupIds: number[];
  onConflict: OnConflict;
}

/** @throws BAD_USER_INPUT naming the field. */
export function templateOf(
  input: CreateClientsInput,
  onConflict: OnConflict,
  facts: { passwordHash: string | null; groupIds: number[]; callManagerTimeoutSeconds: number },
): BatchTemplate {
  return {
    authType: input.authType,
    passwordHash: facts.passwordHash,
    permissionsMask: permissionsMask(input.permissions),
    ...maskColumns(input.maskedDigits),
    ...fallbackColumns(input.fallback, facts.callManagerTimeoutSeconds),
    groupIds: facts.groupIds,
    onConflict,
  };
}
