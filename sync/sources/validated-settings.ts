import { z } from 'zod';

import { SettingsError, type SourceSettings } from '../source';

/** What a kind accepts of the three parts of its stored settings. Use `z.strictObject`, so that unknown keys are refused. */
export interface SettingsShape<S, C, M> {
  settings: z.ZodType<S>;
  secrets: z.ZodType<C>;
  mapping: z.ZodType<M>;
}

export interface ValidatedSettings<S, C, M> {
  settings: S;
  secrets: C;
  mapping: M;
}

/** The fields of a person that a mapping may set (contract, operations.md "Sources"). */
export const MAPPABLE_USER_FIELDS = [
  'userId',
  'displayName',
  'firstName',
  'lastName',
  'email',
  'department',
  'title',
  'telephoneNumber',
  'mobileNumber',
  'userPrincipalName',
  'primaryLine',
  'manager',
] as const;

export type MappableUserField = (typeof MAPPABLE_USER_FIELDS)[number];

/** Schema of a mapping of user fields, each value checked by `attribute`. */
export function userFieldMapping(attribute: z.ZodType<string>): z.ZodType<Partial<Record<MappableUserField, string>>> {
  const fields = Object.fromEntries(MAPPABLE_USER_FIELDS.map((field) => [field, attribute.optional()]));
  return z.strictObject(fields);
}

/** No secrets at all: what files need. */
export const noSecrets = z.strictObject({});

/**
 * Checks stored settings against what their kind accepts.
 *
 * @throws SettingsError naming the first fault by its path (`settings.url`, `secrets.password`, `mapping.email`); an
 *   unknown key is named too. Its message never repeats a value, which may be a secret.
 */
export function validatedSettings<S, C, M>(
  shape: SettingsShape<S, C, M>,
  source: SourceSettings,
): ValidatedSettings<S, C, M> {
  return {
    settings: validatedPart('settings', shape.settings, source.settings),
    secrets: validatedPart('secrets', shape.secrets, source.secrets),
    mapping: validatedPart('mapping', shape.mapping, source.mapping),
  };
}

function validatedPart<T>(part: string, schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  if (issue?.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    throw new SettingsError([part, ...issue.path, key].map(String).join('.'), `"${key}" is not known here.`);
  }
  const path = [part, ...(issue?.path ?? [])].map(String).join('.');
  throw new SettingsError(path, issue?.message ?? 'This is not valid.');
}
