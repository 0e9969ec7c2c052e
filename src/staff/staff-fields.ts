import type { Codec } from '../../schema/staff.enums';
import type { VoiceSettingsInput } from '../../schema/staff.input';
import type { StaffUser, VoiceSettings } from '../../schema/staff-user';
import { badInput } from '../errors';

const CONTROL = /\p{Cc}/u;
const USERNAME = /^[A-Za-z0-9._]{1,255}$/;
/** One plain address: what could make a mailer see several, or a name, is left out (RFC 5322, 3.2.3). */
const EMAIL = /^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"]+$/;
const EXTENSION = /^[0-9]{1,32}$/;
const MAX_TEXT = 255;
const MAX_CONTEXT = 80;
/** Extensions are generated from this number up. */
export const FIRST_EXTENSION = 1000;
/** Call and pickup groups are numbered 0 to 63. */
const LAST_GROUP = 63;

export type VoiceColumns = Pick<StaffUser, 'transport' | 'nat' | 'codecs' | 'context' | 'callGroups' | 'pickupGroups'>;

const DEFAULT_VOICE: VoiceColumns = {
  transport: 'UDP',
  nat: 'FORCE_RPORT',
  codecs: 'ULAW,ALAW',
  context: 'from-sip',
  callGroups: '',
  pickupGroups: '',
};

/** A text of one line that must not be empty, trimmed. @throws BAD_USER_INPUT naming the field. */
export function cleanText(field: string, value: string | null | undefined, max = MAX_TEXT): string {
  const text = value?.trim() ?? '';
  if (text === '' || text.length > max || CONTROL.test(text)) {
    throw badInput(field, `${field} has 1 to ${max} characters and no control characters.`);
  }
  return text;
}

/** A text that may be empty (then null), of any number of lines. @throws BAD_USER_INPUT naming the field. */
export function cleanLongText(field: string, value: string | null | undefined, max = 1024): string | null {
  const text = value?.trim() ?? '';
  if (text.length > max) throw badInput(field, `${field} has at most ${max} characters.`);
  return text === '' ? null : text;
}

/** XU7. @throws BAD_USER_INPUT */
export function cleanUsername(value: string): string {
  if (!USERNAME.test(value)) {
    throw badInput('username', 'A username has 1 to 255 letters, digits, dots and underscores.');
  }
  return value;
}

/** Usernames of staff are one whatever their case. */
export function usernameKey(username: string): string {
  return username.toLowerCase();
}

/** @throws BAD_USER_INPUT */
export function cleanEmail(value: string | null | undefined): string {
  const text = value?.trim() ?? '';
  if (text.length > MAX_TEXT || CONTROL.test(text) || !EMAIL.test(text)) {
    throw badInput('email', 'email must be one e-mail address of at most 255 characters.');
  }
  return text;
}

/**
 * The form in which addresses are compared: lower case, nothing else. Folding accents would let one address stand for
 * another's.
 */
export function emailKey(email: string): string {
  return email.trim().toLowerCase();
}

/** @throws BAD_USER_INPUT */
export function cleanExtension(value: string): string {
  const text = value.trim();
  if (!EXTENSION.test(text)) throw badInput('extension', 'An extension has 1 to 32 digits.');
  return text;
}

/**
 * The columns of what is given: an omitted field is left out, null sets the default; null for all of it sets all
 * defaults (XU15–XU20, XU36).
 * @throws BAD_USER_INPUT naming the field as `voice.…`.
 */
export function voiceColumns(input: VoiceSettingsInput | null | undefined): Partial<VoiceColumns> {
  if (input === undefined) return {};
  if (input === null) return DEFAULT_VOICE;
  const { transport, nat, allowedCodecs, context, callGroups, pickupGroups } = input;
  const given: Partial<VoiceColumns> = {};
  if (transport !== undefined) given.transport = transport ?? DEFAULT_VOICE.transport;
  if (nat !== undefined) given.nat = nat ?? DEFAULT_VOICE.nat;
  if (allowedCodecs !== undefined) given.codecs = allowedCodecs ? codecText(allowedCodecs) : DEFAULT_VOICE.codecs;
  if (context !== undefined) {
    given.context = context === null ? DEFAULT_VOICE.context : cleanText('voice.context', context, MAX_CONTEXT);
  }
  if (callGroups !== undefined) given.callGroups = groupText('voice.callGroups', callGroups ?? []);
  if (pickupGroups !== undefined) given.pickupGroups = groupText('voice.pickupGroups', pickupGroups ?? []);
  return given;
}

/** All columns of a new telephone. */
export function newVoice(input: VoiceSettingsInput | null | undefined): VoiceColumns {
  return { ...DEFAULT_VOICE, ...voiceColumns(input) };
}

/** The settings as the API shows them. */
export function voiceOf(row: VoiceColumns): VoiceSettings {
  return {
    transport: row.transport,
    nat: row.nat,
    allowedCodecs: row.codecs.split(',') as Codec[],
    context: row.context,
    callGroups: groupsOf(row.callGroups),
    pickupGroups: groupsOf(row.pickupGroups),
  };
}

/** The group numbers of a column. */
export function groupsOf(text: string): number[] {
  return text === '' ? [] : text.split(',').map(Number);
}

function codecText(codecs: Codec[]): string {
  if (codecs.length === 0) throw badInput('voice.allowedCodecs', 'A telephone needs at least one codec.');
  return [...new Set(codecs)].join(',');
}

function groupText(field: string, groups: number[]): string {
  if (groups.some((group) => group < 0 || group > LAST_GROUP)) {
    throw badInput(field, `${field} are numbers from 0 to ${LAST_GROUP}.`);
  }
  return [...new Set(groups)].sort((a, b) => a - b).join(',');
}
