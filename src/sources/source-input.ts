import { Cron } from 'croner';
import type { DirectorySourceInput } from '../../schema/directory-source.input';
import { badInput } from '../errors';
import { fold } from '../text';

/** Columns of a source, checked and with defaults, but for its secrets. */
export interface SourceColumns {
  name: string;
  nameKey: string;
  enabled: boolean;
  priority: number;
  schedule: string | null;
  settings: Record<string, unknown>;
  mapping: Record<string, string>;
  groupsFromDepartment: boolean;
  followNestedGroups: boolean;
  matchBy: string[];
  graceDays: number;
  maxRemovalCount: number | null;
  maxRemovalPercent: number | null;
}

const MATCHABLE = ['userPrincipalName', 'email', 'userId'];
const DEFAULT_PERCENT = 20;
const MAX_GRACE_DAYS = 3650;

/** Checks all but the kind's own settings. @throws BAD_USER_INPUT naming the field. */
export function sourceColumns(input: DirectorySourceInput): SourceColumns {
  const name = input.name.trim();
  if (name === '' || name.length > 255 || /\p{Cc}/u.test(name)) {
    throw badInput('name', 'A name has 1 to 255 characters and no control characters.');
  }
  const matchBy = [...new Set(input.matchBy ?? [])];
  if (matchBy.some((field) => !MATCHABLE.includes(field))) {
    throw badInput('matchBy', `matchBy may name ${MATCHABLE.join(', ')}.`);
  }
  const graceDays = input.graceDays ?? 30;
  if (graceDays < 0 || graceDays > MAX_GRACE_DAYS)
    throw badInput('graceDays', `graceDays must be 0 to ${MAX_GRACE_DAYS}.`);
  return {
    name,
    nameKey: fold(name),
    enabled: input.enabled ?? true,
    priority: input.priority ?? 100,
    schedule: cleanSchedule(input.schedule),
    settings: plainObject('settings', input.settings),
    mapping: cleanMapping(input.mapping),
    groupsFromDepartment: input.groupsFromDepartment ?? false,
    followNestedGroups: input.followNestedGroups ?? true,
    matchBy,
    graceDays,
    ...cleanLimits(input.removalLimits),
  };
}

/** @returns null for omitted secrets: they are kept. */
export function sourceSecrets(input: DirectorySourceInput): Record<string, unknown> | null {
  return input.secrets === null || input.secrets === undefined ? null : plainObject('secrets', input.secrets);
}

export function plainObject(field: string, value: unknown): Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw badInput(field, `${field} must be an object.`);
  return value as Record<string, unknown>;
}

function cleanMapping(value: unknown): Record<string, string> {
  if (value === null || value === undefined) return {};
  const mapping = plainObject('mapping', value);
  for (const [field, attribute] of Object.entries(mapping)) {
    if (typeof attribute !== 'string' || attribute.trim() === '') {
      throw badInput(`mapping.${field}`, 'A mapping names an attribute.');
    }
  }
  return mapping as Record<string, string>;
}

function cleanSchedule(schedule: string | null | undefined): string | null {
  const text = schedule?.trim() ?? '';
  if (text === '') return null;
  try {
    new Cron(text, { paused: true }).stop();
  } catch {
    throw badInput('schedule', 'schedule must be a cron expression such as "0 */2 * * *".');
  }
  if (text.length > 128) throw badInput('schedule', 'schedule has at most 128 characters.');
  return text;
}

function cleanLimits(limits: DirectorySourceInput['removalLimits']) {
  const maxCount = limits?.maxCount ?? null;
  // Nothing said at all means the default; a limit that is given without a percentage means no percentage.
  const maxPercent =
    limits?.maxPercent === undefined ? (maxCount === null ? DEFAULT_PERCENT : null) : limits.maxPercent;
  if (maxCount !== null && maxCount < 0) throw badInput('removalLimits.maxCount', 'maxCount must not be negative.');
  if (maxPercent !== null && (maxPercent < 0 || maxPercent > 100)) {
    throw badInput('removalLimits.maxPercent', 'maxPercent must be 0 to 100.');
  }
  return { maxRemovalCount: maxCount, maxRemovalPercent: maxPercent };
}
