import { AuditEntry, AuditHead } from './audit-entry';
import { Client, GroupAssignment } from './client';
import { ClientBatch, ClientBatchRow } from './client-batch';
import { DirectorySource } from './directory-source';
import { Group, GroupNesting } from './group';
import { Membership, MembershipHistory } from './membership';
import { SessionRow, SignInFailure } from './session';
import { Revision, RevisionChange, Settings } from './settings';
import { QuarantinedRecord, SyncChangeRow, SyncRun } from './sync-run';
import { User, UserEntry } from './user';

/** Every table, in the order in which they can be created. */
export const entities = [
  DirectorySource,
  User,
  UserEntry,
  Group,
  GroupNesting,
  Membership,
  MembershipHistory,
  Client,
  GroupAssignment,
  ClientBatch,
  ClientBatchRow,
  SyncRun,
  SyncChangeRow,
  QuarantinedRecord,
  SessionRow,
  SignInFailure,
  AuditEntry,
  AuditHead,
  Settings,
  Revision,
  RevisionChange,
];
