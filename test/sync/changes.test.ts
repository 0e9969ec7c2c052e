import { ChangeAction, RecordKind, RunMode } from '../../schema/sync.enums';
import type { SyncChange } from '../../schema/sync-run';
import { changesOfRuns } from '../../src/sources/change.reads';
import { describeEachDatabase, type Prepared } from '../support/each-database';
import { SyncBench } from '../support/sync-bench';

describeEachDatabase('what a run changes, one by one (S7, S11)', (prepare) => {
  let database: Prepared;
  let bench: SyncBench;
  beforeEach(async () => {
    database = await prepare();
    bench = new SyncBench(database.db);
  });
  afterEach(() => database.close());

  const page = async (run: number, filter = {}, args = {}) => {
    const found = (await changesOfRuns(database.db, [run], filter, args)).get(run);
    if (!found) throw new Error('No page.');
    return found;
  };
  const brief = ({ kind, action, externalId, label, via, fields }: SyncChange) =>
    `${kind} ${action} ${externalId} "${label}"${via ? ` ${via}` : ''} ${fields.map((field) => `${field.field}: ${field.before} -> ${field.after}${field.locked ? ' (locked)' : ''}`).join(', ')}`.trim();

  it('tells fields, managers by user id, lines by number, memberships as group/user, before and after the plan is applied', async () => {
    const { id, directory } = await bench.source();
    directory.user('g-ann', { userId: 'ann', displayName: 'Ann', primaryLine: '100' }, { manager: 'g-bob' });
    directory.user('g-bob', { userId: 'bob', displayName: 'Bob' }, { disabled: true });
    directory.group('g-staff', ['g-ann', 'g-bob'], { name: 'Staff' });
    const plan = await bench.sync(id, RunMode.FULL, true);
    const expected = [
      'USER CREATE g-ann "Ann" userId: null -> ann, displayName: null -> Ann, primaryLine: null -> 100, state: null -> ACTIVE, manager: null -> bob',
      'USER CREATE g-bob "Bob" userId: null -> bob, displayName: null -> Bob, state: null -> DISABLED',
      'GROUP CREATE g-staff "Staff" name: null -> Staff',
      'MEMBERSHIP ADD g-staff/g-ann "Ann in Staff" DIRECT',
      'MEMBERSHIP ADD g-staff/g-bob "Bob in Staff" DIRECT',
    ];
    expect((await page(plan.id)).nodes.map(brief)).toEqual(expected);
    await bench.runs.apply(`SyncRun_${plan.id}`, false);
    await bench.work();
    expect((await page(plan.id)).nodes.map(brief)).toEqual(expected);

    directory.user('g-ann', { primaryLine: '200' }, { manager: null });
    directory.user('g-bob', {}, { disabled: false, manager: 'g-ann' });
    directory.group('g-staff', ['g-ann']);
    const second = await bench.sync(id);
    expect((await page(second.id)).nodes.map(brief)).toEqual([
      'USER UPDATE g-ann "Ann" primaryLine: 100 -> 200, manager: bob -> null',
      'USER UPDATE g-bob "Bob" state: DISABLED -> ACTIVE, manager: null -> ann',
      'MEMBERSHIP REMOVE g-staff/g-bob "Bob in Staff" DIRECT',
    ]);
    directory.user('g-bob', {}, { manager: null });
    const third = await bench.sync(id);
    expect(third.counts).toMatchObject({ updated: 1, unchanged: 2 });
    expect((await page(third.id)).nodes.map(brief)).toEqual(['USER UPDATE g-bob "Bob" manager: ann -> null']);
  });

  it('still names people who were purged since', async () => {
    const { id, directory } = await bench.source({ graceDays: 0 });
    directory.user('ann');
    directory.user('bob', { displayName: 'Bob' });
    directory.group('staff', ['ann', 'bob']);
    const first = await bench.sync(id);
    directory.removeUser('bob');
    const second = await bench.sync(id);
    const third = await bench.sync(id);
    expect(third.counts.purged).toBe(1);
    expect((await page(second.id)).nodes.map(brief)).toContain(
      'MEMBERSHIP REMOVE staff/bob "Bob in Group staff" DIRECT',
    );
    expect((await page(first.id, { kind: RecordKind.MEMBERSHIP })).nodes.map(brief)).toContain(
      'MEMBERSHIP ADD staff/bob "Bob in Group staff" DIRECT',
    );
    expect((await page(third.id)).nodes.map(brief)).toEqual(['USER PURGE bob "Bob"']);
  });

  it('tells a change of `via` as an update, which counts neither as added nor as removed', async () => {
    const { id, directory } = await bench.source();
    directory.user('ann');
    directory.group('inner', ['ann']);
    directory.group('outer', ['inner']);
    await bench.sync(id);
    directory.group('outer', ['inner', 'ann']);
    const run = await bench.sync(id);
    expect(run.counts).toMatchObject({ membershipsAdded: 0, membershipsRemoved: 0 });
    expect((await page(run.id)).nodes.map(brief)).toEqual([
      'MEMBERSHIP UPDATE outer/ann "User ann in Group outer" DIRECT via: NESTED -> DIRECT, path: Group inner -> null',
    ]);
    expect(await bench.memberships()).toEqual(['Group inner/ann DIRECT', 'Group outer/ann DIRECT']);
  });

  it('pages forward and backward through packed memberships, with totals by kind and action', async () => {
    const { id, directory } = await bench.source();
    for (let index = 0; index < 30; index++) directory.user(`u${String(index).padStart(2, '0')}`);
    directory.group('a', [...directory.users.keys()]);
    directory.group('b', [...directory.users.keys()].slice(0, 7));
    const run = await bench.sync(id);
    const filter = { kind: RecordKind.MEMBERSHIP, action: ChangeAction.ADD };
    const all = (await page(run.id, filter, { first: 100 })).nodes.map(brief);
    expect(all).toHaveLength(37);
    expect(await (await page(run.id, filter)).count()).toBe(37);
    const forward: string[] = [];
    for (let after: string | undefined; ;) {
      const part = await page(run.id, filter, { first: 10, after });
      forward.push(...part.nodes.map(brief));
      if (!part.hasNextPage) break;
      after = part.cursorOf(part.nodes[part.nodes.length - 1]);
    }
    expect(forward).toEqual(all);
    const backward: string[] = [];
    for (let before: string | undefined; ;) {
      const part = await page(run.id, filter, { last: 10, before });
      backward.unshift(...part.nodes.map(brief));
      if (!part.hasPreviousPage) break;
      before = part.cursorOf(part.nodes[0]);
    }
    expect(backward).toEqual(all);
  });
});
