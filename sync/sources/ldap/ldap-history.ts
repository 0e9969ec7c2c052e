import {
  AndFilter,
  EqualityFilter,
  type Filter,
  GreaterThanEqualsFilter,
  NotFilter,
  OrFilter,
  PagedResultsControl,
  PresenceFilter,
} from 'ldapts';

import { ResyncRequired } from '../../source';

import { changedSince, SYNC_REQUEST } from './content-sync';
import type { Position } from './cursor';
import { AttributeIndex, firstText, texts } from './entry';
import { incomplete, LdapResultError } from './failure';
import { parseFilter } from './filter';
import type { ChangedIds, History } from './history';
import { ID_ATTRIBUTES } from './ldap-dialect';
import { readPages } from './paging';
import { contextOf, readRootDse } from './root-dse';
import type { LdapSession } from './session';
import type { LdapSettings } from './settings';

/** Several servers that write: their changes arrive here later than their time says. */
const OVERLAP_SECONDS = 600;

/** So long the server's word for what is gone is taken. */
const SWEEP_AFTER_MS = 24 * 3600 * 1000;

/** A change sequence number (draft-chu-ldap-csn): time, count, server, modification. */
const CSN = /^\d{14}\.\d{6}Z#[0-9a-f]{6}#[0-9a-f]{3}#[0-9a-f]{6}$/i;

const UNIT_CLASSES = ['organizationalUnit', 'organization', 'locality', 'country'];
const BASE_ATTRIBUTES = [...ID_ATTRIBUTES, 'contextCSN'];

/**
 * OpenLDAP, 389 Directory Server and others. What is gone is told by OpenLDAP only, where it is set up to be replicated.
 * What changed is told
 * - where one server alone writes and says so (OpenLDAP's `contextCSN`), exactly, by `entryCSN`;
 * - else by `modifyTimestamp`, with an overlap for changes that come from other servers.
 *
 * The clock is the server's own: its newest change.
 */
export class LdapHistory implements History {
  readonly controls = [];
  /** Few servers have an index on every attribute of members: a search by them reads every group. */
  readonly maxHolderSearches = 1;
  /** With filters each search would cost OpenLDAP a look at the whole index of classes. */
  readonly findsNamesAlone = true;
  /** Each entry found costs a look at all names of its search, each search its own. */
  readonly refsAtOnce = 50;
  readonly maxLookedUp = 10_000;
  private isOpenLdap = false;

  constructor(private readonly settings: LdapSettings) {}

  async position(session: LdapSession): Promise<Position | null> {
    const base = contextOf(await readRootDse(session), this.settings.baseDn);
    const everything = new PresenceFilter({ attribute: 'objectClass' });
    const answer = await session
      .search({ base, scope: 'base', filter: everything, attributes: BASE_ATTRIBUTES })
      .catch((error: unknown) => {
        throw incomplete(`Reading "${base}"`, session.server.url, error);
      });
    const found = new AttributeIndex(BASE_ATTRIBUTES).of(answer.entries[0] ?? { dn: '', attributes: [] });
    const server = firstText(found[0]) ?? firstText(found[1]) ?? firstText(found[2]) ?? base;
    const sequenceNumbers = texts(found[3]);
    const [only] = sequenceNumbers;
    if (only !== undefined && sequenceNumbers.length === 1 && CSN.test(only)) {
      return { server, since: only, at: Date.now(), overlapSeconds: 0 };
    }
    const newest =
      sequenceNumbers
        .map((csn) => csn.slice(0, 14))
        .sort()
        .at(-1) ?? (await this.newestTime(session));
    if (newest === null || !/^\d{14}$/.test(newest)) return null;
    return { server, since: `${newest}Z`, at: Date.now(), overlapSeconds: OVERLAP_SECONDS };
  }

  verify(from: Position, now: Position): void {
    if (from.server !== now.server) throw new ResyncRequired('The directory is another one than before.');
    if (CSN.test(from.since) !== CSN.test(now.since)) {
      throw new ResyncRequired('The server tells its changes in another way than before.');
    }
    if (now.since < from.since) throw new ResyncRequired('The directory is behind its state at the last run.');
  }

  changed(from: Position): Filter {
    return CSN.test(from.since)
      ? after(from.since)
      : new GreaterThanEqualsFilter({ attribute: 'modifyTimestamp', value: shifted(from.since, -from.overlapSeconds) });
  }

