import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { createConnection, type Connection } from 'mysql2/promise';

import { program } from './availability';
import { cachedFolder, copyFolder, inTemporaryFolder, removeFolder } from './folders';
import { freePort } from './ports';
import { run, startProcess, waitUntilReady, type RunningProcess } from './processes';

const USER = 'switchboard';
const PASSWORD = 'switchboard';

export interface MariadbOptions {
  port?: number;
  /** innodb_buffer_pool_size. */
  bufferPoolMb?: number;
  /** True keeps what is committed through `kill()` of the machine, not only of the server (flush at every commit). */
  isDurable?: boolean;
  /** More arguments of mariadbd, such as `--innodb-log-file-size=512M`. */
  args?: string[];
  /** A folder of one's own for server and data: used as it is where there is data, and kept by `stop()`. */
  folder?: string;
}

/** How one gets at a running MariaDB; the account may do everything. */
export interface MariadbAccess {
  readonly port: number;
  /** `mariadb://user:password@127.0.0.1:port/name`, the form of DATABASE_URL. */
  url(database: string): string;
  /** Creates an empty utf8mb4 database `test_<random>`, or one of the name given. */
  createDatabase(name?: string): Promise<TestDatabase>;
  /** A connection of one's own, without a database; end it. */
  connect(): Promise<Connection>;
}

export interface TestDatabase {
  readonly name: string;
  readonly url: string;
  drop(): Promise<void>;
}

export interface Mariadb extends MariadbAccess {
  readonly socket: string;
  readonly pid: number;
  /** Ends the server and removes its data, unless it has a folder of its own. Idempotent. */
  stop(): Promise<void>;
  /** SIGKILL; the data stays for `restart()`. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data, after `kill()` or while it runs. */
  restart(): Promise<void>;
}

/** Access to a MariaDB on a loopback port, whoever started it. */
export function mariadbAccess(port: number): MariadbAccess {
  const url = (database: string) => `mariadb://${USER}:${PASSWORD}@127.0.0.1:${port}/${database}`;
  const connect = () => createConnection({ host: '127.0.0.1', port, user: USER, password: PASSWORD });
  const execute = async (sql: string) => {
    const connection = await connect();
    await connection.query(sql).finally(() => connection.end());
  };
  return {
    port,
    url,
    connect,
    async createDatabase(name = `test_${randomBytes(6).toString('hex')}`) {
      await execute(`CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4`);
      return { name, url: url(name), drop: () => execute(`DROP DATABASE IF EXISTS \`${name}\``) };
    },
  };
}

/**
 * Starts a private MariaDB in a temporary folder. Installing the system tables takes seconds: they are copied from a
 * template kept on the machine.
 *
 * @throws Error with the server's log where it does not come up.
 */
export function startMariadb(options: MariadbOptions = {}): Promise<Mariadb> {
  if (options.folder) return startIn(options.folder, options);
  return inTemporaryFolder('mariadb', (folder) => startIn(folder, options));
}

async function startIn(folder: string, options: MariadbOptions): Promise<Mariadb> {
  const port = options.port ?? (await freePort());
  const socket = join(folder, 'my.sock');
  const access = mariadbAccess(port);
  if (!existsSync(join(folder, 'data'))) {
    await mkdir(join(folder, 'data'), { recursive: true });
    await copyFolder(await installedTemplate(), join(folder, 'data'));
  }
  await writeFile(join(folder, 'init.sql'), accountSql());
  let server = await launch(folder, port, access, options);
  const stop = async () => {
    if (options.folder) return server.stop(60_000);
    // Nobody needs the data any more: a clean shutdown would only cost time.
    await server.kill();
    await removeFolder(folder);
  };
  return {
    ...access,
    socket,
    get pid() {
      return server.pid;
    },
    stop,
    kill: () => server.kill(),
    async restart() {
      await server.stop(20_000);
      server = await launch(folder, port, access, options);
    },
  };
}

async function launch(
  folder: string,
  port: number,
  access: MariadbAccess,
  options: MariadbOptions,
): Promise<RunningProcess> {
  const server = await startProcess(program('mariadbd'), [
    ...commonArguments(join(folder, 'data')),
    `--socket=${join(folder, 'my.sock')}`,
    `--pid-file=${join(folder, 'my.pid')}`,
    `--init-file=${join(folder, 'init.sql')}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    '--skip-log-bin',
    '--local-infile=1',
    '--max-allowed-packet=64M',
    '--character-set-server=utf8mb4',
    `--innodb-buffer-pool-size=${options.bufferPoolMb ?? 256}M`,
    `--innodb-flush-log-at-trx-commit=${options.isDurable ? 1 : 0}`,
    ...(options.args ?? []),
  ]);
  await waitUntilReady('MariaDB', server, () => answers(access), 60_000);
  return server;
}

/** True once the account of the init file can sign in. */
export async function answers(access: MariadbAccess): Promise<boolean> {
  const connection = await access.connect();
  await connection.end();
  return true;
}

function commonArguments(dataFolder: string): string[] {
  // mariadbd refuses to run as root unless told so.
  const user = process.getuid?.() === 0 ? ['--user=root'] : [];
  return ['--no-defaults', ...user, `--datadir=${dataFolder}`, '--innodb-log-file-size=48M'];
}

function accountSql(): string {
  return (
    `CREATE USER IF NOT EXISTS '${USER}'@'%' IDENTIFIED BY '${PASSWORD}';\n` +
    `GRANT ALL ON *.* TO '${USER}'@'%' WITH GRANT OPTION;\n`
  );
}

async function installedTemplate(): Promise<string> {
  const version = await run(program('mariadbd'), ['--no-defaults', '--version']);
  return cachedFolder('mariadb', version, async (folder) => {
    await run(program('mariadb-install-db'), [
      ...commonArguments(folder),
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
    ]);
  });
}
