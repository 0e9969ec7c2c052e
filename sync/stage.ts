import type { EntityManager } from 'typeorm';
import type { MembershipVia } from '../schema/enums';
import type { InternalKind } from '../schema/sync-run';
import type { ChangeAction, RecordKind } from '../schema/sync.enums';
import type { Database, SqlValue } from '../src/database';
import { bulkInsert } from './bulk-load';
import type { FieldDifference } from './merge';
import { insertRows } from './sql';

/** A row of the plan, `sync_change` without its run. */
export interface StagedChange {
  kind: `${RecordKind}` | InternalKind;
  action: `${ChangeAction}`;
  entityId?: number | null;
  externalId: string;
  label: string;
  via?: `${MembershipVia}` | null;
  fields?: FieldDifference[] | null;
  body?: object | null;
  edges?: Buffer | null;
  edgeCount?: number;
}

export interface StagedQuarantine {
  kind: 'USER' | 'GROUP' | 'MEMBERSHIP';
  externalId: string | null;
  label: string | null;
  reason: string;
  raw: unknown;
}

const CHANGE_COLUMNS = [
  'runId',
  'seq',
  'kind',
  'action',
  'entityId',
  'externalId',
  'label',
  'via',
  'fields',
  'body',
  'edges',
  'edgeCount',
];
const QUARANTINE_COLUMNS = ['runId', 'kind', 'externalId', 'label', 'reason', 'raw'];
const EDGES = CHANGE_COLUMNS.indexOf('edges');
const ROWS = 1_000;
/** From so many rows on they are loaded in bulk, if they hold no bytes. */
const BULK = 500;
const BYTES = 1_000_000;
const MAX_RAW = 16_000;

/**
 * Writes the plan as it grows, while the next page is read: bodies stay in memory for one statement only. Every write
 * checks the lease, so that a worker that was thought dead cannot mix its rows with those of the one that took over.
 */
export class PlanWriter {
  private seq = 0;
  private changes: SqlValue[][] = [];
  private quarantined: SqlValue[][] = [];
  private bytes = 0;
  private writing: Promise<void> = Promise.resolve();
  quarantineCount = 0;

  constructor(
    private readonly db: Database,
    private readonly runId: number,
    private readonly checkLease: (em: EntityManager) => Promise<void>,
  ) {}

  /** Adds a row; gives its number. Call `relieve` now and then. */
  add(change: StagedChange): number {
    const seq = ++this.seq;
    const fields = change.fields ? JSON.stringify(change.fields) : null;
    const body = change.body ? JSON.stringify(change.body) : null;
    this.bytes += 100 + (fields?.length ?? 0) + (body?.length ?? 0) + (change.edges?.length ?? 0);
    const { kind, action, entityId = null, externalId, via = null, edges = null, edgeCount = 0 } = change;
    this.changes.push([
      this.runId,
      seq,
      kind,
      action,
      entityId,
      externalId,
      change.label.slice(0, 255),
      via,
      fields,
      body,
      edges,
      edgeCount,
    ]);
    return seq;
  }

  quarantine(record: StagedQuarantine): void {
    this.quarantineCount++;
    const raw = JSON.stringify(record.raw ?? {});
    const kept = raw.length <= MAX_RAW ? raw : JSON.stringify({ cut: true, beginning: raw.slice(0, MAX_RAW / 2) });
    this.bytes += kept.length + 200;
    const externalId = record.externalId === null ? null : record.externalId.slice(0, 255);
    this.quarantined.push([
      this.runId,
      record.kind,
      externalId,
      record.label?.slice(0, 255) ?? null,
      record.reason.slice(0, 1024),
      kept,
    ]);
  }

  /** Lets what is full be written. One statement is under way while the next is filled; memory holds no more than two. */
  async relieve(): Promise<void> {
    if (this.changes.length + this.quarantined.length < ROWS && this.bytes < BYTES) return;
    await this.writing;
    this.writing = this.write();
    // A fault is told by the next await: never unhandled meanwhile.
    this.writing.catch(() => undefined);
  }

  /** Writes all that is left. */
  async flush(): Promise<void> {
    await this.writing;
    await this.write();
  }

  /** Takes rows back that turned out to be none. Only between `flush` and the next `add`. */
  async remove(seqs: readonly number[]): Promise<void> {
    await this.db.write(async (em) => {
      await this.checkLease(em);
      for (const seq of seqs) await em.query('DELETE FROM sync_change WHERE runId = ? AND seq = ?', [this.runId, seq]);
    });
  }

  private async write(): Promise<void> {
    const [changes, quarantined] = [this.changes, this.quarantined];
    [this.changes, this.quarantined, this.bytes] = [[], [], 0];
    if (changes.length + quarantined.length === 0) return;
    await this.db.write(async (em) => {
      await this.checkLease(em);
      if (changes.length >= BULK && changes.every((row) => row[EDGES] === null))
        await bulkInsert(em, 'sync_change', CHANGE_COLUMNS, changes, changes.length);
      else await insertRows(em, 'sync_change', CHANGE_COLUMNS, changes);
      await insertRows(em, 'quarantined_record', QUARANTINE_COLUMNS, quarantined);
    });
  }
}
