import type { Database } from '../../src/database';
import { describeWith } from './availability';
import { openPrepared, sqliteDb } from './database';
import { createTestDatabase } from './shared-mariadb';

export interface Prepared {
  db: Database;
  url: string;
  close(): Promise<void>;
}

async function mariadbDb(): Promise<Prepared> {
  const database = await createTestDatabase();
  const db = await openPrepared(database.url);
  return {
    db,
    url: database.url,
    close: async () => {
      await db.close();
      await database.drop();
    },
  };
}

/** The same suite on SQLite and on MariaDB. `prepare` gives a migrated database of its own; close it. */
export function describeEachDatabase(name: string, suite: (prepare: () => Promise<Prepared>) => void): void {
  describe(`${name} (SQLite)`, () => suite(sqliteDb));
  describeWith('mariadb', `${name} (MariaDB)`, () => suite(mariadbDb));
}
