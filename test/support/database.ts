import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareFirstStart } from '../../src/first-start';
import { Database } from '../../src/database';
import { systemClock } from '../../src/clock';

export interface TestDb {
  db: Database;
  url: string;
  close(): Promise<void>;
}

/** A migrated SQLite database of its own, with the built-in rows of the first start (admin password "admin-password-1"). */
export async function sqliteDb(): Promise<TestDb> {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-db-'));
  const url = `sqlite:${join(folder, 'test.db')}`;
  const db = await openPrepared(url);
  return {
    db,
    url,
    close: async () => {
      await db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The same in an existing, empty MariaDB database (see `mariadb.ts`). */
export async function openPrepared(url: string): Promise<Database> {
  const db = await Database.open(url, { migrate: true, poolSize: 5 });
  await prepareFirstStart(db, systemClock, 'admin-password-1');
  return db;
}
