import type { AssignmentKind } from '../../schema/client.enums';
import type { GroupAssignment } from '../../schema/client';
import type { Page } from '../../schema/connection';
import type { PageArgs } from '../../schema/connection.input';
import type { User } from '../../schema/user';
import { inList, type Database } from '../database';
import type { SortColumn, Sql } from '../paging';
import { fetchPages } from '../parented-pages';
import { USER_COLUMNS, userOrder, userSearch } from '../users/user.reads';

const COLUMNS = 'a.id, a.clientId, a.groupId, a.kind, a.createdAt';

/** An assignment with the sort key of the list it was read for. */
type AssignmentRow = GroupAssignment & { sortName: string };

const order = (column: string): SortColumn<AssignmentRow>[] => [
  { sql: column, of: (row) => row.sortName },
  { sql: 'a.id', of: (row) => row.id },
];

function ofKind(kind: AssignmentKind | null): Sql[] {
  return kind === null ? [] : [{ sql: 'a.kind = ?', params: [kind] }];
}

/** The groups of some clients by name, without vanished ones: one statement for all of them. */
export function assignmentsOfClients(
  db: Database,
  clients: readonly number[],
  query: { kind: AssignmentKind | null; page: PageArgs },
): Promise<Map<number, Page<GroupAssignment>>> {
  return fetchPages<AssignmentRow>(
    db,
    {
      select: `${COLUMNS}, g.nameKey AS sortName`,
      from: 'group_assignment a JOIN user_group g ON g.id = a.groupId',
      where: [{ sql: 'g.vanishedAt IS NULL', params: [] }, ...ofKind(query.kind)],
      order: order('g.nameKey'),
      args: query.page,
      parent: 'a.clientId',
    },
    clients,
  );
}

/** The clients of some groups by username. @param only the one client that may be shown; null: all. */
export function assignmentsOfGroups(
  db: Database,
  groups: readonly number[],
  query: { kind: AssignmentKind | null; page: PageArgs; only: number | null },
): Promise<Map<number, Page<GroupAssignment>>> {
  const only = query.only === null ? [] : [{ sql: 'a.clientId = ?', params: [query.only] }];
  return fetchPages<AssignmentRow>(
    db,
    {
      select: `${COLUMNS}, c.usernameKey AS sortName`,
      from: 'group_assignment a JOIN client c ON c.id = a.clientId',
      where: [...ofKind(query.kind), ...only],
      order: order('c.usernameKey'),
      args: query.page,
      parent: 'a.groupId',
    },
    groups,
  );
}

export async function assignmentsByIds(db: Database, ids: readonly number[]): Promise<Map<number, GroupAssignment>> {
  const among = inList(ids);
  const sql = `SELECT ${COLUMNS} FROM group_assignment a WHERE a.id IN ${among.sql}`;
  const rows = await db.rows<GroupAssignment>(sql, among.params);
  return new Map(rows.map((row) => [row.id, row]));
}

/**
 * The panes of some clients: the people of all their groups, each once, by name, whether they own the group or are
 * assigned to it and whether the group's settings are active or not (C3, C5, C37). One statement for all clients.
 */
export function panesOfClients(
  db: Database,
  clients: readonly number[],
  query: { search: string | null; page: PageArgs },
): Promise<Map<number, Page<User>>> {
  const list = clients.map((id) => Math.trunc(id)).join(',');
  const pane = `(SELECT DISTINCT a.clientId, m.userId FROM group_assignment a
    JOIN user_group g ON g.id = a.groupId AND g.vanishedAt IS NULL
    JOIN membership m ON m.groupId = a.groupId WHERE a.clientId IN (${list}))`;
  const where: Sql[] = [{ sql: "u.state <> 'VANISHED'", params: [] }];
  if (query.search) where.push(userSearch(query.search, false));
  return fetchPages<User>(
    db,
    {
      select: USER_COLUMNS,
      from: `${pane} pane JOIN user u ON u.id = pane.userId`,
      where,
      order: userOrder(),
      args: query.page,
      parent: 'pane.clientId',
    },
    clients,
  );
}
