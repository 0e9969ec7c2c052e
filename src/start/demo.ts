import { join } from 'node:path';
import { RunMode, RunState, SourceKind } from '../../schema/sync.enums';
import { projectRoot } from '../config';
import type { Gateway } from '../gateway';
import { globalId } from '../ids';
import { createServices } from '../services';
import { runsByIds } from '../sources/run.reads';

export const DEMO_NAME = 'Demonstration: St Brannoc’s Hospitals Trust';

/**
 * Sets the demonstration directory up as a source and imports it, if no source was ever set up. A worker must be running.
 * @returns whether it was imported now.
 */
export async function importDemo(gateway: Gateway): Promise<boolean> {
  const { db } = gateway;
  if (await db.first('SELECT id FROM directory_source')) return false;
  if (await db.first("SELECT id FROM audit_entry WHERE action = 'createDirectorySource'")) return false;
  const services = createServices(gateway, 'demo');
  const source = await services.sources.create({
    name: DEMO_NAME,
    kind: SourceKind.LDIF,
    settings: { path: join(projectRoot(), 'demo', 'directory.ldif'), dialect: 'ACTIVE_DIRECTORY' },
  });
  const run = await services.runs.start(globalId('DirectorySource', source), RunMode.FULL, false);
  return (await finished(gateway, run)) === RunState.SUCCEEDED;
}

const UNDER_WAY: RunState[] = [RunState.QUEUED, RunState.READING, RunState.APPLYING];

async function finished({ db, log }: Gateway, id: number): Promise<RunState> {
  for (;;) {
    const run = (await runsByIds(db, [id])).get(id);
    if (!run || !UNDER_WAY.includes(run.state)) {
      if (run?.state !== RunState.SUCCEEDED) log.error({ error: run?.error }, 'the demonstration was not imported');
      return run?.state ?? RunState.FAILED;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
