import type { Page } from '../schema/connection';
import type { PageArgs } from '../schema/connection.input';
import type { Database, SqlValue } from './database';
import { badInput } from './errors';

export const DEFAULT_PAGE = 50;
export const MAX_PAGE = 1000;

/** One column of a sort key. Together the columns of a keyset must be unique, and none may be null. */
export interface SortColumn<T> {
  sql: string;
  of(row: T): string | number;
  /** Of a column of BIGINT, which drivers may give as text. */
  isInstant?: boolean;
  descending?: boolean;
}

/** A piece of SQL with its values. */
export interface Sql {
  sql: string;
  params: readonly SqlValue[];
}

/** What is read of each row in place of the columns of its noun: rows are arrays then. */
export interface Shape {
  /** `u.id`, `j1.name`, … */
  columns: readonly string[];
  /** ` LEFT JOIN user j1 ON …` */
  joins: string;
  /** Whether cursors are made of the rows: they need the columns of the order. */
  hasCursors: boolean;
}

export interface ListQuery<T> {
  /** `u.id, u.userId` */
  select: string;
  /** `user u JOIN …` */
  from: string;
  where: Sql[];
  order: SortColumn<T>[];
  args: PageArgs;
  shape?: Shape | undefined;
}

export interface Paging {
  limit: number;
  backward: boolean;
  after: (string | number)[] | null;
  before: (string | number)[] | null;
}

/**
 * Checks Relay's paging arguments.
 * @throws BAD_USER_INPUT naming `first`, `last`, `after` or `before`.
 */
export function resolvePaging(args: PageArgs, keyLength: number): Paging {
  for (const name of ['first', 'last'] as const) {
    const value = args[name];
    if (value === null || value === undefined) continue;
    if (value < 0) throw badInput(name, `${name} must not be negative.`);
    if (value > MAX_PAGE) throw badInput(name, `${name} must be at most ${MAX_PAGE}.`);
  }
  const isSet = (value: unknown) => value !== null && value !== undefined;
  if (isSet(args.first) && isSet(args.last)) throw badInput('last', 'Give first or last, not both.');
  const backward = isSet(args.last);
  return {
    limit: args.last ?? args.first ?? DEFAULT_PAGE,
    backward,
    after: decodeCursor('after', args.after, keyLength),
    before: decodeCursor('before', args.before, keyLength),
  };
}

export function encodeCursor(values: (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

function decodeCursor(field: string, cursor: string | null | undefined, keyLength: number): (string | number)[] | null {
  if (cursor === null || cursor === undefined) return null;
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(values) && values.length === keyLength && values.every(isKeyValue)) return values;
  } catch {
    // Falls through to the error below: what was wrong inside is of no use to the caller.
  }
  throw badInput(field, `${field} is not a cursor of this list.`);
}

