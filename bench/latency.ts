import { Pool } from 'undici';

/** Milliseconds of the requests of one document: medians over the repeats, and the least and greatest p99 among them. */
export interface Latency {
  count: number;
  perSecond: number;
  p50: number;
  p99: number;
  p99Range: [least: number, greatest: number];
}

export interface Document {
  query: string;
  /** Variables of the n-th request. */
  variables(n: number): object;
}

interface Sample {
  times: number[];
  busy: number;
}

/**
 * Asks several documents over HTTP by turns, a short slice of each after the other and another one first each time, so
 * that whatever else the machine does, and the garbage one document leaves to the next, falls on all of them. Never two
 * documents at once: a slow one would make the others look slow. All is done several times; see `Latency`. Answers with
 * errors end it.
 */
export async function measure<Name extends string>(
  url: string,
  token: string,
  documents: Record<Name, Document>,
  { connections = 10, repeats = 9, rounds = 24, requestsPerRound = 120 } = {},
): Promise<Record<Name, Latency>> {
  const pool = new Pool(url, { connections, pipelining: 1 });
  const names = Object.keys(documents) as Name[];
  const samples = new Map<Name, Sample[]>(names.map((name) => [name, []]));
  let asked = 0;
  const round = async (turn: number): Promise<Map<Name, Sample>> => {
    const found = new Map<Name, Sample>();
    for (let i = 0; i < names.length; i++) {
      const name = names[(turn + i) % names.length];
      found.set(name, await slice(pool, token, documents[name], connections, requestsPerRound, asked));
    }
    asked += requestsPerRound;
    return found;
  };
  try {
    // Warms up: compiled documents, prepared statements, indexes, optimised code.
    for (let turn = 0; turn < rounds; turn++) await round(turn);
    for (let repeat = 0; repeat < repeats; repeat++) {
      const totals = new Map<Name, Sample>(names.map((name) => [name, { times: [], busy: 0 }]));
      for (let turn = 0; turn < rounds; turn++) {
        for (const [name, { times, busy }] of await round(turn)) {
          totals.get(name)?.times.push(...times);
          (totals.get(name) as Sample).busy += busy;
        }
      }
      for (const [name, sample] of totals) samples.get(name)?.push(sample);
    }
  } finally {
    await pool.close();
  }
  return Object.fromEntries(names.map((name) => [name, latencyOf(samples.get(name) ?? [])])) as Record<Name, Latency>;
}

/** So many requests of one document, as fast as the connections allow. `first` is the number of the first one. */
async function slice(
  pool: Pool,
  token: string,
  document: Document,
  connections: number,
  requests: number,
  first: number,
): Promise<Sample> {
  const times: number[] = [];
  const start = performance.now();
  let next = 0;
  const one = async () => {
    while (next < requests) {
      const body = JSON.stringify({ query: document.query, variables: document.variables(first + next++) });
      const begin = performance.now();
      const response = await pool.request({
        path: '/graphql',
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body,
      });
      const text = await response.body.text();
      times.push(performance.now() - begin);
      if (response.statusCode !== 200 || text.includes('"errors"'))
        throw new Error(`${response.statusCode} ${text.slice(0, 500)}`);
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
  return { times, busy: performance.now() - start };
}

function latencyOf(samples: readonly Sample[]): Latency {
  const p99s = samples.map(({ times }) => quantile(times, 0.99));
  return {
    count: samples.reduce((sum, { times }) => sum + times.length, 0),
    perSecond: median(samples.map(({ times, busy }) => (times.length / busy) * 1000)),
    p50: median(samples.map(({ times }) => quantile(times, 0.5))),
    p99: median(p99s),
    p99Range: [Math.min(...p99s), Math.max(...p99s)],
  };
}

/** The value under which a share of the list lies. */
export function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}
