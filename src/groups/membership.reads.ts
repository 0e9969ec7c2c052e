import type { Page } from '../../schema/connection';
import type { PageArgs } from '../../schema/connection.input';
import type { MembershipVia } from '../../schema/enums';
import type { Membership } from '../../schema/membership';
import { inList, type Database } from '../database';
import { globalId, parseId } from '../ids';
import type { Shape, SortColumn, Sql } from '../paging';
import { fetchPages } from '../parented-pages';
import { userSearch } from '../users/user.reads';

/** A membership with the sort key of the list it was read for. */
export type MembershipRow = Membership & { nodeKey: number[]; sortName?: string; sortId: number };

export const MEMBERSHIP_COLUMNS = ['groupId', 'userId', 'via', 'pathIds', 'origin', 'position', 'callState', 'since']
  .map((column) => `m.${column}`)
  .join(', ');

export interface MembershipQuery {
  page: PageArgs;
  via?: MembershipVia[] | null;
  /** Members: prefix of their user id, names, e-mail or number. */
  search?: string | null;
  /** The viewer sees numbers and addresses masked: `search` does not match them. */
  masked?: boolean;
  /** Members as of this instant; null: now. */
  asOf?: number | null;
  /** What the viewer sees of the other side. */
  scope: Sql | null;
  shape?: Shape | undefined;
}

/** The members of some groups, in member order: one statement for all of them. */
export async function membersOfGroups(
  db: Database,
  groups: readonly number[],
  query: MembershipQuery,
): Promise<Map<number, Page<Membership>>> {
  const order: SortColumn<MembershipRow>[] = [
    { sql: 'm.position', of: (row) => row.position },
    { sql: 'm.userId', of: (row) => row.userId },
  ];
  const where = conditions(query);
  if (query.search) where.push(userSearch(query.search, query.masked ?? true));
  const table = membershipTable(query.asOf ?? null, 'groupId', groups);
  const from = `${table.sql}${query.search ? ' JOIN user u ON u.id = m.userId' : ''}`;
  const pages = await fetchPages<MembershipRow>(
    db,
    {
      select: MEMBERSHIP_COLUMNS,
      from,
      where: [...table.conditions, ...where],
      order,
      args: query.page,
      parent: 'm.groupId',
      shape: query.shape,
      ...(query.asOf === null || query.asOf === undefined ? { length: 'long' as const } : {}),
    },
    groups,
  );
  return query.shape ? pages : keyed(pages);
}

/** The memberships of some users, by name of the group: one statement for all of them. */
export async function membershipsOfUsers(
  db: Database,
  users: readonly number[],
  query: MembershipQuery,
): Promise<Map<number, Page<Membership>>> {
  const order: SortColumn<MembershipRow>[] = [
    { sql: 'g.nameKey', of: (row) => row.sortName ?? '' },
    { sql: 'g.id', of: (row) => row.sortId },
  ];
  const pages = await fetchPages<MembershipRow>(
    db,
    {
      select: `${MEMBERSHIP_COLUMNS}, g.nameKey AS sortName, g.id AS sortId`,
      from: 'membership m JOIN user_group g ON g.id = m.groupId',
      where: conditions(query),
      order,
      args: query.page,
      parent: 'm.userId',
      length: 'short',
      shape: query.shape,
    },
    users,
  );
  return query.shape ? pages : keyed(pages);
}

/** Memberships by their global ids. */
export async function membershipsByIds(db: Database, ids: readonly string[]): Promise<Map<string, Membership>> {
  const keys = ids.map((id) => parseId(id)?.key ?? []);
  const [groups, users] = [inList(keys.map(([group]) => group ?? 0)), inList(keys.map(([, user]) => user ?? 0))];
  const rows = await db.rows<MembershipRow>(
    `SELECT ${MEMBERSHIP_COLUMNS} FROM membership m WHERE m.groupId IN ${groups.sql} AND m.userId IN ${users.sql}`,
    [...groups.params, ...users.params],
  );
  return new Map(rows.map((row) => [globalId('Membership', row.groupId, row.userId), withKey(row)]));
}

/** One membership by its group and user, or null. */
export async function membershipByKey(db: Database, groupId: number, userId: number): Promise<Membership | null> {
  const row = await db.first<MembershipRow>(
    `SELECT ${MEMBERSHIP_COLUMNS} FROM membership m WHERE m.groupId = ? AND m.userId = ?`,
    [groupId, userId],
  );
  return row ? withKey(row) : null;
}

function conditions(query: MembershipQuery): Sql[] {
  const where: Sql[] = [];
  if (query.via) where.push({ sql: `m.via IN ${inList(query.via).sql}`, params: inList(query.via).params });
  if (query.scope) where.push(query.scope);
  return where;
}

/**
 * `membership` now, or its image at a past instant: what is held since before then and what has ended after it. The
 * parents are repeated inside, so that each half uses its index.
 */
function membershipTable(
  asOf: number | null,
  parent: string,
  parents: readonly number[],
): { sql: string; conditions: Sql[] } {
  if (asOf === null) return { sql: 'membership m', conditions: [] };
  const instant = Math.trunc(asOf);
  const list = parents.map((id) => Math.trunc(id)).join(',') || 'NULL';
  const columns = 'groupId, userId, via, pathIds, origin, position, since';
  const live = `SELECT ${columns}, callState FROM membership WHERE ${parent} IN (${list}) AND since <= ${instant}`;
  const ended = `SELECT ${columns}, 'LOGGED_IN' AS callState FROM membership_history WHERE ${parent} IN (${list}) AND since <= ${instant} AND until > ${instant}`;
  return { sql: `(${live} UNION ALL ${ended}) m`, conditions: [] };
}

function withKey(row: MembershipRow): MembershipRow {
  row.nodeKey = [row.groupId, row.userId];
  return row;
}

function keyed(pages: Map<number, Page<MembershipRow>>): Map<number, Page<Membership>> {
  for (const page of pages.values()) page.nodes.forEach(withKey);
  return pages;
}
