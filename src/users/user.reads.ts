import type { Page } from '../../schema/connection';
import type { PageArgs } from '../../schema/connection.input';
import { SortDirection, UserOrderField, UserState } from '../../schema/enums';
import type { User } from '../../schema/user';
import type { UserFilter, UserOrder } from '../../schema/user.input';
import { inList, type Database } from '../database';
import { keyOf } from '../ids';
import { fetchPage, type Shape, type SortColumn, type Sql } from '../paging';
import { fold, likePrefix, numberKey } from '../text';

/** The columns of a user as the API needs them; `u` is the table's alias everywhere. */
export const USER_COLUMNS = [
  'id',
  'userId',
  'userIdKey',
  'externalId',
  'origin',
  'sourceId',
  'state',
  'vanishedAt',
  'displayName',
  'displayNameKey',
  'firstName',
  'lastName',
  'email',
  'department',
  'departmentKey',
  'title',
  'telephoneNumber',
  'mobileNumber',
  'userPrincipalName',
  'primaryLineNumber',
  'primaryLineKind',
  'secondaryLineNumber',
  'secondaryLineKind',
  'managerId',
  'locked',
  'servicesSet',
  'servicesAllowed',
  'createdAt',
  'updatedAt',
]
  .map((column) => `u.${column}`)
  .join(', ');

const byId: SortColumn<User> = { sql: 'u.id', of: (row) => row.id };

const sortColumns: Record<UserOrderField, SortColumn<User>> = {
  DISPLAY_NAME: { sql: 'u.displayNameKey', of: (row) => row.displayNameKey },
  USER_ID: { sql: 'u.userIdKey', of: (row) => row.userIdKey },
  DEPARTMENT: { sql: 'u.departmentKey', of: (row) => row.departmentKey },
  UPDATED_AT: { sql: 'u.updatedAt', of: (row) => Number(row.updatedAt), isInstant: true },
};

/** The unique sort key of a list of users. */
export function userOrder(order?: UserOrder | null): SortColumn<User>[] {
  const descending = order?.direction === SortDirection.DESC;
  const column = sortColumns[order?.field ?? UserOrderField.DISPLAY_NAME];
  return [column, byId].map((one) => ({ ...one, descending }));
}

/**
 * What a filter means, as conditions on `u`. Ids of other types or of nothing match nobody.
 * @param masked the viewer sees numbers and addresses masked (`hidesContacts`): searches do not match them
 */
export function userConditions(filter: UserFilter | null | undefined, masked: boolean): Sql[] {
  const states = filter?.state ?? [UserState.ACTIVE, UserState.DISABLED];
  const conditions: Sql[] = [oneOf('u.state', states)];
  if (!filter) return conditions;
  if (filter.ids) conditions.push(oneOf('u.id', keys('User', filter.ids)));
  if (filter.origin) conditions.push(oneOf('u.origin', filter.origin));
  if (filter.department !== null && filter.department !== undefined) {
    conditions.push({ sql: 'u.departmentKey = ?', params: [fold(filter.department)] });
  }
  if (filter.sourceId) {
    const sourceId = keyOf('DirectorySource', filter.sourceId) ?? 0;
    conditions.push({
      sql: 'EXISTS (SELECT 1 FROM user_entry e WHERE e.userId = u.id AND e.sourceId = ?)',
      params: [sourceId],
    });
  }
  if (filter.memberOf) {
    const groupId = keyOf('Group', filter.memberOf) ?? 0;
    conditions.push({ sql: 'u.id IN (SELECT m.userId FROM membership m WHERE m.groupId = ?)', params: [groupId] });
  }
  if (filter.hasClient !== null && filter.hasClient !== undefined) {
    const not = filter.hasClient ? '' : 'NOT ';
    conditions.push({ sql: `${not}EXISTS (SELECT 1 FROM client c WHERE c.userId = u.id)`, params: [] });
  }
  if (filter.search) conditions.push(userSearch(filter.search, masked));
  return conditions;
}

/**
 * Prefix of user id, names, e-mail or number.
 * @param masked the viewer sees numbers and addresses masked (`hidesContacts`): they are not matched (XU35)
 */
export function userSearch(search: string, masked: boolean): Sql {
  const text = likePrefix(fold(search));
  const columns = ['userIdKey', 'displayNameKey', 'firstNameKey', 'lastNameKey', ...(masked ? [] : ['emailKey'])];
  const number = numberKey(search);
  const isNumber = !masked && number.length > 0 && /^[\d\s+()/.*#-]+$/.test(search);
  const numberColumns = isNumber ? ['telephoneKey', 'mobileKey'] : [];
  return {
    sql: [...columns, ...numberColumns].map((column) => `u.${column} LIKE ? ESCAPE '!'`).join(' OR '),
    params: [...columns.map(() => text), ...numberColumns.map(() => likePrefix(number))],
  };
}

export function listUsers(
  db: Database,
  filter: UserFilter | null | undefined,
  order: UserOrder | null | undefined,
  args: PageArgs,
  scope: Sql | null,
  masked: boolean,
  shape?: Shape,
): Promise<Page<User>> {
  const where = [...userConditions(filter, masked), ...(scope ? [scope] : [])];
  return fetchPage<User>(db, { select: USER_COLUMNS, from: 'user u', where, order: userOrder(order), args, shape });
}

/** Users by their keys, whatever their state. */
export async function usersByIds(db: Database, ids: readonly number[]): Promise<Map<number, User>> {
  const among = inList(ids);
  const rows = await db.rows<User>(`SELECT ${USER_COLUMNS} FROM user u WHERE u.id IN ${among.sql}`, among.params);
  return new Map(rows.map((row) => [row.id, row]));
}

/** Keys of the ids of one type; others are left out. */
export function keys(type: string, ids: readonly string[]): number[] {
  return ids.map((id) => keyOf(type, id)).filter((key): key is number => key !== null);
}

function oneOf(column: string, values: readonly (string | number)[]): Sql {
  const among = inList(values);
  return { sql: `${column} IN ${among.sql}`, params: among.params };
}
