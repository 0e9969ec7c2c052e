import { cpus } from 'node:os';
import { peakMegabytes } from '../children';
import type { DataSize } from '../data';
import { limitOf, rateRatio, type Goal } from './goals';
import type { Effort, Figures, Sample } from './measure';
import type { PageTimes } from './pages';
import { MEANING, type QueryName } from './queries';
import type { Subject } from './subjects';

export interface Results {
  command: string;
  size: DataSize;
  effort: Effort;
  queries: readonly QueryName[];
  figures: Figures;
  pages: readonly PageTimes[];
  goals: readonly Goal[];
  /** Peers that could not be had, and why. */
  leftOut: readonly { key: string; reason: string }[];
}

/** All that was measured as Markdown: what is printed, and kept in `results.md`. */
export function report(results: Results): string {
  const { command, size, effort } = results;
  return `# Reads

\`${command}\`: ${size.users} users, ${size.groups} groups, ${size.memberships} memberships; ${effort.connections} connections for ${effort.seconds} s,
medians of ${effort.repeats} interleaved turns. Server, database and load share ${cpus().length} cores; Node ${process.version}. Compare ratios within a table:
numbers depend on the machine. CPU is milliseconds of server and of database for a request. The limit of each database is its first row; answers
of all rows were compared before.

${results.queries.map((query) => queryTable(results, query)).join('\n')}
${memoryTable(results.figures)}
${pagesTable(results.pages)}
${goalsTable(results.goals)}${leftOutList(results.leftOut)}`;
}

function queryTable({ figures }: Results, query: QueryName): string {
  const rows = [...figures].flatMap(([subject, samples]) => {
    const sample = samples.get(query);
    return sample ? [queryRow(figures, subject, query, sample)] : [];
  });
  return `## ${query}: ${MEANING[query]}

| | requests/s ÷ limit | requests/s | p50 ms | p99 ms | p99 ÷ limit's | server CPU | database CPU | KB |
|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}
`;
}

function queryRow(figures: Figures, subject: Subject, query: QueryName, sample: Sample): string {
  const limit = limitOf(figures, subject);
  const limitP99 = limit && figures.get(limit)?.get(query)?.p99;
  const cells = [
    subject.name,
    limit ? `**${rateRatio(figures, subject, limit, query).toFixed(2)}**` : '',
    sample.perSecond.toFixed(sample.perSecond < 100 ? 1 : 0),
    sample.p50.toFixed(1),
    sample.p99.toFixed(1),
    limitP99 ? (sample.p99 / limitP99).toFixed(2) : '',
    sample.serverCpu.toFixed(2),
    sample.databaseCpu === null ? '' : sample.databaseCpu.toFixed(2),
    sample.kilobytes.toFixed(sample.kilobytes < 10 ? 1 : 0),
  ];
  return `| ${cells.join(' | ')} |`;
}

function memoryTable(figures: Figures): string {
  const rows = [...figures.keys()].map(({ name, child }) => `| ${name} | ${peakMegabytes(child.pid)} |`);
  return `## Memory

| | most memory of the server's process, MB |
|---|---|
${rows.join('\n')}
`;
}

function pagesTable(pages: readonly PageTimes[]): string {
  if (pages.length === 0) return '';
  const rows = pages.map(
    ({ subject, far, first, away }) =>
      `| ${subject.name} | ${first.toFixed(2)} | ${away.toFixed(2)} (page ${far}) | **${(away / first).toFixed(2)}** |`,
  );
  return `## Pages of ten people, by cursor

| | page 1, ms | far page, ms | ratio |
|---|---|---|---|
${rows.join('\n')}
`;
}

function goalsTable(goals: readonly Goal[]): string {
  const rows = goals.map(
    ({ name, measured, wanted, isMet }) => `| ${isMet ? 'met' : '**missed**'} | ${name} | ${measured} | ${wanted} |`,
  );
  return `## Goals

| | | measured | goal |
|---|---|---|---|
${rows.join('\n')}
`;
}

function leftOutList(leftOut: Results['leftOut']): string {
  if (leftOut.length === 0) return '';
  return `\n## Left out\n\n${leftOut.map(({ key, reason }) => `- ${key}: ${reason}`).join('\n')}\n`;
}
