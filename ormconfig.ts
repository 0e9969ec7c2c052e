import { DataSource, type DataSourceOptions } from 'typeorm';
import { entities } from './schema';
import { migrations } from './schema/migrations';

/** Where MariaDB and SQLite differ is told here and in `src/database.ts`, nowhere else. */
export type Dialect = 'mariadb' | 'sqlite';

export function dialectOf(url: string): Dialect {
  return url.startsWith('sqlite:') ? 'sqlite' : 'mariadb';
}

/** The options of the one DataSource: server, worker, CLI and migrations. `url` is `DATABASE_URL`. */
export function dataSourceOptions(url: string, poolSize = 10): DataSourceOptions {
  const common = {
    entities,
    migrations,
    migrationsTableName: 'migration',
    synchronize: false,
    logging: false,
  } as const;
  if (dialectOf(url) === 'sqlite') {
    return {
      ...common,
      type: 'better-sqlite3',
      database: url.slice('sqlite:'.length),
      prepareDatabase: preparePragmas,
    };
  }
  return {
    ...common,
    type: 'mariadb',
    url: url.replace(/^mysql:/, 'mariadb:'),
    charset: 'utf8mb4',
    timezone: 'Z',
    poolSize,
    extra: { jsonStrings: true, flags: ['-FOUND_ROWS'], maxPreparedStatements: 256 },
  };
}

interface Pragmas {
  pragma(text: string): unknown;
}

/** WAL lets readers see the last committed state while a sync is being applied. */
function preparePragmas(database: Pragmas): void {
  for (const text of [
    'journal_mode = WAL',
    'synchronous = NORMAL',
    'foreign_keys = ON',
    'busy_timeout = 10000',
    'cache_size = -65536',
  ]) {
    database.pragma(text);
  }
}

export function createDataSource(url: string, poolSize?: number): DataSource {
  return new DataSource(dataSourceOptions(url, poolSize));
}
