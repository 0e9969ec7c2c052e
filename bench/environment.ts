import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../src/clock';
import { Database } from '../src/database';
import { prepareFirstStart } from '../src/first-start';
import { startMariadb } from '../test/support/mariadb';
import { freePort } from '../test/support/ports';
import { startProcess, waitUntilReady, type RunningProcess } from '../test/support/processes';

export interface BenchDatabase {
  db: Database;
  url: string;
  folder: string;
  close(): Promise<void>;
}

/** An empty, prepared database in a private MariaDB. */
export async function openBenchDatabase(): Promise<BenchDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-bench-'));
  const server = await startMariadb({ bufferPoolMb: 512 });
  const { url } = await server.createDatabase();
  const db = await Database.open(url, { migrate: true, poolSize: 5 });
  await prepareFirstStart(db, systemClock, 'admin-password-1');
  return {
    db,
    url,
    folder,
    close: async () => {
      await db.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface BenchServer {
  url: string;
  process: RunningProcess;
}

/** The API in a process of its own, as `switchboard serve` starts it. */
export async function startApi(
  database: Pick<BenchDatabase, 'url' | 'folder'>,
  nodeArguments: readonly string[] = [],
): Promise<BenchServer> {
  const [port, managementPort] = [await freePort(), await freePort()];
  const child = await startProcess(
    process.execPath,
    [...nodeArguments, join(__dirname, '../bin/switchboard.js'), 'serve'],
    {
      env: {
        PATH: process.env['PATH'],
        PORT: String(port),
        MANAGEMENT_PORT: String(managementPort),
        DATABASE_URL: database.url,
        SWITCHBOARD_DATA_DIR: database.folder,
        LOG_LEVEL: 'warn',
      },
    },
  );
  const [url, management] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${managementPort}`];
  await waitUntilReady('the API', child, async () => (await fetch(`${management}/health/ready`)).ok, 60_000);
  await untilRead(child, management);
  return { url, process: child };
}

/** Waits until the directory is read into the memory of the API. */
async function untilRead(child: RunningProcess, management: string): Promise<void> {
  const isRead = async () =>
    /^switchboard_directory_snapshot_bytes [1-9]/m.test(await (await fetch(`${management}/metrics`)).text());
  await waitUntilReady('the directory in memory', child, isRead, 60_000);
}
