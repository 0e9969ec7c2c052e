import type { Authorization } from '../../schema/authorization';
import { Origin } from '../../schema/enums';
import type { Group } from '../../schema/group';
import { CallGroupMode, RingStrategy, Service } from '../../schema/group.enums';
import type { CallGroupInput, GroupLineInput, UpdateGroupInput } from '../../schema/group-settings';
import { CALL_GROUP_MODES, GROUP_FLAGS, toMask } from '../../schema/masks';
import { authorizationOf, maskOfInput } from '../authorizations/authorization-input';
import { badInput } from '../errors';
import { fold } from '../text';
import { cleanDescription, cleanName, requireManual } from './group.service';
import { servicesToMask } from './services';

/** Columns of a group that `updateGroup` sets. */
export type GroupColumns = Pick<
  Group,
  | 'name'
  | 'nameKey'
  | 'description'
  | 'settingsActive'
  | 'leaderId'
  | 'deputyId'
  | 'memberRights'
  | 'leaderRights'
  | 'lineNumber'
  | 'lineRights'
  | 'servicesMask'
  | 'flagsMask'
  | 'callMode'
  | 'callNumber'
  | 'callStrategy'
  | 'callStepSeconds'
>;

/** Settings of the installation that bear on groups. */
export interface GroupRules {
  /** Bits of `SERVICES` that everybody has. */
  globalServicesMask: number;
  /** Bits of `CALL_GROUP_MODES`. */
  callGroupLicencesMask: number;
}

/** Leader and deputy of an input by their keys; undefined where the input says nothing. */
export interface Leaders {
  leaderId: number | null | undefined;
  deputyId: number | null | undefined;
}

const DEFAULT_STEP_SECONDS = 15;
const MAX_STEP_SECONDS = 3600;

/**
 * What an input changes of a group; only columns that differ.
 * @throws BAD_USER_INPUT naming the field (E37, E39, E22); DIRECTORY_OWNED for name and description of an imported group.
 */
export function groupChanges(
  group: Group,
  input: UpdateGroupInput,
  leaders: Leaders,
  rules: GroupRules,
): Partial<GroupColumns> {
  const wanted: Partial<GroupColumns> = {
    ...identity(group, input),
    ...settings(input),
    ...leadership(group, input, leaders),
    ...line(input.line),
    ...services(group, input.services, rules),
    ...callGroup(input.callGroup, rules),
  };
  const isDifferent = (column: string) =>
    wanted[column as keyof GroupColumns] !== current(group, column as keyof GroupColumns);
  return Object.fromEntries(Object.entries(wanted).filter(([column]) => isDifferent(column)));
}

function current(group: Group, column: keyof GroupColumns): unknown {
  return column === 'settingsActive' ? Boolean(group.settingsActive) : group[column];
}

function identity(group: Group, input: UpdateGroupInput): Partial<GroupColumns> {
  const changed: Partial<GroupColumns> = {};
  if (input.name !== undefined) {
    changed.name = cleanName(input.name);
    changed.nameKey = fold(changed.name);
  }
  if (input.description !== undefined) changed.description = cleanDescription(input.description);
  const isSame = (changed.name ?? group.name) === group.name;
  const isDescribedAlike = changed.description === undefined || changed.description === group.description;
  if (group.origin !== Origin.MANUAL && !(isSame && isDescribedAlike)) requireManual(group);
  return changed;
}

function settings(input: UpdateGroupInput): Partial<GroupColumns> {
  const changed: Partial<GroupColumns> = {};
  if (input.settingsActive === null) throw badInput('settingsActive', 'settingsActive is true or false.');
  if (input.settingsActive !== undefined) changed.settingsActive = input.settingsActive;
  if (input.memberAuthorization !== undefined) {
    const { memberAuthorization } = input;
    changed.memberRights = memberAuthorization ? maskOfInput(memberAuthorization, 'memberAuthorization') : 0;
  }
  if (input.flags !== undefined) changed.flagsMask = toMask(input.flags ?? [], GROUP_FLAGS);
  return changed;
}

