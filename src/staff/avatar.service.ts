import type { EntityManager } from 'typeorm';
import { StaffUser } from '../../schema/staff-user';
import { audit } from '../audit/audit';
import { AppError, badInput } from '../errors';
import { globalId } from '../ids';
import type { ServiceDeps } from '../gateway';
import { imageType, MAX_AVATAR_BYTES, removeAvatarFile, storeAvatarFile } from './avatar-files';
import { lockStaffUser } from './staff.rows';

/** Images of staff users. */
export class AvatarService {
  constructor(private readonly deps: ServiceDeps) {}

  /**
   * Replaces the image.
   * @returns the name of its file.
   * @throws NOT_FOUND; BAD_USER_INPUT for what is neither PNG nor JPEG by content; LIMIT_EXCEEDED above 8 MiB.
   */
  async set(staffUserId: number, content: Buffer): Promise<string> {
    if (content.length > MAX_AVATAR_BYTES) throw new AppError('LIMIT_EXCEEDED', 'An avatar has at most 8 MiB.');
    const type = imageType(content);
    if (type === null) throw badInput('body', 'An avatar is a PNG or JPEG image.');
    const stored = await storeAvatarFile(this.deps, staffUserId, content, type);
    const previous = await this.write(staffUserId, 'setAvatar', stored);
    if (previous !== stored) await removeAvatarFile(this.deps, previous);
    return stored;
  }

  /** Removes the image; nothing happens where there is none. @throws NOT_FOUND */
  async remove(staffUserId: number): Promise<void> {
    await removeAvatarFile(this.deps, await this.write(staffUserId, 'removeAvatar', null));
  }

  /** Names the file in the row. @returns what it named before. */
  private async write(staffUserId: number, action: string, file: string | null): Promise<string | null> {
    const { db, clock, actor } = this.deps;
    return db.write(async (em: EntityManager) => {
      const now = clock.now();
      const target = globalId('StaffUser', staffUserId);
      const staff = await lockStaffUser(em, target);
      if (staff.avatarFile === file) return file;
      await em.update(StaffUser, staff.id, { avatarFile: file, version: staff.version + 1, updatedAt: now });
      await audit(em, now, { actor, action, target, before: { avatar: staff.avatarFile }, after: { avatar: file } });
      return staff.avatarFile;
    });
  }
}
