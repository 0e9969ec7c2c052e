import { Arg, Authorized, ID, Resolver, Root, Subscription } from 'type-graphql';
import { SyncRun } from '../../schema/sync-run';
import { RunState } from '../../schema/sync.enums';
import type { Context } from '../context';
import type { Database } from '../database';
import { notFound } from '../errors';
import { keyOf } from '../ids';
import { appliedAfter, runsByIds } from './run.reads';

/** How often the run's row is looked at: the worker may be another process. */
const POLL_MS = 250;
const UNDER_WAY: RunState[] = [RunState.QUEUED, RunState.READING, RunState.APPLYING];

@Resolver(() => SyncRun)
export class RunSubscriptions {
  @Authorized('sync:read')
  @Subscription(() => SyncRun, {
    name: 'syncRun',
    subscribe: ({ args, context }) => followRun((context as Context).db, String((args as { id: string }).id)),
    description: 'A run as it goes on; ends when the run waits or has ended.',
  })
  syncRun(@Root() run: SyncRun, @Arg('id', () => ID, { description: 'The run.' }) _id: string): SyncRun {
    return run;
  }

  @Authorized('sync:read')
  @Subscription(() => SyncRun, {
    subscribe: ({ context }) => followApplied((context as Context).db),
    description: 'Every run that is applied.',
  })
  directoryChanged(@Root() run: SyncRun): SyncRun {
    return run;
  }
}

/** Yields the run now and at every change, until a worker is done with it. */
export async function* followRun(db: Database, id: string): AsyncGenerator<SyncRun> {
  const key = keyOf('SyncRun', id) ?? 0;
  for (let last = ''; ; await pause()) {
    const run = (await runsByIds(db, [key])).get(key);
    if (!run) throw notFound('SyncRun', 'id');
    const image = JSON.stringify([run.state, run.progress, run.counts, run.refusal, run.error]);
    if (image !== last) yield run;
    if (!UNDER_WAY.includes(run.state)) return;
    last = image;
  }
}

/** Yields each run that is applied from now on. */
export async function* followApplied(db: Database): AsyncGenerator<SyncRun> {
  const newest = await db.first<{ at: number | null }>('SELECT MAX(appliedAt) AS at FROM sync_run');
  for (let since = Number(newest?.at ?? 0); ; await pause()) {
    const applied = await appliedAfter(db, since);
    const runs = await runsByIds(
      db,
      applied.map((run) => run.id),
    );
    for (const { id, appliedAt } of applied) {
      const run = runs.get(id);
      since = Number(appliedAt);
      if (run) yield run;
    }
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
