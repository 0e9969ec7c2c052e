import { describeEnum } from './enum-registration';

export enum AuthType {
  PROXY = 'PROXY',
  CALLISTO = 'CALLISTO',
}
describeEnum(AuthType, 'AuthType', 'Who checks the password of a client.', {
  PROXY: 'The password is held here.',
  CALLISTO: 'Username and password are passed through to the directory; none is held here.',
});

export enum ClientRole {
  ADMINISTRATOR = 'ADMINISTRATOR',
  USER = 'USER',
}
describeEnum(ClientRole, 'ClientRole', 'What a client may sign in to.', {
  ADMINISTRATOR: 'Signs in to the configurator and changes settings.',
  USER: 'Signs in to the console only.',
});

export enum ClientPermission {
  FORWARD_USERS = 'FORWARD_USERS',
  MODIFY_USER_STATUS = 'MODIFY_USER_STATUS',
  PARK = 'PARK',
  SHOW_ALL_BUSY_QUEUE = 'SHOW_ALL_BUSY_QUEUE',
}
describeEnum(ClientPermission, 'ClientPermission', 'What a client may do in the console.', {
  FORWARD_USERS: 'Forward the lines of any user; without it only operator lines.',
  MODIFY_USER_STATUS: 'Change the presence of any user; without it only its own.',
  PARK: 'Park calls and retrieve parked calls.',
  SHOW_ALL_BUSY_QUEUE: 'See busy-queue calls initiated by others; without it only its own.',
});

export enum FallbackKind {
  NONE = 'NONE',
  INITIATOR_NUMBER = 'INITIATOR_NUMBER',
  CUSTOM_NUMBER = 'CUSTOM_NUMBER',
}
describeEnum(FallbackKind, 'FallbackKind', 'What happens to a transferred call that nobody answers.', {
  NONE: 'Nothing.',
  INITIATOR_NUMBER: 'It goes back to the number that transferred it.',
  CUSTOM_NUMBER: 'It goes to the given number.',
});

export enum AssignmentKind {
  OWNER = 'OWNER',
  ASSIGNEE = 'ASSIGNEE',
}
describeEnum(AssignmentKind, 'AssignmentKind', 'How a client is attached to a group.', {
  OWNER: 'Sees the users of the group, and edits and removes it.',
  ASSIGNEE: 'Sees the users of the group.',
});

export enum OnConflict {
  ASK = 'ASK',
  SKIP = 'SKIP',
  OVERWRITE = 'OVERWRITE',
}
describeEnum(OnConflict, 'OnConflict', 'What bulk creation does where a client exists.', {
  ASK: 'The default: where any username exists, nothing is written and the conflicts are returned.',
  SKIP: 'Existing clients stay as they are.',
  OVERWRITE: 'Password and permissions only; groups are added, none is removed.',
});

export enum RowOutcome {
  CREATED = 'CREATED',
  OVERWRITTEN = 'OVERWRITTEN',
  SKIPPED = 'SKIPPED',
  CONFLICT = 'CONFLICT',
  FAILED = 'FAILED',
  PENDING = 'PENDING',
}
describeEnum(RowOutcome, 'RowOutcome', 'What became of one row of a bulk creation.', {
  CREATED: 'A client was created.',
  OVERWRITTEN: 'An existing client was overwritten.',
  SKIPPED: 'A client existed and was left alone.',
  CONFLICT: 'A client exists: decide, and repeat the call.',
  FAILED: 'Nothing of this row was written; `error` says why.',
  PENDING: 'Not done yet.',
});

export enum Realm {
  CLIENT = 'CLIENT',
  STAFF = 'STAFF',
}
describeEnum(Realm, 'Realm', 'Which accounts a sign-in is against.', {
  CLIENT: 'Clients of the operator console.',
  STAFF: 'Call-centre staff.',
});
