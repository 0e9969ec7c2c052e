import type { ConsistentReader } from '../consistent-read';
import { inList, type SqlValue } from '../database';
import { badInput } from '../errors';
import { csvLine } from './csv';
import type { GroupMembersQuery } from './report-parameters';

const COLUMNS = ['group', 'userId', 'displayName', 'email', 'via', 'path', 'origin', 'since'];
/** Rows a statement brings: what is in memory at a time. */
const PAGE = 5000;
/** Groups read together, as long as they have fewer members than a page. */
const MAX_GROUPS = 500;
/** Names of groups kept for paths. */
const MAX_NAMES = 20_000;

interface GroupRow {
  id: number;
  name: string;
  memberCount: number;
}

interface MemberRow {
  groupId: number;
  position: number;
  memberId: number;
  userId: string;
  displayName: string;
  email: string | null;
  via: string;
  pathIds: string | null;
  origin: string;
  since: number | string;
}

/**
 * The report of members as CSV, piece by piece: by key of the group, then in member order. At most one page of rows is in
 * memory, and nothing is read before the piece before was taken.
 * @param maskEmail how an address is shown to the viewer
 * @throws BAD_USER_INPUT naming `groupId` where there is no such group, before anything else
 */
export async function* groupMembersCsv(
  reader: ConsistentReader,
  query: GroupMembersQuery,
  maskEmail: (email: string) => string,
): AsyncGenerator<string> {
  const names = new GroupNames(reader);
  if (query.groupId !== null && !(await names.of([query.groupId])).has(query.groupId)) {
    throw badInput('groupId', 'There is no such group.');
  }
  yield csvLine(COLUMNS);
  for await (const groups of groupBatches(reader, query.groupId)) {
    const nameOf = new Map(groups.map((group) => [group.id, group.name]));
    for await (const rows of memberPages(reader, query, groups)) {
      const paths = await names.of(rows.flatMap(pathOf));
      yield rows
        .map((row) =>
          csvLine([
            nameOf.get(row.groupId) ?? null,
            row.userId,
            row.displayName,
            row.email === null ? null : maskEmail(row.email),
            row.via,
            pathOf(row)
              .map((id) => paths.get(id) ?? '')
              .join(' > '),
            row.origin,
            new Date(Number(row.since)).toISOString(),
          ]),
        )
        .join('');
    }
  }
}

function pathOf(row: MemberRow): number[] {
  return row.pathIds ? row.pathIds.split(',').map(Number) : [];
}

/** Groups by their keys, so many at a time as together have about one page of members. */
async function* groupBatches(reader: ConsistentReader, only: number | null): AsyncGenerator<GroupRow[]> {
  for (let last = only === null ? 0 : only - 1; ;) {
    const rows = await reader.rows<GroupRow>(
      `SELECT id, name, memberCount FROM user_group WHERE id > ? AND id <= ? ORDER BY id LIMIT ${MAX_GROUPS}`,
      [last, only ?? Number.MAX_SAFE_INTEGER],
    );
    let batch: GroupRow[] = [];
    let members = 0;
    for (const row of rows) {
      if (batch.length > 0 && members + row.memberCount > PAGE) {
        yield batch;
        [batch, members] = [[], 0];
      }
      batch.push(row);
      members += row.memberCount;
    }
    if (batch.length > 0) yield batch;
    if (rows.length < MAX_GROUPS) return;
    last = rows[rows.length - 1]?.id ?? last;
  }
}

/** Members of groups that follow each other, page by page; the key of a row is (group, position, user, since). */
async function* memberPages(
  reader: ConsistentReader,
  query: GroupMembersQuery,
  groups: readonly GroupRow[],
): AsyncGenerator<MemberRow[]> {
  const highest = groups[groups.length - 1]?.id ?? 0;
  let key = [groups[0]?.id ?? 0, -1, 0];
  for (;;) {
    const { sql, params } = pageStatement(query, key, highest);
    const rows = await reader.rows<MemberRow>(sql, params);
    if (rows.length > 0) yield rows;
    const last = rows[rows.length - 1];
    if (!last || rows.length < PAGE) return;
    key = [last.groupId, last.position, last.memberId];
  }
}

function pageStatement(
  { asOf, via }: GroupMembersQuery,
  [group = 0, position = 0, user = 0]: number[],
  highest: number,
): { sql: string; params: SqlValue[] } {
  const ways = via ? inList(via) : null;
  const within = 'groupId >= ? AND groupId <= ?';
  const columns = 'groupId, userId, via, pathIds, origin, position, since';
  const table =
    asOf === null
      ? 'membership'
      : `(SELECT ${columns} FROM membership WHERE ${within} AND since <= ? UNION ALL
          SELECT ${columns} FROM membership_history WHERE ${within} AND since <= ? AND until > ?)`;
  const tableParams = asOf === null ? [] : [group, highest, asOf, group, highest, asOf, asOf];
  return {
    sql: `SELECT m.groupId, m.position, m.userId AS memberId, u.userId, u.displayName, u.email, m.via, m.pathIds, m.origin, m.since
      FROM ${table} m JOIN user u ON u.id = m.userId
      WHERE m.groupId >= ? AND m.groupId <= ?
        AND (m.groupId > ? OR (m.groupId = ? AND (m.position > ? OR (m.position = ? AND m.userId > ?))))
        ${ways ? `AND m.via IN ${ways.sql}` : ''}
      ORDER BY m.groupId, m.position, m.userId LIMIT ${PAGE}`,
    params: [...tableParams, group, highest, group, group, position, position, user, ...(ways?.params ?? [])],
  };
}

/** Names of groups by their keys, of which the latest are kept. */
class GroupNames {
  private readonly names = new Map<number, string>();

  constructor(private readonly reader: ConsistentReader) {}

  async of(ids: readonly number[]): Promise<ReadonlyMap<number, string>> {
    const missing = [...new Set(ids)].filter((id) => !this.names.has(id));
    if (this.names.size + missing.length > MAX_NAMES) this.names.clear();
    const wanted = this.names.size === 0 ? [...new Set(ids)] : missing;
    for (let start = 0; start < wanted.length; start += 1000) {
      const among = inList(wanted.slice(start, start + 1000));
      const rows = await this.reader.rows<GroupRow>(
        `SELECT id, name FROM user_group WHERE id IN ${among.sql}`,
        among.params,
      );
      for (const row of rows) this.names.set(row.id, row.name);
    }
    return this.names;
  }
}
