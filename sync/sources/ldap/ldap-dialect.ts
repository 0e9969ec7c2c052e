import type { BadRecord, GroupRecord, PackedRefs, UserRecord } from '../../source';

import { badEntry, type Dialect, type DialectOptions, distinctNames } from './dialect';
import { normaliseDn } from './dn';
import { AttributeIndex, baseType, type Entry, type EntryAttribute, firstText, texts } from './entry';
import { type FieldAttributes, preferredText, USER_FIELDS, UserFieldReader } from './fields';
import { packNames } from './packed-names';

/**
 * Immutable ids by vendor. 389 Directory Server has nsUniqueId on every entry and entryUUID only where its plug-in has
 * reached, so the former comes first; OpenLDAP and others have entryUUID alone.
 */
export const ID_ATTRIBUTES = ['nsUniqueId', 'entryUUID', 'ipaUniqueID'];

/** Locked for ever (draft-behera-ldap-password-policy section 5.3.3). */
const LOCKED_BY_ADMINISTRATOR = '000001010000Z';

const USER_EXTRAS = [...ID_ATTRIBUTES, 'pwdAccountLockedTime', 'nsAccountLock', 'uid', 'cn'];
const LOCKED_TIME = 3;
const LOCK = 4;
const UID = 5;
const CN = 6;

const USER_CLASSES = new Set(['inetorgperson', 'posixaccount']);
const GROUP_CLASSES = new Set(['groupofnames', 'groupofuniquenames', 'posixgroup']);

/** OpenLDAP, 389 Directory Server, FreeIPA and their like: inetOrgPerson and RFC 2307 (bis). */
export class LdapDialect implements Dialect {
  readonly userAttributes: readonly string[];
  readonly groupAttributes: readonly string[];
  readonly memberAttributes = ['member', 'uniqueMember', 'memberUid'];
  readonly sweepAttributes = [...ID_ATTRIBUTES, 'uid'];

  private readonly users: AttributeIndex;
  private readonly groups: AttributeIndex;
  private readonly ids = new AttributeIndex(this.sweepAttributes);
  private readonly classes = new AttributeIndex(['objectClass']);
  private readonly fields: UserFieldReader;

  constructor(
    private readonly attributes: FieldAttributes,
    private readonly options: DialectOptions = {},
  ) {
    const mapped = USER_FIELDS.flatMap((field) => attributes[field] ?? []);
    this.userAttributes = distinctNames([
      ...USER_EXTRAS,
      ...mapped,
      ...(attributes.manager ? [attributes.manager] : []),
    ]);
    this.groupAttributes = distinctNames([
      ...ID_ATTRIBUTES,
      attributes['group.name'] ?? 'cn',
      attributes['group.description'] ?? 'description',
    ]);
    this.users = new AttributeIndex(this.userAttributes);
    this.groups = new AttributeIndex(this.groupAttributes);
    this.fields = new UserFieldReader(attributes, this.users);
  }

  classify(entry: Entry): 'user' | 'group' | null {
    const classes = texts(this.classes.of(entry)[0]).map((name) => name.toLowerCase());
    if (classes.some((name) => USER_CLASSES.has(name))) return 'user';
    return classes.some((name) => GROUP_CLASSES.has(name)) ? 'group' : null;
  }

  user(entry: Entry): UserRecord | BadRecord {
    const found = this.users.of(entry);
    const externalId = this.id(entry, found);
    const fields = this.fields.read(entry, found);
    if (externalId === null || fields === null) {
      const missing = externalId === null ? ID_ATTRIBUTES.join('", "') : (this.attributes.userId ?? 'uid');
      return badEntry('user', entry, externalId, fields?.userId ?? firstText(found[CN]), missing);
    }
    const manager = this.attributes.manager ? firstText(found[this.users.slot(this.attributes.manager)]) : null;
    return {
      kind: 'user',
      externalId,
      refs: [normaliseDn(entry.dn), ...texts(found[UID]).map(uidRef)],
      fields,
      disabled:
        firstText(found[LOCKED_TIME]) === LOCKED_BY_ADMINISTRATOR || firstText(found[LOCK])?.toLowerCase() === 'true',
      manager: manager === null ? null : refOf(manager),
      primaryGroup: null,
    };
  }

  group(entry: Entry): GroupRecord | BadRecord {
    const found = this.groups.of(entry);
    const externalId = this.id(entry, found);
    const nameAttribute = this.attributes['group.name'] ?? 'cn';
    const name = preferredText(entry, found[this.groups.slot(nameAttribute)]);
    if (externalId === null || name === null) {
      return badEntry(
        'group',
        entry,
        externalId,
        name,
        externalId === null ? ID_ATTRIBUTES.join('", "') : nameAttribute,
      );
    }
    return {
      kind: 'group',
      externalId,
      refs: [normaliseDn(entry.dn)],
      name,
      description: firstText(found[this.groups.slot(this.attributes['group.description'] ?? 'description')]),
    };
  }

  externalId(entry: Entry): string | null {
    return this.id(entry, this.ids.of(entry));
  }

  refs(entry: Entry): string[] {
    return [normaliseDn(entry.dn), ...texts(this.ids.of(entry)[ID_ATTRIBUTES.length]).map(uidRef)];
  }

  memberRefs(attribute: EntryAttribute): string[] {
    switch (baseType(attribute.type)) {
      case 'memberuid':
        return texts(attribute).map(uidRef);
      case 'uniquemember':
        return texts(attribute).map(withoutUid);
      default:
        return texts(attribute).map(normaliseDn);
    }
  }

  packedMemberRefs(attribute: EntryAttribute): PackedRefs | null {
    const type = baseType(attribute.type);
    return type === 'memberuid' ? null : packNames(attribute, type === 'uniquemember' ? withoutUid : normaliseDn);
  }

  private id(entry: Entry, found: readonly (EntryAttribute | undefined)[]): string | null {
    const id = firstText(found[0]) ?? firstText(found[1]) ?? firstText(found[2]);
    return id?.toLowerCase() ?? this.options.idWithout?.(entry) ?? null;
  }
}

/** "Name and optional UID" (RFC 4517 section 3.3.21): the bit string is no part of the name. */
function withoutUid(value: string): string {
  return normaliseDn(value.replace(/#'[01]*'B$/, ''));
}

function uidRef(uid: string): string {
  return `uid:${uid.trim().toLowerCase()}`;
}

/** Some directories hold a manager's uid where others hold the DN. */
function refOf(value: string): string {
  return value.includes('=') ? normaliseDn(value) : uidRef(value);
}
