import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../test/support/ports';
import { run, startProcess, waitUntilReady } from '../test/support/processes';
import { directoryTables, type DataSize } from './data';
import { tabSeparated } from './fill';

/** Where distributions keep the programs of a server that are not in PATH. */
const PROGRAMS = '/usr/lib/postgresql';
const DATABASE = 'bench';
const TABLES = `
  CREATE TABLE "user" (id int PRIMARY KEY, "userId" text NOT NULL, "displayName" text NOT NULL, "displayNameKey" text NOT NULL, email text, state text NOT NULL);
  CREATE TABLE user_group (id int PRIMARY KEY, name text NOT NULL, "nameKey" text NOT NULL, "vanishedAt" bigint);
  CREATE TABLE membership ("groupId" int NOT NULL, "userId" int NOT NULL, position int NOT NULL, PRIMARY KEY ("groupId", "userId"));`;
const KEYS = `
  CREATE INDEX ON "user" ("displayNameKey", id);
  CREATE INDEX ON user_group ("nameKey", id);
  CREATE INDEX ON membership ("groupId", position, "userId");
  CREATE INDEX ON membership ("userId", "groupId");
  ALTER TABLE membership ADD FOREIGN KEY ("groupId") REFERENCES user_group, ADD FOREIGN KEY ("userId") REFERENCES "user";
  VACUUM ANALYZE;`;

export interface Postgresql {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL with the rows of the data set that the read queries need, in `postgresql/` of the folder; filled
 * where it is not there yet.
 * @throws Error saying what is missing
 */
export async function startPostgresql(folder: string, size: DataSize): Promise<Postgresql> {
  const programs = postgresqlPrograms();
  const home = join(folder, 'postgresql');
  const marker = join(home, 'filled');
  if (!existsSync(marker)) rmSync(home, { recursive: true, force: true });
  const isFilled = existsSync(home);
  if (!isFilled) await createCluster(programs, folder, home);
  const port = await freePort();
  // 1 GiB of buffers and no waiting for the disk, as MariaDB has here.
  const settings = ['fsync=off', 'shared_buffers=1GB', 'work_mem=32MB', 'listen_addresses=127.0.0.1'];
  const args = [
    ...['-D', join(home, 'data'), '-p', String(port), '-k', home],
    ...settings.flatMap((one) => ['-c', one]),
  ];
  const [command = '', ...rest] = asServerAccount([join(programs, 'postgres'), ...args]);
  const server = await startProcess(command, rest);
  const psql = (sql: string, database = DATABASE, input?: string) =>
    run(
      join(programs, 'psql'),
      ['-qAt', '-v', 'ON_ERROR_STOP=1', '-h', '127.0.0.1', '-p', String(port), '-U', 'bench', '-c', sql, database],
      { timeoutMs: 180_000, ...(input === undefined ? {} : { input }) },
    );
  try {
    await waitUntilReady('PostgreSQL', server, async () => Boolean(await psql('SELECT 1', 'postgres')), 30_000);
    if (!isFilled) await fill(psql, size, marker);
  } catch (error) {
    await server.kill();
    throw error;
  }
  return { url: `postgresql://bench@127.0.0.1:${port}/${DATABASE}`, pid: server.pid, stop: () => server.stop(20_000) };
}

function postgresqlPrograms(): string {
  const versions = existsSync(PROGRAMS) ? readdirSync(PROGRAMS).sort((one, other) => Number(other) - Number(one)) : [];
  const folder = versions
    .map((version) => join(PROGRAMS, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'initdb')));
  if (!folder) throw new Error('PostgreSQL is not installed: scripts/install-servers.sh --with-postgresql');
  return folder;
}

/** PostgreSQL refuses to run as root: its own account does then, which must reach the folder. */
function asServerAccount(command: string[]): string[] {
  if (process.getuid?.() !== 0) return command;
  return ['/usr/bin/setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups', '--', ...command];
}

async function createCluster(programs: string, folder: string, home: string): Promise<void> {
  mkdirSync(home);
  if (process.getuid?.() === 0) {
    const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
    chmodSync(folder, 0o711);
    chownSync(home, id('-u'), id('-g'));
  }
  const initdb = [join(programs, 'initdb'), '-D', join(home, 'data'), '-U', 'bench', '-A', 'trust', '-E', 'UTF8'];
  const [command = '', ...rest] = asServerAccount([...initdb, '--locale=C.UTF-8', '--no-sync']);
  await run(command, rest, { cwd: '/' });
}

async function fill(
  psql: (sql: string, database?: string, input?: string) => Promise<string>,
  size: DataSize,
  marker: string,
): Promise<void> {
  await psql(`CREATE DATABASE ${DATABASE}`, 'postgres');
  await psql(TABLES);
  for (const table of directoryTables(size)) {
    const wanted = COLUMNS[table.table] ?? [];
    const places = wanted.map((column) => table.columns.indexOf(column));
    const rows = pick(table.rows, places);
    const names = wanted.map((column) => `"${column}"`).join(', ');
    const text = [...tabSeparated({ ...table, rows })].join('');
    await psql(`COPY "${table.table}" (${names}) FROM STDIN`, DATABASE, text);
  }
  for (const statement of KEYS.split(';').filter((one) => one.trim())) await psql(statement);
  mkdirSync(marker);
}

const COLUMNS: Record<string, string[]> = {
  user: ['id', 'userId', 'displayName', 'displayNameKey', 'email', 'state'],
  user_group: ['id', 'name', 'nameKey'],
  membership: ['groupId', 'userId', 'position'],
};

function* pick(
  rows: Iterable<readonly (string | number)[]>,
  places: readonly number[],
): Generator<(string | number)[]> {
  for (const row of rows) yield places.map((place) => row[place] ?? '');
}
