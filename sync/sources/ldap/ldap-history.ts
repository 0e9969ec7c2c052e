import {
  AndFilter,
  EqualityFilter,
  type Filter,
  GreaterThanEqualsFilter,
  NotFilter,
  OrFilter,
  PresenceFilter,
} from 'ldapts';

import { ResyncRequired } from '../../source';

import type { Position } from './cursor';
import { AttributeIndex, firstText, texts } from './entry';
import { incomplete } from './failure';
import { parseFilter } from './filter';
import type { History } from './history';
import { ID_ATTRIBUTES } from './ldap-dialect';
import { readPages } from './paging';
import { contextOf, readRootDse } from './root-dse';
import type { LdapSession } from './session';
import type { LdapSettings } from './settings';

/** Changes are committed in the order of their time on one server; across several they arrive late. */
const OVERLAP_SECONDS = 2;
const OVERLAP_OF_SEVERAL_SECONDS = 600;

const UNIT_CLASSES = ['organizationalUnit', 'organization', 'locality', 'country'];
const BASE_ATTRIBUTES = [...ID_ATTRIBUTES, 'contextCSN'];

/**
 * OpenLDAP, 389 Directory Server and others: `modifyTimestamp` tells what changed, nothing tells what is gone.
 *
 * The server's own clock counts: the newest change that OpenLDAP has (`contextCSN`), else the newest `modifyTimestamp`
 * of all entries.
 */
export class LdapHistory implements History {
  readonly controls = [];

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
    // A CSN (draft-chu-ldap-csn) begins with its time: 20261124183005.123456Z#…
    const newest =
      sequenceNumbers
        .map((csn) => csn.slice(0, 14))
        .sort()
        .at(-1) ?? (await this.newestTime(session));
    if (newest === null || !/^\d{14}$/.test(newest)) return null;
    const overlapSeconds = sequenceNumbers.length === 1 ? OVERLAP_SECONDS : OVERLAP_OF_SEVERAL_SECONDS;
    return { server, since: `${newest}Z`, at: Date.now(), overlapSeconds };
  }

  verify(from: Position, now: Position): void {
    if (from.server !== now.server) throw new ResyncRequired('The directory is another one than before.');
    if (now.since < from.since) throw new ResyncRequired('The directory is behind its state at the last run.');
  }

  changed(from: Position): Filter {
    return new GreaterThanEqualsFilter({
      attribute: 'modifyTimestamp',
      value: shifted(from.since, -from.overlapSeconds),
    });
  }

  changedUnits(from: Position): Filter {
    // Without overlap: the last change of a quiet directory would otherwise be found again and again.
    const after = shifted(from.since, 1);
    const units = UNIT_CLASSES.map((value) => new EqualityFilter({ attribute: 'objectClass', value }));
    return new AndFilter({
      filters: [
        new GreaterThanEqualsFilter({ attribute: 'modifyTimestamp', value: after }),
        new NotFilter({ filter: new GreaterThanEqualsFilter({ attribute: 'createTimestamp', value: after }) }),
        new OrFilter({ filters: units }),
      ],
    });
  }

  changedIds(): Promise<null> {
    return Promise.resolve(null);
  }

  byRefs(): null {
    return null;
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

/** A generalized time (RFC 4517 section 3.3.13, whole seconds, UTC) some seconds later. */
function shifted(time: string, seconds: number): string {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/.exec(time)?.slice(1).map(Number) ?? [];
  const [year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts;
  const moment = new Date(Date.UTC(year, month - 1, day, hour, minute, second) + seconds * 1000);
  return `${moment.toISOString().replace(/\D/g, '').slice(0, 14)}Z`;
}
