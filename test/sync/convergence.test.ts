import * as fc from 'fast-check';
import { RunMode, RunState } from '../../schema/sync.enums';
import type { SyncRun } from '../../schema/sync-run';
import { LeaseLost } from '../../sync/lease';
import { revertRun } from '../../sync/revert';
import { IncompleteRead } from '../../sync/source';
import { describeEachDatabase, type Prepared } from '../support/each-database';
import { SyncBench } from '../support/sync-bench';
import { expectedOf, type Expected } from '../support/naive-directory';
import type { FakeDirectory } from '../support/fake-directory';

const user = fc.constantFrom('u1', 'u2', 'u3', 'u4', 'u5', 'u6');
const group = fc.constantFrom('g1', 'g2', 'g3', 'g4', 'g5');
const name = fc.constantFrom('A', 'B', 'C');
const mode = fc.constantFrom(RunMode.FULL, RunMode.INCREMENTAL, RunMode.AUTO);
const STEPS = [
  'claimed',
  'read',
  'compared',
  'planned',
  'apply',
  'apply groups',
  'apply users',
  'apply memberships',
  'apply end',
  'commit',
  'applied',
];

const edit = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('user' as const),
      user,
      displayName: name,
      email: fc.option(name),
      department: fc.option(name),
      title: fc.option(name),
      disabled: fc.boolean(),
      manager: fc.option(user),
      primaryGroup: fc.option(group),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('group' as const),
      group,
      name,
      members: fc.uniqueArray(fc.oneof(user, user, group, fc.constant('nobody')), { maxLength: 5 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('removeUser' as const), user }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('removeGroup' as const), group }) },
);
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

const action = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('edit' as const), edits: fc.array(edit, { minLength: 1, maxLength: 4 }) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('sync' as const), mode }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('interrupt' as const), mode, step: fc.constantFrom(...STEPS) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('break' as const), mode, records: fc.nat(8) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('plan' as const), mode, isApplied: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('revert' as const) }) },
);

function change(directory: FakeDirectory, one: Edit): void {
  if (one.do === 'user') {
    const { displayName, email, department, title, disabled } = one;
    const manager = one.manager !== null && directory.users.has(one.manager) ? one.manager : null;
    const primaryGroup = one.primaryGroup !== null && directory.groups.has(one.primaryGroup) ? one.primaryGroup : null;
    directory.user(one.user, { displayName, email, department, title }, { disabled, manager, primaryGroup });
  } else if (one.do === 'group') directory.group(one.group, one.members, { name: one.name });
  else if (one.do === 'removeUser') directory.removeUser(one.user);
  else directory.removeGroup(one.group);
}

/** What the database says, in the form of `Expected`. */
async function actualOf({ db }: Prepared): Promise<Expected> {
  const people = await db.rows<Record<string, string | null>>(
    "SELECT u.userId, u.displayName, u.email, u.title, u.state, m.userId AS manager FROM user u LEFT JOIN user m ON m.id = u.managerId WHERE u.state <> 'VANISHED'",
  );
  const groups = await db.rows<{ id: number; externalId: string; memberCount: number }>(
    'SELECT id, externalId, memberCount FROM user_group WHERE vanishedAt IS NULL',
  );
  const names = new Map(groups.map((one) => [one.id, one.externalId]));
  const memberships = await db.rows<{ groupId: number; userId: string; via: string; pathIds: string | null }>(
    'SELECT m.groupId, u.externalId AS userId, m.via, m.pathIds FROM membership m JOIN user u ON u.id = m.userId',
  );
  for (const one of groups) expect(memberships.filter((row) => row.groupId === one.id)).toHaveLength(one.memberCount);
  return {
    people: people
      .map((row) =>
        ['userId', 'displayName', 'email', 'title', 'state', 'manager'].map((column) => row[column]).join('|'),
      )
      .sort(),
    groups: [...names.values()].sort(),
    memberships: memberships
      .map((row) =>
        `${names.get(row.groupId)}/${row.userId} ${row.via} ${(row.pathIds ?? '')
          .split(',')
          .filter(Boolean)
          .map((id) => names.get(Number(id)))
          .join('>')}`.trim(),
      )
      .sort(),
  };
}

