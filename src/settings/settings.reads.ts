import type { EntityManager } from 'typeorm';
import type { Settings } from '../../schema/settings';
import { forUpdate, rowsIn, type Database } from '../database';

/** The installation's settings as last committed. */
export async function readSettings(db: Database): Promise<Settings> {
  return required(await db.first<Settings>('SELECT * FROM settings WHERE id = 1'));
}

/**
 * The settings, locked until the transaction ends: what depends on a limit and a change of that limit wait for each
 * other. Lock them before clients.
 */
export async function lockSettings(em: EntityManager): Promise<Settings> {
  const [row] = await rowsIn<Settings>(em, `SELECT * FROM settings WHERE id = 1${forUpdate(em)}`);
  return required(row ?? null);
}

function required(row: Settings | null): Settings {
  if (!row) throw new Error('There are no settings: the first start was not completed.');
  return row;
}
