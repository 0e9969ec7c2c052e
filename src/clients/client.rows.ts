import type { EntityManager } from 'typeorm';
import type { Client } from '../../schema/client';
import { CLIENT_PERMISSIONS, CLIENT_ROLES, fromMask } from '../../schema/masks';
import { chunks, forUpdate, inList, rowsIn } from '../database';
import { badInput, notFound } from '../errors';
import { keyOf } from '../ids';
import { keys } from '../users/user.reads';
import { maskOf } from './client.presentation';

/** The client's row, locked until the transaction ends. @throws NOT_FOUND */
export async function lockClient(em: EntityManager, id: string): Promise<Client> {
  const key = keyOf('Client', id) ?? 0;
  const [row] = await rowsIn<Client>(em, `SELECT * FROM client WHERE id = ?${forUpdate(em)}`, [key]);
  if (!row) throw notFound('Client', 'id');
  return { ...row, builtIn: Boolean(row.builtIn), maskAll: Boolean(row.maskAll) };
}

/** Keys of the ids of one field, each once, in their order. @throws BAD_USER_INPUT where one is unknown. */
export async function requireAll(
  em: EntityManager,
  field: string,
  ids: readonly string[],
  type: 'Client' | 'Group' | 'User',
  suffix = '',
): Promise<number[]> {
  const table = { Client: 'client', Group: 'user_group', User: 'user' }[type];
  const wanted = [...new Set(keys(type, ids))];
  let found = 0;
  for (const part of chunks(
    [...wanted].sort((a, b) => a - b),
    1000,
  )) {
    const among = inList(part);
    const rows = await rowsIn(em, `SELECT id FROM ${table} WHERE id IN ${among.sql}${suffix}`, among.params);
    found += rows.length;
  }
  if (found !== wanted.length || wanted.length !== new Set(ids).size) {
    throw badInput(field, `${field} names a ${type.toLowerCase()} that does not exist.`);
  }
  return wanted;
}

/** A client as the audit log tells of it: no secrets. */
export function describeClient(row: Client): Record<string, unknown> {
  return {
    username: row.username,
    authType: row.authType,
    roles: fromMask(row.rolesMask, CLIENT_ROLES),
    permissions: fromMask(row.permissionsMask, CLIENT_PERMISSIONS),
    maskedDigits: maskOf(row),
    fallback: { kind: row.fallbackKind, timeoutSeconds: row.fallbackTimeoutSeconds, number: row.fallbackNumber },
    userId: row.userId,
  };
}
