import type { Figures } from './measure';
import type { PageTimes } from './pages';
import type { QueryName } from './queries';
import type { Subject } from './subjects';

export interface Goal {
  name: string;
  measured: string;
  wanted: string;
  isMet: boolean;
}

/** Requests a second against the limit, on MariaDB. */
const LIMIT_SHARES: Record<string, Partial<Record<QueryName, number>>> = {
  sql: { Q1: 0.85, Q2: 0.85, Q3: 0.6 },
  snapshot: { Q1: 3, Q2: 3 },
};
/** Latency of the slowest hundredth against the median. */
const P99_TO_P50 = 4;
/** What "costs the same" means of a far page; requests one after the other vary by more than a tenth. */
const FAR_PAGE = 1.25;

/** The goals of what was measured; those whose subjects or limit were left out are not told of. */
export function goalsOf(figures: Figures, pages: readonly PageTimes[]): Goal[] {
  const ours = [...figures.keys()].filter(({ role }) => role === 'ours');
  return [
    ...ours.flatMap((subject) => limitGoals(figures, subject)),
    ...ours.filter(({ database }) => database === 'MariaDB').flatMap((subject) => peerGoals(figures, subject)),
    ...ours.flatMap((subject) => latencyGoals(figures, subject)),
    ...pages.map(pageGoal),
  ];
}

export function limitOf(figures: Figures, { database }: Subject): Subject | null {
  return [...figures.keys()].find((one) => one.role === 'limit' && one.database === database) ?? null;
}

/** Requests a second of one against another's. */
export function rateRatio(figures: Figures, subject: Subject, other: Subject, query: QueryName): number {
  const rate = (of: Subject) => figures.get(of)?.get(query)?.perSecond ?? 0;
  return rate(subject) / rate(other);
}

function limitGoals(figures: Figures, subject: Subject): Goal[] {
  const limit = limitOf(figures, subject);
  if (limit?.key !== 'limit') return [];
  return [...(figures.get(subject)?.keys() ?? [])].flatMap((query) => {
    const share = LIMIT_SHARES[subject.key]?.[query];
    if (share === undefined) return [];
    const ratio = rateRatio(figures, subject, limit, query);
    return [goal(`${subject.name}, ${query}: requests/s ÷ the limit's`, ratio, '≥', share)];
  });
}

/** Ahead of every peer in all. */
function peerGoals(figures: Figures, subject: Subject): Goal[] {
  const peers = [...figures.keys()].filter(({ role }) => role === 'peer');
  return [...(figures.get(subject)?.keys() ?? [])].flatMap((query) => {
    const ratios = peers.map((peer) => ({ peer, ratio: rateRatio(figures, subject, peer, query) }));
    const closest = ratios.sort((one, other) => one.ratio - other.ratio)[0];
    if (!closest) return [];
    return [goal(`${subject.name}, ${query}: ÷ the best peer (${closest.peer.name})`, closest.ratio, '≥', 1)];
  });
}

function latencyGoals(figures: Figures, subject: Subject): Goal[] {
  return [...(figures.get(subject) ?? [])].map(([query, { p50, p99 }]) =>
    goal(`${subject.name}, ${query}: p99 ÷ p50`, p99 / p50, '≤', P99_TO_P50),
  );
}

function pageGoal({ subject, far, first, away }: PageTimes): Goal {
  return goal(`${subject.name}: page ${far} ÷ page 1`, away / first, '≤', FAR_PAGE);
}

function goal(name: string, value: number, comparison: '≥' | '≤', bound: number): Goal {
  const isMet = comparison === '≥' ? value >= bound : value <= bound;
  return { name, measured: value.toFixed(2), wanted: `${comparison} ${bound}`, isMet };
}
