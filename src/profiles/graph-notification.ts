import { randomUUID } from 'node:crypto';

/** Whose presence a notification tells: by user@domain name, or by the id of Microsoft Entra. */
export type GraphPerson = { userPrincipalName: string } | { externalId: string };

export interface MeetingNotification {
  person: GraphPerson;
  inMeeting: boolean;
  /** The same for each repetition of one notification. */
  eventId: string;
}

/**
 * Activities of Teams that are a call or a conference; all others but PresenceUnknown are none
 * (https://learn.microsoft.com/graph/api/resources/presence).
 */
const IN_MEETING = new Set(['inacall', 'inaconferencecall', 'inameeting', 'presenting']);
const UNKNOWN = 'presenceunknown';
/** `communications/presences/{id}`, `communications/presences('{id}')`, `users/{id}/presence`, with or without a slash. */
const RESOURCES = [
  /^\/?communications\/presences\/([^/?]+)$/i,
  /^\/?communications\/presences\('([^']+)'\)$/i,
  /^\/?users\/([^/?]+)\/presence$/i,
  /^\/?users\('([^']+)'\)\/presence$/i,
];

type Fields = Record<string, unknown>;

/**
 * What a change notification of Microsoft Graph says of a meeting, or null where it says nothing of one: another resource,
 * a lifecycle notification, encrypted data, an unknown activity.
 *
 * The person is `resourceData.userPrincipalName`, else what the resource names, else `resourceData.id`. The event is the
 * subscription with the version of the presence (`sequenceNumber`, the ETag, or the notification's own id); without any
 * of them each notification counts as new, which presence, being a state, forgives.
 */
export function meetingOf(notification: unknown): MeetingNotification | null {
  if (!isFields(notification) || typeof notification['lifecycleEvent'] === 'string') return null;
  const data = isFields(notification['resourceData']) ? notification['resourceData'] : {};
  const person = personOf(textOf(notification['resource']), data);
  const activity = textOf(data['activity'])?.toLowerCase();
  if (!person || !activity || activity === UNKNOWN) return null;
  const subscription = textOf(notification['subscriptionId']) ?? '';
  return {
    person,
    inMeeting: IN_MEETING.has(activity),
    eventId: `graph:${subscription}:${versionOf(notification, data)}`,
  };
}

function personOf(resource: string | null, data: Fields): GraphPerson | null {
  const named = RESOURCES.map((pattern) => pattern.exec(resource ?? '')?.[1]).find((id) => id !== undefined);
  if (named === undefined && !textOf(data['@odata.type'])?.toLowerCase().endsWith('.presence')) return null;
  const name = textOf(data['userPrincipalName']);
  if (name) return { userPrincipalName: name };
  const id = named === undefined ? textOf(data['id']) : decode(named);
  if (!id) return null;
  return id.includes('@') ? { userPrincipalName: id } : { externalId: id };
}

function versionOf(notification: Fields, data: Fields): string {
  const versions = [data['sequenceNumber'], data['@odata.etag'], notification['sequenceNumber'], notification['id']];
  const found = versions.find((version) => typeof version === 'string' || typeof version === 'number');
  return found === undefined ? randomUUID() : String(found);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
