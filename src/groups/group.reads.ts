import type { Page } from '../../schema/connection';
import type { PageArgs } from '../../schema/connection.input';
import { GroupOrderField, SortDirection } from '../../schema/enums';
import type { Group } from '../../schema/group';
import type { GroupFilter, GroupOrder } from '../../schema/group.input';
import { GROUP_FLAGS, toMask } from '../../schema/masks';
import { inList, type Database } from '../database';
import { keyOf } from '../ids';
import { fetchPage, type Shape, type SortColumn, type Sql } from '../paging';
import { fold, likePrefix } from '../text';
import { keys } from '../users/user.reads';

/** The columns of a group; `g` is the table's alias everywhere. */
export const GROUP_COLUMNS = [
  'id',
  'name',
  'nameKey',
  'description',
  'origin',
  'sourceId',
  'externalId',
  'vanishedAt',
  'settingsActive',
  'leaderId',
  'deputyId',
  'memberRights',
  'leaderRights',
  'lineNumber',
  'lineRights',
  'servicesMask',
  'flagsMask',
  'callMode',
  'callNumber',
  'callStrategy',
  'callStepSeconds',
  'memberCount',
  'version',
]
  .map((column) => `g.${column}`)
  .join(', ');

const sortColumns: Record<GroupOrderField, SortColumn<Group>> = {
  NAME: { sql: 'g.nameKey', of: (row) => row.nameKey },
  MEMBER_COUNT: { sql: 'g.memberCount', of: (row) => row.memberCount },
};

export function groupOrder(order?: GroupOrder | null): SortColumn<Group>[] {
  const descending = order?.direction === SortDirection.DESC;
  const byId: SortColumn<Group> = { sql: 'g.id', of: (row) => row.id };
  return [sortColumns[order?.field ?? GroupOrderField.NAME], byId].map((one) => ({ ...one, descending }));
}

export function groupConditions(filter: GroupFilter | null | undefined): Sql[] {
  const conditions: Sql[] = [{ sql: `g.vanishedAt IS ${filter?.vanished ? 'NOT NULL' : 'NULL'}`, params: [] }];
  if (!filter) return conditions;
  const add = (sql: string, ...params: (string | number)[]) => conditions.push({ sql, params });
  if (filter.ids) add(`g.id IN ${inList(keys('Group', filter.ids)).sql}`, ...inList(keys('Group', filter.ids)).params);
  if (filter.origin) add(`g.origin IN ${inList(filter.origin).sql}`, ...inList(filter.origin).params);
  if (filter.sourceId) add('g.sourceId = ?', keyOf('DirectorySource', filter.sourceId) ?? 0);
  if (filter.empty !== null && filter.empty !== undefined)
    add(filter.empty ? 'g.memberCount = 0' : 'g.memberCount > 0');
  if (filter.callGroupMode) add('g.callMode = ?', filter.callGroupMode);
  if (filter.flag) add('(g.flagsMask & ?) <> 0', toMask([filter.flag], GROUP_FLAGS));
  if (filter.search) add("g.nameKey LIKE ? ESCAPE '!'", likePrefix(fold(filter.search)));
  return conditions;
}

export function listGroups(
  db: Database,
  filter: GroupFilter | null | undefined,
  order: GroupOrder | null | undefined,
  args: PageArgs,
  scope: Sql | null,
  shape?: Shape,
): Promise<Page<Group>> {
  const where = [...groupConditions(filter), ...(scope ? [scope] : [])];
  const select = GROUP_COLUMNS;
  return fetchPage<Group>(db, { select, from: 'user_group g', where, order: groupOrder(order), args, shape });
}

export async function groupsByIds(db: Database, ids: readonly number[]): Promise<Map<number, Group>> {
  const among = inList(ids);
  const rows = await db.rows<Group>(
    `SELECT ${GROUP_COLUMNS} FROM user_group g WHERE g.id IN ${among.sql}`,
    among.params,
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** The groups directly inside each of some groups, by name; vanished ones are left out. */
export async function subgroupsOf(db: Database, parents: readonly number[]): Promise<Map<number, Group[]>> {
  const among = inList(parents);
  const rows = await db.rows<Group & { parentKey: number }>(
    `SELECT ${GROUP_COLUMNS}, n.parentId AS parentKey FROM group_nesting n JOIN user_group g ON g.id = n.childId
     WHERE n.parentId IN ${among.sql} AND g.vanishedAt IS NULL ORDER BY g.nameKey, g.id`,
    among.params,
  );
  const result = new Map<number, Group[]>(parents.map((parent) => [parent, []]));
  for (const row of rows) result.get(row.parentKey)?.push(row);
  return result;
}
