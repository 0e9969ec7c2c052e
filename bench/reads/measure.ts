import { cpuSecondsOfTree } from '../children';
import { quantile, sendLoad } from '../http-load';
import type { QueryName } from './queries';
import type { Subject } from './subjects';

/** One query to one server for some seconds; times in milliseconds, a request. */
export interface Sample {
  perSecond: number;
  p50: number;
  p99: number;
  serverCpu: number;
  /** Null where the database is in the server's process. */
  databaseCpu: number | null;
  kilobytes: number;
}

export interface Effort {
  repeats: number;
  seconds: number;
  connections: number;
  people: number;
}

/** The medians of a server's samples. */
export type Figures = Map<Subject, Map<QueryName, Sample>>;

/** Different people of Q3, so that no answer can be kept. */
const Q3_PEOPLE = 1000;

/** Asks everybody everything by turns, so that whatever else the machine does falls on all. */
export async function measureAll(
  subjects: readonly Subject[],
  queries: readonly QueryName[],
  effort: Effort,
): Promise<Figures> {
  const samples = new Map<Subject, Map<QueryName, Sample[]>>(subjects.map((subject) => [subject, new Map()]));
  for (let repeat = 0; repeat < effort.repeats; repeat++) {
    for (const query of queries) {
      for (const subject of subjects) {
        const list = samples.get(subject)?.get(query) ?? [];
        list.push(await measure(subject, query, effort));
        samples.get(subject)?.set(query, list);
      }
    }
  }
  const medians = (of: Map<QueryName, Sample[]>) =>
    new Map([...of].map(([query, list]) => [query, medianSample(list)] as const));
  return new Map([...samples].map(([subject, of]) => [subject, medians(of)]));
}

async function measure(subject: Subject, query: QueryName, effort: Effort): Promise<Sample> {
  const requests = Array.from({ length: query === 'Q3' ? Q3_PEOPLE : 1 }, (_, turn) =>
    subject.request(query, 1 + ((turn * 7919) % effort.people)),
  );
  const { child, databasePid } = subject;
  const pids = [child.pid, ...(databasePid === null ? [] : [databasePid])];
  const before = pids.map(cpuSecondsOfTree);
  const result = await sendLoad(child.url, requests, effort).catch((error: unknown) => {
    throw new Error(`${subject.name}, ${query}: ${String(error)}`);
  });
  const [server = 0, database] = pids.map((pid, at) => (cpuSecondsOfTree(pid) - (before[at] ?? 0)) * 1000);
  return {
    perSecond: result.count / result.seconds,
    p50: quantile(result.latencies, 0.5),
    p99: quantile(result.latencies, 0.99),
    serverCpu: server / result.count,
    databaseCpu: database === undefined ? null : database / result.count,
    kilobytes: result.bytes / result.count / 1000,
  };
}

export function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

function medianSample(list: readonly Sample[]): Sample {
  const of = (field: (sample: Sample) => number) => median(list.map(field));
  return {
    perSecond: of((sample) => sample.perSecond),
    p50: of((sample) => sample.p50),
    p99: of((sample) => sample.p99),
    serverCpu: of((sample) => sample.serverCpu),
    databaseCpu: list[0]?.databaseCpu === null ? null : of((sample) => sample.databaseCpu ?? 0),
    kilobytes: of((sample) => sample.kilobytes),
  };
}
