import { bitsOf, namesOf } from '../authorizations/bits';

/** Software and functions a user may use. Service i is stored as bit `1 << i`: append, never reorder. */
export const SERVICES = [
  'CONFIGURE_PROFILE',
  'START_CHAT',
  'AUDIO_CHAT',
  'VIDEO_CHAT',
  'ACCEPT_SCREEN_SHARE',
  'INITIATE_SCREEN_SHARE',
  'SEND_SMS',
  'RECORD_CALLS',
  'USE_PHONE_BOOKS',
  'USE_APPS',
  'BUSINESS_CARD',
] as const;

export type ServiceName = (typeof SERVICES)[number];

/** The services as bits. @throws RangeError on a name that is no service. */
export function servicesToMask(names: Iterable<ServiceName>): number {
  return bitsOf(SERVICES, names);
}

/** The services of a mask in the order of {@link SERVICES}. */
export function maskToServices(mask: number): ServiceName[] {
  return namesOf(SERVICES, mask);
}

/** Service → the service that includes it. */
const IMPLIED_BY: Partial<Record<ServiceName, ServiceName>> = {
  AUDIO_CHAT: 'VIDEO_CHAT',
  ACCEPT_SCREEN_SHARE: 'INITIATE_SCREEN_SHARE',
};

/** What may grant a service, and what else it needs. */
export interface ServiceFacts {
  /** Services allowed for everybody. */
  global: number;
  /** Groups of the user whose settings are active, each with the services it allows. */
  groups: readonly { id: number; mask: number }[];
  /** Services allowed to the user alone. An individual "not allowed" is no ban: it only does not grant. */
  individual: number;
  smsConfigured: boolean;
  recordingConfigured: boolean;
}

export type ServiceSource = 'GLOBAL' | 'GROUP' | 'INDIVIDUAL' | 'IMPLIED';

export interface ServiceDecision {
  service: ServiceName;
  allowed: boolean;
  /** All that grants it, also where it is blocked. */
  grantedBy: ServiceSource[];
  /** Ids of the groups that allow this very service, in the given order. */
  viaGroups: number[];
  /** Why it is not allowed although something grants it. */
  blockedReason: string | null;
}

/** Decides all services of one user, in the order of {@link SERVICES}. */
export function effectiveServices(facts: ServiceFacts): ServiceDecision[] {
  const granted = facts.groups.reduce((mask, group) => mask | group.mask, facts.global | facts.individual);
  return SERVICES.map((service) => decide(service, facts, granted));
}

function decide(service: ServiceName, facts: ServiceFacts, granted: number): ServiceDecision {
  const bit = servicesToMask([service]);
  const includer = IMPLIED_BY[service];
  const viaGroups = facts.groups.filter((group) => group.mask & bit).map((group) => group.id);
  const grantedBy: ServiceSource[] = [];
  if (facts.global & bit) grantedBy.push('GLOBAL');
  if (viaGroups.length > 0) grantedBy.push('GROUP');
  if (facts.individual & bit) grantedBy.push('INDIVIDUAL');
  if (includer && granted & servicesToMask([includer])) grantedBy.push('IMPLIED');
  const blockedReason = grantedBy.length > 0 ? missingConfiguration(service, facts) : null;
  return { service, allowed: grantedBy.length > 0 && blockedReason === null, grantedBy, viaGroups, blockedReason };
}

function missingConfiguration(service: ServiceName, facts: ServiceFacts): string | null {
  if (service === 'SEND_SMS' && !facts.smsConfigured) return 'SMS dispatch is not configured.';
  if (service === 'RECORD_CALLS' && !facts.recordingConfigured) return 'Call recording is not configured.';
  return null;
}
