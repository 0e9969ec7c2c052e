import BetterSqlite3 from 'better-sqlite3';
import type { QueryRunner } from 'typeorm';
import { statementCounter, type Database, type Row, type SqlValue } from './database';

/** Reads rows; all of them as of one instant. */
export interface ConsistentReader {
  rows<T = Row>(sql: string, params?: readonly SqlValue[]): Promise<T[]>;
  /** Gives its connection back. Idempotent. */
  close(): Promise<void>;
}

/**
 * Opens a reader for whom the database stands still: many statements see what was committed when it was opened, and no
 * writer waits for it. MariaDB: START TRANSACTION WITH CONSISTENT SNAPSHOT (MariaDB manual, "START TRANSACTION"); SQLite:
 * a transaction on a connection of its own (sqlite.org/isolation.html, WAL).
 */
export function openConsistentReader(db: Database): Promise<ConsistentReader> {
  return db.dialect === 'sqlite' ? Promise.resolve(sqliteReader(db)) : mariadbReader(db);
}

/** Runs `work` with such a reader and closes it whatever happens. */
export async function readConsistently<T>(db: Database, work: (reader: ConsistentReader) => Promise<T>): Promise<T> {
  const reader = await openConsistentReader(db);
  try {
    return await work(reader);
  } finally {
    await reader.close();
  }
}

function sqliteReader(db: Database): ConsistentReader {
  const connection = new BetterSqlite3(String(db.writer.options.database), { readonly: true });
  const statements = new Map<string, BetterSqlite3.Statement>();
  connection.exec('BEGIN');
  // A deferred transaction begins with its first read.
  connection.prepare('SELECT 1 FROM settings LIMIT 1').all();
  return {
    rows: async <T>(sql: string, params: readonly SqlValue[] = []) => {
      statementCounter.count?.(sql);
      let statement = statements.get(sql);
      if (!statement) statements.set(sql, (statement = connection.prepare(sql)));
      return Promise.resolve(statement.all(...params) as T[]);
    },
    close: async () => Promise.resolve(void connection.close()),
  };
}

interface MysqlConnection {
  execute(sql: string, params: unknown[], done: (error: Error | null, rows: unknown) => void): void;
}

async function mariadbReader(db: Database): Promise<ConsistentReader> {
  const runner: QueryRunner = db.writer.createQueryRunner();
  const connection = (await runner.connect()) as MysqlConnection;
  await runner.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
  await runner.query('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
  return {
    rows: <T>(sql: string, params: readonly SqlValue[] = []) => {
      statementCounter.count?.(sql);
      return new Promise<T[]>((resolve, reject) => {
        connection.execute(sql, [...params], (error, rows) => (error ? reject(error) : resolve(rows as T[])));
      });
    },
    close: async () => {
      if (runner.isReleased) return;
      await runner.query('ROLLBACK').catch(() => undefined);
      await runner.release();
    },
  };
}
