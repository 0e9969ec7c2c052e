import { join } from 'node:path';
import { RunMode, RunState } from '../../schema/sync.enums';
import { SyncWorker } from '../../sync/main';
import { describeEachDatabase, type Prepared } from '../support/each-database';
import { startProcess, waitUntilReady, type RunningProcess } from '../support/processes';
import { SyncBench } from '../support/sync-bench';

const STEPS = ['read', 'compared', 'planned', 'apply groups', 'apply users', 'apply memberships', 'commit', 'applied'];

function startWorker(url: string, bench: SyncBench, diesAt: string): Promise<RunningProcess> {
  const register = require.resolve('@swc-node/register');
  return startProcess(process.execPath, ['-r', register, join(__dirname, '../support/worker-process.ts')], {
    cwd: join(__dirname, '../..'),
    env: {
      ...process.env,
      WORKER_DATABASE: url,
      WORKER_DIRECTORY: JSON.stringify(bench.content()),
      WORKER_DIES_AT: diesAt,
    },
  });
}

describeEachDatabase('a worker that is killed (S10)', (prepare) => {
  let database: Prepared;
  let bench: SyncBench;
  beforeEach(async () => {
    database = await prepare();
    bench = new SyncBench(database.db);
  });
  afterEach(() => database.close());

  const image = async () => ({
    people: await database.db.rows('SELECT id, userId, displayName, state, managerId FROM user ORDER BY id'),
    groups: await database.db.rows('SELECT id, name, memberCount, vanishedAt FROM user_group ORDER BY id'),
    memberships: await bench.memberships(),
    history: await bench.count('membership_history'),
  });

  it.each(STEPS)(
    'at "%s": readers see the old directory or the new one, and the next worker ends the run',
    async (step) => {
      const { id, directory } = await bench.source();
      for (let index = 0; index < 20; index++) directory.user(`u${index}`, {}, { manager: index > 0 ? 'u0' : null });
      directory.group('inner', ['u1', 'u2']);
      directory.group('staff', ['u3', 'u4', 'inner']);
      await bench.sync(id);
      const before = await image();
      directory.user('u5', { displayName: 'Changed' });
      directory.user('new', {}, { manager: 'u5' });
      directory.removeUser('u3');
      directory.group('inner', ['u2', 'new']);
      const runId = await bench.runs.start(`DirectorySource_${id}`, RunMode.FULL, false);

      const worker = await startWorker(database.url, bench, step);
      await waitUntilReady('the end of the worker', null, () => Promise.resolve(!worker.isRunning), 25_000);

      const after = await image();
      if (step === 'applied') expect(await bench.run(runId)).toMatchObject({ state: RunState.SUCCEEDED });
      else expect(after).toEqual(before);
      await bench.work();
      expect(await bench.run(runId)).toMatchObject({
        state: RunState.SUCCEEDED,
        counts: { created: 1, updated: 1, vanished: 1 },
      });
      expect((await bench.memberships()).sort()).toEqual([
        'Group inner/new DIRECT',
        'Group inner/u2 DIRECT',
        'Group staff/new NESTED Group inner',
        'Group staff/u2 NESTED Group inner',
        'Group staff/u4 DIRECT',
      ]);
      expect((await bench.sync(id)).counts).toMatchObject({
        created: 0,
        updated: 0,
        vanished: 0,
        membershipsAdded: 0,
        membershipsRemoved: 0,
      });
    },
  );

  it('two workers that race for the same runs carry each out once', async () => {
    const sources = [];
    for (let index = 0; index < 4; index++) {
      const source = await bench.source();
      for (let number = 0; number < 10; number++) source.directory.user(`u${number}`);
      sources.push(source);
    }
    const workers = [1, 2].map(() => new SyncWorker(database.db, bench.workerDeps()));
    const runs: number[] = [];
    for (const { id } of sources) runs.push(await bench.runs.start(`DirectorySource_${id}`, RunMode.FULL, false));
    workers.forEach((worker) => worker.start());
    await waitUntilReady(
      'the runs',
      null,
      async () => (await bench.count("sync_run WHERE state = 'SUCCEEDED'")) === 4,
      20_000,
    );
    await Promise.all(workers.map((worker) => worker.stop()));
    for (const run of runs) expect(await bench.run(run)).toMatchObject({ leaseToken: 1, counts: { created: 10 } });
    expect(sources.map(({ directory }) => directory.reads)).toEqual([['full'], ['full'], ['full'], ['full']]);
    expect(await bench.count('user')).toBe(40);
  });

  it('a worker that lost its lease writes nothing any more', async () => {
    const { id, directory } = await bench.source();
    for (let index = 0; index < 5; index++) directory.user(`u${index}`);
    const runId = await bench.runs.start(`DirectorySource_${id}`, RunMode.FULL, false);
    bench.step = async (step) => {
      if (step !== 'planned') return;
      bench.step = undefined;
      await database.db.write((em) =>
        em.query('UPDATE sync_run SET leaseToken = leaseToken + 1 WHERE id = ?', [runId]),
      );
    };
    await bench.workOnce();
    expect(await bench.count('user')).toBe(0);
    expect(await bench.run(runId)).toMatchObject({ state: RunState.APPLYING });
    bench.die();
    await bench.work();
    expect(await bench.count('user')).toBe(5);
  });
});
