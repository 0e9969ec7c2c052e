import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { run } from './processes';

/** A new, empty folder below the system's temporary folder. Short: a Unix socket's path has room for 107 bytes. */
export function temporaryFolder(name: string): Promise<string> {
  return mkdtemp(join(tmpdir(), `sb-${name}-`));
}

/** Gives a new temporary folder to `start`, and removes it again where that throws. */
export async function inTemporaryFolder<T>(name: string, start: (folder: string) => Promise<T>): Promise<T> {
  const folder = await temporaryFolder(name);
  try {
    return await start(folder);
  } catch (error) {
    await removeFolder(folder);
    throw error;
  }
}

/** Removes a folder and all in it; silent where it is not there. */
export function removeFolder(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true, maxRetries: 3 });
}

/**
 * A folder that is expensive to make (a provisioned domain, an installed database), made once on this machine and user
 * and kept for later runs. `version` names everything it depends on. Two processes may build at the same time: one of
 * the results stays.
 *
 * Never work in it: copy it with `copyFolder`.
 */
export async function cachedFolder(
  name: string,
  version: string,
  build: (folder: string) => Promise<void>,
): Promise<string> {
  const owner = process.getuid?.() ?? 'user';
  const key = createHash('sha256').update(version).digest('hex').slice(0, 12);
  const parent = join(tmpdir(), `switchboard-test-cache-${owner}`);
  const path = join(parent, `${name}-${key}`);
  if (existsSync(path)) return path;
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const draft = await mkdtemp(`${path}.`);
  try {
    await build(draft);
    await rename(draft, path);
  } catch (error) {
    await removeFolder(draft);
    if (!existsSync(path)) throw error;
  }
  return path;
}

/** Copies what is in a folder into an existing folder, with owners, rights and extended attributes (Samba's ACLs). */
export async function copyFolder(from: string, to: string): Promise<void> {
  await run('cp', ['-a', `${from}/.`, to]);
}
