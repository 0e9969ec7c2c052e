import type { ConnectorFactory, SourceKind } from '../source';

import { activeDirectoryFactory } from './active-directory';
import { csvFactory } from './csv';
import { ldapFactory } from './ldap';
import { ldifFactory } from './ldif';
import { scimFactory } from './scim';
import { ucmFactory } from './ucm';

/** The connector of every kind of source. */
export const connectorFactories: Record<SourceKind, ConnectorFactory> = {
  ACTIVE_DIRECTORY: activeDirectoryFactory,
  LDAP: ldapFactory,
  UCM: ucmFactory,
  LDIF: ldifFactory,
  CSV: csvFactory,
  SCIM: scimFactory,
};
