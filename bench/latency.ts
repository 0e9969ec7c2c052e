import { Pool } from 'undici';

/** Milliseconds of the requests of one document. */
export interface Latency {
  count: number;
  perSecond: number;
  p50: number;
  p99: number;
}

export interface Document {
  query: string;
  /** Variables of the n-th request. */
  variables(n: number): object;
}

/**
 * Asks several documents over HTTP by turns, a slice of each after the other, so that whatever else the machine does
 * falls on all of them. Answers with errors end it.
 */
export async function measure<Name extends string>(
  url: string,
  token: string,
  documents: Record<Name, Document>,
  { connections = 10, rounds = 10, requestsPerRound = 300 } = {},
): Promise<Record<Name, Latency>> {
  const pool = new Pool(url, { connections, pipelining: 1 });
  const names = Object.keys(documents) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, { times: [] as number[], busy: 0 }])) as Record<
    Name,
    { times: number[]; busy: number }
  >;
  try {
    // The first round warms up: compiled documents, prepared statements, indexes.
    for (let round = 0; round <= rounds; round++) {
      for (const name of names) {
        const begin = performance.now();
        const times = await slice(pool, token, documents[name], connections, requestsPerRound);
        if (round === 0) continue;
        samples[name].times.push(...times);
        samples[name].busy += performance.now() - begin;
      }
    }
  } finally {
    await pool.close();
  }
  return Object.fromEntries(names.map((name) => [name, latencyOf(samples[name])])) as Record<Name, Latency>;
}

async function slice(
  pool: Pool,
  token: string,
  document: Document,
  connections: number,
  requests: number,
): Promise<number[]> {
  const times: number[] = [];
  let next = 0;
  const one = async () => {
    while (next < requests) {
      const body = JSON.stringify({ query: document.query, variables: document.variables(next++) });
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
  return times;
}

function latencyOf({ times, busy }: { times: number[]; busy: number }): Latency {
  times.sort((left, right) => left - right);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { count: times.length, perSecond: (times.length / busy) * 1000, p50: at(0.5), p99: at(0.99) };
}
