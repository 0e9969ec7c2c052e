import type { EntityManager } from 'typeorm';
import { audit } from '../src/audit/audit';
import type { Clock } from '../src/clock';
import { forUpdate, isDuplicateKey, type Database } from '../src/database';
import { AppError, conflict, notFound } from '../src/errors';
import { globalId, keyOf } from '../src/ids';
import type { Logger } from '../src/logger';
import { noteRevision } from './apply';
import { Touched, type ApplyContext } from './apply-context';
import { MadeKeys } from './change-rows';
import { restoreLost } from './lost';
import { mergeSources } from './pipeline';
import { revertGroups, revertLinks } from './revert-groups';
import { revertMemberships } from './revert-memberships';
import { loadMadeKeys, revertUsers } from './revert-users';
import { loadRun, loadSource } from './rows';
import { isSqlite } from './sql';

export interface RevertDeps {
  db: Database;
  clock: Clock;
  log?: Logger;
  /** Called between the steps; what it throws undoes the revert. For tests. */
  step?: (name: string) => Promise<void>;
}

/**
 * Takes the latest applied run of a source back (S11), from its stored plan, in one transaction: what it created
 * vanishes, what it changed or removed is back, memberships are as they were. The run becomes REVERTED. Digests of what
 * is touched are emptied and the position is forgotten, so that the next run reads everything and applies the directory
 * anew. History stays true: memberships that are back begin anew, those taken back were held in between.
 *
 * @throws NOT_FOUND; CONFLICT for a run that was not applied, or is not the latest; SYNC_IN_PROGRESS.
 */
export async function revertRun(deps: RevertDeps, runId: string, actor: string): Promise<void> {
  const { db, clock, step = () => Promise.resolve() } = deps;
  const key = keyOf('SyncRun', runId);
  const run = key === null ? null : await loadRun(db, key);
  const source = run && (await loadSource(db, run.sourceId));
  if (!run || !source) throw notFound('SyncRun', 'runId');
  const sources = await mergeSources(db);
  try {
    await db.write(async (em) => {
      await admit(em, run.id, source.id);
      const context: ApplyContext = {
        em,
        run,
        source,
        sources,
        now: clock.now(),
        groups: new MadeKeys(),
        users: new MadeKeys(),
        touched: new Touched(),
      };
      await withForeignKeysDeferred(em, () => restoreLost(context));
      await step('revert purges');
      await loadMadeKeys(context);
      await revertMemberships(context);
      await step('revert memberships');
      await revertLinks(context);
      await revertGroups(context);
      await revertUsers(context);
      await step('revert end');
      await finish(context, actor);
    });
    deps.log?.info({ run: run.id, actor }, 'A synchronization run was reverted.');
  } catch (error) {
    if (isDuplicateKey(error)) throw new AppError('SYNC_IN_PROGRESS', 'A run of this source is under way.');
    throw error;
  }
}

/** Holds the source's place among active runs until the end: no other run of it can start meanwhile. */
async function admit(em: EntityManager, runId: number, sourceId: number): Promise<void> {
  const [source] = await em.query<{ lastAppliedRunId: number | null }[]>(
    `SELECT lastAppliedRunId FROM directory_source WHERE id = ?${forUpdate(em)}`,
    [sourceId],
  );
  const [run] = await em.query<{ state: string }[]>(`SELECT state FROM sync_run WHERE id = ?${forUpdate(em)}`, [runId]);
  if (!source || !run) throw notFound('SyncRun', 'runId');
  if (run.state !== 'SUCCEEDED') throw conflict(`A run that is ${run.state} cannot be reverted.`, 'runId');
  if (source.lastAppliedRunId !== runId)
    throw conflict('Only the latest applied run of a source can be reverted.', 'runId');
  const active = await em.query<object[]>('SELECT id FROM sync_run WHERE activeSourceId = ?', [sourceId]);
  if (active.length > 0) throw new AppError('SYNC_IN_PROGRESS', 'A run of this source is under way.');
  await em.query('UPDATE sync_run SET activeSourceId = ? WHERE id = ?', [sourceId, runId]);
}

/** Purged rows depend on each other in circles: their keys are checked when all of them are back. */
async function withForeignKeysDeferred(em: EntityManager, work: () => Promise<void>): Promise<void> {
  if (isSqlite(em)) {
    await em.query('PRAGMA defer_foreign_keys = ON');
    return work();
  }
  await em.query('SET SESSION foreign_key_checks = 0');
  try {
    await work();
  } finally {
    await em.query('SET SESSION foreign_key_checks = 1');
  }
}

async function finish({ em, run, source, now, touched }: ApplyContext, actor: string): Promise<void> {
  await em.query("UPDATE sync_run SET state = 'REVERTED', activeSourceId = NULL WHERE id = ?", [run.id]);
  // Negative: no plan made before the revert fits any more, and no older run becomes the latest.
  await em.query('UPDATE directory_source SET lastAppliedRunId = ?, `cursor` = NULL WHERE id = ?', [
    -run.id,
    source.id,
  ]);
  await audit(em, now, {
    actor,
    action: 'revertSync',
    target: globalId('SyncRun', run.id),
    before: { counts: run.counts },
  });
  await noteRevision(em, touched);
}
