import { badInput } from '../errors';
import { fold, numberKey } from '../text';

/** Fields of a person that can be set by hand and locked; names as in the API. */
export const LOCKABLE = [
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
  'secondaryLine',
  'manager',
] as const;
export type LockableField = (typeof LOCKABLE)[number];

const MAX_LENGTH: Record<string, number> = { telephoneNumber: 64, mobileNumber: 64 };
const REQUIRED = new Set(['userId', 'displayName']);
const CONTROL = /\p{Cc}/u;

/**
 * Checks one text field: trimmed; empty becomes null.
 * @throws BAD_USER_INPUT naming the field.
 */
export function cleanField(field: string, value: string | null | undefined): string | null {
  const text = value?.trim() ?? '';
  const max = MAX_LENGTH[field] ?? 255;
  if (text.length > max) throw badInput(field, `${field} must have at most ${max} characters.`);
  if (CONTROL.test(text)) throw badInput(field, `${field} must not contain control characters.`);
  if (text === '' && REQUIRED.has(field)) throw badInput(field, `${field} must not be empty.`);
  return text === '' ? null : text;
}

/** The folded columns that go with a user's fields: what is searched and ordered by. Only for fields that are given. */
export function keyColumns(fields: Record<string, unknown>): Record<string, string> {
  const keys: Record<string, string> = {};
  const text = (field: string) => (typeof fields[field] === 'string' ? fields[field] : null);
  for (const field of ['userId', 'displayName', 'firstName', 'lastName', 'email', 'department', 'userPrincipalName']) {
    if (field in fields) keys[`${field}Key`] = fold(text(field));
  }
  if ('telephoneNumber' in fields) keys['telephoneKey'] = numberKey(text('telephoneNumber'));
  if ('mobileNumber' in fields) keys['mobileKey'] = numberKey(text('mobileNumber'));
  return keys;
}

export function isLockable(field: string): field is LockableField {
  return (LOCKABLE as readonly string[]).includes(field);
}
