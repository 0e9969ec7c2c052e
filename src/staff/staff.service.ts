import type { EntityManager } from 'typeorm';
import { Realm } from '../../schema/client.enums';
import type { StaffRole } from '../../schema/staff.enums';
import type { CreateStaffUserInput, UpdateStaffUserInput } from '../../schema/staff.input';
import { StaffUser } from '../../schema/staff-user';
import { audit } from '../audit/audit';
import { hashPassword } from '../auth/passwords';
import { endSessions } from '../auth/session.service';
import { rowsIn } from '../database';
import { AppError, badInput, conflict } from '../errors';
import { globalId, keyOf } from '../ids';
import type { ServiceDeps } from '../gateway';
import { fold } from '../text';
import { removeAvatarFile } from './avatar-files';
import { requireGoodPassword } from './staff-password.service';
import {
  cleanEmail,
  cleanExtension,
  cleanText,
  cleanUsername,
  emailKey,
  FIRST_EXTENSION,
  newVoice,
  usernameKey,
  voiceColumns,
} from './staff-fields';
import { existingKeys, globalIds, lockStaffUser, replaceLinks, takeStaffTurn } from './staff.rows';

const UNIQUE = { username: 'usernameKey', email: 'emailKey', extension: 'extension' } as const;

/** Accounts of call-centre staff. Each method is one transaction and returns the key of the account. */
export class StaffService {
  constructor(private readonly deps: ServiceDeps) {}

  /**
   * @throws BAD_USER_INPUT naming the field; CONFLICT where username, e-mail, extension or the linked person is taken
   * (XU5–XU10, XU36).
   */
  async create(input: CreateStaffUserInput): Promise<number> {
    const fullName = cleanText('fullName', input.fullName);
    const username = cleanUsername(input.username);
    const email = cleanEmail(input.email);
    const voice = newVoice(input.voice);
    await requireGoodPassword(this.deps.db, 'password', input.password);
    const passwordHash = await hashPassword(input.password);
    return this.deps.db.write(async (em) => {
      const now = this.deps.clock.now();
      await takeStaffTurn(em);
      const userProfileId = await profileKey(em, input.role, input.userProfileId);
      await requireFree(em, 'username', usernameKey(username));
      await requireFree(em, 'email', emailKey(email));
      const extension = await this.extension(em, input.extension, 0);
      const userId = await linkableUser(em, input.userId);
      const shown = { role: input.role, fullName, username, email, extension, userProfileId, userId, ...voice };
      const keys = { fullNameKey: fold(fullName), usernameKey: usernameKey(username), emailKey: emailKey(email) };
      const staff = await em.save(
        em.create(StaffUser, { ...shown, ...keys, passwordHash, createdAt: now, updatedAt: now }),
      );
      await this.record(em, 'createStaffUser', staff.id, undefined, shown);
      return staff.id;
    });
  }

  /** @throws NOT_FOUND; CONFLICT for a stale version or what is taken; BAD_USER_INPUT naming the field. */
  async update(input: UpdateStaffUserInput): Promise<number> {
    return this.deps.db.write(async (em) => {
      await takeStaffTurn(em);
      const staff = await lockStaffUser(em, input.id);
      if (typeof input.version === 'number' && input.version !== staff.version) {
        throw conflict('The staff user was changed since it was read.', 'version');
      }
      const wanted: Partial<StaffUser> = { ...(await this.changes(em, staff, input)), ...voiceColumns(input.voice) };
      const fields = (Object.keys(wanted) as (keyof StaffUser)[]).filter((field) => wanted[field] !== staff[field]);
      if (fields.length === 0) return staff.id;
      const after = Object.fromEntries(fields.map((field) => [field, wanted[field]]));
      const before = Object.fromEntries(fields.map((field) => [field, staff[field]]));
      const keys = {
        ...(wanted.fullName === undefined ? {} : { fullNameKey: fold(wanted.fullName) }),
        ...(wanted.email === undefined ? {} : { emailKey: emailKey(wanted.email) }),
      };
      await em.update(StaffUser, staff.id, {
        ...after,
        ...keys,
        version: staff.version + 1,
        updatedAt: this.deps.clock.now(),
      });
      await this.record(em, 'updateStaffUser', staff.id, before, after);
      return staff.id;
    });
  }

