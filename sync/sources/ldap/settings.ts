import { X509Certificate } from 'node:crypto';

import { z } from 'zod';

import { SettingsError, type SourceSettings } from '../../source';
import { validatedSettings } from '../validated-settings';

import { parseDn } from './dn';
import { type FieldAttributes, type LdapKind, mappingSchema, resolveMapping } from './fields';
import { FilterSyntaxError, parseFilter } from './filter';

const text = z.string().trim();
const optionalText = text.nullish().transform((value) => value || null);
const dn = optionalText.refine((value) => value === null || (parseDn(value)?.length ?? 0) > 0, {
  error: 'A distinguished name is needed, such as "ou=people,dc=example,dc=com".',
});
const filter = optionalText.superRefine((value, context) => {
  try {
    if (value !== null) parseFilter(value);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof FilterSyntaxError ? error.message : 'No filter.' });
  }
});
const urls = z.custom<string[]>(isUrlList, {
  error: 'One to ten URLs are needed, such as ["ldaps://dc1.example.com", "ldap://10.0.0.5:389"].',
});
const certificate = optionalText.refine((value) => value === null || isCertificate(value), {
  error: 'A certificate in PEM form is needed ("-----BEGIN CERTIFICATE-----").',
});
const seconds = (initial: number) =>
  z
    .number()
    .positive()
    .max(3600)
    .nullish()
    .transform((value) => value ?? initial);

const settingsSchema = z.strictObject({
  urls,
  startTls: z
    .boolean()
    .nullish()
    .transform((value) => value ?? false),
  caCertificate: certificate,
  bindDn: optionalText,
  baseDn: dn.refine((value) => value !== null, { error: 'The base of the directory is needed.' }),
  userBaseDn: dn,
  groupBaseDn: dn,
  userFilter: filter,
  groupFilter: filter,
  pageSize: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .nullish()
    .transform((value) => value ?? 1000),
  connectTimeoutSeconds: seconds(10),
  operationTimeoutSeconds: seconds(60),
});

const secretsSchema = z.strictObject({
  bindPassword: z
    .string()
    .nullish()
    .transform((value) => value ?? ''),
});

const shape = { settings: settingsSchema, secrets: secretsSchema, mapping: mappingSchema };

/** The settings of ACTIVE_DIRECTORY and LDAP sources, checked, with every default filled in. */
export interface LdapSettings {
  kind: LdapKind;
  urls: string[];
  startTls: boolean;
  caCertificate: string | null;
  bindDn: string | null;
  bindPassword: string;
  baseDn: string;
  userBaseDn: string;
  groupBaseDn: string;
  /** RFC 4515, valid. */
  userFilter: string;
  groupFilter: string;
  pageSize: number;
  connectTimeoutMs: number;
  operationTimeoutMs: number;
  attributes: FieldAttributes;
}

const DEFAULT_FILTERS: Readonly<Record<LdapKind, { user: string; group: string }>> = {
  ACTIVE_DIRECTORY: {
    // Without computers and without the accounts of domain trusts.
    user:
      '(&(objectCategory=person)(objectClass=user)(!(objectClass=computer))' +
      '(!(userAccountControl:1.2.840.113556.1.4.803:=2048)))',
    group: '(objectClass=group)',
  },
  LDAP: {
    user: '(|(objectClass=inetOrgPerson)(objectClass=posixAccount))',
    group: '(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=posixGroup))',
  },
};

/**
 * Checks and completes the stored settings of a source.
 *
 * @throws SettingsError naming the field: `settings.urls`, `secrets.bindPassword`, `mapping.foo`; unknown keys too.
 */
export function parseLdapSettings(kind: LdapKind, source: SourceSettings): LdapSettings {
  const { settings, secrets, mapping } = validatedSettings(shape, source);
  const { bindPassword } = secrets;
  const attributes = resolveMapping(kind, mapping);
  checkEncryption(settings.urls, settings.startTls);
  checkBind(kind, settings.bindDn, bindPassword);
  const baseDn = settings.baseDn ?? '';
  return {
    kind,
    urls: settings.urls,
    startTls: settings.startTls,
    caCertificate: settings.caCertificate,
    bindDn: settings.bindDn,
    bindPassword,
    baseDn,
    userBaseDn: settings.userBaseDn ?? baseDn,
    groupBaseDn: settings.groupBaseDn ?? baseDn,
    userFilter: settings.userFilter ?? DEFAULT_FILTERS[kind].user,
    groupFilter: settings.groupFilter ?? DEFAULT_FILTERS[kind].group,
    pageSize: settings.pageSize,
    connectTimeoutMs: settings.connectTimeoutSeconds * 1000,
    operationTimeoutMs: settings.operationTimeoutSeconds * 1000,
    attributes,
  };
}

function checkEncryption(urls: string[], startTls: boolean): void {
  if (startTls && urls.some((each) => each.toLowerCase().startsWith('ldaps:'))) {
    throw new SettingsError('settings.startTls', 'StartTLS is for ldap:// URLs; ldaps:// is encrypted from the start.');
  }
}

/** An empty password makes a bind anonymous, which servers then call a success (RFC 4513 section 5.1.2). */
function checkBind(kind: LdapKind, bindDn: string | null, bindPassword: string): void {
  if (bindDn === null && kind === 'ACTIVE_DIRECTORY') {
    throw new SettingsError('settings.bindDn', 'Active Directory can only be read by an account.');
  }
  if (bindDn !== null && bindPassword === '') {
    throw new SettingsError(
      'secrets.bindPassword',
      'The password of the reading account is needed; it may not be empty.',
    );
  }
  if (bindDn === null && bindPassword !== '') {
    throw new SettingsError('settings.bindDn', 'A password without an account: give the account, or neither.');
  }
}

function isUrlList(value: unknown): boolean {
  return Array.isArray(value) && value.length >= 1 && value.length <= 10 && value.every(isLdapUrl);
}

function isLdapUrl(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  if (!/^ldaps?:\/\/[^/\s]+\/?$/i.test(value) || !URL.canParse(value)) return false;
  const parsed = new URL(value);
  return parsed.hostname !== '' && parsed.username === '' && parsed.search === '';
}

function isCertificate(pem: string): boolean {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g);
  try {
    return (blocks?.map((block) => new X509Certificate(block)).length ?? 0) > 0;
  } catch {
    return false;
  }
}
