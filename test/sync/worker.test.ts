import { Registry } from 'prom-client';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RunMode, RunState } from '../../schema/sync.enums';
import { isSigned } from '../../src/standard-webhooks';
import { Housekeeping } from '../../sync/housekeeping';
import { SyncWorker } from '../../sync/main';
import { SyncMetrics } from '../../sync/metrics';
import { isDue, startDueRuns } from '../../sync/schedule';
import { describeEachDatabase, type Prepared } from '../support/each-database';
import { sqliteDb, type TestDb } from '../support/database';
import { waitUntilReady } from '../support/processes';
import { SyncBench } from '../support/sync-bench';

describeEachDatabase('a worker', (prepare) => {
  let database: Prepared;
  let bench: SyncBench;
  let worker: SyncWorker | null = null;
  beforeEach(async () => {
    database = await prepare();
    bench = new SyncBench(database.db);
  });
  afterEach(async () => {
    await worker?.stop();
    worker = null;
    await database.close();
  });

  const until = (what: string, isSo: () => Promise<boolean>) => waitUntilReady(what, null, isSo, 15_000);

  it('shows how far it is, and stops reading when it is asked to cancel', async () => {
    const { id, directory } = await bench.source();
    for (let index = 0; index < 10; index++) directory.user(`u${index}`);
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    let told = 0;
    directory.onRecord = async () => {
      if (++told === 6) await gate;
    };
    const runId = await bench.runs.start(`DirectorySource_${id}`, RunMode.FULL, false);
    worker = new SyncWorker(database.db, bench.workerDeps());
    worker.start();
    await until('progress', async () => (await bench.run(runId)).progress.done === 5);
    expect(await bench.run(runId)).toMatchObject({ state: RunState.READING, progress: { phase: 'reading' } });
    await expect(bench.runs.start(`DirectorySource_${id}`, RunMode.FULL, false)).rejects.toMatchObject({
      code: 'SYNC_IN_PROGRESS',
    });
    await bench.runs.cancel(`SyncRun_${runId}`);
    setTimeout(release, 1_500);
    await until('the end', async () => (await bench.run(runId)).state === RunState.CANCELLED);
    expect(await bench.count('user')).toBe(0);
    expect(await bench.count('sync_change')).toBe(0);
    await expect(bench.runs.apply(`SyncRun_${runId}`, true)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('gives back what it was reading when it stops, for the next worker', async () => {
    const { id, directory } = await bench.source();
    directory.user('ann');
    directory.user('bob');
    directory.onRecord = () => new Promise((resolve) => setTimeout(resolve, 200));
    const runId = await bench.runs.start(`DirectorySource_${id}`, RunMode.FULL, false);
    worker = new SyncWorker(database.db, bench.workerDeps());
    worker.start();
    await until('the read', () => Promise.resolve(directory.reads.length > 0));
    await worker.stop();
    expect(await bench.run(runId)).toMatchObject({ state: RunState.QUEUED, leaseOwner: null });
    directory.onRecord = null;
    await bench.work();
    expect(await bench.run(runId)).toMatchObject({ state: RunState.SUCCEEDED, counts: { created: 2 } });
  });

  it('S13: starts one run for any number of missed times, and none while nothing is due or the source is off', async () => {
    const { id, directory } = await bench.source({ schedule: '0 * * * *' });
    await bench.source({ schedule: '0 * * * *', enabled: false });
    directory.user('ann');
    const look = () => startDueRuns(database.db, bench.clock, bench.deps.log);
    await look();
    const early = await bench.count('sync_run');
    bench.clock.addDays(3);
    await Promise.all([look(), look()]);
    expect(await bench.count('sync_run')).toBe(early + 1);
    await bench.work();
    await look();
    expect(await bench.count('sync_run')).toBe(early + 1);
    expect(
      await database.db.first('SELECT startedBy, requestedMode, sourceId FROM sync_run ORDER BY id DESC LIMIT 1'),
    ).toEqual({ startedBy: 'schedule', requestedMode: 'AUTO', sourceId: id });
  });

  it('S11: keeps plans as long as it is told, and the one that can be reverted for ever', async () => {
    const { id, directory } = await bench.source();
    directory.user('ann');
    const first = await bench.sync(id);
    directory.user('bob');
    const second = await bench.sync(id);
    directory.user('cat');
    const plan = await bench.sync(id, RunMode.FULL, true);
    bench.clock.addDays(31);
    await new Housekeeping(database.db, bench.clock, 30).tend();
    expect(await bench.count(`sync_change WHERE runId = ${first.id}`)).toBe(0);
    expect(await bench.count(`sync_change WHERE runId = ${second.id}`)).toBe(1);
    expect(await bench.run(plan.id)).toMatchObject({ state: RunState.CANCELLED });
    expect(await bench.run(first.id)).toMatchObject({ state: RunState.SUCCEEDED });
  });

  it('tells a webhook how runs end, signed, again until it is heard, and harms no run by it', async () => {
    const heard: { headers: Record<string, unknown>; body: string }[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        heard.push({ headers: request.headers, body });
        response.statusCode = heard.length === 1 ? 503 : 204;
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { id, directory } = await bench.source();
    directory.user('ann');
    const runId = await bench.runs.start(`DirectorySource_${id}`, RunMode.FULL, false);
    const deps = bench.workerDeps();
    worker = new SyncWorker(database.db, {
      ...deps,
      config: { ...deps.config, syncWebhook: { url: `http://127.0.0.1:${port}/`, secret: 'secret' } },
    });
    await worker.runOnce();
    expect(await bench.run(runId)).toMatchObject({ state: RunState.SUCCEEDED });
    await until('the second attempt', () => Promise.resolve(heard.length === 2));
    server.close();
    const [first, second] = heard;
    expect(first?.headers['webhook-id']).toBe(second?.headers['webhook-id']);
    const {
      'webhook-id': messageId,
      'webhook-timestamp': timestamp,
      'webhook-signature': signature,
    } = second?.headers ?? {};
    expect(isSigned('secret', String(messageId), Number(timestamp), second?.body ?? '', String(signature))).toBe(true);
    expect(JSON.parse(second?.body ?? '')).toMatchObject({
      type: 'sync.applied',
      data: { run: `SyncRun_${runId}`, state: 'SUCCEEDED', counts: { created: 1 } },
    });
  });

  it('S13: counts for Prometheus', async () => {
    const registry = new Registry();
    const { id, directory } = await bench.source();
    directory.user('ann');
    directory.user('bob');
    directory.group('staff', ['ann', 'bob']);
    worker = new SyncWorker(database.db, {
      ...bench.workerDeps(),
      metrics: new SyncMetrics(registry, database.db, bench.clock),
    });
    await bench.runs.start(`DirectorySource_${id}`, RunMode.FULL, false);
    await worker.runOnce();
    directory.removeUser('bob');
    await bench.runs.start(`DirectorySource_${id}`, RunMode.FULL, false);
    await worker.runOnce();
    const text = await registry.metrics();
    expect(text).toContain(`switchboard_sync_runs_total{source="DirectorySource_${id}",state="SUCCEEDED"} 2`);
    expect(text).toContain(`switchboard_sync_removals_total{source="DirectorySource_${id}",kind="memberships"} 1`);
    expect(text).toMatch(/switchboard_sync_lag_seconds\{source="DirectorySource_\d+"\} \d/);
  });
});

describe('a schedule', () => {
  const log = { warn: jest.fn() };
  const at = (text: string) => Date.parse(text);
  it('is due once an instant of it has passed since the last run, in the time zone of the installation', () => {
    const source = { id: 1, schedule: '0 6 * * *' };
    expect(isDue(source, at('2026-01-10T05:30:00Z'), at('2026-01-10T05:59:59Z'), 'UTC', log)).toBe(false);
    expect(isDue(source, at('2026-01-10T05:30:00Z'), at('2026-01-10T06:00:00Z'), 'UTC', log)).toBe(true);
    expect(isDue(source, at('2026-01-10T04:30:00Z'), at('2026-01-10T05:00:00Z'), 'Europe/Zurich', log)).toBe(true);
  });
  it('that cannot be read is never due, and is told', () => {
    expect(isDue({ id: 1, schedule: 'whenever' }, 0, 1, 'UTC', log)).toBe(false);
    expect(log.warn).toHaveBeenCalled();
  });
});

describe('what deleted sources leave behind', () => {
  let database: TestDb;
  beforeAll(async () => {
    database = await sqliteDb();
  });
  afterAll(() => database.close());

  it('S4: is purged when its time is over', async () => {
    const bench = new SyncBench(database.db);
    const { id, directory } = await bench.source();
    directory.user('ann');
    directory.group('staff', ['ann']);
    await bench.sync(id);
    await database.db.write(async (em) => {
      await em.query("UPDATE user SET state = 'VANISHED', vanishedAt = ?", [bench.clock.now()]);
      await em.query('UPDATE user_group SET vanishedAt = ?', [bench.clock.now()]);
      await em.query('DELETE FROM directory_source WHERE id = ?', [id]);
    });
    bench.clock.addDays(29);
    await new Housekeeping(database.db, bench.clock, 90).tend();
    expect(await bench.count('user')).toBe(1);
    bench.clock.addDays(2);
    await new Housekeeping(database.db, bench.clock, 90).tend();
    expect([await bench.count('user'), await bench.count('user_group')]).toEqual([0, 0]);
  });
});
