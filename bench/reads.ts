import 'reflect-metadata';
import autocannon from 'autocannon';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cpuSeconds, peakMegabytes, startChild, type Child } from './children';
import { scaled } from './data';
import { ADMIN_PASSWORD, openFilledDatabase } from './filled-database';

const { values: options } = parseArgs({
  options: {
    scale: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '5' },
    repeats: { type: 'string', default: '3' },
    connections: { type: 'string', default: '10' },
    out: { type: 'string', default: join(__dirname, 'results.md') },
    data: { type: 'string' },
    subjects: { type: 'string', default: 'limit,naive,sql,snapshot' },
    queries: { type: 'string', default: 'Q1,Q2,Q3' },
  },
});

const OURS: Record<string, string> = {
  Q1: '{ groups(first: 50) { nodes { id name members(first: 100) { nodes { user { id displayName email } } } } } }',
  Q2: '{ users(first: 100) { nodes { id userId displayName memberships(first: 100) { nodes { group { id name } } } } } }',
  Q3: 'query ($id: ID!) { user(id: $id) { id userId displayName email memberships(first: 100) { nodes { group { id name } } } } }',
};
const NAIVE: Record<string, string> = {
  Q1: '{ groups(first: 50) { id name members(first: 100) { user { id displayName email } } } }',
  Q2: '{ users(first: 100) { id userId displayName memberships { group { id name } } } }',
  Q3: 'query ($id: ID!) { user(id: $id) { id userId displayName email memberships { group { id name } } } }',
};
const QUERIES = options.queries.split(',');
const CHOSEN = options.subjects.split(',');

interface Subject {
  name: string;
  child: Child;
  /** The request of a query; `turn` varies its argument. */
  request(query: string, turn: number): autocannon.Request;
}

interface Sample {
  rate: number;
  p50: number;
  p99: number;
  cpuMilliseconds: number;
}

const people = scaled(Number(options.scale)).users;
const idOf = (turn: number) => 1 + ((turn * 7919) % people);

async function main(): Promise<void> {
  const database = await openFilledDatabase(scaled(Number(options.scale)), options.data);
  const children: Child[] = [];
  try {
    const subjects = await startSubjects(database.url, join(database.folder, 'state'), children);
    for (const subject of subjects) await checkAnswers(subject);
    const samples = await measure(subjects);
    const text = report(subjects, samples, await pagesReport(subjects));
    process.stdout.write(text);
    writeFileSync(options.out, text);
  } finally {
    for (const child of children) await child.stop();
    await database.close();
  }
}

async function startSubjects(url: string, folder: string, children: Child[]): Promise<Subject[]> {
  const keep = (child: Child) => (children.push(child), child);
  const root = join(__dirname, '..');
  const ours = async (name: string, snapshot: 'on' | 'off'): Promise<Subject> => {
    const environment = {
      DATABASE_URL: url,
      PORT: '0',
      SWITCHBOARD_DATA_DIR: join(folder, snapshot),
      DIRECTORY_SNAPSHOT: snapshot,
      SWITCHBOARD_ADMIN_PASSWORD: ADMIN_PASSWORD,
    };
    const child = keep(
      await startChild(join(root, 'src/main.ts'), [], environment, /"url":"http:\/\/127\.0\.0\.1:(\d+)"/),
    );
    const token = await signIn(child.url);
    return { name, child, request: (query, turn) => post(OURS[query], { id: `User_${idOf(turn)}` }, token) };
  };
  const peer = async (name: string, file: string, request: Subject['request']): Promise<Subject> => ({
    name,
    child: keep(await startChild(join(__dirname, 'peers', file), [url], {}, /^listening (\d+)/)),
    request,
  });
  const starts: Record<string, () => Promise<Subject>> = {
    limit: () =>
      peer('limit: node:http, mysql2, JSON built in MariaDB', 'limit.ts', (query, turn) => ({
        method: 'GET',
        path: `/${query.toLowerCase()}?id=${idOf(turn)}`,
      })),
    naive: () =>
      peer('Apollo + type-graphql + TypeORM relations', 'naive.ts', (query, turn) => ({
        ...post(NAIVE[query], { id: String(idOf(turn)) }, null),
        path: '/',
      })),
    sql: () => ours('Switchboard, SQL', 'off'),
    snapshot: () => ours('Switchboard, snapshot', 'on'),
  };
  const subjects: Subject[] = [];
  for (const name of CHOSEN) {
    const start = starts[name];
    if (!start) throw new Error(`There is no subject ${name}.`);
    subjects.push(await start());
  }
  return subjects;
}

function post(query: string, variables: object, token: string | null): autocannon.Request {
  const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
  return { method: 'POST', path: '/graphql', headers, body: JSON.stringify({ query, variables }) };
}

async function signIn(url: string): Promise<string> {
  const query = 'mutation { signIn(realm: CLIENT, username: "admin", password: "bench-password-1") { token } }';
  const { body, headers } = post(query, {}, null);
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: headers ?? {},
    body: String(body),
  });
  const answer = (await response.json()) as { data?: { signIn: { token: string } } };
  if (!answer.data) throw new Error(`cannot sign in: ${JSON.stringify(answer)}`);
  return answer.data.signIn.token;
}

async function ask({ child, request }: Subject, query: string, turn: number): Promise<string> {
  const { method, path, headers, body } = request(query, turn);
  const response = await fetch(`${child.url}${path}`, {
    method: method ?? 'GET',
    headers: headers ?? {},
    ...(body ? { body: String(body) } : {}),
  });
  return response.text();
}

