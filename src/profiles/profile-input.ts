import type { ClientProfileInput, ProfileActionInput, TimeTriggerInput } from '../../schema/client-profile.input';
import { toMask } from '../../schema/masks';
import type { ProfileAction } from '../../schema/profile-action';
import type { ProfileTriggerRow } from '../../schema/profile-trigger';
import type { ActionChain, ActionKind, TriggerEffect, TriggerKind } from '../../schema/profile.enums';
import { badInput } from '../errors';
import { keyOf } from '../ids';
import { fold } from '../text';
import { isTimeZone, nextFireAt, WEEKDAYS } from './schedule';

export type ActionValues = Omit<
  ProfileAction,
  'id' | 'profileId' | 'profile' | 'endpointRow' | 'teamRow' | 'workplaceRow'
>;
export type TriggerValues = Pick<
  ProfileTriggerRow,
  'position' | 'kind' | 'effect' | 'enabled' | 'at' | 'weekdaysMask' | 'timezone' | 'nextFireAt'
>;

/** A profile as it was given, checked by itself; whether what it names exists is left to the service. */
export interface CheckedProfile {
  columns: { name: string; nameKey: string; color: string; icon: string; iconVisible: boolean; sticky: boolean };
  triggers: TriggerValues[];
  actions: ActionValues[];
}

