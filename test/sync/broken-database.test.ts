import { RunMode, RunState } from '../../schema/sync.enums';
import { Database } from '../../src/database';
import { describeWith } from '../support/availability';
import { openPrepared, sqliteDb } from '../support/database';
import { startMariadb, type Mariadb } from '../support/mariadb';
import { SyncBench } from '../support/sync-bench';

const PEOPLE = 30;

/** A first import, and then a directory in which people came, changed and went. */
async function changedDirectory(bench: SyncBench) {
  const { id, directory } = await bench.source();
  for (let index = 0; index < PEOPLE; index++) directory.user(`u${index}`);
  directory.group('staff', ['u1', 'u2', 'u3']);
  expect((await bench.sync(id)).state).toBe(RunState.SUCCEEDED);
  directory.user('u5', { displayName: 'Changed' });
  directory.user('new');
  directory.removeUser('u3');
  directory.group('staff', ['u1', 'new']);
  directory.group('fresh', ['u7']);
  return { id, directory };
}

/** What readers see of people and groups. */
async function image(db: Database): Promise<unknown> {
  return {
    people: await db.rows('SELECT id, userId, displayName, state FROM user ORDER BY id'),
    groups: await db.rows('SELECT id, name, memberCount, vanishedAt FROM user_group ORDER BY id'),
    members: await db.rows('SELECT groupId, userId, via FROM membership ORDER BY groupId, userId'),
    history: await db.rows('SELECT COUNT(*) AS n FROM membership_history'),
  };
}

const NEW_MEMBERS = ['Group fresh/u7 DIRECT', 'Group staff/new DIRECT', 'Group staff/u1 DIRECT'];
const STEPS = ['planned', 'apply groups', 'apply users', 'apply memberships', 'commit', 'applied'];

describeWith('mariadb', 'S10: MariaDB that is killed while a plan is applied', () => {
  let server: Mariadb;
  beforeAll(async () => {
    server = await startMariadb({ isDurable: true, bufferPoolMb: 64 });
  }, 60_000);
  afterAll(() => server.stop());

  it.each(STEPS)(
    'at "%s": is the old directory or the new one when it is back, and the run ends well',
    async (step) => {
      const database = await server.createDatabase();
      const db = await openPrepared(database.url);
      const bench = new SyncBench(db);
      const { id } = await changedDirectory(bench);
      const before = await image(db);
      bench.step = async (name) => {
        if (name !== step) return;
        bench.step = undefined;
        await server.kill();
      };
      const runId = await bench.runs.start(`DirectorySource_${id}`, RunMode.FULL, false);
      await bench.workOnce();
      expect(bench.step).toBeUndefined();
      await db.close().catch(() => undefined);
      await server.restart();

      const again = await Database.open(database.url, { migrate: false, poolSize: 5 });
      const next = new SyncBench(again);
      next.fill(bench.content());
      bench.die();
      const after = await image(again);
      if (step === 'applied') expect(await next.memberships()).toEqual(expect.arrayContaining(NEW_MEMBERS));
      else expect(after).toEqual(before);
      await next.work();
      expect(await next.run(runId)).toMatchObject({ state: RunState.SUCCEEDED, activeSourceId: null });
      expect((await next.memberships()).sort()).toEqual(NEW_MEMBERS);
      const quiet = await next.sync(id);
      expect(quiet).toMatchObject({ state: RunState.SUCCEEDED, counts: { created: 0, updated: 0, vanished: 0 } });
      await again.close();
    },
    60_000,
  );
});

describe('a full disk (SQLite, no page more than there are)', () => {
  it.each(['read', 'planned', 'apply groups'])(
    'from "%s" on: nothing is half written, and the next run ends well',
    async (step) => {
      const { db, close } = await sqliteDb();
      const bench = new SyncBench(db);
      const { id, directory } = await changedDirectory(bench);
      // More than the pages in use have room for.
      for (let index = 0; index < 400; index++) directory.user(`more${index}`, { displayName: 'x'.repeat(200) });
      const before = await image(db);
      const limit = (pages: number) => db.writer.query(`PRAGMA max_page_count = ${pages}`);
      bench.step = async (name) => {
        if (name !== step) return;
        bench.step = undefined;
        // SQLite raises the limit to the number of pages in use.
        await limit(1);
      };
      const runId = await bench.runs.start(`DirectorySource_${id}`, RunMode.FULL, false);
      await bench.workOnce();
      expect(bench.step).toBeUndefined();
      expect(await image(db)).toEqual(before);
      expect((await bench.run(runId)).state).not.toBe(RunState.SUCCEEDED);

      await limit(1_000_000);
      bench.die();
      await bench.work();
      const run = await bench.run(runId);
      expect([RunState.SUCCEEDED, RunState.FAILED]).toContain(run.state);
      if (run.state === RunState.FAILED) expect((await bench.sync(id)).state).toBe(RunState.SUCCEEDED);
      expect((await bench.memberships()).sort()).toEqual(NEW_MEMBERS);
      expect(await bench.count("user WHERE userId LIKE 'more%'")).toBe(400);
      await close();
    },
    30_000,
  );
});
