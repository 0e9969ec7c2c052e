import { describeEnum } from './enum-registration';

export enum Service {
  CONFIGURE_PROFILE = 'CONFIGURE_PROFILE',
  START_CHAT = 'START_CHAT',
  AUDIO_CHAT = 'AUDIO_CHAT',
  VIDEO_CHAT = 'VIDEO_CHAT',
  ACCEPT_SCREEN_SHARE = 'ACCEPT_SCREEN_SHARE',
  INITIATE_SCREEN_SHARE = 'INITIATE_SCREEN_SHARE',
  SEND_SMS = 'SEND_SMS',
  RECORD_CALLS = 'RECORD_CALLS',
  USE_PHONE_BOOKS = 'USE_PHONE_BOOKS',
  USE_APPS = 'USE_APPS',
  BUSINESS_CARD = 'BUSINESS_CARD',
}
describeEnum(Service, 'Service', 'Software and functions a user may use.', {
  CONFIGURE_PROFILE: 'Change server settings of the own profile.',
  START_CHAT: 'Send text messages.',
  AUDIO_CHAT: 'Softphone and audio chat.',
  VIDEO_CHAT: 'Softphone, audio and video chat; implies AUDIO_CHAT.',
  ACCEPT_SCREEN_SHARE: 'Take part in screen sharing when invited.',
  INITIATE_SCREEN_SHARE: 'Share the screen and invite; implies ACCEPT_SCREEN_SHARE.',
  SEND_SMS: 'Send SMS; must also be configured.',
  RECORD_CALLS: 'Record calls; must also be configured.',
  USE_PHONE_BOOKS: 'Use phone books.',
  USE_APPS: 'Use the mobile apps.',
  BUSINESS_CARD: 'Contact information visible to anonymous visitors.',
});

export enum GroupFlag {
  JOURNAL_VISIBLE_TO_LEADER = 'JOURNAL_VISIBLE_TO_LEADER',
  JOURNAL_VISIBLE_TO_GROUP = 'JOURNAL_VISIBLE_TO_GROUP',
  JOURNAL_MODIFIABLE = 'JOURNAL_MODIFIABLE',
  SHOW_ON_MEMBERS_MONITOR = 'SHOW_ON_MEMBERS_MONITOR',
  PORTAL_GROUP = 'PORTAL_GROUP',
  LIVECHAT_ADVISOR = 'LIVECHAT_ADVISOR',
}
describeEnum(GroupFlag, 'GroupFlag', 'Switches of a group.', {
  JOURNAL_VISIBLE_TO_LEADER: "Leader and deputy see the members' journals, except private entries.",
  JOURNAL_VISIBLE_TO_GROUP: "All members see each other's journals, except private entries.",
  JOURNAL_MODIFIABLE: 'Where members see entries of each other, they may also modify them.',
  SHOW_ON_MEMBERS_MONITOR: "The group's users appear in a locked group of each member's monitor.",
  PORTAL_GROUP: 'Members are shown in the public portal.',
  LIVECHAT_ADVISOR: 'Members are public LiveChat advisors.',
});

export enum GrantedBy {
  GLOBAL = 'GLOBAL',
  GROUP = 'GROUP',
  INDIVIDUAL = 'INDIVIDUAL',
  IMPLIED = 'IMPLIED',
}
describeEnum(GrantedBy, 'GrantedBy', 'What grants a right or a service.', {
  GLOBAL: 'The global setting.',
  GROUP: 'A group.',
  INDIVIDUAL: 'A setting of the user itself.',
  IMPLIED: 'Another service that includes it.',
});

export enum AuthorizationLevel {
  BLOCKED = 'BLOCKED',
  PUBLIC = 'PUBLIC',
  BUSINESS = 'BUSINESS',
  TEAM = 'TEAM',
  PERSONAL = 'PERSONAL',
  SPECIAL = 'SPECIAL',
}
describeEnum(AuthorizationLevel, 'AuthorizationLevel', 'Presets of rights.', {
  BLOCKED: 'No right.',
  PUBLIC: 'Presence only.',
  BUSINESS: 'Presence, public appointments, and the calls of the primary line.',
  TEAM: 'BUSINESS, and set presence, pick up, and the calls of the secondary line.',
  PERSONAL: 'All rights.',
  SPECIAL: 'No preset equals the rights.',
});

