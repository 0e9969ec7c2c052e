import { RunMode, RunState } from '../../schema/sync.enums';
import { IncompleteRead } from '../../sync/source';
import { describeEachDatabase, type Prepared } from '../support/each-database';
import { SyncBench } from '../support/sync-bench';

describeEachDatabase('an incremental synchronization (S8)', (prepare) => {
  let database: Prepared;
  let bench: SyncBench;
  beforeEach(async () => {
    database = await prepare();
    bench = new SyncBench(database.db);
  });
  afterEach(() => database.close());

  it('reads only what changed once there is a position, and leaves everything else as it is', async () => {
    const { id, directory } = await bench.source();
    for (const name of ['ann', 'bob', 'cat']) directory.user(name);
    directory.group('inner', ['cat']);
    directory.group('staff', ['ann', 'bob', 'inner']);
    const first = await bench.sync(id, RunMode.AUTO);
    expect(first).toMatchObject({
      mode: 'FULL',
      requestedMode: 'AUTO',
      modeReason: 'Nothing was read from this source before.',
    });

    directory.user('dan', {}, { manager: 'ann' });
    directory.group('inner', ['cat', 'dan']);
    directory.removeUser('bob');
    directory.user('ann', { title: 'Boss' });
    const second = await bench.sync(id, RunMode.AUTO);

    expect(second).toMatchObject({ state: RunState.SUCCEEDED, mode: 'INCREMENTAL', modeReason: null, complete: true });
    expect(second.counts).toMatchObject({
      created: 1,
      updated: 1,
      vanished: 1,
      membershipsAdded: 1,
      membershipsRemoved: 1,
    });
    expect(directory.reads).toEqual(['full', 'changes']);
    expect((await bench.memberships()).sort()).toEqual([
      'Group inner/cat DIRECT',
      'Group inner/dan DIRECT',
      'Group staff/ann DIRECT',
      'Group staff/cat NESTED Group inner',
      'Group staff/dan NESTED Group inner',
    ]);
    expect(await bench.person('dan')).toMatchObject({ managerId: (await bench.person('ann'))?.['id'] });
    const third = await bench.sync(id, RunMode.FULL);
    expect(third.counts).toMatchObject({
      created: 0,
      updated: 0,
      vanished: 0,
      membershipsAdded: 0,
      membershipsRemoved: 0,
      unchanged: 5,
    });
  });

  it('falls back to a full read by itself where the directory has forgotten, and says why', async () => {
    const { id, directory } = await bench.source();
    directory.user('ann');
    await bench.sync(id);
    directory.canTellChanges = false;
    directory.user('bob');
    const run = await bench.sync(id, RunMode.INCREMENTAL);
    expect(run).toMatchObject({
      mode: 'FULL',
      requestedMode: 'INCREMENTAL',
      modeReason: 'The fake has forgotten its changes.',
      counts: { created: 1 },
    });
    expect(await bench.sync(id, RunMode.AUTO)).toMatchObject({
      mode: 'FULL',
      modeReason: 'There is no position from which changes could be told.',
    });
  });

  it('S3: follows primary groups and departments that change', async () => {
    const { id, directory } = await bench.source({ groupsFromDepartment: true });
    directory.user('ann', { department: 'Sales' }, { primaryGroup: 'users' });
    directory.user('bob', {}, { primaryGroup: 'users' });
    directory.group('users', []);
    directory.group('admins', ['bob']);
    await bench.sync(id);
    directory.user('ann', { department: 'Support' }, { primaryGroup: 'admins' });
    expect(await bench.sync(id, RunMode.AUTO)).toMatchObject({ mode: 'INCREMENTAL' });
    expect((await bench.memberships()).sort()).toEqual([
      'Group admins/ann PRIMARY',
      'Group admins/bob DIRECT',
      'Group users/bob PRIMARY',
      'Support/ann DIRECT',
    ]);
    expect(await bench.count("user_group WHERE name = 'Sales' AND vanishedAt IS NOT NULL")).toBe(1);
    directory.group('users', ['ann']);
    await bench.sync(id, RunMode.AUTO);
    expect((await bench.memberships()).filter((line) => line.startsWith('Group users/')).sort()).toEqual([
      'Group users/ann DIRECT',
      'Group users/bob PRIMARY',
    ]);
  });

  it('gives a new person the groups that waited for it, though those are not told again', async () => {
    const { id, directory } = await bench.source();
    directory.user('ann');
    directory.group('staff', ['ann', 'late', 'never']);
    expect((await bench.sync(id)).counts.unresolvedMembers).toBe(2);
    directory.user('late');
    const run = await bench.sync(id, RunMode.AUTO);
    expect(run).toMatchObject({ mode: 'INCREMENTAL', counts: { created: 1, membershipsAdded: 1 } });
    expect(await bench.memberships()).toEqual(['Group staff/ann DIRECT', 'Group staff/late DIRECT']);
    expect((await bench.sync(id, RunMode.FULL)).counts).toMatchObject({
      membershipsAdded: 0,
      membershipsRemoved: 0,
      unresolvedMembers: 1,
    });
  });

  it('S4: lets groups and the managers of people go, and what was nested through them', async () => {
    const { id, directory } = await bench.source();
    directory.user('ann');
    directory.user('bob', {}, { manager: 'ann' });
    directory.group('inner', ['bob']);
    directory.group('staff', ['inner']);
    await bench.sync(id);
    directory.removeGroup('inner');
    directory.removeUser('ann');
    expect(await bench.sync(id, RunMode.AUTO)).toMatchObject({ mode: 'INCREMENTAL', counts: { vanished: 2 } });
    expect(await bench.memberships()).toEqual([]);
    expect(await bench.person('bob')).toMatchObject({ managerId: null });
    expect((await bench.sync(id, RunMode.FULL)).counts).toMatchObject({ updated: 0, membershipsRemoved: 0 });
  });

  it('S5: changes that were not told to their end write nothing, and the position stays', async () => {
    const { id, directory } = await bench.source();
    directory.user('ann');
    await bench.sync(id);
    directory.user('bob');
    directory.breakAfter = { records: 1, error: new IncompleteRead('Gone.') };
    expect(await bench.sync(id, RunMode.AUTO)).toMatchObject({ state: RunState.FAILED, complete: false });
    expect(await bench.person('bob')).toBeNull();
    expect(await bench.sync(id, RunMode.AUTO)).toMatchObject({ mode: 'INCREMENTAL', counts: { created: 1 } });
  });

  it('S12: gives an unlocked field its directory value, though the person is not told', async () => {
    const { id, directory } = await bench.source();
    directory.user('ann', { title: 'Engineer' });
    directory.user('bob');
    await bench.sync(id);
    await database.db.write(async (em) => {
      await em.query("UPDATE user SET title = 'Boss' WHERE userId = 'ann'");
      await em.query("UPDATE user_entry SET hash = '' WHERE externalId = 'ann'");
    });
    const run = await bench.sync(id, RunMode.AUTO);
    expect(run).toMatchObject({ mode: 'INCREMENTAL', counts: { updated: 1 } });
    expect(await bench.person('ann')).toMatchObject({ title: 'Engineer' });
    expect((await bench.sync(id, RunMode.FULL)).counts).toMatchObject({ updated: 0, unchanged: 2 });
  });
});
