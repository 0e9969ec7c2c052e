import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataSource, type EntityMetadata, type TableColumnOptions, type TableOptions } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata';
import { entities } from '../schema';

/**
 * Writes `schema/migrations/0001-initial.ts` from the entities: tables as data, valid in MariaDB, MySQL and SQLite.
 * Only until the first release; from then on migrations are written by hand and appended.
 */
async function main(): Promise<void> {
  const source = await new DataSource({ type: 'better-sqlite3', database: ':memory:', entities }).initialize();
  const tables = source.entityMetadatas.map(tableOf);
  await source.destroy();
  const text = `import type { MigrationInterface, QueryRunner, TableOptions } from 'typeorm';
import { createTable } from './create-table';

const tables: TableOptions[] = ${listText(tables)};

/** All tables of the first version, without their foreign keys' order: each names only tables before it. */
export class Initial1700000000000 implements MigrationInterface {
  name = 'Initial1700000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables) await createTable(runner, table);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [...tables].reverse()) await runner.dropTable(table.name);
  }
}
`;
  writeFileSync(join(__dirname, '../schema/migrations/0001-initial.ts'), text);
}

/** One line a column, an index, a key. */
function listText(tables: TableOptions[]): string {
  const lines = (list: unknown[] = []) => list.map((entry) => `      ${JSON.stringify(entry)},\n`).join('');
  const text = tables.map(
    (table) =>
      `  {\n    name: '${table.name}',\n    columns: [\n${lines(table.columns)}    ],\n    indices: [\n${lines(table.indices)}    ],\n    foreignKeys: [\n${lines(table.foreignKeys)}    ],\n  },\n`,
  );
  return `[\n${text.join('')}]`;
}

function tableOf(metadata: EntityMetadata): TableOptions {
  return {
    name: metadata.tableName,
    columns: metadata.columns.map(columnOf),
    indices: metadata.indices.map((index) => ({
      name: index.name,
      columnNames: index.columns.map((column) => column.databaseName),
      ...(index.isUnique ? { isUnique: true } : {}),
    })),
    foreignKeys: metadata.foreignKeys.map((key) => ({
      name: key.name,
      columnNames: key.columnNames,
      referencedTableName: key.referencedEntityMetadata.tableName,
      referencedColumnNames: key.referencedColumnNames,
      onDelete: key.onDelete,
      onUpdate: key.onUpdate,
    })),
  };
}

function columnOf(column: ColumnMetadata): TableColumnOptions {
  return {
    name: column.databaseName,
    type: column.type === Number || column.type === 'int' ? 'integer' : String(column.type),
    ...(column.length ? { length: column.length } : {}),
    ...(column.isNullable ? { isNullable: true } : {}),
    ...(column.isPrimary ? { isPrimary: true } : {}),
    ...(column.isGenerated ? { isGenerated: true, generationStrategy: 'increment' } : {}),
    ...(column.default === undefined ? {} : { default: defaultOf(column.default) }),
  };
}

function defaultOf(value: unknown): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  return typeof value === 'number' ? String(value) : `'${String(value)}'`;
}

void main();
