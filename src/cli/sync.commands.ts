import type { SyncRun } from '../../schema/sync-run';
import { type RunMode, RunState } from '../../schema/sync.enums';
import type { Gateway } from '../gateway';
import { globalId, keyOf } from '../ids';
import { changesOfRuns } from '../sources/change.reads';
import { quarantineOfRuns } from '../sources/run.reads';
import { followRun } from '../sources/run.subscriptions';
import { createWorker } from '../start/compose';
import { EXIT, type Command } from './command';
import { renderPlan, renderProgress, type ShownPlan } from './render';

/** How many changes the text of a plan shows; `--json` has all that fit a page, the API has every one. */
const SHOWN = 200;

export async function runSync(
  command: Command,
  options: { source: string; plan: boolean; mode: RunMode },
): Promise<number> {
  const run = await command.services.runs.start(options.source, options.mode, options.plan);
  return follow(command, globalId('SyncRun', run));
}

export async function applySync(command: Command, run: string, confirmRemovals: boolean): Promise<number> {
  await command.services.runs.apply(run, confirmRemovals);
  return follow(command, run);
}

export async function revertSync({ gateway, print }: Command, run: string): Promise<number> {
  await gateway.sources?.revert(run, 'cli');
  print({ id: run, state: RunState.REVERTED }, `${run} is taken back.`);
  return EXIT.done;
}

export async function explainEntry(
  { gateway, services, print }: Command,
  source: string,
  userId: string,
): Promise<number> {
  const settings = await services.sources.savedSettings(source);
  const found = await gateway.sources?.explain(settings, userId);
  if (!found) return EXIT.failed;
  const { userKey, ...rest } = found;
  const lines = found.steps.map((step) => `${step.status.padEnd(8)} ${step.name.padEnd(12)} ${step.detail}`);
  print({ ...rest, user: userKey === null ? null : globalId('User', userKey) }, lines.join('\n'));
  return found.found ? EXIT.done : EXIT.failed;
}

/** Works in this process until the run waits or has ended: it may as well be a server's worker that does it. */
async function follow(command: Command, id: string): Promise<number> {
  const { gateway } = command;
  const worker = createWorker(gateway);
  worker.start();
  const onTerminal = process.stderr.isTTY;
  let last: SyncRun | null = null;
  try {
    for await (const run of followRun(gateway.db, id)) {
      last = run;
      if (onTerminal) process.stderr.write(`\r\u001b[K${renderProgress(run.progress)}`);
    }
  } finally {
    if (onTerminal) process.stderr.write('\r\u001b[K');
    await worker.stop();
  }
  if (!last) return EXIT.failed;
  const plan = await shownPlan(gateway, last);
  command.print({ id, ...plan }, `${renderPlan(plan, Boolean(process.stdout.isTTY))}${nextStep(id, last)}`);
  return exitCode(last);
}

function exitCode(run: SyncRun): number {
  if (run.state === RunState.REFUSED || run.refusal !== null)
    return run.state === RunState.SUCCEEDED ? EXIT.done : EXIT.refused;
  return run.state === RunState.SUCCEEDED || run.state === RunState.PLANNED ? EXIT.done : EXIT.failed;
}

function nextStep(id: string, run: SyncRun): string {
  if (run.state !== RunState.PLANNED && run.state !== RunState.REFUSED) return '';
  return `\nto apply it: switchboard sync apply ${id}${run.refusal === null ? '' : ' --confirm-removals'}`;
}

async function shownPlan({ db }: Gateway, run: SyncRun): Promise<ShownPlan> {
  const key = keyOf('SyncRun', globalId('SyncRun', run.id)) ?? 0;
  const changes = (await changesOfRuns(db, [key], {}, { first: SHOWN })).get(key);
  const quarantine = (await quarantineOfRuns(db, [key], { first: SHOWN })).get(key);
  const { state, mode, modeReason, refusal, error, counts } = run;
  return {
    state,
    complete: Boolean(run.complete),
    mode,
    modeReason,
    refusal,
    error,
    counts,
    changes: (changes?.nodes ?? []).map(({ kind, action, label, via, fields }) => ({
      kind,
      action,
      label,
      via,
      fields,
    })),
    changeCount: (await changes?.count()) ?? 0,
    quarantine: (quarantine?.nodes ?? []).map(({ label, externalId, reason }) => ({ label, externalId, reason })),
  };
}