function isKeyValue(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

/** One page of a list: one statement, and one more if the total is asked for. */
export async function fetchPage<T extends object>(db: Database, query: ListQuery<T>): Promise<Page<T>> {
  const paging = resolvePaging(query.args, query.order.length);
  const conditions = [...query.where, ...cursorConditions(query.order, paging)];
  const sql = `SELECT ${selectOf(query)} FROM ${query.from}${query.shape?.joins ?? ''}${whereClause(conditions)} ORDER BY ${orderBy(query.order, paging.backward)} LIMIT ${paging.limit + 1}`;
  const params = conditions.flatMap((condition) => [...condition.params]);
  const rows = await readRows(db, query, sql, params);
  return pageOf(rows, paging, orderOf(query), () => countRows(db, query));
}

export function readRows<T>(
  db: Database,
  { shape }: ListQuery<T>,
  sql: string,
  params: readonly SqlValue[],
): Promise<T[]> {
  return shape ? (db.arrays(sql, params) as Promise<T[]>) : db.rows<T>(sql, params);
}

export function selectOf<T>({ select, order, shape }: ListQuery<T>): string {
  if (!shape) return select;
  const columns = [...shape.columns, ...(shape.hasCursors ? order.map(({ sql }) => sql) : [])];
  return (columns.length > 0 ? columns : ['1']).map((sql, i) => `${sql} AS c${i}`).join(', ');
}

/** In shaped rows the columns of the order follow the shape's. */
export function orderOf<T>({ order, shape }: ListQuery<T>): SortColumn<T>[] {
  if (!shape?.hasCursors) return order;
  return order.map((column, i) => {
    const index = shape.columns.length + i;
    const of = (row: T) => (row as (string | number)[])[index];
    return { ...column, of: column.isInstant ? (row) => Number(of(row)) : of };
  });
}

async function countRows<T>(db: Database, query: ListQuery<T>): Promise<number> {
  const row = await db.first<{ n: number }>(
    `SELECT COUNT(*) AS n FROM ${query.from}${whereClause(query.where)}`,
    query.where.flatMap((condition) => [...condition.params]),
  );
  return Number(row?.n ?? 0);
}

/** A page of a list that is in memory already, in its order. `keyOf` must be unique. */
export function pageOfArray<T extends object>(
  all: readonly T[],
  args: PageArgs,
  keyOf: (row: T) => string | number,
): Page<T> {
  const paging = resolvePaging(args, 1);
  const indexOf = (cursor: (string | number)[] | null) =>
    cursor === null ? -1 : all.findIndex((row) => keyOf(row) === cursor[0]);
  const start = indexOf(paging.after) + 1;
  const end = paging.before === null ? all.length : Math.max(indexOf(paging.before), 0);
  const within = all.slice(start, Math.max(end, start));
  const nodes = paging.backward
    ? within.slice(Math.max(within.length - paging.limit, 0))
    : within.slice(0, paging.limit);
  const more = within.length > nodes.length;
  return {
    nodes,
    hasNextPage: paging.backward ? paging.before !== null : more,
    hasPreviousPage: paging.backward ? more : paging.after !== null,
    cursorOf: (row) => encodeCursor([keyOf(row)]),
    count: () => Promise.resolve(all.length),
  };
}

export function emptyPage<T extends object>(args: PageArgs): Page<T> {
  return pageOfArray<T>([], args, () => 0);
}

export function pageOf<T extends object>(
  rows: T[],
  paging: Paging,
  order: SortColumn<T>[],
  count: () => Promise<number>,
): Page<T> {
  const more = rows.length > paging.limit;
  const nodes = more ? rows.slice(0, paging.limit) : rows;
  if (paging.backward) nodes.reverse();
  return {
    nodes,
    hasNextPage: paging.backward ? paging.before !== null : more,
    hasPreviousPage: paging.backward ? more : paging.after !== null,
    cursorOf: (row) => encodeCursor(order.map((column) => column.of(row))),
    count,
  };
}

export function whereClause(conditions: readonly Sql[]): string {
  return conditions.length === 0 ? '' : ` WHERE ${conditions.map((condition) => `(${condition.sql})`).join(' AND ')}`;
}

export function orderBy<T>(order: SortColumn<T>[], backward: boolean): string {
  return order.map((column) => `${column.sql} ${Boolean(column.descending) === backward ? 'ASC' : 'DESC'}`).join(', ');
}

export function cursorConditions<T>(order: SortColumn<T>[], paging: Paging): Sql[] {
  const conditions: Sql[] = [];
  if (paging.after) conditions.push(beyond(order, paging.after, false));
  if (paging.before) conditions.push(beyond(order, paging.before, true));
  return conditions;
}

/**
 * Rows after (or before) a key: `a >= ? AND (a > ? OR (a = ? AND b > ?))`. The first comparison lets the index start in
 * place, which row constructors do not in MariaDB.
 */
function beyond<T>(order: SortColumn<T>[], key: (string | number)[], before: boolean): Sql {
  const params: SqlValue[] = [];
  const comparison = (column: SortColumn<T>) => (Boolean(column.descending) === before ? '>' : '<');
  const alternatives = order.map((column, depth) => {
    const equal = order.slice(0, depth).map((earlier, index) => {
      params.push(key[index] ?? 0);
      return `${earlier.sql} = ?`;
    });
    params.push(key[depth] ?? 0);
    return [...equal, `${column.sql} ${comparison(column)} ?`].join(' AND ');
  });
  const [first] = order;
  if (!first || order.length === 1) return { sql: alternatives.join(' OR '), params };
  return {
    sql: `${first.sql} ${comparison(first)}= ? AND (${alternatives.map((text) => `(${text})`).join(' OR ')})`,
    params: [key[0] ?? 0, ...params],
  };
}
