import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDataSource } from '../../ormconfig';
import { describeWith } from '../support/availability';
import { createTestDatabase } from '../support/shared-mariadb';

/** What TypeORM would change to bring the migrated tables to the entities. */
async function drift(url: string): Promise<string[]> {
  const source = await createDataSource(url).initialize();
  try {
    await source.runMigrations({ transaction: 'none' });
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    return upQueries.map(({ query }) => query);
  } finally {
    await source.destroy();
  }
}

describe('migrations make the tables that the entities describe', () => {
  it('on SQLite', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'switchboard-drift-'));
    expect(await drift(`sqlite:${join(folder, 'drift.db')}`)).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});

describeWith('mariadb', 'migrations make the tables that the entities describe', () => {
  it('on MariaDB', async () => {
    const database = await createTestDatabase();
    expect(await drift(database.url)).toEqual([]);
    await database.drop();
  }, 60_000);
});
