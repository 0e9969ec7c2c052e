import {
  AndFilter,
  Control,
  EqualityFilter,
  type Filter,
  GreaterThanEqualsFilter,
  NotFilter,
  OrFilter,
  PagedResultsControl,
  PresenceFilter,
} from 'ldapts';

import { ResyncRequired } from '../../source';

import type { Position } from './cursor';
import { AttributeIndex, texts } from './entry';
import { incomplete, LdapResultError } from './failure';
import { scopeControls } from './full-read';
import type { ChangedIds, History } from './history';
import { guidText } from './identifiers';
import { readPages } from './paging';
import { contextOf, readRootDse } from './root-dse';
import type { LdapSession } from './session';
import type { LdapSettings } from './settings';

/** LDAP_SERVER_SHOW_DELETED_OID ([MS-ADTS] 3.1.1.3.4.1.14). */
const SHOW_DELETED = '1.2.840.113556.1.4.417';
/** Tombstones are collected after 60 days at the soonest that Microsoft ever set as a default. */
const TOMBSTONE_DAYS = 50;
/** No such object, and no right to it: the same from here. */
const INVISIBLE = new Set([32, 50]);
const DAY_MS = 86_400_000;

/**
 * Active Directory and Samba: every change of an object raises its `uSNChanged`, deletions leave tombstones. The numbers
 * are those of one database of one domain controller (its invocationId): on another they mean nothing.
 *
 * Tombstones are seen by accounts that were given the right to; for others the ids are swept.
 */
export class ActiveDirectoryHistory implements History {
  readonly controls: Control[];
  /** `member` is a link, found from both its ends. */
  readonly maxHolderSearches = 20;
  readonly findsNamesAlone = false;
  readonly refsAtOnce = 50;
  readonly maxLookedUp = 2000;

  constructor(private readonly settings: LdapSettings) {
    this.controls = scopeControls(settings);
  }

  async position(session: LdapSession): Promise<Position | null> {
    const { dsServiceName, highestCommittedUsn } = await readRootDse(session);
    if (dsServiceName === null || highestCommittedUsn === null) return null;
    const [entry] = await this.base(session, dsServiceName, ['invocationId'], []);
    const invocationId = entry && new AttributeIndex(['invocationId']).of(entry)[0]?.values[0];
    const server = invocationId === undefined ? null : guidText(invocationId);
    return server === null ? null : { server, since: highestCommittedUsn, at: Date.now(), overlapSeconds: 0 };
  }

  verify(from: Position, now: Position): void {
    if (from.server !== now.server) {
      throw new ResyncRequired(
        'Another domain controller answers than at the last run; its change numbers are its own.',
      );
    }
    if (BigInt(now.since) < BigInt(from.since)) {
      throw new ResyncRequired('The domain controller is behind its state at the last run.');
    }
    if (now.at - from.at > TOMBSTONE_DAYS * DAY_MS) {
      throw new ResyncRequired(`The last run was more than ${TOMBSTONE_DAYS} days ago; deletions may be forgotten.`);
    }
  }

  changed(from: Position): Filter {
    return atLeast('uSNChanged', from);
  }

  changedUnits(from: Position): Filter {
    const categories = ['organizationalUnit', 'container'];
    return new AndFilter({
      filters: [
        atLeast('uSNChanged', from),
        new NotFilter({ filter: atLeast('uSNCreated', from) }),
        new OrFilter({
          filters: categories.map((value) => new EqualityFilter({ attribute: 'objectCategory', value })),
        }),
      ],
    });
  }

  async changedIds(session: LdapSession, from: Position): Promise<ChangedIds | null> {
    const context = contextOf(await readRootDse(session), this.settings.baseDn);
    const showDeleted = new Control(SHOW_DELETED, { critical: true });
    if (!(await this.seesTombstones(session, `CN=Deleted Objects,${context}`, showDeleted))) return null;
    const index = new AttributeIndex(['objectGUID', 'objectClass']);
    const ids: ChangedIds = new Map();
    const pages = readPages(session, {
      step: 'Reading what was changed or deleted',
      base: context,
      scope: 'sub',
      filter: this.changed(from),
      attributes: ['objectGUID', 'objectClass'],
      controls: [...this.controls, showDeleted],
      pageSize: this.settings.pageSize,
    });
    for await (const page of pages) {
      for (const entry of page) {
        const [guid, classes] = index.of(entry);
        const value = guid?.values[0];
        const id = value === undefined ? null : guidText(value);
        if (id !== null) ids.set(id, texts(classes).includes('group') ? 'group' : 'user');
      }
    }
    return ids;
  }

  byRefs(refs: string[]): Filter {
    const filters = refs.map((ref) =>
      ref.startsWith('sid:')
        ? new EqualityFilter({ attribute: 'objectSid', value: ref.slice('sid:'.length) })
        : new EqualityFilter({ attribute: 'distinguishedName', value: ref }),
    );
    return new OrFilter({ filters });
  }

  /**
   * Whether the account sees what was deleted: some may see the folder and nothing in it, which looks as if nothing had
   * been deleted. Only a tombstone that is found, by the attributes needed, proves it.
   */
  private async seesTombstones(session: LdapSession, folder: string, showDeleted: Control): Promise<boolean> {
    const filters = [
      new EqualityFilter({ attribute: 'isDeleted', value: 'TRUE' }),
      new GreaterThanEqualsFilter({ attribute: 'uSNChanged', value: '1' }),
      new PresenceFilter({ attribute: 'objectGUID' }),
    ];
    const controls = [...this.controls, showDeleted, new PagedResultsControl({ value: { size: 1 } })];
    try {
      const filter = new AndFilter({ filters });
      const answer = await session.search({ base: folder, scope: 'one', filter, attributes: ['objectGUID'], controls });
      return answer.entries.some(({ attributes }) => attributes.length > 0);
    } catch (error) {
      if (error instanceof LdapResultError && INVISIBLE.has(error.code)) return false;
      throw incomplete(`Reading "${folder}"`, session.server.url, error);
    }
  }

  /** One entry, or none where it is not there or may not be seen. */
  private async base(session: LdapSession, dn: string, attributes: string[], controls: Control[]) {
    const filter = new PresenceFilter({ attribute: 'objectClass' });
    try {
      return (await session.search({ base: dn, scope: 'base', filter, attributes, controls })).entries;
    } catch (error) {
      if (error instanceof LdapResultError && INVISIBLE.has(error.code)) return [];
      throw incomplete(`Reading "${dn}"`, session.server.url, error);
    }
  }
}

function atLeast(attribute: string, from: Position): Filter {
  return new GreaterThanEqualsFilter({ attribute, value: String(BigInt(from.since) + 1n) });
}
