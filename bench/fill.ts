import SqliteDatabase from 'better-sqlite3';
import { createConnection } from 'mysql2/promise';
import { Readable } from 'node:stream';
import { directoryTables, type DataSize, type TableRows } from './data';

/** Fills the migrated, empty tables behind a DATABASE_URL of either kind. Rows are the same for the same size. */
export function fillDatabase(url: string, size: DataSize): Promise<void> {
  return url.startsWith('sqlite:') ? fillSqlite(url.slice('sqlite:'.length), size) : fillMariadb(url, size);
}

/** LOAD DATA of generated lines: nothing is written to a file. */
async function fillMariadb(url: string, size: DataSize): Promise<void> {
  const connection = await createConnection(url.replace(/^mariadb:/, 'mysql:'));
  await connection.query("SET foreign_key_checks = 0, unique_checks = 0, autocommit = 0, sql_mode = ''");
  for (const rows of directoryTables(size)) {
    const columns = rows.columns.map((column) => `\`${column}\``).join(', ');
    await connection.query({
      sql: `LOAD DATA LOCAL INFILE 'rows' INTO TABLE \`${rows.table}\` CHARACTER SET utf8mb4 (${columns})`,
      infileStreamFactory: () => Readable.from(inBuffers(tabSeparated(rows))),
    });
    await connection.query('COMMIT');
  }
  await connection.query('UPDATE revision SET value = value + 1');
  await connection.query('COMMIT');
  await connection.query('ANALYZE TABLE user, user_group, membership');
  await connection.end();
}

/** Lines of values separated by tabs, in blocks of some 256 KiB: what LOAD DATA and COPY take. No value needs escaping. */
export function* tabSeparated({ rows }: TableRows): Generator<string> {
  let block = '';
  for (const row of rows) {
    block += `${row.join('\t')}\n`;
    if (block.length < 1 << 18) continue;
    yield block;
    block = '';
  }
  if (block) yield block;
}

function fillSqlite(path: string, size: DataSize): Promise<void> {
  const database = new SqliteDatabase(path);
  database.pragma('synchronous = OFF');
  database.pragma('foreign_keys = OFF');
  database.exec('BEGIN');
  for (const { table, columns, rows } of directoryTables(size)) {
    const names = columns.map((column) => `"${column}"`).join(', ');
    const values = columns.map(() => '?').join(', ');
    const statement = database.prepare(`INSERT INTO "${table}" (${names}) VALUES (${values})`);
    for (const row of rows) statement.run(...row);
  }
  database.exec('UPDATE revision SET value = value + 1; COMMIT; ANALYZE');
  database.close();
  return Promise.resolve();
}

function* inBuffers(blocks: Iterable<string>): Generator<Buffer> {
  for (const block of blocks) yield Buffer.from(block);
}