/** Everybody must tell of as many people and groups, or the comparison means nothing. Also warms up. */
async function checkAnswers(subject: Subject): Promise<void> {
  for (const query of QUERIES) {
    let text = '';
    for (let turn = 0; turn < 30; turn++) text = await ask(subject, query, 1);
    const ids = text.match(/"id": ?"?\w+/g)?.length ?? 0;
    process.stdout.write(`${subject.name}, ${query}: ${text.length} bytes, ${ids} ids\n`);
    if (ids === 0) throw new Error(text.slice(0, 500));
  }
}

async function measure(subjects: readonly Subject[]): Promise<Map<string, Sample[]>> {
  const samples = new Map<string, Sample[]>();
  for (let repeat = 0; repeat < Number(options.repeats); repeat++) {
    for (const query of QUERIES) {
      for (const subject of subjects) {
        const key = `${subject.name}/${query}`;
        samples.set(key, [...(samples.get(key) ?? []), await load(subject, query)]);
      }
    }
  }
  return samples;
}

async function load(subject: Subject, query: string): Promise<Sample> {
  const before = cpuSeconds(subject.child.pid);
  const result = await autocannon({
    url: subject.child.url,
    connections: Number(options.connections),
    duration: Number(options.seconds),
    requests:
      query === 'Q3'
        ? Array.from({ length: 100 }, (_, turn) => subject.request(query, turn))
        : [subject.request(query, 0)],
  });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${subject.name}, ${query}: ${result.non2xx} refused`);
  const used = cpuSeconds(subject.child.pid) - before;
  return {
    rate: result.requests.total / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    cpuMilliseconds: (used * 1000) / result.requests.total,
  };
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

function report(subjects: readonly Subject[], samples: ReadonlyMap<string, Sample[]>, pages: string): string {
  const of = (subject: Subject, query: string, field: keyof Sample) =>
    median((samples.get(`${subject.name}/${query}`) ?? []).map((sample) => sample[field]));
  const [limit] = subjects;
  const cells = (subject: Subject, query: string) => {
    const ratio = (field: keyof Sample) => (of(subject, query, field) / of(limit, query, field)).toFixed(2);
    const latency = `${of(subject, query, 'p50')}/${of(subject, query, 'p99')}`;
    return `${of(subject, query, 'rate').toFixed(0)} (**${ratio('rate')}**) | ${latency} (${ratio('p99')}) | ${of(subject, query, 'cpuMilliseconds').toFixed(2)}`;
  };
  const rows = subjects.map(
    (subject) =>
      `| ${subject.name} | ${QUERIES.map((query) => cells(subject, query)).join(' | ')} | ${peakMegabytes(subject.child.pid)} |`,
  );
  const heads = QUERIES.map((query) => `${query} req/s (÷ limit) | p50/p99 ms (p99 ÷ limit) | CPU ms`);
  return `# Reads

\`npm run bench:reads -- --scale ${options.scale} --seconds ${options.seconds} --repeats ${options.repeats}\`: ${JSON.stringify(scaled(Number(options.scale)))} in MariaDB,
${options.connections} connections, ${cpus().length} cores for servers, database and load together, Node ${process.version}. Medians of ${options.repeats} interleaved
runs; compare ratios, not numbers. CPU is that of the server's process for a request.

Q1: 50 groups, of each the first 100 members with id, name, mail. Q2: 100 people with their groups. Q3: one person by id with
its groups.

| | ${heads.join(' | ')} | peak MB |
|---|${'---|'.repeat(QUERIES.length * 3 + 1)}
${rows.join('\n')}

${pages}`;
}

/** The cost of a page far into a list against that of the first. */
async function pagesReport(subjects: readonly Subject[]): Promise<string> {
  const lines: string[] = [];
  const perPage = 10;
  const far = Math.min(10_000, Math.floor((people * 0.9) / perPage));
  for (const subject of subjects.filter(({ name }) => name.startsWith('Switchboard'))) {
    const { headers } = subject.request('Q1', 0);
    const request = (after: string | null) => {
      const query = `query ($after: String, $first: Int) { users(first: $first, after: $after) { pageInfo { endCursor } nodes { id displayName } } }`;
      return (first: number) => ({ ...post(query, { after, first }, null), headers });
    };
    const send = async (after: string | null, first: number) => {
      const { body } = request(after)(first);
      const response = await fetch(`${subject.child.url}/graphql`, {
        method: 'POST',
        headers: headers ?? {},
        body: String(body),
      });
      return ((await response.json()) as { data: { users: { pageInfo: { endCursor: string } } } }).data.users.pageInfo
        .endCursor;
    };
    let cursor: string | null = null;
    for (let left = (far - 1) * perPage; left > 0; left -= 1000) cursor = await send(cursor, Math.min(1000, left));
    const times: number[][] = [[], []];
    for (let turn = 0; turn < 300; turn++) {
      for (const [which, after] of [null, cursor].entries()) {
        const start = performance.now();
        await send(after, perPage);
        times[which]?.push(performance.now() - start);
      }
    }
    const [near = 0, away = 0] = times.map(median);
    lines.push(
      `- ${subject.name}: page 1 ${near.toFixed(2)} ms, page ${far} ${away.toFixed(2)} ms (${(away / near).toFixed(2)})`,
    );
  }
  return `Pages of ${perPage} people, medians of 300 requests one after the other:\n\n${lines.join('\n')}\n`;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
