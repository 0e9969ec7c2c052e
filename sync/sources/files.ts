import { lstatSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

import { SettingsError } from '../source';

const FIELD = 'settings.path';

/**
 * The real, absolute path of an import file, if it lies below one of the import folders once every symbolic link is
 * followed. Relative paths are relative to the working directory. A file that does not exist yet is allowed (an export
 * may come later; reading it then fails in words of its own), a link that leads nowhere or outside is not.
 *
 * Call it again before each opening: a link may have been put there since the settings were stored.
 *
 * @throws SettingsError naming `settings.path`. Outside the folders its words do not depend on what exists there.
 */
export function resolveImportPath(path: string, importDirs: string[]): string {
  if (path.trim() === '' || path.includes('\0')) throw new SettingsError(FIELD, 'A file path is needed.');
  const real = realOrFuturePath(resolve(path));
  if (real === null || !importDirs.some((folder) => isBelow(real, folder))) {
    throw new SettingsError(
      FIELD,
      `The file must lie below one of the import folders (SWITCHBOARD_IMPORT_DIRS): ${importDirs.join(', ') || 'none is set'}.`,
    );
  }
  const found = statSync(real, { throwIfNoEntry: false });
  if (found && !found.isFile()) throw new SettingsError(FIELD, `"${basename(real)}" is not a regular file.`);
  return real;
}

/** Follows links as far as the path exists; null where a link leads nowhere or something cannot be looked at. */
function realOrFuturePath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch (error) {
    if (!isMissing(error) || existsAsLink(path)) return null;
    const parent = dirname(path);
    if (parent === path) return null;
    const realParent = realOrFuturePath(parent);
    return realParent === null ? null : join(realParent, basename(path));
  }
}

function isBelow(path: string, folder: string): boolean {
  const root = realOrFuturePath(resolve(folder));
  if (root === null) return false;
  const step = relative(root, path);
  return step !== '' && step !== '..' && !step.startsWith(`..${sep}`) && !isAbsolute(step);
}

function existsAsLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

function isMissing(error: unknown): boolean {
  // Not instanceof: under jest the errors of Node's own modules belong to another realm.
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
