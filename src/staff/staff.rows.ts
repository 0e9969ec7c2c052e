import type { EntityManager } from 'typeorm';
import type { StaffUser } from '../../schema/staff-user';
import { chunks, forUpdate, inList, rowsIn } from '../database';
import { badInput, notFound } from '../errors';
import { globalId, keyOf } from '../ids';

/** The staff user's row, locked until the transaction ends. @throws NOT_FOUND */
export async function lockStaffUser(em: EntityManager, id: string, field = 'id'): Promise<StaffUser> {
  const key = keyOf('StaffUser', id);
  const [row] =
    key === null ? [] : await rowsIn<StaffUser>(em, `SELECT * FROM staff_user WHERE id = ?${forUpdate(em)}`, [key]);
  if (!row) throw notFound('Staff user', field);
  return row;
}

/**
 * Lets one transaction at a time choose what is unique among staff (username, e-mail, extension), so that what it found
 * free is still free when it writes.
 */
export async function takeStaffTurn(em: EntityManager): Promise<void> {
  await rowsIn(em, `SELECT id FROM settings WHERE id = 1${forUpdate(em)}`);
}

/**
 * Keys of rows of one type, each once, in the order given.
 * @throws BAD_USER_INPUT naming the field where one does not exist.
 */
export async function existingKeys(
  em: EntityManager,
  type: 'Queue' | 'Agent',
  ids: readonly string[],
  field: string,
): Promise<number[]> {
  const wanted = [...new Set(ids)].map((id) => keyOf(type, id));
  const known: number[] = [];
  for (const part of chunks(
    wanted.filter((key) => key !== null),
    1000,
  )) {
    const among = inList(part);
    const table = type === 'Queue' ? 'queue' : 'agent';
    const rows = await rowsIn<{ id: number }>(em, `SELECT id FROM ${table} WHERE id IN ${among.sql}`, among.params);
    known.push(...rows.map((row) => row.id));
  }
  if (known.length !== wanted.length) throw badInput(field, `${field} names something that does not exist.`);
  return wanted.filter((key) => key !== null);
}

/** The tables that say which rows belong to which others, with the column of the owner and that of what it has. */
const LINKS = {
  staff_user_queue: ['staffUserId', 'queueId'],
  user_profile_queue: ['userProfileId', 'queueId'],
  queue_agent: ['queueId', 'agentId'],
} as const;

/** Lets one owner have exactly these others. */
export async function replaceLinks(
  em: EntityManager,
  table: keyof typeof LINKS,
  owner: number,
  others: readonly number[],
): Promise<void> {
  const [ownerColumn, otherColumn] = LINKS[table];
  await em.query(`DELETE FROM ${table} WHERE ${ownerColumn} = ?`, [owner]);
  for (const part of chunks(others, 500)) {
    await em.query(
      `INSERT INTO ${table} (${ownerColumn}, ${otherColumn}) VALUES ${part.map(() => '(?,?)').join(',')}`,
      part.flatMap((other) => [owner, other]),
    );
  }
}

/** Keys as the audit log names them. */
export function globalIds(type: 'Queue' | 'Agent', keys: readonly number[]): string[] {
  return keys.map((key) => globalId(type, key));
}
