import { describeEnum } from './enum-registration';

export enum SourceKind {
  ACTIVE_DIRECTORY = 'ACTIVE_DIRECTORY',
  LDAP = 'LDAP',
  UCM = 'UCM',
  LDIF = 'LDIF',
  CSV = 'CSV',
  SCIM = 'SCIM',
}
describeEnum(SourceKind, 'SourceKind', 'Kinds of directories.', {
  ACTIVE_DIRECTORY: 'Microsoft Active Directory, or Samba AD.',
  LDAP: 'Any other LDAP directory.',
  UCM: 'Cisco Unified Communications Manager, over AXL.',
  LDIF: 'An LDIF file.',
  CSV: 'A CSV file: the BAT export of Cisco UCM.',
  SCIM: 'A SCIM 2.0 service, pulled.',
});

export enum RunMode {
  FULL = 'FULL',
  INCREMENTAL = 'INCREMENTAL',
  AUTO = 'AUTO',
}
describeEnum(RunMode, 'RunMode', 'How much of the directory a run reads.', {
  FULL: 'All of it.',
  INCREMENTAL: 'What changed since the last applied run.',
  AUTO: 'INCREMENTAL where it is possible and sure, FULL otherwise.',
});

export enum RunState {
  QUEUED = 'QUEUED',
  READING = 'READING',
  PLANNED = 'PLANNED',
  APPLYING = 'APPLYING',
  SUCCEEDED = 'SUCCEEDED',
  FAILED = 'FAILED',
  REFUSED = 'REFUSED',
  CANCELLED = 'CANCELLED',
  REVERTED = 'REVERTED',
}
describeEnum(RunState, 'RunState', 'Where a synchronization run stands.', {
  QUEUED: 'Waiting for a worker.',
  READING: 'The directory is being read and compared.',
  PLANNED: 'Read and compared, nothing written, waiting for applySync.',
  APPLYING: 'The plan is being written; readers still see the old directory.',
  SUCCEEDED: 'Applied.',
  FAILED: 'Ended by an error; nothing was written.',
  REFUSED: 'Beyond a removal limit; nothing was written.',
  CANCELLED: 'Cancelled; nothing was written.',
  REVERTED: 'Applied, and taken back since.',
});

export enum RecordKind {
  USER = 'USER',
  GROUP = 'GROUP',
  MEMBERSHIP = 'MEMBERSHIP',
}
describeEnum(RecordKind, 'RecordKind', 'What a change or a quarantined record is about.', {
  USER: 'A person.',
  GROUP: 'A group.',
  MEMBERSHIP: 'A user in a group.',
});

export enum ChangeAction {
  CREATE = 'CREATE',
  UPDATE = 'UPDATE',
  VANISH = 'VANISH',
  REVIVE = 'REVIVE',
  PURGE = 'PURGE',
  ADD = 'ADD',
  REMOVE = 'REMOVE',
}
describeEnum(ChangeAction, 'ChangeAction', 'What a change does.', {
  CREATE: 'Adds a user or a group.',
  UPDATE: 'Changes fields.',
  VANISH: 'Marks what is gone from the directory.',
  REVIVE: 'Brings back what had vanished.',
  PURGE: 'Deletes what vanished longer ago than the grace period.',
  ADD: 'Adds a membership.',
  REMOVE: 'Removes a membership.',
});

export enum CheckStatus {
  OK = 'OK',
  WARNING = 'WARNING',
  FAILED = 'FAILED',
  SKIPPED = 'SKIPPED',
}
describeEnum(CheckStatus, 'CheckStatus', 'Result of a check.', {
  OK: 'As it should be.',
  WARNING: 'Works, with a reservation.',
  FAILED: 'Does not work.',
  SKIPPED: 'Not tried: it does not apply, or an earlier check failed.',
});
