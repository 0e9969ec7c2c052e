import { hostname } from 'node:os';
import { RunMode, RunState } from '../../schema/sync.enums';
import { SyncWorker } from '../../sync/main';
import { startDueRuns } from '../../sync/schedule';
import { describeEachDatabase, type Prepared } from '../support/each-database';
import { SyncBench } from '../support/sync-bench';

describeEachDatabase('a clock that jumps by a day', (prepare) => {
  let database: Prepared;
  let bench: SyncBench;
  let offset = 0;
  const jump = (days: number) => void (offset += days * 86_400_000);
  beforeEach(async () => {
    database = await prepare();
    bench = new SyncBench(database.db);
    offset = 0;
    // The clock of other tests never goes back.
    jest.spyOn(bench.clock, 'now').mockImplementation(() => Date.now() + offset);
  });
  afterEach(() => database.close());

  async function sourceOf(people: number, schedule: string | null = null) {
    const source = await bench.source({ schedule });
    for (let index = 0; index < people; index++) source.directory.user(`u${index}`);
    source.directory.group('staff', ['u0', 'u1']);
    return source;
  }

  it.each([
    ['forwards', 'read', 1],
    ['forwards', 'planned', 1],
    ['forwards', 'apply users', 1],
    ['back', 'read', -1],
    ['back', 'planned', -1],
    ['back', 'apply users', -1],
  ])('%s at "%s": the run goes on, is applied once, and the next one follows', async (_, step, days) => {
    const { id } = await sourceOf(12);
    bench.step = async (name) => {
      if (name !== step) return;
      bench.step = undefined;
      jump(days);
      await Promise.resolve();
    };
    const run = await bench.sync(id);
    expect(run).toMatchObject({ state: RunState.SUCCEEDED, leaseToken: 1, activeSourceId: null });
    expect(await bench.count('user')).toBe(12);
    expect(await bench.count('membership')).toBe(2);
    expect(await bench.sync(id)).toMatchObject({ state: RunState.SUCCEEDED, counts: { created: 0, unchanged: 13 } });
  });

  it('forwards: a run whose lease seems over is taken by another worker, and only one writes it', async () => {
    const { id } = await sourceOf(12);
    const other = new SyncWorker(database.db, bench.workerDeps());
    let took = false;
    bench.step = async (name) => {
      if (name !== 'planned') return;
      bench.step = undefined;
      jump(1);
      took = await other.runOnce();
    };
    const run = await bench.sync(id);
    expect(took).toBe(true);
    expect(run).toMatchObject({ state: RunState.SUCCEEDED, leaseToken: 2, counts: { created: 13 } });
    expect(await bench.count('user')).toBe(12);
    expect(await bench.count('membership')).toBe(2);
    await other.stop();
  });

  it('back: a dead worker is replaced at once all the same, though its lease lies a day ahead', async () => {
    const { id } = await sourceOf(12);
    const runId = await bench.runs.start(`DirectorySource_${id}`, RunMode.FULL, false);
    await database.db.write((em) =>
      em.query("UPDATE sync_run SET state = 'READING', leaseOwner = ?, leaseUntil = ?, leaseToken = 1 WHERE id = ?", [
        `${hostname()}:${process.pid}:gone`,
        bench.clock.now() + 15_000,
        runId,
      ]),
    );
    jump(-1);
    await bench.work();
    expect(await bench.run(runId)).toMatchObject({ state: RunState.SUCCEEDED, leaseToken: 2 });
  });

  it('S13: forwards starts one scheduled run and no more; back starts none again, nor holds later ones up', async () => {
    const { id } = await sourceOf(12, '0 * * * *');
    const look = async () => {
      await startDueRuns(database.db, bench.clock, bench.deps.log);
      await bench.work();
      return bench.count(`sync_run WHERE sourceId = ${id}`);
    };
    const first = await look();
    jump(1);
    expect(await look()).toBe(first + 1);
    expect(await look()).toBe(first + 1);
    jump(-1);
    expect(await look()).toBe(first + 1);
    jump(2);
    expect(await look()).toBe(first + 2);
  });
});
