import type { BadRecord, GroupRecord, PackedRefs, UserRecord } from '../../source';

import { badEntry, type Dialect, type DialectOptions, distinctNames } from './dialect';
import { normaliseDn } from './dn';
import { AttributeIndex, type Entry, type EntryAttribute, firstText, texts } from './entry';
import { type FieldAttributes, preferredText, USER_FIELDS, UserFieldReader } from './fields';
import { guidText, siblingSid, sidText } from './identifiers';
import { packNames } from './packed-names';

/** ACCOUNTDISABLE and INTERDOMAIN_TRUST_ACCOUNT of userAccountControl ([MS-ADTS] 2.2.16). */
const DISABLED = 0x2;
const TRUST = 0x800;

const USER_EXTRAS = ['objectGUID', 'objectSid', 'userAccountControl', 'primaryGroupID', 'cn'];
const GROUP_EXTRAS = ['objectGUID', 'objectSid'];
const CLASS_ATTRIBUTES = ['objectClass', 'objectCategory', 'userAccountControl'];

/** Active Directory and Samba: objectGUID is the id, the primary group is found by its SID. */
export class ActiveDirectoryDialect implements Dialect {
  readonly userAttributes: readonly string[];
  readonly groupAttributes: readonly string[];
  readonly memberAttributes = ['member'];
  readonly sweepAttributes = ['objectGUID', 'objectSid'];

  private readonly users: AttributeIndex;
  private readonly groups: AttributeIndex;
  private readonly ids = new AttributeIndex(this.sweepAttributes);
  private readonly classes = new AttributeIndex(CLASS_ATTRIBUTES);
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
      ...GROUP_EXTRAS,
      attributes['group.name'] ?? 'cn',
      attributes['group.description'] ?? 'description',
    ]);
    this.users = new AttributeIndex(this.userAttributes);
    this.groups = new AttributeIndex(this.groupAttributes);
    this.fields = new UserFieldReader(attributes, this.users);
  }

  classify(entry: Entry): 'user' | 'group' | null {
    const found = this.classes.of(entry);
    const classes = new Set(texts(found[0]).map((name) => name.toLowerCase()));
    if (classes.has('group')) return 'group';
    if (!classes.has('user') || classes.has('computer')) return null;
    const category = firstText(found[1]);
    if (category !== null && !/^(cn=)?person(,|$)/i.test(category)) return null;
    return (number(found[2]) & TRUST) === 0 ? 'user' : null;
  }

  user(entry: Entry): UserRecord | BadRecord {
    const found = this.users.of(entry);
    const externalId = this.id(entry, found[0]);
    const fields = this.fields.read(entry, found);
    if (externalId === null || fields === null) {
      const missing = externalId === null ? 'objectGUID' : (this.attributes.userId ?? 'sAMAccountName');
      return badEntry('user', entry, externalId, fields?.userId ?? firstText(found[4]), missing);
    }
    const manager = this.attributes.manager ? firstText(found[this.users.slot(this.attributes.manager)]) : null;
    return {
      kind: 'user',
      externalId,
      refs: [normaliseDn(entry.dn)],
      fields,
      disabled: (number(found[2]) & DISABLED) !== 0,
      manager: manager === null ? null : normaliseDn(manager),
      primaryGroup: primaryGroup(found[1], found[3]),
    };
  }

  group(entry: Entry): GroupRecord | BadRecord {
    const found = this.groups.of(entry);
    const externalId = this.id(entry, found[0]);
    const nameAttribute = this.attributes['group.name'] ?? 'cn';
    const name = preferredText(entry, found[this.groups.slot(nameAttribute)]);
    if (externalId === null || name === null) {
      return badEntry('group', entry, externalId, name, externalId === null ? 'objectGUID' : nameAttribute);
    }
    return {
      kind: 'group',
      externalId,
      refs: refsOf(entry, found[1]),
      name,
      description: firstText(found[this.groups.slot(this.attributes['group.description'] ?? 'description')]),
    };
  }

  externalId(entry: Entry): string | null {
    return this.id(entry, this.ids.of(entry)[0]);
  }

  refs(entry: Entry): string[] {
    return refsOf(entry, this.ids.of(entry)[1]);
  }

  memberRefs(attribute: EntryAttribute): string[] {
    return texts(attribute).map(normaliseDn);
  }

  packedMemberRefs(attribute: EntryAttribute): PackedRefs | null {
    return packNames(attribute, normaliseDn);
  }

  private id(entry: Entry, guid: EntryAttribute | undefined): string | null {
    const value = guid?.values[0];
    return (value === undefined ? null : guidText(value)) ?? this.options.idWithout?.(entry) ?? null;
  }
}

/** A group is named by its DN and, as a primary group, by its SID. */
function refsOf(entry: Entry, sid: EntryAttribute | undefined): string[] {
  const value = sid?.values[0];
  const text = value === undefined ? null : sidText(value);
  return text === null ? [normaliseDn(entry.dn)] : [normaliseDn(entry.dn), `sid:${text}`];
}

/** The primary group's SID: the user's own domain with the group's relative id. */
function primaryGroup(sid: EntryAttribute | undefined, relativeId: EntryAttribute | undefined): string | null {
  const value = sid?.values[0];
  const own = value === undefined ? null : sidText(value);
  const id = firstText(relativeId);
  const group = own === null || id === null ? null : siblingSid(own, id);
  return group === null ? null : `sid:${group}`;
}

function number(attribute: EntryAttribute | undefined): number {
  const value = Number(firstText(attribute) ?? 0);
  return Number.isInteger(value) ? value : 0;
}
