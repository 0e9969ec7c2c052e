import { RunMode, RunState } from '../../schema/sync.enums';
import { IncompleteRead } from '../../sync/source';
import { describeEachDatabase, type Prepared } from '../support/each-database';
import { SyncBench } from '../support/sync-bench';

describeEachDatabase('a full synchronization', (prepare) => {
  let database: Prepared;
  let bench: SyncBench;
  beforeEach(async () => {
    database = await prepare();
    bench = new SyncBench(database.db);
  });
  afterEach(() => database.close());

  it('imports people, groups and memberships, and says what it did', async () => {
    const { id, directory } = await bench.source();
    directory.user('ann', { email: ' Ann@example.com ', department: 'Sales' });
    directory.user(
      'bob',
      { telephoneNumber: '+41 31 531-11-11', primaryLine: '100' },
      { manager: 'ann', disabled: true },
    );
    directory.group('staff', ['ann', 'bob', 'nobody']);

    const run = await bench.sync(id);

    expect(run).toMatchObject({ state: RunState.SUCCEEDED, mode: 'FULL', complete: true, error: null, refusal: null });
    expect(run.counts).toEqual({
      created: 3,
      updated: 0,
      vanished: 0,
      revived: 0,
      purged: 0,
      unchanged: 0,
      membershipsAdded: 2,
      membershipsRemoved: 0,
      quarantined: 0,
      unresolvedMembers: 1,
    });
    const ann = await bench.person('ann');
    expect(ann).toMatchObject({
      email: 'Ann@example.com',
      emailKey: 'ann@example.com',
      state: 'ACTIVE',
      origin: 'LDAP',
      externalId: 'ann',
      sourceId: id,
    });
    expect(await bench.person('bob')).toMatchObject({
      state: 'DISABLED',
      managerId: ann?.['id'],
      primaryLineNumber: '100',
      telephoneKey: '+41315311111',
    });
    expect(await bench.memberships()).toEqual(['Group staff/ann DIRECT', 'Group staff/bob DIRECT']);
    expect(await database.db.first("SELECT memberCount FROM user_group WHERE externalId = 'staff'")).toEqual({
      memberCount: 2,
    });
  });

  it('S14: an unchanged re-sync writes no row of users, groups or memberships', async () => {
    const { id, directory } = await bench.source({ groupsFromDepartment: true });
    directory.user('ann', { department: 'Sales' }, { manager: 'bob', primaryGroup: 'staff' });
    directory.user('bob');
    directory.group('inner', ['bob', 'ghost']);
    directory.group('staff', ['inner', 'bob']);
    await bench.sync(id);
    const tables = [
      'user',
      'user_entry',
      'user_group',
      'membership',
      'membership_history',
      'group_nesting',
      'unresolved_members',
      'revision',
    ];
    const dump = async () =>
      JSON.stringify(
        await Promise.all(tables.map((table) => database.db.rows(`SELECT * FROM ${table} ORDER BY 1, 2`))),
      );
    const before = await dump();

    const run = await bench.sync(id);

    expect(run.counts).toMatchObject({
      created: 0,
      updated: 0,
      vanished: 0,
      unchanged: 5,
      membershipsAdded: 0,
      membershipsRemoved: 0,
      unresolvedMembers: 1,
    });
    expect(await database.db.rows('SELECT * FROM sync_change WHERE runId = ?', [run.id])).toEqual([]);
    expect(await dump()).toBe(before);
  });

  it('S3: one membership for two, PRIMARY before DIRECT before NESTED, the shortest path, ties by name', async () => {
    const { id, directory } = await bench.source();
    directory.user('ann', {}, { primaryGroup: 'top' });
    directory.user('bob');
    directory.user('cat');
    directory.group('leaf', ['ann', 'bob', 'cat'], { name: 'Leaf' });
    directory.group('b', ['leaf'], { name: 'B way' });
    directory.group('a', ['leaf', 'top'], { name: 'A way' });
    directory.group('top', ['b', 'a', 'bob'], { name: 'Top' });

    await bench.sync(id);

    expect((await bench.memberships()).filter((line) => line.startsWith('Top/')).sort()).toEqual([
      'Top/ann PRIMARY',
      'Top/bob DIRECT',
      'Top/cat NESTED A way > Leaf',
    ]);
    expect(await database.db.first("SELECT memberCount FROM user_group WHERE externalId = 'top'")).toEqual({
      memberCount: 3,
    });
    expect((await bench.memberships()).filter((line) => line.startsWith('A way/'))).toEqual([
      'A way/ann NESTED Leaf',
      'A way/bob NESTED Leaf',
      'A way/cat NESTED Leaf',
    ]);
  });

  it('S5: after an incomplete read nothing is removed, and the run can never be applied', async () => {
    const { id, directory } = await bench.source();
    for (let index = 0; index < 5; index++) directory.user(`u${index}`);
    directory.group('staff', ['u0', 'u1']);
    await bench.sync(id);
    directory.breakAfter = { records: 2, error: new IncompleteRead('The server closed the connection.') };

    const run = await bench.sync(id);

    expect(run).toMatchObject({ state: RunState.FAILED, complete: false, error: 'The server closed the connection.' });
    expect(await bench.count("user WHERE state = 'ACTIVE'")).toBe(5);
    await expect(bench.runs.apply(`SyncRun_${run.id}`, true)).rejects.toMatchObject({ code: 'SYNC_REFUSED' });
  });

  it('S5: an empty answer is a fault where the source owned something', async () => {
    const { id, directory } = await bench.source();
    directory.user('ann');
    await bench.sync(id);
    directory.removeUser('ann');
    expect(await bench.sync(id)).toMatchObject({ state: RunState.FAILED, complete: false });
    expect(await bench.person('ann')).toMatchObject({ state: 'ACTIVE' });
  });

  it('S4: who is gone vanishes without memberships, returns with the same id, and is purged after the grace period', async () => {
    const { id, directory } = await bench.source({ graceDays: 10 });
    directory.user('ann');
    directory.user('bob');
    directory.group('staff', ['ann', 'bob']);
    await bench.sync(id);
    const bob = await bench.person('bob');
    directory.removeUser('bob');

    expect((await bench.sync(id)).counts).toMatchObject({ vanished: 1, membershipsRemoved: 1 });
    expect(await bench.person('bob')).toMatchObject({ id: bob?.['id'], state: 'VANISHED', displayName: 'User bob' });
    expect(await bench.memberships()).toEqual(['Group staff/ann DIRECT']);
    expect(await bench.count('membership_history')).toBe(1);

    directory.user('bob');
    directory.group('staff', ['ann', 'bob']);
    expect((await bench.sync(id)).counts).toMatchObject({ revived: 1, membershipsAdded: 1 });
    expect(await bench.person('bob')).toMatchObject({ id: bob?.['id'], state: 'ACTIVE', vanishedAt: null });

    directory.removeUser('bob');
    await bench.sync(id);
    bench.clock.addDays(9);
    expect((await bench.sync(id)).counts).toMatchObject({ purged: 0 });
    bench.clock.addDays(2);
    expect((await bench.sync(id)).counts).toMatchObject({ purged: 1 });
    expect(await bench.person('bob')).toBeNull();
  });

  it('S4: groups vanish, return and are purged likewise', async () => {
    const { id, directory } = await bench.source({ graceDays: 0 });
    directory.user('ann');
    directory.group('staff', ['ann', 'inner']);
    directory.group('inner', ['ann']);
    await bench.sync(id);
    const staff = await database.db.first("SELECT id FROM user_group WHERE externalId = 'staff'");
    directory.removeGroup('staff');

    expect((await bench.sync(id)).counts).toMatchObject({ vanished: 1, membershipsRemoved: 1 });
    expect(
      await database.db.first(
        "SELECT id, vanishedAt IS NULL AS live, memberCount FROM user_group WHERE externalId = 'staff'",
      ),
    ).toMatchObject({ id: staff?.['id'], live: 0, memberCount: 0 });
    directory.group('staff', ['ann', 'inner']);
    expect((await bench.sync(id)).counts).toMatchObject({ revived: 1, membershipsAdded: 1 });
    directory.removeGroup('staff');
    await bench.sync(id);
    expect((await bench.sync(id)).counts).toMatchObject({ purged: 1 });
    expect(await database.db.first("SELECT id FROM user_group WHERE externalId = 'staff'")).toBeNull();
  });

  it('S2: renames, moves and changed mail keep the person and its id', async () => {
    const { id, directory } = await bench.source();
    directory.user('guid-1', { userId: 'ann', email: 'a@x' });
    await bench.sync(id);
    const before = await bench.person('ann');
    directory.user('guid-1', { userId: 'anna', displayName: 'Anna', email: 'b@x' });
    expect((await bench.sync(id)).counts).toMatchObject({ updated: 1, created: 0 });
    expect(await bench.person('anna')).toMatchObject({ id: before?.['id'], email: 'b@x', displayName: 'Anna' });
  });

  it('S2, S9: a second one of a user id is quarantined; who had the user id before keeps it', async () => {
    const { id, directory } = await bench.source();
    directory.user('guid-1', { userId: 'ann' });
    await bench.sync(id);
    directory.users.clear();
    directory.user('guid-2', { userId: 'ANN', displayName: 'Impostor' });
    directory.user('guid-1', { userId: 'ann' });
    directory.group('staff', ['guid-1', 'guid-2']);

    const run = await bench.sync(id);

    expect(run.counts).toMatchObject({
      created: 1,
      quarantined: 1,
      unchanged: 1,
      membershipsAdded: 1,
      unresolvedMembers: 1,
    });
    expect(
      await database.db.rows('SELECT externalId, label FROM quarantined_record WHERE runId = ?', [run.id]),
    ).toEqual([{ externalId: 'guid-2', label: 'Impostor' }]);
    expect(await bench.person('ANN')).toBeNull();
  });

  it('S9: a bad entry is quarantined with its reason; what is known of it stays, with its memberships', async () => {
    const { id, directory } = await bench.source({ groupsFromDepartment: true });
    directory.user('ann', { department: 'Sales' });
    directory.user('bob');
    directory.group('staff', ['ann', 'bob']);
    await bench.sync(id);
    directory.users.delete('ann');
    directory.extra = [
      { kind: 'bad', of: 'user', externalId: 'ann', label: 'ann', reason: 'No uid.', raw: { cn: 'ann' } },
    ];

    const run = await bench.sync(id);

    expect(run).toMatchObject({ state: RunState.SUCCEEDED });
    expect(run.counts).toMatchObject({ vanished: 0, quarantined: 1, membershipsRemoved: 0 });
    expect(await bench.person('ann')).toMatchObject({ state: 'ACTIVE' });
    expect(await bench.memberships()).toEqual(['Group staff/ann DIRECT', 'Group staff/bob DIRECT', 'Sales/ann DIRECT']);
  });

  it('S3: departments become groups where the source says so, and go with their last member', async () => {
    const { id, directory } = await bench.source({ groupsFromDepartment: true });
    directory.user('ann', { department: 'Sales' });
    directory.user('bob', { department: 'SALES ' });
    await bench.sync(id);
    expect(await bench.memberships()).toEqual(['Sales/ann DIRECT', 'Sales/bob DIRECT']);
    directory.user('ann', { department: 'Support' });
    directory.user('bob', { department: null });
    await bench.sync(id);
    expect(await bench.memberships()).toEqual(['Support/ann DIRECT']);
    expect(await database.db.first("SELECT vanishedAt IS NULL AS live FROM user_group WHERE name = 'Sales'")).toEqual({
      live: 0,
    });
  });

  it('S12: fields changed by hand survive, and a change of them alone counts as unchanged', async () => {
    const { id, directory } = await bench.source();
    directory.user('ann', { title: 'Engineer' });
    await bench.sync(id);
    await database.db.write((em) => em.query("UPDATE user SET title = 'Boss', locked = 'title' WHERE userId = 'ann'"));
    directory.user('ann', { title: 'Senior engineer' });

    const run = await bench.sync(id);

    expect(run.counts).toMatchObject({ updated: 0, unchanged: 1 });
    expect(await bench.person('ann')).toMatchObject({ title: 'Boss' });
    const [change] = await database.db.rows<{ fields: string }>('SELECT fields FROM sync_change WHERE runId = ?', [
      run.id,
    ]);
    expect(JSON.parse(change?.fields ?? '')).toEqual([
      { field: 'title', before: 'Boss', after: 'Senior engineer', locked: true },
    ]);
    expect(await bench.sync(id)).toMatchObject({ counts: { updated: 0, unchanged: 1 } });

    await database.db.write((em) => em.query("UPDATE user SET locked = '' WHERE userId = 'ann'"));
    await database.db.write((em) => em.query("UPDATE user_entry SET hash = ''"));
    expect((await bench.sync(id)).counts).toMatchObject({ updated: 1 });
    expect(await bench.person('ann')).toMatchObject({ title: 'Senior engineer' });
  });

  it('S7: a plan writes nothing until it is applied, then exactly itself; another applied run makes it stale', async () => {
    const { id, directory } = await bench.source();
    directory.user('ann');
    const plan = await bench.sync(id, RunMode.FULL, true);
    expect(plan).toMatchObject({ state: RunState.PLANNED, complete: true, counts: { created: 1 } });
    expect(await bench.person('ann')).toBeNull();
    directory.user('bob');

    await bench.runs.apply(`SyncRun_${plan.id}`, false);
    await bench.work();

    expect(await bench.run(plan.id)).toMatchObject({ state: RunState.SUCCEEDED });
    expect(await bench.person('ann')).not.toBeNull();
    expect(await bench.person('bob')).toBeNull();
    const stale = await bench.sync(id, RunMode.FULL, true);
    await bench.sync(id);
    await expect(bench.runs.apply(`SyncRun_${stale.id}`, false)).rejects.toMatchObject({ code: 'SYNC_STALE_PLAN' });
  });

  it('S6: beyond the removal limits a run is refused, and goes through only when confirmed', async () => {
    const { id, directory } = await bench.source({ maxRemovalPercent: 20 });
    for (let index = 0; index < 40; index++) directory.user(`u${index}`);
    directory.group('staff', [...directory.users.keys()]);
    await bench.sync(id);
    for (let index = 0; index < 10; index++) directory.removeUser(`u${index}`);

    const run = await bench.sync(id);

    expect(run).toMatchObject({ state: RunState.REFUSED, complete: true });
    expect(run.refusal).toBe('10 of 40 users would be removed (25 %), the limit is 20 %.');
    await expect(bench.runs.apply(`SyncRun_${run.id}`, false)).rejects.toMatchObject({ code: 'SYNC_REFUSED' });
    await bench.runs.apply(`SyncRun_${run.id}`, true);
    await bench.work();
    expect(await bench.run(run.id)).toMatchObject({ state: RunState.SUCCEEDED });
    expect(await bench.count("user WHERE state = 'VANISHED'")).toBe(10);
  });
});