describeEachDatabase('whatever happens', (prepare) => {
  let database: Prepared;
  beforeAll(async () => {
    database = await prepare();
  });
  afterAll(() => database.close());

  const wipe = async () => {
    await database.db.write(async (em) => {
      for (const table of ['user', 'user_group', 'directory_source']) await em.query(`DELETE FROM ${table}`);
    });
  };

  it('S5, S8, S10, S11, S14: the database converges to the directory, and is never half of it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { minLength: 4, maxLength: 16 }),
        fc.boolean(),
        fc.boolean(),
        async (actions, isNested, isByDepartment) => {
          await wipe();
          const bench = new SyncBench(database.db);
          const { id, directory } = await bench.source({
            followNestedGroups: isNested,
            groupsFromDepartment: isByDepartment,
          });
          directory.user('u1');
          let last: { run: SyncRun; before: Expected } | null = null;
          const expected = () => expectedOf(directory, isNested, isByDepartment);
          const applied = async (run: SyncRun, before: Expected) => {
            if (run.state !== RunState.SUCCEEDED) {
              // Only an empty directory may end otherwise.
              expect(run).toMatchObject({
                state: RunState.FAILED,
                error: expect.stringContaining('without a single user'),
              });
              expect(await actualOf(database)).toEqual(before);
              return;
            }
            last = { run, before };
            expect(await actualOf(database)).toEqual(expected());
          };
          for (const one of actions) {
            const before = await actualOf(database);
            if (one.do === 'edit') for (const single of one.edits) change(directory, single);
            else if (one.do === 'sync') await applied(await bench.sync(id, one.mode), before);
            else if (one.do === 'break') {
              directory.breakAfter = { records: one.records, error: new IncompleteRead('Broken.') };
              expect(await bench.sync(id, one.mode)).toMatchObject({ state: RunState.FAILED, complete: false });
              directory.breakAfter = null;
              expect(await actualOf(database)).toEqual(before);
            } else if (one.do === 'interrupt') {
              const runId = await bench.runs.start(`DirectorySource_${id}`, one.mode, false);
              bench.step = (step) => (step === one.step ? Promise.reject(new LeaseLost()) : Promise.resolve());
              await bench.workOnce();
              bench.step = undefined;
              if (one.step !== 'applied') expect(await actualOf(database)).toEqual(before);
              bench.die();
              await bench.work();
              await applied(await bench.run(runId), before);
            } else if (one.do === 'plan') {
              const plan = await bench.sync(id, one.mode, true);
              expect(await actualOf(database)).toEqual(before);
              if (plan.state === RunState.PLANNED && one.isApplied) {
                await bench.runs.apply(`SyncRun_${plan.id}`, true);
                await bench.work();
                await applied(await bench.run(plan.id), before);
              }
            } else if (one.do === 'revert' && last !== null) {
              const { run, before: wanted }: { run: SyncRun; before: Expected } = last;
              last = null;
              await revertRun(bench.deps, `SyncRun_${run.id}`, 'test');
              expect(await actualOf(database)).toEqual(wanted);
            }
          }
          directory.user('u1');
          const before = await actualOf(database);
          await applied(await bench.sync(id, RunMode.AUTO), before);
          const again = await bench.sync(id, RunMode.FULL);
          expect(again.counts).toMatchObject({
            created: 0,
            updated: 0,
            vanished: 0,
            revived: 0,
            membershipsAdded: 0,
            membershipsRemoved: 0,
          });
          expect(await actualOf(database)).toEqual(expected());
          const settled = await bench.sync(id, RunMode.FULL);
          expect(await bench.count(`sync_change WHERE runId = ${settled.id}`)).toBe(0);
        },
      ),
      { numRuns: database.url.startsWith('sqlite') ? 40 : 8 },
    );
  }, 240_000);
});
