import type { Client } from '../../schema/client';
import { ClientOrderField, SortDirection } from '../../schema/enums';
import type { ClientFilter, ClientOrder } from '../../schema/client.input';
import type { Page } from '../../schema/connection';
import type { PageArgs } from '../../schema/connection.input';
import { CLIENT_ROLES, toMask } from '../../schema/masks';
import { inList, type Database } from '../database';
import { keyOf } from '../ids';
import { fetchPage, type SortColumn, type Sql } from '../paging';
import { likePrefix } from '../text';
import { usernameKey } from './usernames';

/** The columns of a client as the API needs them, without the password hash; `c` is the table's alias everywhere. */
export const CLIENT_COLUMNS = [
  'id',
  'username',
  'usernameKey',
  'authType',
  'builtIn',
  'rolesMask',
  'permissionsMask',
  'maskAll',
  'maskDigits',
  'fallbackKind',
  'fallbackTimeoutSeconds',
  'fallbackNumber',
  'userId',
  'version',
  'createdAt',
  'updatedAt',
]
  .map((column) => `c.${column}`)
  .join(', ');

const byId: SortColumn<Client> = { sql: 'c.id', of: (row) => row.id };
const sortColumns: Record<ClientOrderField, SortColumn<Client>> = {
  USERNAME: { sql: 'c.usernameKey', of: (row) => row.usernameKey },
  CREATED_AT: { sql: 'c.createdAt', of: (row) => Number(row.createdAt) },
};

function clientOrder(order: ClientOrder | null): SortColumn<Client>[] {
  const descending = order?.direction === SortDirection.DESC;
  const column = sortColumns[order?.field ?? ClientOrderField.USERNAME];
  return [column, byId].map((one) => ({ ...one, descending }));
}

function clientConditions(filter: ClientFilter | null): Sql[] {
  const conditions: Sql[] = [];
  const add = (sql: string, ...params: (string | number)[]) => conditions.push({ sql, params });
  if (filter?.search) add("c.usernameKey LIKE ? ESCAPE '!'", likePrefix(usernameKey(filter.search)));
  if (filter?.role) add('(c.rolesMask & ?) <> 0', toMask([filter.role], CLIENT_ROLES));
  if (filter?.authType) add('c.authType = ?', filter.authType);
  if (filter?.assignedTo) {
    const groupId = keyOf('Group', filter.assignedTo) ?? 0;
    add('c.id IN (SELECT a.clientId FROM group_assignment a WHERE a.groupId = ?)', groupId);
  }
  return conditions;
}

/** Clients by filter; by username where no order is given. */
export function listClients(
  db: Database,
  filter: ClientFilter | null,
  order: ClientOrder | null,
  args: PageArgs,
): Promise<Page<Client>> {
  const where = clientConditions(filter);
  return fetchPage<Client>(db, { select: CLIENT_COLUMNS, from: 'client c', where, order: clientOrder(order), args });
}

export async function clientsByIds(db: Database, ids: readonly number[]): Promise<Map<number, Client>> {
  const among = inList(ids);
  const rows = await db.rows<Client>(`SELECT ${CLIENT_COLUMNS} FROM client c WHERE c.id IN ${among.sql}`, among.params);
  return new Map(rows.map((row) => [row.id, row]));
}

/** The client of each of some people; where several are linked to one, the oldest. */
export async function clientsOfUsers(db: Database, users: readonly number[]): Promise<Map<number, Client>> {
  const among = inList(users);
  const rows = await db.rows<Client>(
    `SELECT ${CLIENT_COLUMNS} FROM client c WHERE c.userId IN ${among.sql} ORDER BY c.id DESC`,
    among.params,
  );
  return new Map(rows.map((row) => [row.userId ?? 0, row]));
}
