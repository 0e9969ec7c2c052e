import { describeEnum } from './enum-registration';

export const StaffRole = { ADMIN: 'ADMIN', USER: 'USER' } as const;
export type StaffRole = keyof typeof StaffRole;
describeEnum(StaffRole, 'StaffRole', 'What a staff user is.', {
  ADMIN: 'Administrator: all modules, all queues.',
  USER: 'Supervisor: what the user profile allows.',
});

export const Transport = { TCP: 'TCP', UDP: 'UDP', WS: 'WS', WSS: 'WSS' } as const;
export type Transport = keyof typeof Transport;
describeEnum(Transport, 'Transport', 'How a telephone carries SIP.', {
  TCP: 'Over TCP.',
  UDP: 'Over UDP.',
  WS: 'Over WebSockets (RFC 7118).',
  WSS: 'Over WebSockets secured by TLS.',
});

export const Nat = {
  YES: 'YES',
  NO: 'NO',
  FORCE_RPORT: 'FORCE_RPORT',
  COMEDIA: 'COMEDIA',
  NEVER: 'NEVER',
  ROUTE: 'ROUTE',
} as const;
export type Nat = keyof typeof Nat;
describeEnum(Nat, 'Nat', 'How the telephone system treats a telephone behind address translation.', {
  YES: 'Answers to where requests and media come from.',
  NO: 'Only what RFC 3581 asks for.',
  FORCE_RPORT: 'Answers to the port a request came from, as if `rport` (RFC 3581) had been sent.',
  COMEDIA: 'Sends media to where media comes from.',
  NEVER: 'Nothing, also where RFC 3581 asks for it.',
  ROUTE: 'Uses `rport` without sending it.',
});

export const Codec = { ULAW: 'ULAW', ALAW: 'ALAW', GSM: 'GSM', G722: 'G722', G729: 'G729', OPUS: 'OPUS' } as const;
export type Codec = keyof typeof Codec;
describeEnum(Codec, 'Codec', 'An audio codec.', {
  ULAW: 'G.711 μ-law, 64 kbit/s.',
  ALAW: 'G.711 A-law, 64 kbit/s.',
  GSM: 'GSM full rate, 13 kbit/s.',
  G722: 'G.722, wideband.',
  G729: 'G.729, 8 kbit/s.',
  OPUS: 'Opus (RFC 6716).',
});

export const Channel = {
  VOICE: 'VOICE',
  CHAT: 'CHAT',
  MAIL: 'MAIL',
  SMS: 'SMS',
  FAX: 'FAX',
  DIALER: 'DIALER',
  OTHER: 'OTHER',
} as const;
export type Channel = keyof typeof Channel;
describeEnum(Channel, 'Channel', 'By what contacts of a queue arrive.', {
  VOICE: 'Calls.',
  CHAT: 'Chats.',
  MAIL: 'E-mails.',
  SMS: 'Short messages.',
  FAX: 'Faxes.',
  DIALER: 'Calls made by campaigns.',
  OTHER: 'Other channels.',
});

export const Module = {
  STAFF: 'STAFF',
  AGENTS: 'AGENTS',
  TELEPHONES: 'TELEPHONES',
  VOICE: 'VOICE',
  CHAT: 'CHAT',
  MAIL: 'MAIL',
  SMS: 'SMS',
  FAX: 'FAX',
  DIALER: 'DIALER',
  OTHER_CHANNELS: 'OTHER_CHANNELS',
  CONTACT_MANAGER: 'CONTACT_MANAGER',
  CALLY_SQUARE: 'CALLY_SQUARE',
  DASHBOARDS: 'DASHBOARDS',
  REPORTS: 'REPORTS',
  REALTIME: 'REALTIME',
  TOOLS: 'TOOLS',
  SETTINGS: 'SETTINGS',
} as const;
export type Module = keyof typeof Module;
describeEnum(Module, 'Module', 'A part of the call-centre administration.', {
  STAFF: 'The list of staff users; for supervisors to read only.',
  AGENTS: 'Agents.',
  TELEPHONES: 'Telephones.',
  VOICE: 'Queues of calls.',
  CHAT: 'Queues of chats.',
  MAIL: 'Queues of e-mails.',
  SMS: 'Queues of short messages.',
  FAX: 'Queues of faxes.',
  DIALER: 'Queues of campaigns.',
  OTHER_CHANNELS: 'Queues of other channels.',
  CONTACT_MANAGER: 'Users and groups; for supervisors to read only.',
  CALLY_SQUARE: 'Call flow projects.',
  DASHBOARDS: 'Dashboards.',
  REPORTS: 'Reports.',
  REALTIME: 'Live views.',
  TOOLS: 'Tools.',
  SETTINGS: 'Settings of the installation.',
});

export const PermissionType = {
  READ: 'READ',
  READ_EDIT: 'READ_EDIT',
  READ_DELETE: 'READ_DELETE',
  READ_EDIT_DELETE: 'READ_EDIT_DELETE',
} as const;
export type PermissionType = keyof typeof PermissionType;
describeEnum(PermissionType, 'PermissionType', 'What a module may be used for.', {
  READ: 'To read.',
  READ_EDIT: 'To read, create and update.',
  READ_DELETE: 'To read and delete.',
  READ_EDIT_DELETE: 'To read, create, update and delete.',
});
