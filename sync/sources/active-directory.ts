import type { ConnectorFactory } from '../source';

import { LdapConnector } from './ldap/connector';
import { parseLdapSettings } from './ldap/settings';

/** Microsoft Active Directory and Samba AD DC over LDAP. */
export const activeDirectoryFactory: ConnectorFactory = {
  kind: 'ACTIVE_DIRECTORY',
  validate: (source) => void parseLdapSettings('ACTIVE_DIRECTORY', source),
  create: (source) => new LdapConnector(parseLdapSettings('ACTIVE_DIRECTORY', source)),
};
