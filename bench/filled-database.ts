import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { systemClock } from '../src/clock';
import { Database } from '../src/database';
import { prepareFirstStart } from '../src/first-start';
import { startMariadb } from '../test/support/mariadb';
import type { DataSize } from './data';
import { fillDatabase } from './fill';

/** The password of the built-in administrators in a filled database. */
export const ADMIN_PASSWORD = 'bench-password-1';

/** The data set in a MariaDB of the bench's own, and on request in SQLite too. */
export interface FilledDatabase {
  /** DATABASE_URL of the MariaDB. */
  url: string;
  /** Of the MariaDB. */
  pid: number;
  /** DATABASE_URL of the same rows in SQLite; made at the first call. */
  sqliteUrl(): Promise<string>;
  /** A folder for whatever a server keeps beside its database. */
  folder: string;
  close(): Promise<void>;
}

/**
 * Starts MariaDB with the data set of a size.
 * @param kept a folder that keeps it for the next run; filled where it has no set of this size. Undefined: a temporary one.
 */
export async function openFilledDatabase(size: DataSize, kept?: string): Promise<FilledDatabase> {
  const folder = kept ? resolve(kept) : mkdtempSync(join(tmpdir(), 'switchboard-bench-'));
  const marker = join(folder, 'filled.json');
  const wanted = JSON.stringify(size);
  if (kept && (!existsSync(marker) || readFileSync(marker, 'utf8') !== wanted)) emptyKeptFolder(folder, marker);
  const isFilled = existsSync(marker);
  const mariadb = await startMariadb({ bufferPoolMb: 1024, folder: join(folder, 'mariadb') });
  const url = isFilled ? mariadb.url('bench') : (await mariadb.createDatabase('bench')).url;
  const close = async () => {
    await mariadb.stop();
    if (!kept) rmSync(folder, { recursive: true, force: true });
  };
  try {
    if (!isFilled) await fill(url, size);
    else await (await Database.open(url, { migrate: true })).close();
    writeFileSync(marker, wanted);
    return { url, pid: mariadb.pid, folder, close, sqliteUrl: () => sqlite(folder, size) };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @throws Error where the folder holds something else than a set of ours. */
function emptyKeptFolder(folder: string, marker: string): void {
  const isOurs = existsSync(marker) || !existsSync(folder) || existsSync(join(folder, 'mariadb'));
  if (!isOurs) throw new Error(`${folder} is no folder of a data set: name a new one.`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

async function fill(url: string, size: DataSize): Promise<void> {
  const begin = performance.now();
  const db = await Database.open(url, { migrate: true });
  await prepareFirstStart(db, systemClock, ADMIN_PASSWORD);
  await db.close();
  await fillDatabase(url, size);
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  process.stdout.write(`filled ${url.split(':', 1)[0]} in ${seconds} s: ${JSON.stringify(size)}\n`);
}

async function sqlite(folder: string, size: DataSize): Promise<string> {
  const path = join(folder, 'bench.sqlite');
  const url = `sqlite:${path}`;
  if (existsSync(path)) return url;
  const draft = join(folder, 'draft.sqlite');
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${draft}${suffix}`, { force: true });
  await fill(`sqlite:${draft}`, size);
  // Whole, or not there: a run that was broken off leaves no half-filled database behind.
  for (const suffix of ['-wal', '-shm']) if (existsSync(`${draft}${suffix}`)) throw new Error(`${draft} is still open`);
  renameSync(draft, path);
  return url;
}
