import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { scaled } from './data';
import { openFilledDatabase } from './filled-database';
import { checkAnswers } from './reads/answers';
import { goalsOf } from './reads/goals';
import { measureAll, type Effort } from './reads/measure';
import { measurePages, type PageTimes } from './reads/pages';
import { QUERY_NAMES } from './reads/queries';
import { report } from './reads/report';
import { SUBJECTS, type Subject, type Surroundings } from './reads/subjects';

/** Subjects whose programs come from elsewhere: where they cannot be had the run goes on without them, and says so. */
const MAY_BE_ABSENT = new Set(['prisma', 'postgraphile', 'mercurius']);

const { values: options } = parseArgs({
  options: {
    scale: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '4' },
    repeats: { type: 'string', default: '3' },
    connections: { type: 'string', default: '10' },
    /** A folder that keeps the filled databases for the next run. */
    data: { type: 'string' },
    subjects: { type: 'string', default: Object.keys(SUBJECTS).join(',') },
    queries: { type: 'string', default: QUERY_NAMES.join(',') },
    /** Where the report goes; a run of part of the subjects or queries only prints it unless told. */
    out: { type: 'string' },
    'no-pages': { type: 'boolean', default: false },
  },
});

/**
 * Measures reads over HTTP against the limits and the peers of the same run: three queries, requests a second, latency,
 * CPU and memory; and a page far into a list against the first. Exit code 1 where a goal is missed.
 */
async function main(): Promise<void> {
  const size = scaled(Number(options.scale));
  const keys = options.subjects.split(',');
  const queries = QUERY_NAMES.filter((name) => options.queries.split(',').includes(name));
  const effort: Effort = {
    repeats: Number(options.repeats),
    seconds: Number(options.seconds),
    connections: Number(options.connections),
    people: size.users,
  };
  const database = await openFilledDatabase(size, options.data);
  const around: Surroundings = { size, database, stops: [] };
  try {
    const { subjects, leftOut } = await startAll(keys, around);
    await checkAnswers(subjects);
    const figures = await measureAll(subjects, queries, effort);
    const pages: PageTimes[] = [];
    for (const subject of subjects)
      if (subject.role === 'ours' && !options['no-pages']) pages.push(await measurePages(subject, size.users));
    const goals = goalsOf(figures, pages);
    const text = report({ command: commandLine(), size, effort, queries, figures, pages, goals, leftOut });
    process.stdout.write(text);
    const isWhole = keys.length === Object.keys(SUBJECTS).length && queries.length === QUERY_NAMES.length;
    const out = options.out ?? (isWhole ? join(__dirname, 'results.md') : null);
    if (out) writeFileSync(out, text);
    if (goals.some(({ isMet }) => !isMet)) process.exitCode = 1;
  } finally {
    for (const stop of around.stops.reverse()) await stop();
    await database.close();
  }
}

async function startAll(keys: readonly string[], around: Surroundings) {
  const subjects: Subject[] = [];
  const leftOut: { key: string; reason: string }[] = [];
  for (const key of keys) {
    const start = SUBJECTS[key];
    if (!start) throw new Error(`There is no subject ${key}: ${Object.keys(SUBJECTS).join(', ')}`);
    try {
      subjects.push(await start(around));
    } catch (error) {
      if (!MAY_BE_ABSENT.has(key)) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      leftOut.push({ key, reason });
      process.stdout.write(`left out: ${key}: ${reason}\n`);
    }
  }
  return { subjects, leftOut };
}

/** The command that repeats the run; where the data was kept is this machine's matter. */
function commandLine(): string {
  const chosen = process.argv
    .slice(2)
    .join(' ')
    .replace(/--(?:data|out)[ =]\S+ ?/g, '');
  return `npm run bench:reads${chosen ? ` -- ${chosen.trim()}` : ''}`;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