/** Without a leader there is neither deputy nor leader authorization: removing the leader clears both. */
function leadership(group: Group, input: UpdateGroupInput, leaders: Leaders): Partial<GroupColumns> {
  const leaderId = leaders.leaderId === undefined ? group.leaderId : leaders.leaderId;
  const { leaderAuthorization } = input;
  if (leaderId === null) {
    if (leaders.deputyId) throw badInput('deputyId', 'A deputy needs a leader.');
    if (leaderAuthorization) throw badInput('leaderAuthorization', 'A leader authorization needs a leader.');
    return { leaderId: null, deputyId: null, leaderRights: 0 };
  }
  const deputyId = leaders.deputyId === undefined ? group.deputyId : leaders.deputyId;
  if (leaderId === deputyId) {
    throw badInput(leaders.deputyId === undefined ? 'leaderId' : 'deputyId', 'Leader and deputy are two persons.');
  }
  const changed: Partial<GroupColumns> = { leaderId, deputyId };
  if (leaderAuthorization !== undefined) {
    changed.leaderRights = leaderAuthorization ? maskOfInput(leaderAuthorization, 'leaderAuthorization') : 0;
  }
  return changed;
}

function line(input: GroupLineInput | null | undefined): Partial<GroupColumns> {
  if (input === undefined) return {};
  if (input === null) return { lineNumber: null, lineRights: 0 };
  return {
    lineNumber: cleanNumber(input.number, 'line.number'),
    lineRights: maskOfInput(input.authorization, 'line.authorization'),
  };
}

/** USE_APPS cannot be changed on a group while everybody has it (E22). */
function services(group: Group, input: Service[] | null | undefined, rules: GroupRules): Partial<GroupColumns> {
  if (input === undefined) return {};
  const servicesMask = servicesToMask(input ?? []);
  const useApps = servicesToMask([Service.USE_APPS]);
  if ((servicesMask ^ group.servicesMask) & rules.globalServicesMask & useApps) {
    throw badInput('services', 'USE_APPS is granted globally and cannot be changed on a group.');
  }
  return { servicesMask };
}

function callGroup(input: CallGroupInput | null | undefined, rules: GroupRules): Partial<GroupColumns> {
  if (input === undefined) return {};
  const { mode, number, strategy, stepSeconds } = input ?? { mode: CallGroupMode.DISABLED };
  const isTaking = mode !== CallGroupMode.DISABLED;
  if (isTaking && !(toMask([mode], CALL_GROUP_MODES) & rules.callGroupLicencesMask)) {
    throw badInput('callGroup.mode', 'This mode is not licensed.');
  }
  if (isTaking && !number?.trim()) throw badInput('callGroup.number', 'A call group needs a number.');
  const callStepSeconds = stepSeconds ?? DEFAULT_STEP_SECONDS;
  if (callStepSeconds < 1 || callStepSeconds > MAX_STEP_SECONDS) {
    throw badInput('callGroup.stepSeconds', `A step lasts 1 to ${MAX_STEP_SECONDS} seconds.`);
  }
  return {
    callMode: mode,
    callNumber: number?.trim() ? cleanNumber(number, 'callGroup.number') : null,
    callStrategy: strategy ?? RingStrategy.PARALLEL,
    callStepSeconds,
  };
}

/** A telephone number as typed, without outer white space. @throws BAD_USER_INPUT naming the field. */
export function cleanNumber(number: string, field: string): string {
  const text = number.trim();
  if (text === '' || text.length > 64 || /\p{Cc}/u.test(text)) {
    throw badInput(field, 'A number has 1 to 64 characters and no control characters.');
  }
  return text;
}

/** The authorizations of a group as the API shows them. */
export function leaderAuthorizationOf(group: Group): Authorization | null {
  return group.leaderId === null ? null : authorizationOf(group.leaderRights);
}
