import type { DataSource, EntityManager } from 'typeorm';
import { createDataSource, dialectOf, type Dialect } from '../ormconfig';

/** A value that can be bound to a `?`. */
export type SqlValue = string | number | bigint | null | boolean | Buffer;
export type Row = Record<string, unknown>;

/** Errors after which MariaDB or SQLite ask to try the transaction again: deadlock, lock wait, snapshot, Galera, busy. */
const RETRYABLE = new Set([1213, 1205, 1020, 1047, 1180]);
const MAX_ATTEMPTS = 5;

interface SqliteStatement {
  all(...params: unknown[]): unknown[];
  raw(isRaw: boolean): this;
}
interface SqliteHandle {
  prepare(sql: string): SqliteStatement;
}
interface MysqlPool {
  execute(
    options: { sql: string; values: unknown[]; rowsAsArray: boolean },
    done: (error: Error | null, rows: unknown) => void,
  ): void;
}

/**
 * The database: plain rows to read, transactions to write. On SQLite it holds two connections, so that readers never
 * see a transaction that is not committed, and lets one writer in at a time.
 */
export class Database {
  private lastWrite: Promise<unknown> = Promise.resolve();
  private readonly statements = new Map<string, SqliteStatement>();

  private constructor(
    readonly dialect: Dialect,
    readonly writer: DataSource,
    private readonly reader: DataSource,
    /** Bytes that GROUP_CONCAT gives at most, where it can be limited in rows (MariaDB); otherwise 0. */
    readonly longestAggregate: number,
  ) {}

  /** Connects; `migrate` brings the tables up to date first. */
  static async open(url: string, options: { poolSize?: number; migrate?: boolean } = {}): Promise<Database> {
    const dialect = dialectOf(url);
    const writer = await createDataSource(url, options.poolSize).initialize();
    try {
      if (options.migrate) await writer.runMigrations({ transaction: dialect === 'sqlite' ? 'each' : 'none' });
      const reader = dialect === 'sqlite' ? await createDataSource(url).initialize() : writer;
      return new Database(dialect, writer, reader, dialect === 'sqlite' ? 0 : await longestAggregate(writer));
    } catch (error) {
      await writer.destroy();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.statements.clear();
    if (this.reader !== this.writer) await this.reader.destroy();
    await this.writer.destroy();
  }

  /** Rows as they are last committed, camel-cased as the columns are. Prepared: keep the number of different texts small (`inList`). */
  async rows<T = Row>(sql: string, params: readonly SqlValue[] = []): Promise<T[]> {
    statementCounter.count?.(sql);
    return this.dialect === 'sqlite' ? this.sqliteRows<T>(sql, params, false) : this.mysqlRows<T>(sql, params, false);
  }

  /** The same rows as arrays of the selected columns, in their order: cheaper where there are many. */
  async arrays(sql: string, params: readonly SqlValue[] = []): Promise<unknown[][]> {
    statementCounter.count?.(sql);
    return this.dialect === 'sqlite' ? this.sqliteRows(sql, params, true) : this.mysqlRows(sql, params, true);
  }

  async first<T = Row>(sql: string, params: readonly SqlValue[] = []): Promise<T | null> {
    return (await this.rows<T>(sql, params))[0] ?? null;
  }

  /**
   * Runs `work` in one transaction, again where the database asks for it: `work` must not have other effects.
   * A throw rolls everything back. Never call it inside another `write`: pass the EntityManager on.
   */
  async write<T>(work: (em: EntityManager) => Promise<T>): Promise<T> {
    if (this.dialect === 'mariadb') return this.attempt(work);
    const run = this.lastWrite.then(() => this.attempt(work));
    this.lastWrite = run.catch(() => undefined);
    return run;
  }

  private async attempt<T>(work: (em: EntityManager) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return this.dialect === 'sqlite'
          ? await this.writer.transaction(work)
          : await this.writer.transaction('READ COMMITTED', work);
      } catch (error) {
        if (attempt >= MAX_ATTEMPTS || !isRetryable(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, 20 * 2 ** attempt * (0.5 + Math.random())));
      }
    }
  }

  private sqliteRows<T>(sql: string, params: readonly SqlValue[], asArrays: boolean): T[] {
    const name = asArrays ? `arrays ${sql}` : sql;
    let statement = this.statements.get(name);
    if (!statement) {
      const handle = (this.reader.driver as unknown as { databaseConnection: SqliteHandle }).databaseConnection;
      statement = handle.prepare(sql);
      if (asArrays) statement.raw(true);
      if (this.statements.size > 500) this.statements.clear();
      this.statements.set(name, statement);
    }
    return statement.all(...params.map((value) => (typeof value === 'boolean' ? Number(value) : value))) as T[];
  }

  private mysqlRows<T>(sql: string, params: readonly SqlValue[], rowsAsArray: boolean): Promise<T[]> {
    const pool = (this.writer.driver as unknown as { pool: MysqlPool }).pool;
    return new Promise((resolve, reject) => {
      pool.execute({ sql, values: [...params], rowsAsArray }, (error, rows) => {
        if (error) reject(error);
        else resolve(rows as T[]);
      });
    });
  }
}

async function longestAggregate(source: DataSource): Promise<number> {
  const [row] = await source.query<{ version: string; longest: number | string }[]>(
    'SELECT VERSION() AS version, @@group_concat_max_len AS longest',
  );
  return row?.version.includes('MariaDB') ? Number(row.longest) : 0;
}

/** Tests set `count` to see every reading statement. */
export const statementCounter: { count?: (sql: string) => void } = {};

function isRetryable(error: unknown): boolean {
  const { errno, code } = error as { errno?: number; code?: string };
  return RETRYABLE.has(errno ?? 0) || (code ?? '').startsWith('SQLITE_BUSY');
}

/** The driver says a unique key exists already. */
export function isDuplicateKey(error: unknown): boolean {
  const { errno, code } = error as { errno?: number; code?: string };
  return errno === 1062 || code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY';
}

/**
 * `(?,?,…)` and its values. Padded to a power of two by repeating the last, so that a list of any length makes few
 * different statements. An empty list becomes `(NULL)`, which matches nothing.
 */
export function inList<T extends SqlValue>(values: readonly T[]): { sql: string; params: T[] } {
  const last = values[values.length - 1];
  if (last === undefined) return { sql: '(NULL)', params: [] };
  const size = 2 ** Math.ceil(Math.log2(values.length));
  const params = [...values, ...new Array<T>(size - values.length).fill(last)];
  return { sql: `(${new Array<string>(size).fill('?').join(',')})`, params };
}

/** Rows of a statement inside a transaction. */
export function rowsIn<T = Row>(em: EntityManager, sql: string, params: readonly SqlValue[] = []): Promise<T[]> {
  return em.query<T[]>(sql, [...params]);
}

/** ` FOR UPDATE` where the database has it; SQLite lets one writer in anyway. */
export function forUpdate(em: EntityManager): string {
  return em.connection.options.type === 'better-sqlite3' ? '' : ' FOR UPDATE';
}

/** Splits a list into chunks of at most `size`. */
export function chunks<T>(list: readonly T[], size: number): T[][] {
  const result: T[][] = [];
  for (let start = 0; start < list.length; start += size) result.push(list.slice(start, start + size));
  return result;
}
