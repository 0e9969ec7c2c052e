import type { Endpoint } from '../../schema/endpoint';
import { inList, type Database } from '../database';

const COLUMNS = 'id, userId, name, kind, enabled, gsmMode';

/** The endpoints of each of some people, in the order in which they were added. */
export async function endpointsOfUsers(db: Database, users: readonly number[]): Promise<Map<number, Endpoint[]>> {
  const among = inList(users);
  const rows = await db.rows<Endpoint>(
    `SELECT ${COLUMNS} FROM endpoint WHERE userId IN ${among.sql} ORDER BY id`,
    among.params,
  );
  const result = new Map<number, Endpoint[]>(users.map((user) => [user, []]));
  for (const row of rows) result.get(row.userId)?.push(row);
  return result;
}

/** Endpoints by their keys. */
export async function endpointsByIds(db: Database, ids: readonly number[]): Promise<Map<number, Endpoint>> {
  const among = inList(ids);
  const rows = await db.rows<Endpoint>(`SELECT ${COLUMNS} FROM endpoint WHERE id IN ${among.sql}`, among.params);
  return new Map(rows.map((row) => [row.id, row]));
}