export enum Right {
  SEE_PRESENCE = 'SEE_PRESENCE',
  SET_PRESENCE = 'SET_PRESENCE',
  SEE_PUBLIC_APPOINTMENTS = 'SEE_PUBLIC_APPOINTMENTS',
  SEE_PRIVATE_APPOINTMENTS = 'SEE_PRIVATE_APPOINTMENTS',
  PRIMARY_SEE_OUTGOING = 'PRIMARY_SEE_OUTGOING',
  PRIMARY_SEE_INCOMING = 'PRIMARY_SEE_INCOMING',
  PRIMARY_SEE_FORWARDING = 'PRIMARY_SEE_FORWARDING',
  PRIMARY_SET_FORWARDING = 'PRIMARY_SET_FORWARDING',
  PRIMARY_PICKUP = 'PRIMARY_PICKUP',
  SECONDARY_SEE_OUTGOING = 'SECONDARY_SEE_OUTGOING',
  SECONDARY_SEE_INCOMING = 'SECONDARY_SEE_INCOMING',
  SECONDARY_SEE_FORWARDING = 'SECONDARY_SEE_FORWARDING',
  SECONDARY_SET_FORWARDING = 'SECONDARY_SET_FORWARDING',
  SECONDARY_PICKUP = 'SECONDARY_PICKUP',
}
describeEnum(Right, 'Right', 'What one user may do with or see of another.', {
  SEE_PRESENCE: 'See the presence.',
  SET_PRESENCE: 'Set the presence.',
  SEE_PUBLIC_APPOINTMENTS: 'See public appointments.',
  SEE_PRIVATE_APPOINTMENTS: 'See private appointments.',
  PRIMARY_SEE_OUTGOING: 'See outgoing calls of the primary line.',
  PRIMARY_SEE_INCOMING: 'See incoming calls of the primary line.',
  PRIMARY_SEE_FORWARDING: 'See the forwarding of the primary line.',
  PRIMARY_SET_FORWARDING: 'Set the forwarding of the primary line.',
  PRIMARY_PICKUP: 'Pick up calls of the primary line.',
  SECONDARY_SEE_OUTGOING: 'See outgoing calls of the secondary line.',
  SECONDARY_SEE_INCOMING: 'See incoming calls of the secondary line.',
  SECONDARY_SEE_FORWARDING: 'See the forwarding of the secondary line.',
  SECONDARY_SET_FORWARDING: 'Set the forwarding of the secondary line.',
  SECONDARY_PICKUP: 'Pick up calls of the secondary line.',
});

export enum CallGroupMode {
  DISABLED = 'DISABLED',
  SIP_SOFTPHONE = 'SIP_SOFTPHONE',
  VOICE_SERVICES = 'VOICE_SERVICES',
}
describeEnum(CallGroupMode, 'CallGroupMode', 'Whether and how a group takes calls.', {
  DISABLED: 'It takes none.',
  SIP_SOFTPHONE: "Calls ring on the members' SIP lines.",
  VOICE_SERVICES: 'Calls are distributed by the voice services, in parallel or in turn.',
});

export enum RingStrategy {
  PARALLEL = 'PARALLEL',
  SEQUENTIAL = 'SEQUENTIAL',
}
describeEnum(RingStrategy, 'RingStrategy', 'Who rings when.', {
  PARALLEL: 'All at once.',
  SEQUENTIAL: 'One after the other, in member order.',
});

export enum Placement {
  MONITOR = 'MONITOR',
  FAVORITES = 'FAVORITES',
  BOTH = 'BOTH',
}
describeEnum(Placement, 'Placement', 'Where something appears.', {
  MONITOR: 'In the monitor.',
  FAVORITES: 'Among the favorites.',
  BOTH: 'In both.',
});

export enum KeyKind {
  PHONE_NUMBER = 'PHONE_NUMBER',
  SPEED_DIAL = 'SPEED_DIAL',
}
describeEnum(KeyKind, 'KeyKind', 'Kind of key.', {
  PHONE_NUMBER: 'A telephone number.',
  SPEED_DIAL: 'A speed dial.',
});

export enum CallDirection {
  INBOUND = 'INBOUND',
  OUTBOUND = 'OUTBOUND',
}
describeEnum(CallDirection, 'CallDirection', 'Direction of a call.', {
  INBOUND: 'Received.',
  OUTBOUND: 'Made.',
});
