import { type QueryRunner, Table, type TableOptions } from 'typeorm';

/**
 * Creates a table whose text compares byte by byte, as SQLite's does: folded key columns make searches and orders the
 * same in every database.
 */
export async function createTable(runner: QueryRunner, table: TableOptions): Promise<void> {
  await runner.createTable(new Table(table));
  if (runner.connection.options.type === 'better-sqlite3') return;
  await runner.query(`ALTER TABLE \`${table.name}\` CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
}
