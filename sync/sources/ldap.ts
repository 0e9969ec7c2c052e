import type { ConnectorFactory } from '../source';

import { LdapConnector } from './ldap/connector';
import { parseLdapSettings } from './ldap/settings';

/** OpenLDAP, 389 Directory Server, FreeIPA and other LDAPv3 directories. */
export const ldapFactory: ConnectorFactory = {
  kind: 'LDAP',
  validate: (source) => void parseLdapSettings('LDAP', source),
  create: (source) => new LdapConnector(parseLdapSettings('LDAP', source)),
};
