import { RunState } from '../../schema/sync.enums';
import { revertRun } from '../../sync/revert';
import { describeEachDatabase, type Prepared } from '../support/each-database';
import { SyncBench } from '../support/sync-bench';

describeEachDatabase('taking a run back (S11)', (prepare) => {
  let database: Prepared;
  let bench: SyncBench;
  beforeEach(async () => {
    database = await prepare();
    bench = new SyncBench(database.db);
  });
  afterEach(() => database.close());

  const people = () =>
    database.db.rows('SELECT id, userId, displayName, email, state, managerId, locked FROM user ORDER BY id');
  const groups = () =>
    database.db.rows(
      'SELECT id, name, description, vanishedAt IS NULL AS live, memberCount FROM user_group ORDER BY id',
    );

  it('brings back what the run changed and removed, lets vanish what it created, and the next run applies the directory anew', async () => {
    const { id, directory } = await bench.source();
    directory.user('ann', { email: 'ann@x' });
    directory.user('bob', {}, { manager: 'ann' });
    directory.user('cat', {}, { manager: 'ann' });
    directory.group('inner', ['cat']);
    directory.group('staff', ['ann', 'bob', 'inner']);
    directory.group('old', ['bob', 'ann']);
    await bench.sync(id);
    await database.db.write((em) =>
      em.query(
        "UPDATE membership SET callState = 'PAUSED', position = 7 WHERE userId = (SELECT id FROM user WHERE userId = 'bob')",
      ),
    );
    const before = { people: await people(), groups: await groups(), memberships: await bench.memberships() };

    directory.user('ann', { email: 'new@x', displayName: 'Ann B' });
    directory.user('cat', {}, { manager: 'bob' });
    directory.removeUser('bob');
    directory.user('dan', {}, { manager: 'cat' });
    directory.removeGroup('old');
    directory.group('fresh', ['dan', 'cat']);
    directory.group('staff', ['dan', 'cat'], { name: 'All staff' });
    const run = await bench.sync(id);
    const after = { memberships: await bench.memberships(), people: await people() };
    expect(run.state).toBe(RunState.SUCCEEDED);

    await revertRun(bench.deps, `SyncRun_${run.id}`, 'test');

    expect(await bench.run(run.id)).toMatchObject({ state: RunState.REVERTED, activeSourceId: null });
    const dan = await bench.person('dan');
    expect(dan).toMatchObject({ state: 'VANISHED' });
    expect((await people()).filter((row) => row['userId'] !== 'dan')).toEqual(before.people);
    expect((await groups()).slice(0, 3)).toEqual(before.groups);
    expect((await groups())[3]).toMatchObject({ live: 0, memberCount: 0 });
    expect((await bench.memberships()).sort()).toEqual(before.memberships.sort());
    expect(await bench.count("membership WHERE callState = 'PAUSED' AND position = 7")).toBe(2);
    await expect(revertRun(bench.deps, `SyncRun_${run.id}`, 'test')).rejects.toMatchObject({ code: 'CONFLICT' });

    const again = await bench.sync(id, 'AUTO' as never);
    expect(again).toMatchObject({ state: RunState.SUCCEEDED, mode: 'FULL', modeReason: expect.any(String) });
    expect(again.counts).toMatchObject({ revived: 2, vanished: 2 });
    expect((await bench.memberships()).sort()).toEqual(after.memberships.sort());
    expect(await people()).toEqual(after.people);
    expect((await bench.person('dan'))?.['id']).toBe(dan?.['id']);
  });

  it('refuses an older run, a run that was not applied, and one while another is under way', async () => {
    const { id, directory } = await bench.source();
    directory.user('ann');
    const first = await bench.sync(id);
    directory.user('bob');
    const plan = await bench.sync(id, 'FULL' as never, true);
    const second = await bench.sync(id);
    await expect(revertRun(bench.deps, `SyncRun_${first.id}`, 'test')).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(revertRun(bench.deps, `SyncRun_${plan.id}`, 'test')).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(revertRun(bench.deps, 'SyncRun_999', 'test')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const queued = await bench.runs.start(`DirectorySource_${id}`, 'FULL' as never, false);
    await expect(revertRun(bench.deps, `SyncRun_${second.id}`, 'test')).rejects.toMatchObject({
      code: 'SYNC_IN_PROGRESS',
    });
    await bench.runs.cancel(`SyncRun_${queued}`);
    await revertRun(bench.deps, `SyncRun_${second.id}`, 'test');
    expect(await bench.person('bob')).toMatchObject({ state: 'VANISHED' });
    await expect(revertRun(bench.deps, `SyncRun_${first.id}`, 'test')).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('brings purged people and groups back with all that went with them', async () => {
    const { id, directory } = await bench.source({ graceDays: 0 });
    for (const name of ['ann', 'bob']) directory.user(name);
    directory.group('staff', ['ann', 'bob']);
    await bench.sync(id);
    const bob = Number((await bench.person('bob'))?.['id']);
    const staff = Number((await database.db.first('SELECT id FROM user_group'))?.['id']);
    await database.db.write(async (em) => {
      await em.query(
        "INSERT INTO user_group (name, nameKey, origin, createdAt, updatedAt, leaderId, leaderRights, memberCount) VALUES ('Chess', 'chess', 'MANUAL', 1, 1, ?, 3, 1)",
        [bob],
      );
      await em.query(
        "INSERT INTO membership (groupId, userId, via, origin, position, since) SELECT id, ?, 'DIRECT', 'MANUAL', 1, 1 FROM user_group WHERE name = 'Chess'",
        [bob],
      );
      await em.query("UPDATE client SET userId = ? WHERE usernameKey = 'admin'", [bob]);
      await em.query(
        "INSERT INTO group_assignment (clientId, groupId, kind, createdAt) SELECT id, ?, 'OWNER', 1 FROM client WHERE usernameKey = 'admin'",
        [staff],
      );
    });
    directory.removeUser('bob');
    directory.removeGroup('staff');
    await bench.sync(id);
    const dump = async () => ({
      people: await people(),
      groups: await database.db.rows(
        'SELECT id, name, leaderId, leaderRights, memberCount FROM user_group ORDER BY id',
      ),
      memberships: await bench.memberships(),
      history: await database.db.rows(
        'SELECT groupId, userId, since, until FROM membership_history ORDER BY groupId, userId',
      ),
      clients: await database.db.rows("SELECT userId FROM client WHERE usernameKey = 'admin'"),
      assignments: await database.db.rows('SELECT * FROM group_assignment'),
    });
    const before = await dump();
    const purge = await bench.sync(id);
    expect(purge.counts).toMatchObject({ purged: 2 });
    expect(await bench.person('bob')).toBeNull();
    expect(await bench.count("user_group WHERE name = 'Chess' AND leaderId IS NULL AND memberCount = 0")).toBe(1);

    await revertRun(bench.deps, `SyncRun_${purge.id}`, 'test');

    const restored = await dump();
    expect({ ...restored, groups: restored.groups.map((row) => ({ ...row, memberCount: 0 })) }).toEqual({
      ...before,
      groups: before.groups.map((row) => ({ ...row, memberCount: 0 })),
    });
  });
});
