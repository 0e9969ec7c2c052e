import type { BadRecord, GroupRecord, MembersRecord, UserFields, UserRecord } from '../../source';
import type { MappableUserField } from '../validated-settings';
import { ENTERPRISE, chosen, member, sameText, textAt, textOrNull } from './attributes';
import { isObject, type ScimResource } from './client';

export type ScimMapping = Partial<Record<MappableUserField, string>>;

const MEMBERS_A_CHUNK = 1000;

/** The ref of any resource: SCIM ids are unique across all resources of a server (RFC 7643, 3.1). */
function idRef(id: string): string {
  return `id:${id}`;
}

/** A SCIM user (RFC 7643, 4.1 and 4.3) as the pipeline knows people, or why it cannot be. */
export function userRecord(resource: ScimResource, mapping: ScimMapping): UserRecord | BadRecord {
  const id = textOrNull(resource.id);
  const fields = userFields(resource, mapping);
  if (id === null) return bad('user', resource, 'The resource has no id.');
  if (fields === null) return bad('user', resource, `"${mapping.userId ?? 'userName'}" is empty.`);
  const manager = managerOf(resource, mapping);
  return {
    kind: 'user',
    externalId: id,
    refs: [idRef(id)],
    fields,
    // Some servers write booleans as text.
    disabled: resource.active === false || sameText(resource.active, 'false'),
    manager: manager === null ? null : idRef(manager),
  };
}

/** A SCIM group and its direct members, or why it cannot be imported. */
export function groupRecords(resource: ScimResource): (GroupRecord | MembersRecord | BadRecord)[] {
  const id = textOrNull(resource.id);
  const name = textOrNull(member(resource, 'displayName'));
  if (id === null) return [bad('group', resource, 'The resource has no id.')];
  if (name === null) return [bad('group', resource, '"displayName" is empty.')];
  const records: (GroupRecord | MembersRecord)[] = [{ kind: 'group', externalId: id, refs: [idRef(id)], name }];
  const members = member(resource, 'members');
  const refs = (Array.isArray(members) ? members : []).map((item) => idRef(memberId(item)));
  for (let at = 0; at < refs.length; at += MEMBERS_A_CHUNK) {
    records.push({ kind: 'members', group: id, members: refs.slice(at, at + MEMBERS_A_CHUNK) });
  }
  return records;
}

function userFields(resource: ScimResource, mapping: ScimMapping): UserFields | null {
  const at = (field: MappableUserField, otherwise: string | null) =>
    mapping[field] === undefined ? otherwise : textAt(resource, mapping[field]);
  const userName = textAt(resource, 'userName');
  const userId = at('userId', userName);
  if (userId === null) return null;
  const firstName = at('firstName', textAt(resource, 'name.givenName'));
  const lastName = at('lastName', textAt(resource, 'name.familyName'));
  const fullName = [firstName, lastName].filter((part) => part !== null).join(' ');
  const name = textAt(resource, 'displayName') ?? textAt(resource, 'name.formatted');
  return {
    userId,
    displayName: at('displayName', name) ?? (fullName || userId),
    firstName,
    lastName,
    email: at('email', ofTypes(resource, 'emails', ['work', undefined])),
    department: at('department', textAt(resource, `${ENTERPRISE}:department`)),
    title: at('title', textAt(resource, 'title')),
    telephoneNumber: at('telephoneNumber', number(telephone(resource))),
    mobileNumber: at('mobileNumber', number(ofTypes(resource, 'phoneNumbers', ['mobile']))),
    // A user name in the form of an address is the principal name where identity providers have one.
    userPrincipalName: at('userPrincipalName', userName?.includes('@') === true ? userName : null),
    primaryLine: at('primaryLine', null),
  };
}

/** The primary value whatever its type, else the first of the given types in their order (`undefined`: whichever). */
function ofTypes(resource: ScimResource, name: string, types: (string | undefined)[]): string | null {
  const values = member(resource, name);
  if (!Array.isArray(values)) return null;
  const primary = values.find((item) => isObject(item) && item.primary === true);
  if (types.includes(undefined) && isObject(primary)) return textOrNull(primary.value);
  for (const type of types) {
    const value = chosen(values, type);
    const text = isObject(value) ? textOrNull(value.value) : textOrNull(value);
    if (text !== null) return text;
  }
  return null;
}

function telephone(resource: ScimResource): string | null {
  const values = member(resource, 'phoneNumbers');
  const isDesk = (item: unknown) =>
    !isObject(item) || !['mobile', 'fax', 'pager'].some((type) => sameText(item.type, type));
  const desk = { phoneNumbers: Array.isArray(values) ? values.filter(isDesk) : [] };
  return ofTypes(desk, 'phoneNumbers', ['work', undefined]);
}

/** SCIM prefers `tel:` URIs (RFC 7643, 4.1.2; RFC 3966); here a number is plain. */
function number(value: string | null): string | null {
  return value === null ? null : value.replace(/^tel:/i, '').replace(/;.*$/, '');
}

function managerOf(resource: ScimResource, mapping: ScimMapping): string | null {
  return textAt(resource, mapping.manager ?? `${ENTERPRISE}:manager`);
}

/** Id of a member; its `$ref` ends in it too. A member without either stays unresolved, it is not dropped. */
function memberId(item: unknown): string {
  if (!isObject(item)) return textOrNull(item) ?? '';
  return textOrNull(item.value) ?? textOrNull(item.$ref)?.split('/').pop() ?? '';
}

function bad(of: 'user' | 'group', resource: ScimResource, reason: string): BadRecord {
  const name = textAt(resource, of === 'user' ? 'userName' : 'displayName') ?? textAt(resource, 'displayName');
  return {
    kind: 'bad',
    of,
    externalId: textOrNull(resource.id),
    label: name,
    reason,
    raw: { id: resource.id, userName: resource.userName, displayName: resource.displayName, meta: resource.meta },
  };
}
