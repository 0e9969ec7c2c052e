import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import type { SqlValue } from '../src/database';
import { insertRows, isSqlite } from './sql';

/** Bytes of one packet of a load, and of what may wait to be sent. */
const CHUNK = 64 * 1024;
const MAX_WAITING = 1024 * 1024;
/** The server takes no files from clients: MySQL before 8, MySQL 8, MariaDB. */
const REFUSED = new Set([1148, 3948, 4166]);

interface Loaded {
  affectedRows: number;
  warningStatus: number;
}

/** As much of mysql2's connection as is needed here. */
interface LoadingConnection {
  stream: Socket;
  query(
    options: { sql: string; infileStreamFactory: () => Readable },
    done: (error: Error | null, result: Loaded) => void,
  ): void;
}

/**
 * Inserts very many rows: on MariaDB by LOAD DATA, streamed while the rows are made, which takes a third of the time of
 * INSERT statements; by those where the server takes no files from clients (`local_infile`), and on SQLite. `rows` is
 * gone through once, `count` is how many they are.
 *
 * @throws Error where not every row was stored as it is.
 */
export async function bulkInsert(
  em: EntityManager,
  table: string,
  columns: readonly string[],
  rows: Iterable<readonly SqlValue[]>,
  count: number,
): Promise<void> {
  if (count === 0) return;
  if (isSqlite(em) || !(await loadRows(em, table, columns, rows, count)))
    await insertRows(em, table, columns, [...rows]);
}

/** Only on MariaDB. @returns false where the server refuses; then nothing was read of `rows`. */
export async function loadRows(
  em: EntityManager,
  table: string,
  columns: readonly string[],
  rows: Iterable<readonly SqlValue[]>,
  count: number,
): Promise<boolean> {
  const connection = (await em.queryRunner?.connect()) as LoadingConnection;
  const sql = `LOAD DATA LOCAL INFILE 'rows' INTO TABLE ${table} CHARACTER SET utf8mb4 (${columns.join(', ')})`;
  const infileStreamFactory = () => Readable.from(packets(rows, connection.stream), { objectMode: false });
  try {
    const result = await new Promise<Loaded>((resolve, reject) =>
      connection.query({ sql, infileStreamFactory }, (error, loaded) => (error ? reject(error) : resolve(loaded))),
    );
    // LOCAL makes warnings of what an INSERT refuses: rows whose key exists, values that do not fit.
    if (result.affectedRows !== count || result.warningStatus > 0)
      throw new Error(
        `Of ${count} rows for ${table} ${result.affectedRows} were stored, ${result.warningStatus} warnings.`,
      );
    return true;
  } catch (error) {
    if (REFUSED.has((error as { errno?: number }).errno ?? 0)) return false;
    throw error;
  }
}

/** Rows in the form of LOAD DATA's defaults, no faster than the server takes them. */
async function* packets(rows: Iterable<readonly SqlValue[]>, socket: Socket): AsyncGenerator<Buffer> {
  let text = '';
  for (const row of rows) {
    let separator = '';
    for (const value of row) {
      text += separator + field(value);
      separator = '\t';
    }
    text += '\n';
    if (text.length < CHUNK) continue;
    yield Buffer.from(text);
    text = '';
    // The driver does not wait for its socket; and timers and other connections have their turn.
    if (socket.writableLength > MAX_WAITING) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
    else await setImmediate();
  }
  if (text !== '') yield Buffer.from(text);
}

const SPECIAL = /[\\\t\n\0]/g;
const ESCAPED: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\0': '\\0' };

function field(value: SqlValue): string {
  if (value === null) return '\\N';
  if (typeof value === 'string') return value.replace(SPECIAL, (character) => ESCAPED[character] ?? '');
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (Buffer.isBuffer(value)) throw new Error('Bytes are not loaded in bulk.');
  return String(value);
}

/**
 * Whether rows that are loaded get consecutive generated keys: InnoDB keeps the counter to one statement, but in the
 * interleaved mode that Galera clusters need.
 */
export async function hasConsecutiveKeys(em: EntityManager): Promise<boolean> {
  if (isSqlite(em)) return false;
  const [row] = await em.query<{ mode: number; step: number; isTaken: number }[]>(
    'SELECT @@innodb_autoinc_lock_mode AS mode, @@auto_increment_increment AS step, @@local_infile AS isTaken',
  );
  return Number(row?.mode) <= 1 && Number(row?.step) === 1 && Number(row?.isTaken) === 1;
}
