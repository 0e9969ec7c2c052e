import { createLogger } from '../../src/logger';
import type { Clock } from '../../src/clock';
import type { Database, Row } from '../../src/database';
import type { Gateway } from '../../src/gateway';
import { RunService } from '../../src/sources/run.service';
import { globalId } from '../../src/ids';
import { DirectorySource } from '../../schema/directory-source';
import { RunMode, SourceKind } from '../../schema/sync.enums';
import type { SyncRun } from '../../schema/sync-run';
import { claimRun, newOwner, retireOwner } from '../../sync/lease';
import { carryOut, type PipelineDeps } from '../../sync/pipeline';
import { loadRun } from '../../sync/rows';
import type { ConnectorFactory } from '../../sync/source';
import type { WorkerDeps } from '../../sync/main';
import { FakeDirectory, type FakeGroup, type FakeUser } from './fake-directory';

/** A clock that tests move. It starts at the present, so that it fits what the first start wrote. */
export class TestClock implements Clock {
  private offset = 0;
  private last = 0;

  now(): number {
    this.last = Math.max(this.last + 1, Date.now() + this.offset);
    return this.last;
  }

  addDays(days: number): void {
    this.offset += days * 86_400_000;
  }
}

/** One database with sources whose directories are in memory, and a worker that is called by hand. */
export class SyncBench {
  readonly clock = new TestClock();
  private readonly directories = new Map<string, FakeDirectory>();
  private owner = newOwner();
  /** Set to interrupt a run at a step. */
  step: ((name: string) => Promise<void>) | undefined;
  readonly runs: RunService;
  readonly deps: PipelineDeps;

  constructor(readonly db: Database) {
    const log = createLogger('silent');
    const gateway = { db, clock: this.clock, log, config: { secretKey: Buffer.alloc(32) } } as unknown as Gateway;
    this.runs = new RunService({ ...gateway, actor: 'test' });
    const kinds = Object.values(SourceKind);
    const factories = Object.fromEntries(kinds.map((kind) => [kind, this.factory(kind)])) as PipelineDeps['factories'];
    this.deps = {
      db,
      clock: this.clock,
      log,
      secretKey: Buffer.alloc(32),
      factories,
      environment: { importDirs: [] },
      step: async (name) => this.step?.(name),
    };
  }

  private factory(kind: SourceKind): ConnectorFactory {
    return {
      kind,
      validate: () => undefined,
      create: (source) =>
        this.directory(String(source.settings['fake'])).factory(kind).create(source, { importDirs: [] }),
    };
  }

  /** What a SyncWorker over the same directories is made of. */
  workerDeps(): WorkerDeps {
    const { clock, log, factories } = this.deps;
    const config = { secretKey: Buffer.alloc(32), importDirs: [], changesKeepDays: 90, syncWebhook: null };
    return { config, clock, log, factories };
  }

  /** The directories as JSON can carry them to another process, and back. */
  content(): Record<string, { users: FakeUser[]; groups: FakeGroup[] }> {
    return Object.fromEntries(
      [...this.directories].map(([name, { users, groups }]) => [
        name,
        { users: [...users.values()], groups: [...groups.values()] },
      ]),
    );
  }

  fill(content: ReturnType<SyncBench['content']>): void {
    for (const [name, { users, groups }] of Object.entries(content)) {
      const directory = this.directory(name);
      for (const user of users) directory.users.set(user.externalId, user);
      for (const group of groups) directory.groups.set(group.externalId, group);
    }
  }

  private directory(name: string): FakeDirectory {
    const directory = this.directories.get(name) ?? new FakeDirectory();
    this.directories.set(name, directory);
    return directory;
  }

  async source(settings: Partial<DirectorySource> = {}): Promise<{ id: number; directory: FakeDirectory }> {
    const name = settings.name ?? `source ${this.directories.size + 1}`;
    const now = this.clock.now();
    const row = this.db.writer.manager.create(DirectorySource, {
      kind: SourceKind.LDAP,
      priority: 100,
      mapping: {},
      matchBy: [],
      enabled: true,
      graceDays: 30,
      followNestedGroups: true,
      groupsFromDepartment: false,
      maxRemovalCount: null,
      maxRemovalPercent: null,
      createdAt: now,
      updatedAt: now,
      ...settings,
      name,
      nameKey: name.toLowerCase(),
      settings: { fake: name },
    });
    await this.db.write((em) => em.save(row));
    return { id: row.id, directory: this.directory(name) };
  }

  /** Starts a run and carries it to its end. */
  async sync(sourceId: number, mode: RunMode = RunMode.FULL, planOnly = false): Promise<SyncRun> {
    const id = await this.runs.start(globalId('DirectorySource', sourceId), mode, planOnly);
    await this.work();
    return this.run(id);
  }

  /** Claims one run and carries it out as far as it goes. */
  async workOnce(): Promise<void> {
    const lease = await claimRun(this.db, this.clock, this.owner);
    if (lease)
      await carryOut(
        this.deps,
        lease,
        { phase: 'reading', done: 0, total: null, users: 0 },
        new AbortController().signal,
      );
  }

  /** The worker of until now is dead, and another takes its place. */
  die(): void {
    retireOwner(this.owner);
    this.owner = newOwner();
  }

  /** What a worker does, until nothing is left to do. */
  async work(signal: AbortSignal = new AbortController().signal): Promise<void> {
    for (
      let lease = await claimRun(this.db, this.clock, this.owner);
      lease;
      lease = await claimRun(this.db, this.clock, this.owner)
    ) {
      await carryOut(this.deps, lease, { phase: 'reading', done: 0, total: null, users: 0 }, signal);
      if (signal.aborted) return;
    }
  }

  async run(id: number): Promise<SyncRun> {
    const run = await loadRun(this.db, id);
    if (!run) throw new Error(`No run ${id}.`);
    return run;
  }

  /** `count("user WHERE state = 'ACTIVE'")` */
  async count(from: string): Promise<number> {
    const row = await this.db.first<{ n: number }>(`SELECT COUNT(*) AS n FROM ${from}`);
    return Number(row?.n);
  }

  /** People by user id. */
  async person(userId: string): Promise<Row | null> {
    return this.db.first('SELECT * FROM user WHERE userId = ?', [userId]);
  }

  /** `group/user via path` of all memberships, by names. */
  async memberships(): Promise<string[]> {
    const rows = await this.db.rows<{ g: string; u: string; via: string; pathIds: string | null }>(
      'SELECT g.name AS g, u.userId AS u, m.via, m.pathIds FROM membership m JOIN user_group g ON g.id = m.groupId JOIN user u ON u.id = m.userId ORDER BY g.name, m.position',
    );
    const groups = await this.db.rows<{ id: number; name: string }>('SELECT id, name FROM user_group');
    const names = new Map(groups.map((group) => [String(group.id), group.name]));
    return rows.map(
      ({ g, u, via, pathIds }) =>
        `${g}/${u} ${via}${
          pathIds
            ? ` ${pathIds
                .split(',')
                .map((id) => names.get(id))
                .join(' > ')}`
            : ''
        }`,
    );
  }
}
