import { IncompleteRead } from '../../source';
import type { AxlClient } from './client';
import { AxlFault, isTooLarge, smallerPage } from './faults';
import { plainUuid, returnedTags, type UcmMapping } from './users';
import { xmlText, type AxlRow } from './xml';

/** Display names asked for at once: a statement of 20 kB, well below Informix' limit of 64 kB. */
const NAMES_AT_ONCE = 500;
const NOT_FOUND = 5007;

/** Requests for users, rows and counts, with pages that shrink where the call manager finds them too large. */
export class UcmDirectory {
  private page: number;

  constructor(
    readonly axl: AxlClient,
    pageSize: number,
  ) {
    this.page = pageSize;
  }

  /** The release of the call manager, such as 14.0.1.13900(155). */
  async release(signal: AbortSignal): Promise<string> {
    const call = { operation: 'getCCMVersion', content: '', row: '' };
    return (await this.axl.call(call, signal)).values.version ?? 'unknown';
  }

  /**
   * One page of users from `skip` on, as many as fit. Fewer than asked is no end: only an empty page is.
   *
   * @throws AxlFault when even a single user is too large.
   */
  users(skip: number, mapping: UcmMapping, signal: AbortSignal, limit = Infinity): Promise<AxlRow[]> {
    return this.fitting(async (page) => {
      const content =
        `<searchCriteria><userid>%</userid></searchCriteria>${returnedTags('listUser', mapping)}` +
        `<skip>${skip}</skip><first>${Math.min(page, limit)}</first>`;
      return (await this.axl.call({ operation: 'listUser', content, row: 'user' }, signal)).rows;
    });
  }

  /** One user by uuid or by user id, with its display name; null where there is none. */
  async user(key: { uuid: string } | { userid: string }, mapping: UcmMapping, signal: AbortSignal) {
    const [name, value] = 'uuid' in key ? ['uuid', `{${key.uuid.toUpperCase()}}`] : ['userid', key.userid];
    const content = `<${name}>${xmlText(value)}</${name}>${returnedTags('getUser', mapping)}`;
    try {
      return (await this.axl.call({ operation: 'getUser', content, row: 'user' }, signal)).rows[0] ?? null;
    } catch (error) {
      if (error instanceof AxlFault && error.code === NOT_FOUND) return null;
      throw error;
    }
  }

  /** Display names by uuid, of those that have one. */
  async displayNames(uuids: string[], signal: AbortSignal): Promise<Map<string, string>> {
    const names = new Map<string, string>();
    for (let at = 0; at < uuids.length; at += NAMES_AT_ONCE) {
      const list = uuids.slice(at, at + NAMES_AT_ONCE).map((uuid) => `'${uuid}'`);
      const sql = `select pkid, displayname from enduser where pkid in (${list.join(',')}) order by pkid`;
      for (const row of await this.query(sql, signal)) {
        const uuid = plainUuid(row.pkid);
        if (uuid !== null && row.displayname) names.set(uuid, row.displayname);
      }
    }
    return names;
  }

  /** The number of rows of a table. */
  async count(table: 'enduser' | 'dirgroup' | 'enduserdirgroupmap', signal: AbortSignal): Promise<number> {
    const [row] = await this.query(`select count(*) from ${table}`, signal);
    const count = Number(Object.values(row ?? {})[0] ?? NaN);
    if (!Number.isInteger(count)) throw new IncompleteRead(`The call manager does not count its ${table} rows.`);
    return count;
  }

  /**
   * Every row of a table by ascending pkid, in pages that need no offset and lose nothing when rows vanish.
   *
   * @param factor how many times as many rows as users a page takes: rows of ids alone are short
   */
  async *table(columns: string, table: string, signal: AbortSignal, factor = 1): AsyncGenerator<AxlRow[]> {
    for (let after = ''; ;) {
      const where = after === '' ? '' : ` where pkid > '${after}'`;
      const rows = await this.fitting((page) =>
        this.query(`select first ${page * factor} ${columns} from ${table}${where} order by pkid`, signal),
      );
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows;
      const next = plainUuid(last.pkid);
      if (next === null || next <= after) throw new IncompleteRead(`The rows of ${table} are not in order.`);
      after = next;
    }
  }

  private async query(sql: string, signal: AbortSignal): Promise<AxlRow[]> {
    const content = `<sql>${xmlText(sql)}</sql>`;
    return (await this.axl.call({ operation: 'executeSQLQuery', content, row: 'row' }, signal)).rows;
  }

  private async fitting(ask: (page: number) => Promise<AxlRow[]>): Promise<AxlRow[]> {
    for (;;) {
      try {
        return await ask(this.page);
      } catch (error) {
        const smaller = isTooLarge(error) ? smallerPage(this.page, error) : null;
        if (smaller === null) throw error;
        this.page = smaller;
      }
    }
  }
}
