import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { AuthorizationData } from '../src/authorizations/authorization-data';
import { AuthorizationIndex } from '../src/authorizations/authorization-index';
import { DirectoryRights, type RightsImage } from '../src/authorizations/directory-rights';
import { readAll } from '../src/authorizations/rights.reads';
import type { Database } from '../src/database';
import { recordRevision } from '../src/revision';
import { median, quantile } from './latency';

/** What was measured, and how much it may be. */
export interface Figure {
  name: string;
  value: number;
  limit: number;
  unit: string;
  /** Whether it is the same in every run: a duration is told, and judged by ratios only. */
  isExact: boolean;
}

/** So often everything is measured; of each figure the median of all turns is told. */
const REPEATS = 5;

/** Measures the index alone, without HTTP and SQL. @param people members of a large group */
export async function measureInProcess(db: Database, people: readonly number[]): Promise<Figure[]> {
  const rights = new DirectoryRights(db);
  const image = await rights.current();
  const { data } = await readAll(db);
  return [
    ...checks(image, data.userIds.length),
    ...pages(image, people),
    {
      ...{ name: 'index of the rights, after the questions', value: rights.memoryBytes() - image.order.bytes },
      ...{ limit: 16, unit: 'MB', isExact: true },
    },
    duration('index built of rows in memory, in one go', 100, 'ms', () => builds(data)),
    ...changes(data),
    {
      ...{ name: 'longest pause of the event loop, all read anew', value: await longestPause(db, rights) },
      ...{ limit: 50, unit: 'ms', isExact: false },
    },
  ].map((figure) => (figure.unit === 'MB' ? { ...figure, value: figure.value / 1024 / 1024 } : figure));
}

function checks({ index }: RightsImage, users: number): Figure[] {
  const turns = repeated(() =>
    timesOf(50_000, (n) => index.explain(((n * 7919) % users) + 1, ((n * 104_729) % users) + 1)),
  );
  return ofTurns('a check with its sources', 'µs', turns, { p50: 5, p99: 5 });
}

/** The first 50 of whom somebody in a large group may see, and how many there are. */
function pages({ index, order }: RightsImage, people: readonly number[]): Figure[] {
  const paging = { limit: 50, backward: false, after: null, before: null };
  const turns = repeated(() =>
    timesOf(2000, (n) => {
      const visible = index.select('visibleUsers', people[n % people.length] ?? 0);
      return visible.count() + order.page(visible, paging).ids.length;
    }),
  );
  return ofTurns('visible users, counted, and their first page', 'µs', turns, { p50: 1000, p99: 1000 });
}

function builds(data: AuthorizationData): number {
  const begin = performance.now();
  const { ignoredMemberships } = new AuthorizationIndex(data);
  if (ignoredMemberships > 0) throw new Error(`${ignoredMemberships} memberships are of nobody`);
  return performance.now() - begin;
}

/** People leave groups and join again, until the changed rows are packed some times over. */
function changes(data: AuthorizationData): Figure[] {
  const { userIds, groupIds } = data.memberships;
  const turns = repeated(() => {
    const index = new AuthorizationIndex(data);
    return timesOf(2000, (n) => {
      const at = ((n >> 1) * 7919) % userIds.length;
      const pair = { userIds: [userIds[at]], groupIds: [groupIds[at]] };
      if (n % 2 === 0) index.removeMemberships(pair);
      else index.addMemberships(pair);
    });
  });
  const worst = median(turns.map((times) => quantile(times, 1)));
  return [
    ...ofTurns('a change of a membership', 'µs', turns, { p50: 1000, p99: 1000 }),
    { name: 'the longest of 2,000, packing included', value: worst, limit: 50, unit: 'ms', isExact: false },
  ];
}

/** Longest time for which nothing else could run while everything was read anew. */
async function longestPause(db: Database, rights: DirectoryRights): Promise<number> {
  const longest: number[] = [];
  for (let turn = 0; turn < REPEATS; turn++) {
    await db.write((em) => recordRevision(em, { all: true }));
    const histogram = monitorEventLoopDelay({ resolution: 1 });
    histogram.enable();
    await rights.current();
    histogram.disable();
    longest.push(histogram.max / 1e6);
  }
  return median(longest);
}

function duration(name: string, limit: number, unit: string, act: () => number): Figure {
  return { name, value: median(repeated(act)), limit, unit, isExact: false };
}

function ofTurns(name: string, unit: string, turns: Float64Array[], limits: { p50: number; p99: number }): Figure[] {
  const at = (share: number) => median(turns.map((times) => quantile(times, share))) * 1000;
  return [
    { name: `${name}, p50`, value: at(0.5), limit: limits.p50, unit, isExact: false },
    { name: `${name}, p99`, value: at(0.99), limit: limits.p99, unit, isExact: false },
  ];
}

function repeated<T>(act: () => T): T[] {
  return Array.from({ length: REPEATS }, act);
}

/** Milliseconds of each round, after a tenth as many to warm up. */
function timesOf(rounds: number, act: (n: number) => unknown): Float64Array {
  for (let n = 0; n < rounds / 10; n++) act(n);
  const times = new Float64Array(rounds);
  for (let n = 0; n < rounds; n++) {
    const begin = performance.now();
    act(n);
    times[n] = performance.now() - begin;
  }
  return times;
}
