import { createHash } from 'node:crypto';
import { DirectorySource } from '../../../schema/directory-source';
import type { SyncRun } from '../../../schema/sync-run';
import { RunMode, RunState } from '../../../schema/sync.enums';
import type { Gateway } from '../../../src/gateway';
import { createLogger } from '../../../src/logger';
import { seal } from '../../../src/secrets';
import { RunService } from '../../../src/sources/run.service';
import { sealContext } from '../../../src/sources/source-tools';
import { SyncWorker } from '../../../sync/main';
import { loadRun } from '../../../sync/rows';
import { sqliteDb, type TestDb } from '../../support/database';
import { startFaultProxy, type FaultProxy } from '../../support/fault-proxy';
import { TestClock } from '../../support/sync-bench';
import type { OwnFault, Reachable, SourceUnderTest } from './source-under-test';

const KEY = Buffer.alloc(32, 7);
const TABLES = ['user', 'user_entry', 'user_group', 'group_nesting', 'membership', 'membership_history'];

/** A source with the real connector behind a proxy, a database of its own, and a worker that is called by hand. */
export class FaultBench {
  readonly clock = new TestClock();
  /** Bytes of the server over the busiest connection of an undisturbed run. */
  readonly bytes = new Map<RunMode, number>();
  private readonly runs: RunService;
  private readonly worker: SyncWorker;

  private constructor(
    readonly source: SourceUnderTest,
    private readonly reachable: Reachable,
    readonly proxy: FaultProxy | null,
    private readonly database: TestDb,
    private readonly sourceId: number,
  ) {
    const log = createLogger('silent');
    const { db } = database;
    const config = { secretKey: KEY, importDirs: reachable.importDirs ?? [], changesKeepDays: 90, syncWebhook: null };
    const gateway = { db, clock: this.clock, log, config } as unknown as Gateway;
    this.runs = new RunService({ ...gateway, actor: 'test' });
    this.worker = new SyncWorker(db, { config, clock: this.clock, log });
  }

  /** Starts the server, the proxy and the database, and imports the directory for the first time. */
  static async open(source: SourceUnderTest): Promise<FaultBench> {
    const reachable = await source.start();
    const proxy = reachable.port === null ? null : await startFaultProxy({ port: reachable.port });
    const database = await sqliteDb();
    const sourceId = await addSource(database, source);
    const bench = new FaultBench(source, reachable, proxy, database, sourceId);
    await bench.configure({});
    await bench.expectSuccess(RunMode.FULL);
    for (const mode of source.modes) {
      const before = proxy?.connections ?? 0;
      await bench.expectSuccess(mode);
      bench.bytes.set(mode, Math.max(0, ...(proxy?.bytesByConnection.slice(before) ?? [])));
    }
    return bench;
  }

  /** Stores the settings, with those of the fault in the place of the good ones. */
  async configure(fault: Pick<OwnFault, 'settings' | 'secrets'>): Promise<void> {
    const settings = { ...this.reachable.settings(this.proxy?.port ?? 0), ...fault.settings };
    const secrets = { ...this.reachable.secrets, ...fault.secrets };
    const sealed = Object.keys(secrets).length > 0 ? seal(KEY, sealContext(this.sourceId), secrets) : null;
    await this.database.db.write((em) =>
      em.query('UPDATE directory_source SET settings = ?, secretsSealed = ? WHERE id = ?', [
        JSON.stringify(settings),
        sealed,
        this.sourceId,
      ]),
    );
  }

  /** One run through the worker. */
  async run(mode: RunMode): Promise<SyncRun> {
    const id = await this.runs.start(`DirectorySource_${this.sourceId}`, mode, false);
    await this.worker.runOnce();
    const run = await loadRun(this.database.db, id);
    if (!run) throw new Error('The run is gone.');
    return run;
  }

  async expectSuccess(mode: RunMode): Promise<void> {
    const run = await this.run(mode);
    expect({ state: run.state, error: run.error, mode: run.mode }).toEqual({
      state: RunState.SUCCEEDED,
      error: null,
      mode,
    });
  }

  /**
   * Every row that an import writes, as one text. Without the digest of a group as it was last read: that is no datum, but
   * how the next run sees that the reading differs.
   */
  async digest(): Promise<string> {
    const hash = createHash('sha256');
    for (const table of TABLES) {
      const rows = await this.database.db.rows(`SELECT * FROM ${table}`);
      if (table === 'user_group') for (const row of rows) delete row.hash;
      hash.update(JSON.stringify([table, rows.map((row) => JSON.stringify(row)).sort()]));
    }
    return hash.digest('hex');
  }

  async count(table: string): Promise<number> {
    return Number((await this.database.db.first<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`))?.n);
  }

  /** Rows that hold a source or a run: none between two runs. */
  async locks(): Promise<number> {
    return this.count(
      "sync_run WHERE activeSourceId IS NOT NULL OR leaseOwner IS NOT NULL OR state IN ('READING', 'APPLYING')",
    );
  }

  async close(): Promise<void> {
    await this.worker.stop();
    await this.proxy?.stop();
    await this.database.close();
    await this.source.stop();
  }
}

async function addSource({ db }: TestDb, { kind, name }: SourceUnderTest): Promise<number> {
  const now = Date.now();
  const row = db.writer.manager.create(DirectorySource, {
    kind,
    name,
    nameKey: name.toLowerCase(),
    settings: {},
    mapping: {},
    matchBy: [],
    maxRemovalPercent: 20,
    createdAt: now,
    updatedAt: now,
  });
  return (await db.write((em) => em.save(row))).id;
}
