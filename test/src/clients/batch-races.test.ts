import { AuthType, OnConflict } from '../../../schema/client.enums';
import { systemClock } from '../../../src/clock';
import { runBatch } from '../../../src/clients/batch.runner';
import { loadConfig } from '../../../src/config';
import type { Database } from '../../../src/database';
import { createLogger } from '../../../src/logger';
import { createServices } from '../../../src/services';
import { describeEachDatabase, type Prepared } from '../../support/each-database';
import { people } from './people';

describeEachDatabase('bulk creations under stress', (prepare) => {
  let prepared: Prepared;
  let db: Database;
  let users: string[];
  const log = createLogger('silent');
  const config = loadConfig({ LOG_LEVEL: 'silent', SWITCHBOARD_SECRET_KEY: Buffer.alloc(32).toString('base64') });

  beforeAll(async () => {
    prepared = await prepare();
    db = prepared.db;
    users = await people(db, 11_200);
  });
  afterAll(() => prepared.close());

  const deps = () => ({ db, config, clock: systemClock, log });
  const start = (userIds: string[], onConflict = OnConflict.SKIP) =>
    createServices(deps(), 'test').clientBatches.create({
      userIds,
      authType: AuthType.PROXY,
      password: 'secret',
      onConflict,
    });
  const outcomes = async (id: number) => {
    const rows = await db.rows<{ outcome: string; n: number }>(
      'SELECT outcome, COUNT(*) AS n FROM client_batch_row WHERE batchId = ? GROUP BY outcome ORDER BY outcome',
      [id],
    );
    return Object.fromEntries(rows.map((row) => [row.outcome, Number(row.n)]));
  };

  it('C33: two batches of the same people at once make each client once', async () => {
    const ids = [await start(users.slice(0, 600)), await start(users.slice(0, 600).reverse())];
    await Promise.all(ids.map((id) => runBatch(deps(), id)));
    const [one, two] = [await outcomes(ids[0] ?? 0), await outcomes(ids[1] ?? 0)];
    expect((one['CREATED'] ?? 0) + (two['CREATED'] ?? 0)).toBe(600);
    expect((one['SKIPPED'] ?? 0) + (two['SKIPPED'] ?? 0)).toBe(600);
  });

  it('C32: a row that cannot be written for an unexpected reason is FAILED; the others go on', async () => {
    await db.write((em) =>
      em.query(
        db.dialect === 'sqlite'
          ? "CREATE TRIGGER poison BEFORE INSERT ON client WHEN NEW.username = 'person00700' BEGIN SELECT RAISE(ABORT, 'poison'); END"
          : "CREATE TRIGGER poison BEFORE INSERT ON client FOR EACH ROW IF NEW.username = 'person00700' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'poison'; END IF",
      ),
    );
    const id = await start(users.slice(600, 1200));
    await runBatch(deps(), id);
    expect(await outcomes(id)).toEqual({ CREATED: 599, FAILED: 1 });
    const failed = await db.rows("SELECT username, error FROM client_batch_row WHERE outcome = 'FAILED'");
    expect(failed).toEqual([{ username: 'person00700', error: expect.stringContaining('logged') }]);
    await db.write((em) => em.query('DROP TRIGGER poison'));
  });

  it('C33: makes 10,000 clients in seconds', async () => {
    const begin = performance.now();
    const id = await start(users.slice(1200));
    await runBatch(deps(), id);
    expect(await outcomes(id)).toEqual({ CREATED: 10_000 });
    expect(performance.now() - begin).toBeLessThan(20_000);
    if (process.env['TEST_TIMES'])
      process.stdout.write(`10,000 clients: ${Math.round(performance.now() - begin)} ms\n`);
  });
});
