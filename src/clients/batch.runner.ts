import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import { audit } from '../audit/audit';
import { forUpdate, rowsIn } from '../database';
import type { Gateway } from '../gateway';
import { globalId } from '../ids';
import { doRows, failFirstRow, type ChunkResult } from './batch.rows';
import type { BatchTemplate } from './batch.template';

/** How long a batch belongs to who claimed it; every chunk renews it. */
export const LEASE = 15_000;
const CHUNK = 200;
const POLL = 500;

type RunnerDeps = Pick<Gateway, 'db' | 'clock' | 'log'>;

interface BatchRow {
  finished: boolean | number;
  leaseUntil: number | null;
  leaseToken: number;
  template: string;
  startedBy: string;
}

export interface RunOptions {
  /** The fencing token of a batch that is claimed already. */
  token?: number;
  /** Stops between two chunks; the batch can be resumed. */
  signal?: AbortSignal;
  /** Told after each chunk. */
  onProgress?: (done: number) => void;
}

/**
 * Does the rows of a batch that are not done yet, in chunks of one transaction each: clients, assignments, outcomes and
 * progress are committed together, so that a batch interrupted anywhere goes on without doing anything twice (C33). Who
 * lost the lease stops at the next chunk: each checks the fencing token.
 */
export async function runBatch(deps: RunnerDeps, id: number, options: RunOptions = {}): Promise<void> {
  const token = options.token ?? (await claim(deps, id));
  if (token === null) return;
  for (let step: Step = { done: 0, isLast: false }; !step.isLast && !options.signal?.aborted;) {
    step = await nextRows(deps, id, token);
    options.onProgress?.(step.done);
  }
}

interface Step {
  done: number;
  /** The batch is finished, or somebody else's. */
  isLast: boolean;
}

type ChunkWork = (em: EntityManager, template: BatchTemplate, now: number) => Promise<ChunkResult>;

/** One chunk; where it fails, its rows one by one, so that one bad row does not hold up the others. */
async function nextRows(deps: RunnerDeps, id: number, token: number): Promise<Step> {
  try {
    return await inChunk(deps, id, token, (em, template, now) => doRows(em, id, template, now, CHUNK));
  } catch (error) {
    deps.log.warn({ err: error, batch: id }, 'a chunk of a bulk creation failed; its rows are done one by one');
  }
  const total: Step = { done: 0, isLast: false };
  while (total.done < CHUNK && !total.isLast) {
    const step = await singleRow(deps, id, token);
    total.done += step.done;
    total.isLast = step.isLast;
  }
  return total;
}

async function singleRow(deps: RunnerDeps, id: number, token: number): Promise<Step> {
  try {
    return await inChunk(deps, id, token, (em, template, now) => doRows(em, id, template, now, 1));
  } catch (error) {
    deps.log.error({ err: error, batch: id }, 'a row of a bulk creation failed');
    return inChunk(deps, id, token, (em) => failFirstRow(em, id));
  }
}

/** Runs work on some rows under the lease, and commits the progress with it. */
async function inChunk({ db, clock }: RunnerDeps, id: number, token: number, work: ChunkWork): Promise<Step> {
  return db.write(async (em) => {
    // What the rows depend on is locked in the same order as everywhere: settings, then clients.
    await rowsIn(em, `SELECT id FROM settings WHERE id = 1${forUpdate(em)}`);
    const batch = await lockBatch(em, id);
    if (!batch || batch.finished || batch.leaseToken !== token) return { done: 0, isLast: true };
    const now = clock.now();
    const template = JSON.parse(batch.template) as BatchTemplate;
    const chunk = await work(em, template, now);
    const kept = chunk.isLast ? JSON.stringify({ ...template, passwordHash: null }) : batch.template;
    await em.query(
      `UPDATE client_batch SET done = done + ?, finished = ?, needsDecision = CASE WHEN ? > 0 THEN 1 ELSE needsDecision END,
       leaseUntil = ?, template = ? WHERE id = ?`,
      [chunk.done, chunk.isLast ? 1 : 0, chunk.conflicts, chunk.isLast ? null : now + LEASE, kept, id],
    );
    if (chunk.done > 0) {
      const note = { actor: batch.startedBy, action: 'createClients', target: globalId('ClientBatch', id) };
      await audit(em, now, { ...note, after: chunk.summary });
    }
    return chunk;
  });
}

/** Does a batch, or waits for whoever does it: returns when it is finished. For callers that have no server. */
export async function finishBatch(deps: RunnerDeps, id: number): Promise<void> {
  for (;;) {
    await runBatch(deps, id);
    const row = await deps.db.first<{ finished: number }>('SELECT finished FROM client_batch WHERE id = ?', [id]);
    if (!row || row.finished) return;
    await pause(POLL);
  }
}

/** Takes a batch that nobody works at. @returns the fencing token, null where it is finished or taken. */
async function claim({ db, clock }: RunnerDeps, id: number): Promise<number | null> {
  return db.write(async (em) => {
    const batch = await lockBatch(em, id);
    const now = clock.now();
    if (!batch || batch.finished || Number(batch.leaseUntil ?? 0) > now) return null;
    const token = batch.leaseToken + 1;
    await em.query('UPDATE client_batch SET leaseOwner = ?, leaseUntil = ?, leaseToken = ? WHERE id = ?', [
      randomUUID(),
      now + LEASE,
      token,
      id,
    ]);
    return token;
  });
}

async function lockBatch(em: EntityManager, id: number): Promise<BatchRow | null> {
  const sql = `SELECT finished, leaseUntil, leaseToken, template, startedBy FROM client_batch WHERE id = ?${forUpdate(em)}`;
  return (await rowsIn<BatchRow>(em, sql, [id]))[0] ?? null;
}

/**
 * Works in the background at batches that nobody works at: new large ones, and those whose process died.
 * @returns stops it after the present chunk.
 */
export function startBatchRunner(gateway: RunnerDeps): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const loop = async () => {
    while (!signal.aborted) {
      await runWaiting(gateway, signal).catch((error: unknown) =>
        gateway.log.error({ err: error }, 'bulk creation failed'),
      );
      await pause(POLL, undefined, { signal, ref: false }).catch(() => undefined);
    }
  };
  const running = loop();
  return async () => {
    stopping.abort();
    await running;
  };
}

async function runWaiting(gateway: RunnerDeps, signal: AbortSignal): Promise<void> {
  const { db, clock } = gateway;
  const waiting = await db.writer.query<{ id: number }[]>(
    'SELECT id FROM client_batch WHERE finished = 0 AND (leaseUntil IS NULL OR leaseUntil <= ?) ORDER BY id LIMIT 1',
    [clock.now()],
  );
  const [batch] = waiting;
  if (batch) await runBatch(gateway, batch.id, { signal });
}
