import type { EntityMetadata } from 'typeorm';
import { chunks, inList, type Row, type SqlValue } from '../src/database';
import type { ApplyContext } from './apply-context';
import { changePages } from './change-rows';
import { insertRows } from './sql';

/** What a purge takes with it: whole rows that are deleted, or columns that lose their value. */
interface LostBody {
  table: string;
  rows: Row[];
  /** Columns of the key, where rows stay and only lose columns. */
  key?: string[];
}

const BODY_BYTES = 40_000;
/** A group without a leader has no deputy and no rights of one either (E37). */
const LOST_WITH_LEADER = ['leaderId', 'deputyId', 'leaderRights'];

/**
 * Writes down what deleting rows deletes with them, whatever table it is in, so that `revertSync` can bring all of it
 * back: rows whose foreign key says CASCADE, and theirs; columns whose foreign key says SET NULL.
 */
export async function rememberLost(context: ApplyContext, table: string, ids: readonly number[]): Promise<void> {
  const found: LostBody[] = [];
  for (const part of chunks(ids, 500)) await collect(context, table, 'id', part, found, new Set());
  const [last] = await context.em.query<{ seq: number }[]>('SELECT MAX(seq) AS seq FROM sync_change WHERE runId = ?', [
    context.run.id,
  ]);
  let seq = Number(last?.seq ?? 0);
  const rows = found
    .flatMap(split)
    .map((body): SqlValue[] => [context.run.id, ++seq, 'LOST', 'PURGE', '', '', JSON.stringify(body)]);
  await insertRows(context.em, 'sync_change', ['runId', 'seq', 'kind', 'action', 'externalId', 'label', 'body'], rows);
}

async function collect(
  context: ApplyContext,
  table: string,
  column: string,
  values: readonly SqlValue[],
  found: LostBody[],
  path: Set<string>,
): Promise<void> {
  if (values.length === 0 || path.has(table)) return;
  const { em } = context;
  const among = inList(values);
  const rows = await em.query<Row[]>(
    `SELECT * FROM ${em.connection.driver.escape(table)} WHERE ${column} IN ${among.sql}`,
    among.params,
  );
  if (rows.length === 0) return;
  found.push({ table, rows: rows.map(encoded) });
  const deeper = new Set([...path, table]);
  for (const metadata of em.connection.entityMetadatas) {
    for (const key of metadata.foreignKeys) {
      if (key.referencedEntityMetadata.tableName !== table) continue;
      const [own, referenced] = [key.columnNames[0] ?? '', key.referencedColumnNames[0] ?? 'id'];
      const keys = rows.map((row) => row[referenced] as SqlValue);
      if (key.onDelete === 'CASCADE') await collect(context, metadata.tableName, own, keys, found, deeper);
      else if (key.onDelete === 'SET NULL') await collectColumn(context, metadata, own, keys, found);
    }
  }
}

async function collectColumn(
  { em }: ApplyContext,
  metadata: EntityMetadata,
  column: string,
  values: readonly SqlValue[],
  found: LostBody[],
): Promise<void> {
  const key = metadata.primaryColumns.map((one) => one.databaseName);
  const columns = metadata.tableName === 'user_group' && column === 'leaderId' ? LOST_WITH_LEADER : [column];
  const among = inList(values);
  const table = em.connection.driver.escape(metadata.tableName);
  const rows = await em.query<Row[]>(
    `SELECT ${[...key, ...columns].join(', ')} FROM ${table} WHERE ${column} IN ${among.sql}`,
    among.params,
  );
  if (rows.length > 0) found.push({ table: metadata.tableName, rows, key });
}

/** Brings back what purges of the run took: rows in the order in which they depend on each other, then columns. */
export async function restoreLost(context: ApplyContext): Promise<void> {
  const { em, run } = context;
  const columns: LostBody[] = [];
  for await (const page of changePages<LostBody>(em, run.id, 'LOST', 'PURGE', 50)) {
    for (const { body } of page) {
      if (body.key) columns.push(body);
      else await insertBack(context, body);
    }
  }
  for (const body of columns) await fillBack(context, body);
}

async function insertBack({ em }: ApplyContext, { table, rows }: LostBody): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const names = Object.keys(first);
  const values = rows.map((row) => names.map((name) => decoded(row[name])));
  await insertRows(
    em,
    em.connection.driver.escape(table),
    names.map((name) => em.connection.driver.escape(name)),
    values,
  );
}

/** Only where nobody has put anything else there meanwhile. */
async function fillBack({ em }: ApplyContext, { table, rows, key = [] }: LostBody): Promise<void> {
  for (const row of rows) {
    const columns = Object.keys(row).filter((name) => !key.includes(name));
    const [reference = ''] = columns;
    await em.query(
      `UPDATE ${em.connection.driver.escape(table)} SET ${columns.map((name) => `${name} = ?`).join(', ')}
       WHERE ${key.map((name) => `${name} = ?`).join(' AND ')} AND ${reference} IS NULL`,
      [...columns.map((name) => row[name]), ...key.map((name) => row[name])],
    );
  }
}

function split(body: LostBody): LostBody[] {
  const parts: LostBody[] = [];
  let [rows, bytes] = [[] as Row[], 0];
  for (const row of body.rows) {
    const size = Buffer.byteLength(JSON.stringify(row));
    if (rows.length > 0 && bytes + size > BODY_BYTES) {
      parts.push({ ...body, rows });
      [rows, bytes] = [[], 0];
    }
    rows.push(row);
    bytes += size;
  }
  return rows.length > 0 ? [...parts, { ...body, rows }] : parts;
}

function encoded(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      Buffer.isBuffer(value) ? { base64: value.toString('base64') } : value,
    ]),
  );
}

function decoded(value: unknown): SqlValue {
  if (value !== null && typeof value === 'object' && 'base64' in value)
    return Buffer.from(String(value.base64), 'base64');
  return value as SqlValue;
}
