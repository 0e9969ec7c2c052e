import type { BadRecord, UserRecord } from '../../source';
import type { MappableUserField } from '../validated-settings';
import type { AxlRow } from './xml';

/** Tags of a user that a mapping may name. `displayName` is told by getUser only (from 12.5), or by SQL. */
export const USER_TAGS = [
  'firstName',
  'displayName',
  'middleName',
  'lastName',
  'userid',
  'mailid',
  'department',
  'manager',
  'primaryExtension',
  'associatedPc',
  'status',
  'numericUserId',
  'directoryUri',
  'telephoneNumber',
  'title',
  'mobileNumber',
  'homeNumber',
  'pagerNumber',
  'userIdentity',
] as const;

export type UserTag = (typeof USER_TAGS)[number];
export type UcmMapping = Partial<Record<MappableUserField, string>>;

const DEFAULT_TAGS: Record<MappableUserField, UserTag> = {
  userId: 'userid',
  displayName: 'displayName',
  firstName: 'firstName',
  lastName: 'lastName',
  email: 'mailid',
  department: 'department',
  title: 'title',
  telephoneNumber: 'telephoneNumber',
  mobileNumber: 'mobileNumber',
  userPrincipalName: 'directoryUri',
  primaryLine: 'primaryExtension',
  manager: 'manager',
};

const NUMBER_TAGS = new Set(['primaryExtension', 'telephoneNumber', 'mobileNumber', 'homeNumber', 'pagerNumber']);

/**
 * `<returnedTags>` of listUser or getUser: only what is mapped, in the order of the schema, for that is a sequence.
 */
export function returnedTags(operation: 'listUser' | 'getUser', mapping: UcmMapping): string {
  const wanted = new Set<string>([...Object.values({ ...DEFAULT_TAGS, ...mapping }), 'userid', 'status']);
  if (operation === 'listUser') wanted.delete('displayName');
  const tags = USER_TAGS.filter((tag) => wanted.has(tag)).map((tag) =>
    tag === 'primaryExtension' ? '<primaryExtension><pattern/></primaryExtension>' : `<${tag}/>`,
  );
  return `<returnedTags>${tags.join('')}</returnedTags>`;
}

/** Whether display names have to be looked up beside listUser. */
export function needsDisplayNames(mapping: UcmMapping): boolean {
  return Object.values({ ...DEFAULT_TAGS, ...mapping }).includes('displayName');
}

/** A user as AXL tells it, with `displayName` filled in, as the pipeline knows people; or why it cannot be. */
export function userRecord(row: AxlRow, mapping: UcmMapping): UserRecord | BadRecord {
  const at = (field: MappableUserField) => tagText(row, mapping[field] ?? DEFAULT_TAGS[field]);
  const uuid = plainUuid(row['@uuid']);
  const userId = at('userId');
  if (uuid === null) return bad(row, null, 'The user has no uuid.');
  if (userId === null) return bad(row, uuid, `"${mapping.userId ?? DEFAULT_TAGS.userId}" is empty.`);
  const [firstName, lastName, manager] = [at('firstName'), at('lastName'), at('manager')];
  const fullName = [firstName, lastName].filter((part) => part !== null).join(' ');
  return {
    kind: 'user',
    externalId: uuid,
    refs: [uuidRef(uuid), uidRef(tagText(row, 'userid') ?? userId)],
    fields: {
      userId,
      displayName: at('displayName') ?? (fullName || userId),
      firstName,
      lastName,
      email: at('email'),
      department: at('department'),
      title: at('title'),
      telephoneNumber: at('telephoneNumber'),
      mobileNumber: at('mobileNumber'),
      userPrincipalName: at('userPrincipalName'),
      primaryLine: at('primaryLine'),
    },
    // 2: gone from its LDAP directory; UCM removes such users a day later.
    disabled: row.status === '2',
    manager: manager === null ? null : uidRef(manager),
  };
}

/** `{1B1A…}` of AXL and `1b1a…` of SQL are one id: lower case, without braces. Null where it is none. */
export function plainUuid(uuid: string | undefined): string | null {
  if (uuid === undefined) return null;
  const from = uuid.startsWith('{') ? 1 : 0;
  const plain = uuid.slice(from, uuid.endsWith('}') ? -1 : undefined).toLowerCase();
  return isUuid(plain) ? plain : null;
}

const UUID_LENGTH = 36;

/** Asked several times of every user: a look at each character takes a tenth of a regular expression's time. */
function isUuid(text: string): boolean {
  if (text.length !== UUID_LENGTH) return false;
  for (let index = 0; index < UUID_LENGTH; index++) {
    const unit = text.charCodeAt(index);
    const isHex = (unit >= 0x30 && unit <= 0x39) || (unit >= 0x61 && unit <= 0x66);
    const isHyphen = index === 8 || index === 13 || index === 18 || index === 23;
    if (isHyphen ? unit !== 0x2d : !isHex) return false;
  }
  return true;
}

/** The ref of a user by uuid: what group maps point to. */
export function uuidRef(uuid: string): string {
  return `uuid:${uuid}`;
}

function uidRef(userId: string): string {
  return `uid:${userId.toLowerCase()}`;
}

function tagText(row: AxlRow, tag: string): string | null {
  const text = row[tag === 'primaryExtension' ? 'primaryExtension.pattern' : tag];
  if (text === undefined || text === '') return null;
  // A plus sign in a pattern is escaped: \+41315310001.
  return NUMBER_TAGS.has(tag) ? text.replaceAll('\\+', '+') : text;
}

function bad(row: AxlRow, externalId: string | null, reason: string): BadRecord {
  return { kind: 'bad', of: 'user', externalId, label: row.userid ?? row['@uuid'] ?? null, reason, raw: { ...row } };
}
