import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config';
import type { Logger } from '../logger';

interface Holder {
  config: Config;
  log: Logger;
}

/** An image is at most this large (XU14). */
export const MAX_AVATAR_BYTES = 8 * 1024 * 1024;

export type ImageType = 'png' | 'jpg';

/**
 * What an image is, by its content alone: the signature of PNG (W3C PNG, 5.2) or the start-of-image marker and the next
 * marker of JPEG (ITU-T T.81, B.1.1.3). Null for all else, whatever its name or header says.
 */
export function imageType(content: Buffer): ImageType | null {
  if (content.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE)) return 'png';
  return content.subarray(0, JPEG_START.length).equals(JPEG_START) ? 'jpg' : null;
}

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const JPEG_START = Buffer.from([0xff, 0xd8, 0xff]);

/** The media type of a stored image, by the ending of its name. */
export function mediaTypeOf(file: string): 'image/png' | 'image/jpeg' {
  return file.endsWith('.png') ? 'image/png' : 'image/jpeg';
}

/**
 * Stores an image under a name that tells its content, so that a name never changes what it stands for. The file is
 * complete when it gets its name, also after a crash.
 */
export async function storeAvatarFile(
  { config }: Holder,
  staffUserId: number,
  content: Buffer,
  type: ImageType,
): Promise<string> {
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 16);
  const name = `${staffUserId}-${digest}.${type}`;
  const folder = folderOf(config);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, `.${name}.${process.pid}.${Date.now()}`);
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, join(folder, name));
  return name;
}

/** The content of a stored image; null where the file is gone. */
export async function readAvatarFile({ config }: Holder, name: string): Promise<Buffer | null> {
  try {
    return await readFile(join(folderOf(config), name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Removes an image that no row names any more. A file that cannot be removed is only litter. */
export async function removeAvatarFile({ config, log }: Holder, name: string | null): Promise<void> {
  if (name === null) return;
  await rm(join(folderOf(config), name), { force: true }).catch((error: unknown) =>
    log.warn({ err: error, name }, 'an avatar that is not used any more could not be removed'),
  );
}

function folderOf(config: Config): string {
  return join(config.dataDir, 'avatars');
}