  changedUnits(from: Position): Filter {
    const isExact = CSN.test(from.since);
    // Without overlap: the last change of a quiet directory would otherwise be found again and again.
    const moment = shifted(from.since, isExact ? 0 : 1);
    const units = UNIT_CLASSES.map((value) => new EqualityFilter({ attribute: 'objectClass', value }));
    return new AndFilter({
      filters: [
        isExact ? after(from.since) : new GreaterThanEqualsFilter({ attribute: 'modifyTimestamp', value: moment }),
        new NotFilter({ filter: new GreaterThanEqualsFilter({ attribute: 'createTimestamp', value: moment }) }),
        new OrFilter({ filters: units }),
      ],
    });
  }

  /**
   * By OpenLDAP's replication, where one base holds all that is read and entries are known by entryUUID. All the same the
   * ids are swept once a day: what an account may see can change without any entry's changing.
   */
  async changedIds(session: LdapSession, from: Position, now: Position): Promise<ChangedIds | null> {
    const { baseDn, userBaseDn, groupBaseDn } = this.settings;
    const root = await readRootDse(session);
    const base = contextOf(root, baseDn);
    const isOne = contextOf(root, userBaseDn) === base && contextOf(root, groupBaseDn) === base;
    if (!isOne || !CSN.test(from.since) || !root.controls.has(SYNC_REQUEST)) return null;
    if (now.at - (from.sweptAt ?? from.at) > SWEEP_AFTER_MS || (await this.hasOtherIds(session, base))) return null;
    // Asked even where the number has not moved: a base that nobody replicates may keep an old one for ever.
    const ids = await changedSince(session, base, from.since);
    if (ids === null) return null;
    this.isOpenLdap = true;
    return new Map([...ids].map((id) => [id, null]));
  }

  /** OpenLDAP finds an entry by its name as quickly as by an index. */
  byRefs(refs: string[]): Filter | null {
    if (!this.isOpenLdap) return null;
    const filters = refs.map((ref) =>
      ref.startsWith('uid:')
        ? new EqualityFilter({ attribute: 'uid', value: ref.slice('uid:'.length) })
        : new EqualityFilter({ attribute: 'entryDN', value: ref }),
    );
    return new OrFilter({ filters });
  }

  /** Whether any entry has, or may have, an id that comes before entryUUID. */
  private async hasOtherIds(session: LdapSession, base: string): Promise<boolean> {
    const [first = ''] = ID_ATTRIBUTES;
    const filter = new PresenceFilter({ attribute: first });
    const paging = new PagedResultsControl({ value: { size: 1 } });
    try {
      const answer = await session.search({ base, scope: 'sub', filter, attributes: ['1.1'], controls: [paging] });
      return answer.entries.length > 0;
    } catch (error) {
      if (error instanceof LdapResultError) return true;
      throw incomplete(`Looking for "${first}"`, session.server.url, error);
    }
  }

  private async newestTime(session: LdapSession): Promise<string | null> {
    const index = new AttributeIndex(['modifyTimestamp']);
    let newest: string | null = null;
    const { userBaseDn, groupBaseDn, userFilter, groupFilter, pageSize } = this.settings;
    const scopes = [
      { base: userBaseDn, filter: parseFilter(userFilter) },
      { base: groupBaseDn, filter: parseFilter(groupFilter) },
    ];
    for (const { base, filter } of scopes) {
      const step = 'Looking for the newest change';
      const pages = readPages(session, { step, base, scope: 'sub', filter, attributes: ['modifyTimestamp'], pageSize });
      for await (const page of pages) {
        for (const entry of page) {
          const time = firstText(index.of(entry)[0])?.slice(0, 14) ?? null;
          if (time !== null && (newest === null || time > newest)) newest = time;
        }
      }
    }
    return newest;
  }
}

/** Entries changed after a sequence number. */
function after(csn: string): Filter {
  const itself = new EqualityFilter({ attribute: 'entryCSN', value: csn });
  return new AndFilter({
    filters: [new GreaterThanEqualsFilter({ attribute: 'entryCSN', value: csn }), new NotFilter({ filter: itself })],
  });
}

/** A generalized time (RFC 4517 section 3.3.13, whole seconds, UTC) some seconds later. */
function shifted(time: string, seconds: number): string {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/.exec(time)?.slice(1).map(Number) ?? [];
  const [year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts;
  const moment = new Date(Date.UTC(year, month - 1, day, hour, minute, second) + seconds * 1000);
  return `${moment.toISOString().replace(/\D/g, '').slice(0, 14)}Z`;
}
