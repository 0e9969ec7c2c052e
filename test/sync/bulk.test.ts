import { RunMode, RunState } from '../../schema/sync.enums';
import type { Database } from '../../src/database';
import { bulkInsert } from '../../sync/bulk-load';
import { describeWith } from '../support/availability';
import { openPrepared } from '../support/database';
import { describeEachDatabase, type Prepared } from '../support/each-database';
import { startMariadb, type Mariadb } from '../support/mariadb';
import { SyncBench } from '../support/sync-bench';

const PEOPLE = 11_000;
const ODD = 'Tab\\t \\ "quoted" \'single\' \\N ĐŠ 😀';

/** A directory large enough for bulk loads, imported. */
async function imported(db: Database) {
  const bench = new SyncBench(db);
  const { id, directory } = await bench.source();
  for (let index = 0; index < PEOPLE; index++)
    directory.user(`u${index}`, { displayName: `${ODD} ${index}`, email: null }, { manager: `u${PEOPLE - index - 1}` });
  directory.group('inner', ['u1', 'u2']);
  directory.group('all', [...directory.users.keys()].reverse());
  directory.group('outer', ['inner', 'u3']);
  const first = await bench.sync(id);
  expect(first).toMatchObject({
    state: RunState.SUCCEEDED,
    counts: { created: PEOPLE + 3, membershipsAdded: PEOPLE + 3 },
  });
  return { bench, id, directory };
}

async function expectWhole(bench: SyncBench, id: number): Promise<void> {
  const person = await bench.person('u17');
  expect(person).toMatchObject({ displayName: `${ODD} 17`, email: null, externalId: 'u17' });
  expect(person?.['managerId']).toBe((await bench.person(`u${PEOPLE - 18}`))?.['id']);
  expect(await bench.count('membership')).toBe(PEOPLE + 5);
  expect(await bench.memberships()).toEqual(expect.arrayContaining(['Group outer/u2 NESTED Group inner']));
  const [first] = await bench.deps.db.rows<{ userId: string }>(
    "SELECT u.userId FROM membership m JOIN user u ON u.id = m.userId JOIN user_group g ON g.id = m.groupId WHERE g.name = 'Group all' AND m.position = 1",
  );
  expect(first?.userId).toBe(`u${PEOPLE - 1}`);
  expect((await bench.sync(id, RunMode.FULL)).counts).toMatchObject({ updated: 0, unchanged: PEOPLE + 3 });
}

describeEachDatabase('a large first import', (prepare) => {
  let database: Prepared;
  beforeEach(async () => {
    database = await prepare();
  });
  afterEach(() => database.close());

  it('stores everybody in bulk as one by one, beside people made by hand', async () => {
    await database.db.write((em) =>
      em.query(
        "INSERT INTO user (userId, userIdKey, origin, state, displayName, displayNameKey, createdAt, updatedAt) VALUES ('hand', 'hand', 'MANUAL', 'ACTIVE', 'Hand', 'hand', 1, 1)",
      ),
    );
    const { bench, id } = await imported(database.db);
    await expectWhole(bench, id);
  }, 60_000);

  it('goes on in bulk when many more come, and counts places on', async () => {
    const { bench, id, directory } = await imported(database.db);
    for (let index = 0; index < 6_000; index++) directory.user(`late${index}`);
    directory.group('all', [
      ...(directory.groups.get('all')?.members ?? []),
      ...[...directory.users.keys()].slice(PEOPLE),
    ]);
    const more = await bench.sync(id, RunMode.FULL);
    expect(more.counts).toMatchObject({ created: 6_000, membershipsAdded: 6_000, updated: 0 });
    const [row] = await database.db.rows<{ last: number; members: number; counted: number }>(
      "SELECT MAX(m.position) AS last, COUNT(DISTINCT m.position) AS members, MAX(g.memberCount) AS counted FROM membership m JOIN user_group g ON g.id = m.groupId WHERE g.name = 'Group all'",
    );
    expect(Object.values(row ?? {}).map(Number)).toEqual([PEOPLE + 6_000, PEOPLE + 6_000, PEOPLE + 6_000]);
  }, 60_000);
});

describeWith('mariadb', 'bulk loads into MariaDB', () => {
  let server: Mariadb;
  let db: Database;
  beforeAll(async () => {
    server = await startMariadb({ bufferPoolMb: 64 });
    db = await openPrepared((await server.createDatabase()).url);
    await db.write((em) => em.query('CREATE TABLE loaded (id INTEGER PRIMARY KEY, text VARCHAR(8) NULL)'));
  }, 60_000);
  afterAll(async () => {
    await db.close();
    await server.stop();
  });

  const insert = (rows: [number, string | null][]) =>
    db.write((em) => bulkInsert(em, 'loaded', ['id', 'text'], rows, rows.length));

  it.each([
    [
      'a key exists',
      [
        [1, 'a'],
        [1, 'b'],
      ],
    ],
    ['a value does not fit', [[2, 'too long a text']]],
    ['there are fewer rows than said', []],
  ] as [string, [number, string | null][]][])('store nothing where %s', async (_, rows) => {
    await expect(
      db.write((em) => bulkInsert(em, 'loaded', ['id', 'text'], rows, Math.max(1, rows.length))),
    ).rejects.toThrow(/were stored/);
    expect(await db.rows('SELECT id FROM loaded')).toEqual([]);
  });

  it('are INSERT statements where the server takes no files', async () => {
    await db.write((em) => em.query('SET GLOBAL local_infile = 0'));
    await insert([
      [3, 'a\tb\\'],
      [4, null],
    ]);
    await db.write((em) => em.query('SET GLOBAL local_infile = 1'));
    await insert([
      [5, 'a\tb\\'],
      [6, null],
    ]);
    expect(await db.rows('SELECT text FROM loaded ORDER BY id')).toEqual(
      [3, 4, 5, 6].map((id) => ({ text: id % 2 ? 'a\tb\\' : null })),
    );
  });

  it('import a directory where the server takes no files', async () => {
    const other = await openPrepared((await server.createDatabase()).url);
    await other.write((em) => em.query('SET GLOBAL local_infile = 0'));
    const { bench, id } = await imported(other);
    await expectWhole(bench, id);
    await other.write((em) => em.query('SET GLOBAL local_infile = 1'));
    await other.close();
  }, 60_000);
});
