import type { EntityManager } from 'typeorm';
import { chunks, type SqlValue } from '../src/database';

/** Values of one statement: SQLite takes 32,766, MariaDB's text protocol any number. */
const MAX_VALUES = 30_000;
const MAX_ROWS = 2_000;

export const isSqlite = (em: EntityManager): boolean => em.connection.options.type === 'better-sqlite3';

/** What a statement changed. */
export async function affected(em: EntityManager, sql: string, params: readonly SqlValue[] = []): Promise<number> {
  const runner = em.queryRunner;
  if (!runner) throw new Error('Only inside a transaction.');
  const result = await runner.query(sql, [...params], true);
  return Number(result.affected ?? 0);
}

/** Inserts rows by few statements of many rows. `tail` follows the values. */
export async function insertRows(
  em: EntityManager,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly SqlValue[])[],
  tail = '',
): Promise<void> {
  const size = Math.max(1, Math.min(MAX_ROWS, Math.floor(MAX_VALUES / columns.length)));
  const one = `(${columns.map(() => '?').join(',')})`;
  for (const part of chunks(rows, size)) {
    const values = new Array<string>(part.length).fill(one).join(',');
    await em.query(`INSERT INTO ${table} (${columns.join(', ')}) VALUES ${values}${tail}`, part.flat());
  }
}

/** A value that needs no escaping: a number, null, or a word of ours. */
export type Literal = number | string | null;

/**
 * Inserts rows of numbers and words of ours. MariaDB gets them written into the statement, which saves binding; SQLite
 * gets them bound, because it would keep every statement compiled.
 */
export async function insertLiterals(
  em: EntityManager,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly Literal[])[],
): Promise<void> {
  if (isSqlite(em)) return insertRows(em, table, columns, rows);
  for (const part of chunks(rows, 5_000)) {
    const values = part.map((row) => `(${row.map(literal).join(',')})`).join(',');
    await em.query(`INSERT INTO ${table} (${columns.join(', ')}) VALUES ${values}`);
  }
}

function literal(value: Literal): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number') return String(value);
  if (!/^[\w,]*$/.test(value)) throw new Error('A literal is not a word.');
  return `'${value}'`;
}

/** The end of an insert that replaces `columns` where the key exists. */
export function onConflict(em: EntityManager, key: readonly string[], columns: readonly string[]): string {
  return isSqlite(em)
    ? ` ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`
    : ` ON DUPLICATE KEY UPDATE ${columns.map((column) => `${column} = VALUES(${column})`).join(', ')}`;
}

/**
 * Keys of rows just inserted into a table with a generated `id` by one statement: consecutive in both databases (InnoDB
 * allots a simple multi-row insert at once), `auto_increment_increment` apart on a Galera cluster.
 */
export async function insertedIds(em: EntityManager, count: number): Promise<number[]> {
  if (isSqlite(em)) {
    const [row] = await em.query<{ id: number }[]>('SELECT last_insert_rowid() AS id');
    return Array.from({ length: count }, (_, index) => Number(row?.id) - count + 1 + index);
  }
  const [row] = await em.query<{ id: number; step: number }[]>(
    'SELECT LAST_INSERT_ID() AS id, @@auto_increment_increment AS step',
  );
  return Array.from({ length: count }, (_, index) => Number(row?.id) + index * Number(row?.step ?? 1));
}

/** A temporary table with rows, for the time of `work`: joins with it take a tenth of the time of long IN lists. */
export async function withTemporary<T>(
  em: EntityManager,
  name: string,
  definition: string,
  columns: readonly string[],
  rows: readonly (readonly Literal[])[],
  work: () => Promise<T>,
): Promise<T> {
  await em.query(`DROP ${isSqlite(em) ? '' : 'TEMPORARY '}TABLE IF EXISTS ${name}`);
  await em.query(`CREATE TEMPORARY TABLE ${name} (${definition})`);
  await insertLiterals(em, name, columns, rows);
  const result = await work();
  await em.query(`DROP ${isSqlite(em) ? '' : 'TEMPORARY '}TABLE ${name}`);
  return result;
}
