import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { Database } from '../../../src/database';
import { describeWith } from '../../support/availability';
import { openPrepared, sqliteDb } from '../../support/database';
import { createTestDatabase, sharedMariadb } from '../../support/shared-mariadb';

const documentation = readFileSync(join(__dirname, '../../../docs/reports.md'), 'utf8');
const blocks = [...documentation.matchAll(/```sql( mariadb)?\n([\s\S]*?)```/g)];
const examples = blocks.filter(([, only]) => !only).map(([, , sql]) => (sql ?? '').trim());
const VIEWS = ['report_group_membership', 'report_clients', 'report_sync_runs'];
const SINCE = Date.UTC(2026, 0, 31, 12, 0, 0, 250);

async function fill(db: Database): Promise<void> {
  await db.write(async (em) => {
    for (const sql of [
      `INSERT INTO user (userId, userIdKey, displayName, displayNameKey, department, origin, state, createdAt, updatedAt)
       VALUES ('ada', 'ada', 'Ada', 'ada', 'Sales', 'LDAP', 'DISABLED', 0, 0)`,
      `INSERT INTO user_group (name, nameKey, origin, memberCount, createdAt, updatedAt) VALUES ('Desk', 'desk', 'LDAP', 1, 0, 0)`,
      `INSERT INTO membership (groupId, userId, via, origin, position, since) VALUES (1, 1, 'DIRECT', 'LDAP', 1, ${SINCE})`,
      `INSERT INTO client (username, usernameKey, authType, rolesMask, permissionsMask, userId, createdAt, updatedAt)
       VALUES ('ada', 'ada', 'CALLISTO', 2, 6, 1, ${SINCE}, ${SINCE})`,
      `INSERT INTO directory_source (name, nameKey, kind, settings, mapping, matchBy, secretsSealed, createdAt, updatedAt)
       VALUES ('Head office', 'head office', 'LDAP', '{}', '{}', '[]', 'sealed-secret', 0, 0)`,
      `INSERT INTO sync_run (sourceId, state, mode, requestedMode, counts, progress, startedBy, startedAt, finishedAt, appliedAt)
       VALUES (1, 'APPLIED', 'FULL', 'AUTO', '{"created":5,"membershipsAdded":7}', '{}', 'cron', ${SINCE}, ${SINCE + 1500}, ${SINCE})`,
    ]) {
      await em.query(sql);
    }
  });
}

/** MariaDB's driver hands counts out as text, so that none loses digits. */
const numbers = (row: Record<string, unknown> | undefined) =>
  Object.fromEntries(
    Object.entries(row ?? {}).map(([name, value]) => [name, /^\d+$/.test(String(value)) ? Number(value) : value]),
  );

/** An instant as both drivers give it. */
const instantOf = (value: unknown) => Date.parse(value instanceof Date ? value.toISOString() : `${String(value)}Z`);

function holds(database: () => Database): void {
  beforeAll(() => fill(database()));

  it('tells who is in which group', async () => {
    const [row] = await database().rows('SELECT * FROM report_group_membership');
    expect(row).toMatchObject({ group_name: 'Desk', user_id: 'ada', department: 'Sales', via: 'DIRECT', position: 1 });
    expect(instantOf(row?.['since'])).toBe(SINCE);
  });

  it('tells clients by readable flags', async () => {
    const rows = await database().rows('SELECT * FROM report_clients ORDER BY client_key');
    expect(rows.map(numbers)).toMatchObject([
      { username: 'admin', is_built_in: 1, is_administrator: 1, user_id: null, group_count: 0 },
      {
        username: 'ada',
        is_administrator: 0,
        is_user: 1,
        can_forward_users: 0,
        can_modify_user_status: 1,
        can_park: 1,
      },
    ]);
  });

  it('tells synchronizations with their counts', async () => {
    const [row] = await database().rows('SELECT * FROM report_sync_runs');
    expect(numbers(row)).toMatchObject({
      source_name: 'Head office',
      created_count: 5,
      memberships_added: 7,
      updated_count: null,
    });
    expect(Number(row?.['duration_seconds'])).toBe(1.5);
    expect(instantOf(row?.['started_at'])).toBe(SINCE);
  });

  it.each(VIEWS)('%s: snake_case, no secret, and every column is documented', async (view) => {
    const [row] = await database().rows(`SELECT * FROM ${view}`);
    const columns = Object.keys(row ?? {});
    expect(columns.filter((column) => !/^[a-z]+(_[a-z]+)*$/.test(column))).toEqual([]);
    expect(columns.filter((column) => /password|hash|secret|settings|token/.test(column))).toEqual([]);
    expect(columns.filter((column) => !documentation.includes(`\`${column}\``))).toEqual([]);
  });

  it.each(examples.map((sql) => [sql.split('\n')[0], sql]))('runs the example %s', async (_title, sql) => {
    expect((await database().rows(sql)).length).toBeGreaterThanOrEqual(
      /FAILED/.test(sql) || /'ACTIVE'/.test(sql) ? 0 : 1,
    );
  });
}

describe('the views on SQLite', () => {
  let opened: Awaited<ReturnType<typeof sqliteDb>>;
  beforeAll(async () => (opened = await sqliteDb()));
  afterAll(() => opened.close());
  holds(() => opened.db);
});

describeWith('mariadb', 'the views on MariaDB', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let db: Database;
  beforeAll(async () => {
    database = await createTestDatabase();
    db = await openPrepared(database.url);
  });
  afterAll(async () => {
    await db.close();
    await database.drop();
  });
  holds(() => db);

  it('can be read by an account that can read nothing else', async () => {
    const { port } = await sharedMariadb();
    const account = `reports_${database.name.slice(-8)}`;
    const grants = blocks.find(([, only]) => only)?.[2] ?? '';
    for (const statement of grants.split(';').filter((text) => text.trim() !== '')) {
      const sql = statement.replace(/`switchboard`/g, `\`${database.name}\``).replace(/switchboard_reports/g, account);
      await db.writer.query(sql);
    }
    const password = 'choose-a-password';
    const reader = await createConnection({
      host: '127.0.0.1',
      port,
      user: account,
      password,
      database: database.name,
    });
    for (const view of VIEWS) await reader.query(`SELECT COUNT(*) FROM ${view}`);
    await expect(reader.query('SELECT * FROM client')).rejects.toThrow(/denied/);
    await expect(reader.query('DELETE FROM report_clients')).rejects.toThrow(/denied/);
    await reader.end();
    await db.writer.query(`DROP USER '${account}'@'%'`);
  });
});
