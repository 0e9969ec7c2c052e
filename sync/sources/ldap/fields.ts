import { z } from 'zod';

import { SettingsError, type SourceKind, type UserFields } from '../../source';

import { type AttributeIndex, baseType, type Entry, type EntryAttribute, firstText, texts } from './entry';
import { parseDn } from './dn';

/** Fields of a user that a mapping may name, in the contract's order. */
export const USER_FIELDS = [
  'userId',
  'displayName',
  'firstName',
  'lastName',
  'email',
  'department',
  'title',
  'telephoneNumber',
  'mobileNumber',
  'userPrincipalName',
  'primaryLine',
] as const satisfies readonly (keyof UserFields)[];

type UserField = (typeof USER_FIELDS)[number];

/** Everything a mapping may name. */
export type MappedField = UserField | 'manager' | 'group.name' | 'group.description';

/** Attribute of each field; a field without one is never told. */
export type FieldAttributes = Readonly<Partial<Record<MappedField, string>>>;

const COMMON: FieldAttributes = {
  displayName: 'displayName',
  firstName: 'givenName',
  lastName: 'sn',
  email: 'mail',
  title: 'title',
  telephoneNumber: 'telephoneNumber',
  mobileNumber: 'mobile',
  manager: 'manager',
  'group.name': 'cn',
  'group.description': 'description',
};

/** The contract's defaults. */
export const DEFAULT_ATTRIBUTES: Readonly<Record<'ACTIVE_DIRECTORY' | 'LDAP', FieldAttributes>> = {
  ACTIVE_DIRECTORY: {
    ...COMMON,
    userId: 'sAMAccountName',
    department: 'department',
    userPrincipalName: 'userPrincipalName',
  },
  LDAP: { ...COMMON, userId: 'uid', department: 'departmentNumber' },
};

const MAPPED_FIELDS: ReadonlySet<string> = new Set<string>([
  ...USER_FIELDS,
  'manager',
  'group.name',
  'group.description',
]);

/** Any field to any attribute; {@link resolveMapping} judges both. */
export const mappingSchema = z.record(z.string(), z.string({ error: 'The name of an attribute is needed.' }));

/** The defaults with a source's mapping laid over them. @throws SettingsError naming `mapping.<field>`. */
export function resolveMapping(kind: 'ACTIVE_DIRECTORY' | 'LDAP', mapping: Record<string, string>): FieldAttributes {
  for (const [field, attribute] of Object.entries(mapping)) {
    if (!MAPPED_FIELDS.has(field)) {
      throw new SettingsError(
        `mapping.${field}`,
        `"${field}" is no field; known are ${[...MAPPED_FIELDS].join(', ')}.`,
      );
    }
    if (!/^(?:[a-zA-Z][a-zA-Z0-9-]*|\d+(?:\.\d+)+)$/.test(attribute)) {
      throw new SettingsError(`mapping.${field}`, 'The name of an attribute is needed, such as "mail".');
    }
    if (/^(userPassword|unicodePwd|dBCSPwd|sambaNTPassword|sambaLMPassword)$/i.test(attribute)) {
      throw new SettingsError(`mapping.${field}`, `"${attribute}" holds passwords and is never read.`);
    }
  }
  return { ...DEFAULT_ATTRIBUTES[kind], ...mapping };
}

/** Names of the kinds whose mapping this is. */
export type LdapKind = Extract<SourceKind, 'ACTIVE_DIRECTORY' | 'LDAP'>;

/** Reads the mapped fields of a person. */
export class UserFieldReader {
  private readonly slots: readonly number[];
  private readonly cn: number;

  /** `index` must know every mapped attribute and `cn`. */
  constructor(
    readonly attributes: FieldAttributes,
    index: AttributeIndex,
  ) {
    this.slots = USER_FIELDS.map((field) => index.slot(attributes[field] ?? ''));
    this.cn = index.slot('cn');
  }

  /**
   * The fields, or null without a user id. A person without a display name is shown by the common name, else by first
   * and last name, else by the user id.
   */
  read(entry: Entry, found: readonly (EntryAttribute | undefined)[]): UserFields | null {
    const text = (place: number): string | null => preferredText(entry, found[this.slots[place] ?? -1]);
    const userId = text(0);
    if (userId === null) return null;
    const firstName = text(2);
    const lastName = text(3);
    const names = [firstName, lastName].filter((name) => name !== null).join(' ');
    return {
      userId,
      displayName: text(1) ?? preferredText(entry, found[this.cn]) ?? (names || userId),
      firstName,
      lastName,
      email: text(4),
      department: text(5),
      title: text(6),
      telephoneNumber: text(7),
      mobileNumber: text(8),
      userPrincipalName: text(9),
      primaryLine: text(10),
    };
  }
}

/** The one value that stands for an attribute: of several, the one that names the entry (its RDN), else the first. */
export function preferredText(entry: Entry, attribute: EntryAttribute | undefined): string | null {
  if (attribute === undefined || attribute.values.length < 2) return firstText(attribute);
  const type = baseType(attribute.type);
  const naming = parseDn(entry.dn)?.[0]
    ?.find((part) => part.type === type)
    ?.value.toLowerCase();
  const values = texts(attribute).map((value) => value.trim());
  return (
    values.find((value) => value.toLowerCase() === naming && value !== '') ?? values.find((value) => value) ?? null
  );
}
