import { ActiveDirectoryDialect } from './active-directory-dialect';
import type { Dialect, DialectOptions } from './dialect';
import type { FieldAttributes, LdapKind } from './fields';
import { LdapDialect } from './ldap-dialect';

/** The dialect of a kind of directory, for its connector or for files exported from it. */
export function createDialect(kind: LdapKind, attributes: FieldAttributes, options?: DialectOptions): Dialect {
  return kind === 'ACTIVE_DIRECTORY'
    ? new ActiveDirectoryDialect(attributes, options)
    : new LdapDialect(attributes, options);
}
