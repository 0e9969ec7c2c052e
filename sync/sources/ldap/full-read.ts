import { AndFilter, Control, type Filter } from 'ldapts';

import type {
  DirectoryPage,
  DirectoryRecord,
  GroupRecord,
  MembersRecord,
  PackedMembersRecord,
  PackedRefs,
} from '../../source';

import type { Dialect } from './dialect';
import type { Entry } from './entry';
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
): AsyncGenerator<DirectoryPage, void> {
  for await (const page of readPages(session, userSearch(settings, dialect))) {
    yield usersOf(page, dialect);
  }
  const members = new MemberReader(dialect, session);
  for await (const page of readPages(session, groupSearch(settings, dialect))) {
    for (const entry of page) {
      const group = dialect.group(entry);
      if (group.kind === 'bad') {
        yield [group];
        continue;
      }
      const only = members.only(entry);
      yield only === null || only.length === 0 ? [group] : [group, membersOf(group, only)];
      if (only !== null) continue;
      for await (const part of members.parts(entry)) if (part.length > 0) yield [membersOf(group, part)];
    }
  }
}

/** One after the other: a record is forgotten before the next is made. */
function* usersOf(page: readonly Entry[], dialect: Dialect): Generator<DirectoryRecord> {
  for (const entry of page) yield dialect.user(entry);
}

function membersOf(group: GroupRecord, members: string[] | PackedRefs): MembersRecord | PackedMembersRecord {
  return { kind: 'members', group: group.externalId, members } as MembersRecord | PackedMembersRecord;
}

function both(filter: Filter, narrower: Filter | undefined): Filter {
  return narrower === undefined ? filter : new AndFilter({ filters: [filter, narrower] });
}
