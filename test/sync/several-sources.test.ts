import { SourceKind } from '../../schema/sync.enums';
import { revertRun } from '../../sync/revert';
import { describeEachDatabase, type Prepared } from '../support/each-database';
import { SyncBench } from '../support/sync-bench';

describeEachDatabase('several sources that know one person (S1)', (prepare) => {
  let database: Prepared;
  let bench: SyncBench;
  beforeEach(async () => {
    database = await prepare();
    bench = new SyncBench(database.db);
  });
  afterEach(() => database.close());

  async function two(matchBy = ['email']) {
    const ad = await bench.source({ name: 'ad', priority: 10, kind: SourceKind.ACTIVE_DIRECTORY });
    const ucm = await bench.source({ name: 'ucm', priority: 20, kind: SourceKind.UCM, matchBy });
    return { ad, ucm };
  }

  it('makes one User of them: each field from the lowest priority that has it', async () => {
    const { ad, ucm } = await two();
    ad.directory.user('a1', { userId: 'ann', displayName: 'Ann AD', email: 'Ann@x' });
    await bench.sync(ad.id);
    ucm.directory.user('u1', {
      userId: 'ann',
      displayName: 'Ann UCM',
      email: 'ann@X',
      primaryLine: '100',
      title: 'Boss',
    });

    const run = await bench.sync(ucm.id);

    expect(run.counts).toMatchObject({ created: 0, updated: 1 });
    expect(await bench.count('user')).toBe(1);
    expect(await bench.person('ann')).toMatchObject({
      displayName: 'Ann AD',
      primaryLineNumber: '100',
      title: 'Boss',
      origin: 'ACTIVE_DIRECTORY',
      sourceId: ad.id,
      externalId: 'a1',
    });
    expect((await bench.sync(ucm.id)).counts).toMatchObject({ updated: 0, unchanged: 1 });
    ad.directory.user('a1', { title: 'Chief' });
    await bench.sync(ad.id);
    expect(await bench.person('ann')).toMatchObject({ title: 'Chief' });
    ucm.directory.user('u1', { title: 'Nobody cares' });
    expect((await bench.sync(ucm.id)).counts).toMatchObject({ updated: 0, unchanged: 1 });
  });

  it('keeps two without matchBy', async () => {
    const { ad, ucm } = await two([]);
    ad.directory.user('a1', { userId: 'ann', email: 'ann@x' });
    ucm.directory.user('u1', { userId: 'ann', email: 'ann@x' });
    await bench.sync(ad.id);
    await bench.sync(ucm.id);
    expect(await bench.count("user WHERE userId = 'ann'")).toBe(2);
  });

  it('lets the person stay under the other source when one lets it go, and vanish with the last', async () => {
    const { ad, ucm } = await two();
    ad.directory.user('a1', { userId: 'ann', displayName: 'Ann AD', email: 'ann@x' });
    ad.directory.user('a2', { userId: 'bob' });
    ucm.directory.user('u1', { userId: 'ann.ucm', displayName: 'Ann UCM', email: 'ann@x' });
    ucm.directory.user('u2', { userId: 'cat' });
    await bench.sync(ad.id);
    await bench.sync(ucm.id);
    const before = await bench.person('ann');
    ad.directory.removeUser('a1');
    expect((await bench.sync(ad.id)).counts).toMatchObject({ vanished: 0, updated: 1 });
    expect(await bench.person('ann.ucm')).toMatchObject({
      id: before?.['id'],
      displayName: 'Ann UCM',
      origin: 'UCM',
      sourceId: ucm.id,
      state: 'ACTIVE',
    });
    ucm.directory.removeUser('u1');
    expect((await bench.sync(ucm.id)).counts).toMatchObject({ vanished: 1 });
    expect(await bench.person('ann.ucm')).toMatchObject({ state: 'VANISHED' });
    ad.directory.user('a1', { userId: 'ann', displayName: 'Ann AD', email: 'ann@x' });
    expect((await bench.sync(ad.id)).counts).toMatchObject({ revived: 1 });
    expect(await bench.person('ann')).toMatchObject({ id: before?.['id'], state: 'ACTIVE' });
  });

  it('quarantines a record that may mean several people, and gives one person to one record only', async () => {
    const { ad, ucm } = await two();
    ad.directory.user('a1', { userId: 'ann', email: 'same@x' });
    ad.directory.user('a2', { userId: 'bob', email: 'same@x' });
    ad.directory.user('a3', { userId: 'cat', email: 'cat@x' });
    await bench.sync(ad.id);
    ucm.directory.user('u1', { userId: 'who', email: 'same@x' });
    ucm.directory.user('u2', { userId: 'cat', email: 'cat@x' });
    ucm.directory.user('u3', { userId: 'cat2', email: 'cat@x' });
    const run = await bench.sync(ucm.id);
    expect(run.counts).toMatchObject({ quarantined: 1, updated: 1, created: 1 });
    expect(await bench.count('user')).toBe(4);
  });

  it('S12: a person made by hand that a source matches keeps what was set by hand; taking the run back gives it back', async () => {
    const { ucm } = await two(['userId']);
    await database.db.write((em) =>
      em.query(
        "INSERT INTO user (userId, userIdKey, origin, state, displayName, displayNameKey, createdAt, updatedAt) VALUES ('Ann', 'ann', 'MANUAL', 'ACTIVE', 'Ann by hand', 'ann by hand', 1, 1)",
      ),
    );
    ucm.directory.user('u1', { userId: 'ann', displayName: 'Ann UCM', title: 'Boss' });
    const run = await bench.sync(ucm.id);
    expect(await bench.person('Ann')).toMatchObject({
      displayName: 'Ann by hand',
      title: 'Boss',
      origin: 'UCM',
      locked: 'userId,displayName',
    });
    await revertRun(bench.deps, `SyncRun_${run.id}`, 'test');
    expect(await bench.person('Ann')).toMatchObject({
      displayName: 'Ann by hand',
      title: null,
      origin: 'MANUAL',
      locked: '',
      sourceId: null,
    });
    expect(await bench.count('user_entry')).toBe(0);
  });
});
