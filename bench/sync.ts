import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { DirectorySource } from '../schema/directory-source';
import { RunMode, SourceKind } from '../schema/sync.enums';
import { systemClock } from '../src/clock';
import type { Database } from '../src/database';
import type { Gateway } from '../src/gateway';
import { globalId } from '../src/ids';
import { createLogger } from '../src/logger';
import { seal } from '../src/secrets';
import { RunService } from '../src/sources/run.service';
import { sealContext } from '../src/sources/source-tools';
import { loadRun } from '../sync/rows';
import type { SyncRun } from '../schema/sync-run';
import { writeDirectoryLdif } from '../test/support/directory-ldif';
import { startProcess } from '../test/support/processes';
import { startSlapd, type Slapd } from '../test/support/slapd';
import { buildFor } from './build';
import { peakMegabytes } from './children';
import { scaled } from './data';
import { openBenchDatabase } from './environment';
import { hundredChanges, ldapsearch, ldaptsRead, loadData, timed } from './sync-limits';

const TABLES = ['user', 'membership'];
const ENDED = new Set(['SUCCEEDED', 'FAILED', 'REFUSED', 'CANCELLED']);

/**
 * Measures the claims on synchronization against the limits of the same run: the first import takes at most three times
 * ldapsearch of the same attributes plus LOAD DATA of the same rows, an unchanged one at most twice a bare paged read by
 * ldapts, a hundred changes a second, and the worker has 350 MB at most. Exit code 1 where not. `--scale 0.1` for a tenth.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      scale: { type: 'string', default: '1' },
      steps: { type: 'boolean', default: false },
      profile: { type: 'string' },
    },
  });
  const size = scaled(Number(values.scale));
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-bench-sync-'));
  const ldif = join(folder, 'directory.ldif');
  await writeDirectoryLdif(ldif, { ...size, hasMemberOf: false });
  const slapd = await startSlapd({ ldif });
  const database = await openBenchDatabase();
  const worker = await startProcess(
    process.execPath,
    [
      ...(values.profile ? ['--cpu-prof', `--cpu-prof-dir=${values.profile}`] : []),
      buildFor(join(__dirname, 'sync-worker.ts')),
    ],
    {
      env: {
        ...process.env,
        NODE_ENV: 'production',
        BENCH_DATABASE_URL: database.url,
        ...(values.steps ? { BENCH_STEPS: '1' } : {}),
      },
    },
  );
  try {
    say(`${JSON.stringify(size)} from OpenLDAP into MariaDB`);
    const { db } = database;
    const sourceId = await createSource(db, slapd);
    const search = await best(2, () => timed(() => ldapsearch(slapd)));
    const first = await sync(db, sourceId, RunMode.FULL);
    let load = 0;
    for (const table of TABLES) load += await loadData(database.url, table, folder);
    const bare = await best(2, () => timed(() => ldaptsRead(slapd)));
    const again = await best(2, () => sync(db, sourceId, RunMode.FULL));
    await slapd.modify(hundredChanges(size.users, size.groups));
    const changes = await sync(db, sourceId, RunMode.AUTO);
    say(`ldapsearch ${search.toFixed(2)} s, LOAD DATA ${load.toFixed(2)} s, bare ldapts read ${bare.toFixed(2)} s`);
    judge('first import', first, 3 * (search + load), 's, limit × 3');
    judge('unchanged re-sync', again, 2 * bare, 's, bare read × 2');
    judge('100 changes, incremental', changes, 1, 's');
    judge('peak memory of the worker', peakMegabytes(worker.pid), 350, 'MB');
    if (values.steps) say(worker.output());
    say(`ratios: first import ${(first / (search + load)).toFixed(2)}, unchanged ${(again / bare).toFixed(2)}`);
  } finally {
    await worker.stop(20_000);
    await database.close();
    await slapd.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function createSource(db: Database, slapd: Slapd): Promise<number> {
  const now = systemClock.now();
  const source = db.writer.manager.create(DirectorySource, {
    name: 'bench',
    nameKey: 'bench',
    kind: SourceKind.LDAP,
    mapping: {},
    matchBy: [],
    createdAt: now,
    updatedAt: now,
    settings: { urls: [slapd.url], bindDn: slapd.readerDn, baseDn: slapd.baseDn, pageSize: 1000 },
  });
  await db.write(async (em) => {
    await em.save(source);
    const sealed = seal(Buffer.alloc(32), sealContext(source.id), { bindPassword: slapd.readerPassword });
    await em.query('UPDATE directory_source SET secretsSealed = ? WHERE id = ?', [sealed, source.id]);
  });
  return source.id;
}

/** Seconds from asking for a run to its end; the poll of the worker is part of it. */
async function sync(db: Database, sourceId: number, mode: RunMode): Promise<number> {
  const gateway = { db, clock: systemClock, log: createLogger('silent') } as unknown as Gateway;
  const runs = new RunService({ ...gateway, actor: 'bench' });
  const id = await runs.start(globalId('DirectorySource', sourceId), mode, false);
  let run: SyncRun | null = null;
  for (const begin = performance.now(); ; await sleep(20)) {
    run = await loadRun(db, id);
    if (!run || !ENDED.has(run.state)) continue;
    const seconds = (performance.now() - begin) / 1000;
    if (run.state !== 'SUCCEEDED') throw new Error(`The run is ${run.state}: ${run.error ?? run.refusal}`);
    say(
      `${run.mode}${run.modeReason ? ` (${run.modeReason})` : ''}: ${seconds.toFixed(2)} s ${JSON.stringify(run.counts)}`,
    );
    return seconds;
  }
}

async function best(times: number, measure: () => Promise<number>): Promise<number> {
  let result = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < times; turn++) result = Math.min(result, await measure());
  return result;
}

function judge(name: string, value: number, limit: number, unit: string): void {
  const isKept = value <= limit;
  if (!isKept) process.exitCode = 1;
  say(`${isKept ? 'ok  ' : 'MISS'} ${name}: ${value.toFixed(2)} of ${limit.toFixed(2)} ${unit}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

void main();
