import type { Page } from '../schema/connection';
import type { Dialect } from '../ormconfig';
import { inList, type Database } from './database';
import {
  cursorConditions,
  orderBy,
  orderOf,
  pageOf,
  readRows,
  resolvePaging,
  selectOf,
  whereClause,
  type ListQuery,
  type Paging,
  type Sql,
} from './paging';

/** Lists by parent. */
interface ParentedQuery<T> extends ListQuery<T> {
  /** The column that tells whose row it is. */
  parent: string;
  /** `long`: lists may be much longer than a page, and each begins in an index. `short`: hardly one is longer. */
  length?: 'long' | 'short';
}

/** Statements with more parts than this cost more to prepare than they save (SQLite takes 500). */
const MAX_BRANCHES = 128;
/** Of short lists no more rows than this are read in the hope that they are all. */
const MOST_ROWS = 20_000;
/** No row has this key. */
const NO_PARENT = -1;

/**
 * The same page of the lists of many parents in one statement: `parent` is the column that tells whose row it is.
 * Parents without rows get an empty page.
 */
export async function fetchPages<T extends object>(
  db: Database,
  query: ParentedQuery<T>,
  parents: readonly number[],
): Promise<Map<number, Page<T>>> {
  const paging = resolvePaging(query.args, query.order.length);
  const rows = await readLists(db, query, paging, parents);
  const byParent = new Map<number, T[]>(parents.map((parent) => [parent, []]));
  const parentOf = parentReader(query);
  for (const row of rows) byParent.get(parentOf(row))?.push(row);
  const order = orderOf(query);
  const counts = lazyCounts(db, query, parents);
  return new Map(
    parents.map((parent) => [
      parent,
      pageOf(byParent.get(parent) ?? [], paging, order, async () => (await counts()).get(parent) ?? 0),
    ]),
  );
}

/** The key of a row's parent is its column `parentKey`, in shaped rows the one after all others. */
function parentReader<T>(query: ParentedQuery<T>): (row: T) => number {
  const { shape, order } = query;
  if (!shape) return (row) => Number((row as { parentKey: number }).parentKey);
  const index = Math.max(shape.columns.length + (shape.hasCursors ? order.length : 0), 1);
  return (row) => (row as number[])[index];
}

/** The rows of all parents, of each at least as far as its page and one more go. */
async function readLists<T>(
  db: Database,
  query: ParentedQuery<T>,
  paging: Paging,
  parents: readonly number[],
): Promise<T[]> {
  const read = ({ sql, params }: Sql) => readRows(db, query, sql, params);
  if (parents.length === 1 || (query.length === 'long' && parents.length <= MAX_BRANCHES)) {
    return read(branches(db.dialect, query, paging, parents));
  }
  if (query.length === 'short') {
    const most = Math.min(parents.length * (paging.limit + 1), MOST_ROWS);
    const rows = await read(whole(query, paging, parents, most + 1));
    if (rows.length <= most) return rows;
  }
  return read(ranked(query, paging, parents));
}

/** Each list from its index, as far as the page goes, however long it is. Padded so that there are few texts. */
function branches<T>(dialect: Dialect, query: ParentedQuery<T>, paging: Paging, parents: readonly number[]): Sql {
  const within = [...query.where, ...cursorConditions(query.order, paging)];
  const size = 2 ** Math.ceil(Math.log2(parents.length));
  const keys = [...parents, ...new Array<number>(size - parents.length).fill(NO_PARENT)];
  const conditions = [{ sql: `${query.parent} = ?`, params: [] }, ...within];
  const order = orderBy(query.order, paging.backward);
  const branch = `${selectFrom(query)}${whereClause(conditions)} ORDER BY ${order} LIMIT ${paging.limit + 1}`;
  const sql = size === 1 ? branch : keys.map((_, i) => branchOf(dialect, branch, i)).join(' UNION ALL ');
  const params = within.flatMap((condition) => [...condition.params]);
  return { sql, params: keys.flatMap((key) => [key, ...params]) };
}

/** Every list to its end, in order; at most so many rows in all. */
function whole<T>(query: ParentedQuery<T>, paging: Paging, parents: readonly number[], limit: number): Sql {
  const conditions = amongParents(query, paging, parents);
  const order = `${query.parent}, ${orderBy(query.order, paging.backward)}`;
  return {
    sql: `${selectFrom(query)}${whereClause(conditions)} ORDER BY ${order} LIMIT ${limit}`,
    params: conditions.flatMap((condition) => [...condition.params]),
  };
}

/** The first rows of every list, however many and however long they are. */
function ranked<T>(query: ParentedQuery<T>, paging: Paging, parents: readonly number[]): Sql {
  const conditions = amongParents(query, paging, parents);
  const order = orderBy(query.order, paging.backward);
  const rank = `ROW_NUMBER() OVER (PARTITION BY ${query.parent} ORDER BY ${order}) AS rowNumber`;
  const rows = `${selectFrom(query, rank)}${whereClause(conditions)}`;
  return {
    sql: `SELECT * FROM (${rows}) ranked WHERE rowNumber <= ${paging.limit + 1} ORDER BY parentKey, rowNumber`,
    params: conditions.flatMap((condition) => [...condition.params]),
  };
}

function selectFrom<T>(query: ParentedQuery<T>, ...more: string[]): string {
  const columns = [selectOf(query), `${query.parent} AS parentKey`, ...more];
  return `SELECT ${columns.join(', ')} FROM ${query.from}${query.shape?.joins ?? ''}`;
}

function amongParents<T>(query: ParentedQuery<T>, paging: Paging, parents: readonly number[]): Sql[] {
  const among = inList(parents);
  const within = [...query.where, ...cursorConditions(query.order, paging)];
  return [{ sql: `${query.parent} IN ${among.sql}`, params: among.params }, ...within];
}

/** SQLite takes no parentheses around the parts of a UNION; MariaDB would keep each part in a table of its own without. */
function branchOf(dialect: Dialect, branch: string, index: number): string {
  return dialect === 'sqlite' ? `SELECT * FROM (${branch}) list${index}` : `(${branch})`;
}

/** Counts the lists of all parents by one statement, when the first of them is asked for. */
function lazyCounts<T>(
  db: Database,
  query: ParentedQuery<T>,
  parents: readonly number[],
): () => Promise<Map<number, number>> {
  let result: Promise<Map<number, number>> | null = null;
  const count = async () => {
    const among = inList(parents);
    const conditions = [{ sql: `${query.parent} IN ${among.sql}`, params: among.params }, ...query.where];
    const rows = await db.rows<{ parentKey: number; n: number }>(
      `SELECT ${query.parent} AS parentKey, COUNT(*) AS n FROM ${query.from}${whereClause(conditions)} GROUP BY ${query.parent}`,
      conditions.flatMap((condition) => [...condition.params]),
    );
    return new Map(rows.map((row) => [Number(row.parentKey), Number(row.n)]));
  };
  return () => (result ??= count());
}
