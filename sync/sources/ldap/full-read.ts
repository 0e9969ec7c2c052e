import { AndFilter, Control, type Filter } from 'ldapts';

import type { DirectoryRecord } from '../../source';

import type { Dialect } from './dialect';
import { parseFilter } from './filter';
import { MemberReader } from './members';
import { type PagedSearch, readPages } from './paging';
import type { LdapSession } from './session';
import type { LdapSettings } from './settings';

/** LDAP_SERVER_DOMAIN_SCOPE_OID ([MS-ADTS] 3.1.1.3.4.1.3): no references to the forest's other parts. */
const DOMAIN_SCOPE = '1.2.840.113556.1.4.1339';
/** Groups come with their members: a page of them is as heavy as a hundred of people. */
const MAX_GROUPS_A_PAGE = 100;
/** The first part of a large group's members; Active Directory tells at most 1500 at once. */
const FIRST_RANGE = 'member;range=0-1499';

/** Controls that every search below a base carries. */
export function scopeControls(settings: LdapSettings): Control[] {
  return settings.kind === 'ACTIVE_DIRECTORY' ? [new Control(DOMAIN_SCOPE)] : [];
}

/** The search for the people of a source, all of them or those that `narrower` matches too. */
export function userSearch(settings: LdapSettings, dialect: Dialect, narrower?: Filter): PagedSearch {
  return {
    step: 'Reading users',
    base: settings.userBaseDn,
    scope: 'sub',
    filter: both(parseFilter(settings.userFilter), narrower),
    attributes: [...dialect.userAttributes],
    controls: scopeControls(settings),
    pageSize: settings.pageSize,
  };
}

/** The search for the groups of a source with their members, all of them or those that `narrower` matches too. */
export function groupSearch(settings: LdapSettings, dialect: Dialect, narrower?: Filter): PagedSearch {
  const members = settings.kind === 'ACTIVE_DIRECTORY' ? [FIRST_RANGE] : dialect.memberAttributes;
  return {
    step: 'Reading groups',
    base: settings.groupBaseDn,
    scope: 'sub',
    filter: both(parseFilter(settings.groupFilter), narrower),
    attributes: [...dialect.groupAttributes, ...members],
    controls: scopeControls(settings),
    pageSize: Math.min(settings.pageSize, MAX_GROUPS_A_PAGE),
  };
}

/** People, then groups each with its members. A normal end means that the server told everything. */
export async function* readEverything(
  session: LdapSession,
  settings: LdapSettings,
  dialect: Dialect,
): AsyncGenerator<DirectoryRecord, void> {
  for await (const page of readPages(session, userSearch(settings, dialect))) {
    for (const entry of page) yield dialect.user(entry);
  }
  const members = new MemberReader(dialect, session);
  for await (const page of readPages(session, groupSearch(settings, dialect))) {
    for (const entry of page) {
      const group = dialect.group(entry);
      yield group;
      if (group.kind === 'bad') continue;
      const { refs, rest } = members.first(entry);
      if (refs.length > 0) yield { kind: 'members', group: group.externalId, members: refs };
      for (const attribute of rest) {
        for await (const part of members.further(entry.dn, attribute)) {
          yield { kind: 'members', group: group.externalId, members: part };
        }
      }
    }
  }
}

function both(filter: Filter, narrower: Filter | undefined): Filter {
  return narrower === undefined ? filter : new AndFilter({ filters: [filter, narrower] });
}
