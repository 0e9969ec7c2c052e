import { directoryRights } from '../authorizations/directory-rights';
import { boundHeap } from '../../sync/heap';
import { loadConfig, projectRoot } from '../config';
import { prepareFirstStart } from '../first-start';
import type { Gateway } from '../gateway';
import { TriggerRunner } from '../profiles/trigger.runner';
import { startManagement, startServer, type RunningServer } from '../server';
import { composeGateway, createWorker } from './compose';
import { importDemo } from './demo';

export interface StartOptions {
  /** The API, bulk creation and time triggers. */
  serve: boolean;
  /** Synchronization. */
  work: boolean;
  /** Import the demonstration directory where nothing was ever set up. */
  demo: boolean;
}

export interface Running {
  gateway: Gateway;
  server: RunningServer | null;
  stop(): Promise<void>;
}

/** Starts what is asked for in this process. Any number of servers and workers may share one MariaDB. */
export async function start(options: StartOptions): Promise<Running> {
  const config = loadConfig();
  const gateway = await composeGateway(config);
  const password = await prepareFirstStart(gateway.db, gateway.clock, config.adminPassword);
  const stops: (() => Promise<void>)[] = [];
  if (options.work) {
    if (!options.serve) stops.push(await workAlone(gateway));
    const worker = createWorker(gateway);
    worker.start();
    stops.push(() => worker.stop());
  }
  let server: RunningServer | null = null;
  if (options.serve) {
    server = await startServer(gateway);
    // The first question about rights then finds them read.
    directoryRights(gateway.db)
      .current()
      .catch((error: unknown) => gateway.log.warn({ err: error }, 'the rights were not read at the start'));
    stops.push(() => server?.stop() ?? Promise.resolve());
    const triggers = new TriggerRunner(gateway).start();
    stops.push(() => triggers.stop());
  }
  const imported = options.demo && options.work && (await importDemo(gateway));
  if (server) process.stdout.write(welcome(server.url, password, imported));
  return {
    gateway,
    server,
    stop: async () => {
      for (const stop of stops) await stop();
      await gateway.db.close();
    },
  };
}

/** A process that only synchronizes keeps its heap small, and tells health and figures by itself. */
async function workAlone(gateway: Gateway): Promise<() => Promise<void>> {
  boundHeap();
  const management = await startManagement(gateway);
  return async () => management?.close();
}

/** What to do next, in five lines. */
function welcome(url: string, password: string | null, imported: boolean): string {
  const account = password === null ? 'as admin' : `as admin with the password ${password} (shown this once)`;
  const data = imported
    ? 'The demonstration directory is imported: 60 people of an invented hospital trust.'
    : 'Set up a directory with createDirectorySource, or: npx switchboard source add --file source.json';
  return [
    `Switchboard is up. Open ${url}/ in a browser: three operations are ready there.`,
    `1. Sign in ${account}.`,
    `2. ${data}`,
    '3. See what a sync would change, then apply it: startSync(planOnly: true), applySync.',
    `4. Create operator clients of the people of a group: createClients. All of it: ${projectRoot()}/README.md`,
    '',
  ].join('\n');
}

/** Starts, and stops in order at SIGINT and SIGTERM. */
export async function startAndStay(options: StartOptions): Promise<void> {
  const running = await start(options);
  const stop = (signal: NodeJS.Signals) => {
    running.gateway.log.info({ signal }, 'stopping');
    running.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        running.gateway.log.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
