import { ApiKey } from './api-key';
import { AuditEntry, AuditHead } from './audit-entry';
import { IndividualGrant } from './authorization';
import { BusyQueueCall } from './busy-queue-call';
import { Client, GroupAssignment } from './client';
import { ClientBatch, ClientBatchRow } from './client-batch';
import { ClientProfile, ClientProfileRole } from './client-profile';
import { Dashboard, DashboardAccess } from './dashboard';
import { DirectorySource } from './directory-source';
import { Endpoint } from './endpoint';
import { Group, GroupNesting } from './group';
import { Key, MonitorGroupLink } from './group-contents';
import { JournalEntry } from './journal-entry';
import { Membership, MembershipHistory, UnresolvedMembers } from './membership';
import { PasswordReset } from './password-reset';
import { PbxDelivery } from './pbx-delivery';
import { PresenceState, TeamsEvent } from './presence';
import { ProfileAction } from './profile-action';
import { ProfileChange } from './profile-change';
import { ProfileTriggerRow, TriggerFiring } from './profile-trigger';
import { Agent, Queue, QueueAgent } from './queue';
import { Role, UserRole } from './role';
import { SessionRow, SignInFailure } from './session';
import { Revision, RevisionChange, Settings } from './settings';
import { StaffUser, StaffUserQueue } from './staff-user';
import { QuarantinedRecord, SyncChangeRow, SyncRun } from './sync-run';
import { User, UserEntry } from './user';
import { UserProfile, UserProfileQueue } from './user-profile';
import { Workplace } from './workplace';

/** Every table, in the order in which they can be created. */
export const entities = [
  DirectorySource,
  User,
  UserEntry,
  Group,
  GroupNesting,
  Membership,
  MembershipHistory,
  MonitorGroupLink,
  Key,
  IndividualGrant,
  Endpoint,
  JournalEntry,
  UnresolvedMembers,
  Client,
  GroupAssignment,
  BusyQueueCall,
  ClientBatch,
  ClientBatchRow,
  Queue,
  Agent,
  QueueAgent,
  UserProfile,
  UserProfileQueue,
  StaffUser,
  StaffUserQueue,
  ApiKey,
  PasswordReset,
  Dashboard,
  DashboardAccess,
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
  Role,
  UserRole,
  Workplace,
  ClientProfile,
  ClientProfileRole,
  ProfileAction,
  ProfileTriggerRow,
  TriggerFiring,
  PresenceState,
  TeamsEvent,
  ProfileChange,
  PbxDelivery,
];
