import { describeEnum } from './enum-registration';

export enum Origin {
  MANUAL = 'MANUAL',
  LDAP = 'LDAP',
  ACTIVE_DIRECTORY = 'ACTIVE_DIRECTORY',
  UCM = 'UCM',
  LDIF = 'LDIF',
  CSV = 'CSV',
  SCIM = 'SCIM',
}
describeEnum(Origin, 'Origin', 'Where a row came from.', {
  MANUAL: 'Added by hand.',
  LDAP: 'Imported from an LDAP directory.',
  ACTIVE_DIRECTORY: 'Imported from Active Directory.',
  UCM: 'Imported from Cisco UCM over AXL.',
  LDIF: 'Imported from an LDIF file.',
  CSV: 'Imported from a CSV file.',
  SCIM: 'Pulled from a SCIM 2.0 service.',
});

export enum UserState {
  ACTIVE = 'ACTIVE',
  DISABLED = 'DISABLED',
  VANISHED = 'VANISHED',
}
describeEnum(UserState, 'UserState', 'Life cycle of a person.', {
  ACTIVE: 'Present and enabled.',
  DISABLED: 'Present in the directory, disabled there.',
  VANISHED: "Gone from the directory; revived if it returns, purged after the source's grace period.",
});

export enum LineKind {
  SIP = 'SIP',
  TAPI = 'TAPI',
}
describeEnum(LineKind, 'LineKind', 'How a line is connected.', {
  SIP: 'A SIP line.',
  TAPI: 'A TAPI line.',
});

export enum EndpointKind {
  DESK = 'DESK',
  SOFTPHONE = 'SOFTPHONE',
  MOBILE = 'MOBILE',
}
describeEnum(EndpointKind, 'EndpointKind', 'Kind of telephone.', {
  DESK: 'A desk telephone.',
  SOFTPHONE: 'A softphone.',
  MOBILE: 'A mobile telephone.',
});

export enum MembershipVia {
  DIRECT = 'DIRECT',
  PRIMARY = 'PRIMARY',
  NESTED = 'NESTED',
}
describeEnum(MembershipVia, 'MembershipVia', 'How a user is in a group.', {
  DIRECT: 'Listed as a member.',
  PRIMARY: 'The primary group of Active Directory, flag P: never editable here.',
  NESTED: 'Through another group.',
});

export enum CallState {
  LOGGED_IN = 'LOGGED_IN',
  LOGGED_OUT = 'LOGGED_OUT',
  PAUSED = 'PAUSED',
}
describeEnum(CallState, 'CallState', 'Whether a member takes calls of the group.', {
  LOGGED_IN: 'Takes calls.',
  LOGGED_OUT: 'Logged out of the group.',
  PAUSED: 'Logged in, but pausing.',
});

export enum SortDirection {
  ASC = 'ASC',
  DESC = 'DESC',
}
describeEnum(SortDirection, 'SortDirection', 'Direction of an order.', {
  ASC: 'Ascending.',
  DESC: 'Descending.',
});

export enum UserOrderField {
  DISPLAY_NAME = 'DISPLAY_NAME',
  USER_ID = 'USER_ID',
  DEPARTMENT = 'DEPARTMENT',
  UPDATED_AT = 'UPDATED_AT',
}
describeEnum(UserOrderField, 'UserOrderField', 'What users can be ordered by.', {
  DISPLAY_NAME: 'By display name, without regard to case and accents.',
  USER_ID: 'By user id.',
  DEPARTMENT: 'By department; users without one first.',
  UPDATED_AT: 'By the time of the last change.',
});

export enum ClientOrderField {
  USERNAME = 'USERNAME',
  CREATED_AT = 'CREATED_AT',
}
describeEnum(ClientOrderField, 'ClientOrderField', 'What clients can be ordered by.', {
  USERNAME: 'By username, whatever its case.',
  CREATED_AT: 'By the time of creation.',
});

export enum GroupOrderField {
  NAME = 'NAME',
  MEMBER_COUNT = 'MEMBER_COUNT',
}
describeEnum(GroupOrderField, 'GroupOrderField', 'What groups can be ordered by.', {
  NAME: 'By name, without regard to case and accents.',
  MEMBER_COUNT: 'By the number of people in it.',
});
