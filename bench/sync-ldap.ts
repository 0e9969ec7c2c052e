import { join } from 'node:path';
import { RunMode, SourceKind } from '../schema/sync.enums';
import { writeDirectoryLdif } from '../test/support/directory-ldif';
import { startSlapd, type Slapd } from '../test/support/slapd';
import type { DataSize } from './data';
import { SyncBench, type BenchOptions } from './sync-bench';
import { hundredChanges, ldapsearch, ldaptsRead, loadData, timed } from './sync-limits';
import { best, judge, say } from './sync-report';

const TABLES = ['user', 'membership'];
const MOST_MEMORY_MB = 350;
/** Published by Atlassian for its own LDAP synchronization: about five minutes. */
const ATLASSIAN: DataSize = { users: 10_000, groups: 1000, memberships: 200_000 };

export type Subject = 'import' | 'resync' | 'incremental';

/** OpenLDAP into MariaDB: first import, re-sync of what did not change, a hundred changes. */
export async function measureLdap(size: DataSize, subjects: ReadonlySet<string>, options: BenchOptions): Promise<void> {
  await withDirectory(size, options, async (bench, slapd, sourceId) => {
    say(`${JSON.stringify(size)} from OpenLDAP into MariaDB`);
    const first = await bench.sync(sourceId, RunMode.FULL);
    if (subjects.has('import')) await judgeImport(bench, slapd, first);
    if (subjects.has('resync')) await judgeResync(bench, slapd, sourceId);
    if (subjects.has('incremental')) await judgeIncremental(bench, slapd, sourceId, size);
  });
}

/** A directory of a size for which somebody else has told a figure. */
export async function measureAtlassian(scale: number, options: BenchOptions): Promise<void> {
  const size = { ...ATLASSIAN, users: Math.max(1000, ATLASSIAN.users * scale) };
  if (scale < 1) Object.assign(size, { groups: 1000 * scale, memberships: 200_000 * scale });
  await withDirectory(size, options, async (bench, _slapd, sourceId) => {
    say(`${JSON.stringify(size)} from OpenLDAP into MariaDB (Atlassian's set: about 5 minutes)`);
    judge("Atlassian's set, first import", await bench.sync(sourceId, RunMode.FULL), 10, 's');
    judge("Atlassian's set, peak memory", bench.peak, MOST_MEMORY_MB, 'MB');
  });
}

async function judgeImport(bench: SyncBench, slapd: Slapd, seconds: number): Promise<void> {
  const peak = bench.peak;
  const search = await best(2, () => timed(() => ldapsearch(slapd)));
  let [load, unchecked] = [0, 0];
  for (const table of TABLES) {
    load += await loadData(bench.url, table, bench.folder, true);
    unchecked += await loadData(bench.url, table, bench.folder, false);
  }
  say(`     ${seconds.toFixed(2)} s against ldapsearch ${search.toFixed(2)} s + LOAD DATA ${load.toFixed(2)} s`);
  say(`     ${(seconds / (search + unchecked)).toFixed(2)} × with LOAD DATA without checks, ${unchecked.toFixed(2)} s`);
  judge('first import', seconds / (search + load), 2.5, '× (ldapsearch + LOAD DATA)');
  judge('first import, peak memory', peak, MOST_MEMORY_MB, 'MB');
}

/** Read and synchronized by turns, so that both have their share of a machine's moods. */
async function judgeResync(bench: SyncBench, slapd: Slapd, sourceId: number): Promise<void> {
  bench.resetPeak();
  let [bare, again] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let turn = 0; turn < 3; turn++) {
    bare = Math.min(bare, await timed(() => ldaptsRead(slapd)));
    again = Math.min(again, await bench.sync(sourceId, RunMode.FULL));
  }
  say(`     ${again.toFixed(2)} s against a bare ldapts read ${bare.toFixed(2)} s`);
  judge('unchanged re-sync', again / bare, 1.6, '× bare read');
  judge('unchanged re-sync, peak memory', bench.peak, MOST_MEMORY_MB, 'MB');
}

async function judgeIncremental(bench: SyncBench, slapd: Slapd, sourceId: number, size: DataSize): Promise<void> {
  bench.resetPeak();
  const edit = (round: number) => slapd.modify(hundredChanges(size.users, size.groups, round));
  const change = async (round: number) => {
    await edit(round);
    return bench.sync(sourceId, RunMode.AUTO);
  };
  const empty = await best(3, () => bench.sync(sourceId, RunMode.AUTO));
  const rounds = [await change(0), await change(1), await change(2)].sort((one, other) => one - other);
  const [, changes = 0] = rounds;
  judge('100 changes, incrementally (median of 3)', changes, 1, 's');
  say(`     ${(changes / empty).toFixed(2)} × an incremental run that finds nothing (${empty.toFixed(2)} s)`);
  judge('incremental runs, peak memory', bench.peak, MOST_MEMORY_MB, 'MB');
  // The server's session log does not outlive it: what is gone is found by reading all ids.
  await edit(3);
  await slapd.restart();
  const swept = await bench.sync(sourceId, RunMode.AUTO);
  say(`     ${swept.toFixed(2)} s where the directory does not tell deletions and all ids are read`);
}

async function withDirectory(
  size: DataSize,
  options: BenchOptions,
  work: (bench: SyncBench, slapd: Slapd, sourceId: number) => Promise<void>,
): Promise<void> {
  const bench = await SyncBench.open(options);
  try {
    const ldif = join(bench.folder, 'directory.ldif');
    await writeDirectoryLdif(ldif, { ...size, hasMemberOf: false });
    const slapd = await startSlapd({ ldif });
    try {
      const settings = { urls: [slapd.url], bindDn: slapd.readerDn, baseDn: slapd.baseDn, pageSize: 1000 };
      const sourceId = await bench.source(SourceKind.LDAP, settings, { bindPassword: slapd.readerPassword });
      await work(bench, slapd, sourceId);
    } finally {
      await slapd.stop();
    }
  } finally {
    await bench.close();
  }
}