  /** Also ends its sessions and removes its avatar. @throws NOT_FOUND; BUILT_IN for the first administrator (XU21). */
  async remove(id: string): Promise<number> {
    const removed = await this.deps.db.write(async (em) => {
      const staff = await lockStaffUser(em, id);
      if (staff.builtIn) throw new AppError('BUILT_IN', 'The built-in administrator cannot be deleted.');
      await em.delete(StaffUser, staff.id);
      await endSessions(em, Realm.STAFF, staff.id);
      await this.record(
        em,
        'deleteStaffUser',
        staff.id,
        { username: staff.username, fullName: staff.fullName },
        undefined,
      );
      return staff;
    });
    await removeAvatarFile(this.deps, removed.avatarFile);
    return removed.id;
  }

  /** Grants exactly these queues directly. @throws NOT_FOUND; BAD_USER_INPUT for an unknown queue. */
  async setQueues(id: string, queueIds: readonly string[]): Promise<number> {
    return this.deps.db.write(async (em) => {
      const staff = await lockStaffUser(em, id, 'staffUserId');
      const queues = await existingKeys(em, 'Queue', queueIds, 'queueIds');
      await replaceLinks(em, 'staff_user_queue', staff.id, queues);
      const after = { queues: globalIds('Queue', queues) };
      await this.record(em, 'setStaffQueues', staff.id, undefined, after);
      return staff.id;
    });
  }

  private async changes(em: EntityManager, staff: StaffUser, input: UpdateStaffUserInput): Promise<Partial<StaffUser>> {
    const changes: Partial<StaffUser> = {};
    if (input.fullName !== undefined) changes.fullName = cleanText('fullName', input.fullName);
    if (input.userProfileId !== undefined) {
      changes.userProfileId = await profileKey(em, staff.role, input.userProfileId);
    }
    if (input.email !== undefined) {
      changes.email = cleanEmail(input.email);
      await requireFree(em, 'email', emailKey(changes.email), staff.id);
    }
    if (input.extension !== undefined) changes.extension = await this.extension(em, input.extension, staff.id);
    return changes;
  }

  /** The given extension where it is free, or the lowest free one (XU10). */
  private async extension(em: EntityManager, given: string | null | undefined, ownId: number): Promise<string> {
    if (given !== null && given !== undefined) {
      const extension = cleanExtension(given);
      await requireFree(em, 'extension', extension, ownId);
      return extension;
    }
    const rows = await rowsIn<{ extension: string }>(em, 'SELECT extension FROM staff_user WHERE id <> ?', [ownId]);
    const taken = new Set(rows.map((row) => row.extension));
    let next = FIRST_EXTENSION;
    while (taken.has(String(next))) next++;
    return String(next);
  }

  private record(em: EntityManager, action: string, id: number, before: unknown, after: unknown): Promise<void> {
    const { clock, actor } = this.deps;
    return audit(em, clock.now(), { actor, action, target: globalId('StaffUser', id), before, after });
  }
}

async function requireFree(em: EntityManager, field: keyof typeof UNIQUE, value: string, ownId = 0): Promise<void> {
  const rows = await rowsIn(em, `SELECT id FROM staff_user WHERE ${UNIQUE[field]} = ? AND id <> ?`, [value, ownId]);
  if (rows.length > 0) throw conflict(`Another staff user has this ${field}.`, field);
}

/** The profile that an account of that role gets: an existing one for USER, none for ADMIN (XU5). */
async function profileKey(em: EntityManager, role: StaffRole, id: string | null | undefined): Promise<number | null> {
  if (role === 'ADMIN') {
    if (id !== null && id !== undefined) throw badInput('userProfileId', 'An administrator has no user profile.');
    return null;
  }
  if (id === null || id === undefined) throw badInput('userProfileId', 'A supervisor needs a user profile.');
  const key = keyOf('UserProfile', id);
  const rows = key === null ? [] : await rowsIn(em, 'SELECT id FROM user_profile WHERE id = ?', [key]);
  if (rows.length === 0) throw badInput('userProfileId', 'There is no such user profile.');
  return key;
}

/** The person to link: one that exists and has no other staff account. */
async function linkableUser(em: EntityManager, id: string | null | undefined): Promise<number | null> {
  if (id === null || id === undefined) return null;
  const key = keyOf('User', id);
  const rows = key === null ? [] : await rowsIn(em, "SELECT id FROM user WHERE id = ? AND state <> 'VANISHED'", [key]);
  if (key === null || rows.length === 0) throw badInput('userId', 'There is no such user.');
  const taken = await rowsIn(em, 'SELECT id FROM staff_user WHERE userId = ?', [key]);
  if (taken.length > 0) throw conflict('Another staff user is linked to this user.', 'userId');
  return key;
}
