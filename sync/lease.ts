import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { EntityManager } from 'typeorm';
import { RunState } from '../schema/sync.enums';
import type { SyncRun } from '../schema/sync-run';
import type { Clock } from '../src/clock';
import { forUpdate, type Database } from '../src/database';
import { affected } from './sql';

export const LEASE_MS = 15_000;
export const RENEW_MS = 5_000;

/** Another worker took the run over, or it was ended: whatever this one still does must not be written. */
export class LeaseLost extends Error {
  constructor() {
    super('The lease of the run was lost.');
    this.name = 'LeaseLost';
  }
}

/** Owners in this process that are at work: an owner with our process id that is not among them is of an earlier life. */
const alive = new Set<string>();

export function newOwner(): string {
  const owner = `${hostname()}:${process.pid}:${randomBytes(6).toString('hex')}`;
  alive.add(owner);
  return owner;
}

export function retireOwner(owner: string): void {
  alive.delete(owner);
}

/** Whether an owner is known to be dead: a process of this host that is no more. */
export function isDead(owner: string): boolean {
  const [host, pid] = owner.split(':');
  if (host !== hostname()) return false;
  if (Number(pid) === process.pid) return !alive.has(owner);
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** A worker's hold on a run: a row with a deadline, and a token that rises with each claim (S10). */
export class Lease {
  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
    readonly runId: number,
    readonly owner: string,
    readonly token: number,
  ) {}

  /** Lets a transaction go on only while the run is still ours; the row stays locked until it ends. */
  readonly check = async (em: EntityManager): Promise<void> => {
    const rows = await em.query<{ leaseToken: number }[]>(
      `SELECT leaseToken FROM sync_run WHERE id = ?${forUpdate(em)}`,
      [this.runId],
    );
    if (Number(rows[0]?.leaseToken) !== this.token) throw new LeaseLost();
  };

  /** Renews it and tells the progress. @returns whether somebody asked to cancel. @throws LeaseLost */
  async renew(progress: object): Promise<boolean> {
    return this.db.write(async (em) => {
      const rows = await em.query<{ leaseToken: number; cancelRequested: number | boolean }[]>(
        `SELECT leaseToken, cancelRequested FROM sync_run WHERE id = ?${forUpdate(em)}`,
        [this.runId],
      );
      if (Number(rows[0]?.leaseToken) !== this.token) throw new LeaseLost();
      const until = this.clock.now() + LEASE_MS;
      await em.query(
        "UPDATE sync_run SET leaseUntil = ?, progress = ? WHERE id = ? AND leaseOwner = ? AND state IN ('READING', 'APPLYING')",
        [until, JSON.stringify(progress), this.runId, this.owner],
      );
      return Boolean(rows[0]?.cancelRequested);
    });
  }
}

type Candidate = Pick<SyncRun, 'id' | 'state' | 'leaseOwner' | 'leaseToken' | 'leaseUntil'>;

/** Takes the oldest run that waits or whose worker is dead; null where there is none. One of several claimers wins. */
export async function claimRun(db: Database, clock: Clock, owner: string): Promise<Lease | null> {
  const rows = await db.rows<Candidate>(
    `SELECT id, state, leaseOwner, leaseToken, leaseUntil FROM sync_run
     WHERE state IN ('QUEUED', 'READING', 'APPLYING') ORDER BY id`,
  );
  for (const row of rows) {
    if (!isFree(row, clock.now())) continue;
    const lease = await takeOver(db, clock, row, owner);
    if (lease) return lease;
  }
  return null;
}

function isFree(run: Candidate, now: number): boolean {
  if (run.leaseOwner === null || run.state === RunState.QUEUED) return true;
  return Number(run.leaseUntil ?? 0) < now || isDead(run.leaseOwner);
}

async function takeOver(db: Database, clock: Clock, run: Candidate, owner: string): Promise<Lease | null> {
  const token = run.leaseToken + 1;
  const next = run.state === RunState.APPLYING ? RunState.APPLYING : RunState.READING;
  const won = await db.write((em) =>
    affected(
      em,
      'UPDATE sync_run SET state = ?, leaseOwner = ?, leaseUntil = ?, leaseToken = ? WHERE id = ? AND leaseToken = ? AND state = ?',
      [next, owner, clock.now() + LEASE_MS, token, run.id, run.leaseToken, run.state],
    ),
  );
  return won === 1 ? new Lease(db, clock, run.id, owner, token) : null;
}