const MAX_ACTIONS = 50;
const MAX_TRIGGERS = 50;
const DEFAULT_COLOR = '#808080';
const DEFAULT_ICON = 'user';
/** `#rgb`, `#rrggbb`, or a colour by its CSS name. */
const COLOR = /^(#[0-9a-f]{3}|#[0-9a-f]{6}|[a-z]{3,32})$/i;
const CONTROL = /\p{Cc}/u;

type Parameter = Exclude<keyof ProfileActionInput, 'kind'>;
const PARAMETERS: readonly Parameter[] = [
  'endpointId',
  'endpointEnabled',
  'gsmMode',
  'teamId',
  'workplaceId',
  'redirectNumber',
];
/** What each kind of action needs, and what it may have beside. */
const NEEDS: Record<ActionKind, { needs: readonly Parameter[]; may?: readonly Parameter[] }> = {
  CHANGE_FOLLOW_ME: { needs: ['endpointEnabled'], may: ['endpointId'] },
  SET_GSM_MODE: { needs: ['gsmMode'], may: ['endpointId'] },
  TEAM_LOGIN: { needs: ['teamId'] },
  TEAM_LOGOUT: { needs: ['teamId'] },
  TEAM_PAUSE: { needs: ['teamId'] },
  TEAM_UNPAUSE: { needs: ['teamId'] },
  SET_WORKPLACE: { needs: ['workplaceId'] },
  UNSET_WORKPLACE: { needs: [] },
  SET_REDIRECT_NUMBER: { needs: ['redirectNumber'] },
  UNSET_REDIRECTION: { needs: [] },
};

/**
 * Checks a profile (P5, P9, P14, P15). Time triggers get their next occurrence after `now`; those without a time zone the
 * given one.
 * @throws BAD_USER_INPUT naming the field: `timeTriggers.0.timezone`, `onEnter.2.teamId`.
 */
export function checkProfile(input: ClientProfileInput, now: number, timezone: string): CheckedProfile {
  const name = cleanText('name', input.name, 255);
  const color = input.color?.trim() ?? DEFAULT_COLOR;
  if (!COLOR.test(color)) throw badInput('color', 'A colour is #rrggbb or the name of one.');
  const icon = cleanText('icon', input.icon ?? DEFAULT_ICON, 64);
  const { iconVisible, sticky } = input;
  return {
    columns: { name, nameKey: fold(name), color, icon, iconVisible: iconVisible ?? true, sticky: sticky ?? false },
    triggers: checkTriggers(input, now, timezone),
    actions: [...checkChain('onEnter', 'ENTER', input.onEnter), ...checkChain('onLeave', 'LEAVE', input.onLeave)],
  };
}

/** A text of 1 to `max` characters, trimmed. @throws BAD_USER_INPUT naming the field. */
export function cleanText(field: string, value: string, max: number): string {
  const text = value.trim();
  if (text === '' || text.length > max || CONTROL.test(text)) {
    throw badInput(field, `${field} has 1 to ${max} characters and no control characters.`);
  }
  return text;
}

function checkTriggers(input: ClientProfileInput, now: number, timezone: string): TriggerValues[] {
  const { timeTriggers, teamsMeetingTriggers } = input;
  for (const field of ['timeTriggers', 'teamsMeetingTriggers'] as const) {
    if ((input[field]?.length ?? 0) > MAX_TRIGGERS) throw badInput(field, `At most ${MAX_TRIGGERS} triggers.`);
  }
  const times = (timeTriggers ?? []).map((trigger, index) => timeTrigger(trigger, index, now, timezone));
  const meetings = (teamsMeetingTriggers ?? []).map((trigger) =>
    blank('TEAMS_MEETING', trigger.effect, trigger.enabled),
  );
  return [...times, ...meetings].map((trigger, index) => ({ ...trigger, position: index + 1 }));
}

function timeTrigger(input: TimeTriggerInput, index: number, now: number, fallback: string): TriggerValues {
  const timezone = input.timezone ?? fallback;
  if (!isTimeZone(timezone)) {
    throw badInput(`timeTriggers.${index}.timezone`, 'This is no time zone of the IANA database.');
  }
  const weekdays = WEEKDAYS.filter((day) => input.weekdays?.includes(day));
  const trigger = blank('TIME', input.effect, input.enabled);
  const next = trigger.enabled ? nextFireAt({ at: input.at, weekdays, timezone }, new Date(now)).getTime() : null;
  return { ...trigger, at: input.at, weekdaysMask: toMask(weekdays, WEEKDAYS), timezone, nextFireAt: next };
}

function blank(kind: TriggerKind, effect: TriggerEffect, enabled: boolean | null | undefined): TriggerValues {
  return {
    position: 0,
    kind,
    effect,
    enabled: enabled ?? true,
    at: null,
    weekdaysMask: 0,
    timezone: null,
    nextFireAt: null,
  };
}

function checkChain(
  field: 'onEnter' | 'onLeave',
  chain: ActionChain,
  inputs: readonly ProfileActionInput[] | null | undefined,
): ActionValues[] {
  if ((inputs?.length ?? 0) > MAX_ACTIONS) throw badInput(field, `A chain has at most ${MAX_ACTIONS} actions.`);
  return (inputs ?? []).map((input, index) => {
    const at = `${field}.${index}`;
    checkParameters(at, input);
    return {
      chain,
      position: index + 1,
      kind: input.kind,
      endpointId: key(`${at}.endpointId`, 'Endpoint', input.endpointId),
      namesEndpoint: isGiven(input.endpointId),
      endpointEnabled: input.endpointEnabled ?? null,
      gsmMode: input.gsmMode ?? null,
      teamId: key(`${at}.teamId`, 'Group', input.teamId),
      workplaceId: key(`${at}.workplaceId`, 'Workplace', input.workplaceId),
      redirectNumber: redirectNumber(`${at}.redirectNumber`, input.redirectNumber),
    };
  });
}

const isGiven = (value: unknown): boolean => value !== null && value !== undefined;

function checkParameters(at: string, input: ProfileActionInput): void {
  const { needs, may = [] } = NEEDS[input.kind];
  for (const parameter of PARAMETERS) {
    const given = isGiven(input[parameter]);
    if (!given && needs.includes(parameter)) throw badInput(`${at}.${parameter}`, `${input.kind} needs ${parameter}.`);
    if (given && !needs.includes(parameter) && !may.includes(parameter)) {
      throw badInput(`${at}.${parameter}`, `${input.kind} has no ${parameter}.`);
    }
  }
}

function key(field: string, type: string, id: string | null | undefined): number | null {
  if (id === null || id === undefined) return null;
  const found = keyOf(type, id);
  if (found === null) throw badInput(field, `There is no such ${type}.`);
  return found;
}

function redirectNumber(field: string, value: string | null | undefined): string | null {
  if (value === null || value === undefined) return null;
  const number = cleanText(field, value, 64);
  if (!/^\+?[\d*#][\d\s().*#/-]*$/.test(number)) throw badInput(field, 'This is no telephone number.');
  return number;
}
