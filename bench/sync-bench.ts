import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DirectorySource } from '../schema/directory-source';
import { RunState, type RunMode, type SourceKind } from '../schema/sync.enums';
import type { SyncRun } from '../schema/sync-run';
import { systemClock } from '../src/clock';
import { Database } from '../src/database';
import { prepareFirstStart } from '../src/first-start';
import type { Gateway } from '../src/gateway';
import { globalId } from '../src/ids';
import { createLogger } from '../src/logger';
import { seal } from '../src/secrets';
import { RunService } from '../src/sources/run.service';
import { sealContext } from '../src/sources/source-tools';
import { loadRun } from '../sync/rows';
import { startMariadb } from '../test/support/mariadb';
import { startProcess, type RunningProcess } from '../test/support/processes';
import { buildFor } from './build';
import { peakMegabytes } from './children';
import { say } from './sync-report';

const ENDED = new Set(['SUCCEEDED', 'FAILED', 'REFUSED', 'CANCELLED']);
/** A server as one sets it up for a directory of this size; the limits are measured on the same. */
const SERVER = { bufferPoolMb: 1024, args: ['--innodb-log-file-size=1G'] };

export interface BenchOptions {
  /** The worker tells how long each step took. */
  steps: boolean;
  /** Folder for CPU profiles of the worker. */
  profile?: string;
}

/** An empty database in a private MariaDB, and a worker in a process of its own that imports into it. */
export class SyncBench {
  private constructor(
    readonly db: Database,
    readonly url: string,
    readonly folder: string,
    private readonly worker: RunningProcess,
    private readonly stopServer: () => Promise<void>,
  ) {}

  static async open(options: BenchOptions): Promise<SyncBench> {
    const folder = mkdtempSync(join(tmpdir(), 'switchboard-bench-sync-'));
    const server = await startMariadb(SERVER);
    const { url } = await server.createDatabase();
    const db = await Database.open(url, { migrate: true, poolSize: 5 });
    await prepareFirstStart(db, systemClock, 'admin-password-1');
    return new SyncBench(db, url, folder, await startWorker(url, options), () => server.stop());
  }

  async close(): Promise<void> {
    await this.worker.stop(20_000);
    if (this.worker.output() !== '') say(this.worker.output());
    await this.db.close();
    await this.stopServer();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A source as an administrator sets it up. @returns its key */
  async source(kind: SourceKind, settings: Record<string, unknown>, secrets: Record<string, string>): Promise<number> {
    const now = systemClock.now();
    const source = this.db.writer.manager.create(DirectorySource, {
      name: kind,
      nameKey: kind.toLowerCase(),
      kind,
      mapping: {},
      matchBy: [],
      createdAt: now,
      updatedAt: now,
      settings,
    });
    await this.db.write(async (em) => {
      await em.save(source);
      const sealed = seal(Buffer.alloc(32), sealContext(source.id), secrets);
      await em.query('UPDATE directory_source SET secretsSealed = ? WHERE id = ?', [sealed, source.id]);
    });
    return source.id;
  }

  /** Seconds from asking for a run to its end; the poll of the worker is part of it. */
  async sync(sourceId: number, mode: RunMode): Promise<number> {
    const gateway = { db: this.db, clock: systemClock, log: createLogger('silent') } as unknown as Gateway;
    const runs = new RunService({ ...gateway, actor: 'bench' });
    const begin = performance.now();
    const id = await runs.start(globalId('DirectorySource', sourceId), mode, false);
    for (; ; await sleep(10)) {
      const run = await loadRun(this.db, id);
      if (!run || !ENDED.has(run.state)) continue;
      const seconds = (performance.now() - begin) / 1000;
      if (run.state !== RunState.SUCCEEDED) throw new Error(`The run is ${run.state}: ${run.error ?? run.refusal}`);
      say(`     ${describe(run)}: ${seconds.toFixed(2)} s`);
      return seconds;
    }
  }

  /** Begins to measure the worker's peak anew (Linux, /proc/PID/clear_refs). */
  resetPeak(): void {
    writeFileSync(`/proc/${this.worker.pid}/clear_refs`, '5');
  }

  /** The worker's peak of memory since `resetPeak`, in MB. */
  get peak(): number {
    return peakMegabytes(this.worker.pid);
  }
}

function startWorker(url: string, { steps, profile }: BenchOptions): Promise<RunningProcess> {
  const flags = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  return startProcess(process.execPath, [...flags, buildFor(join(__dirname, 'sync-worker.ts'))], {
    env: {
      ...process.env,
      NODE_ENV: 'production',
      BENCH_DATABASE_URL: url,
      ...(steps ? { BENCH_STEPS: '1' } : {}),
    },
  });
}

function describe(run: SyncRun): string {
  const told = Object.entries(run.counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`);
  return `${run.mode}${run.modeReason ? ` (${run.modeReason})` : ''}, ${told.join(', ') || 'nothing'}`;
}
