import type { EntityManager } from 'typeorm';
import type { ModulePermissionInput, UserProfileInput } from '../../schema/staff.input';
import { UserProfile, type ProfileModules } from '../../schema/user-profile';
import { audit } from '../audit/audit';
import { forUpdate, rowsIn } from '../database';
import { AppError, badInput, conflict, notFound } from '../errors';
import { globalId, keyOf } from '../ids';
import type { ServiceDeps } from '../gateway';
import { fold } from '../text';
import { cleanLongText, cleanText } from './staff-fields';
import { existingKeys, globalIds, replaceLinks } from './staff.rows';

/** User profiles of supervisors. Each method is one transaction and returns the key of the profile. */
export class ProfileService {
  constructor(private readonly deps: ServiceDeps) {}

  /** @throws BAD_USER_INPUT naming the field. */
  async create(input: UserProfileInput): Promise<number> {
    const columns = columnsOf(input);
    return this.deps.db.write(async (em) => {
      const queues = await existingKeys(em, 'Queue', input.queueIds ?? [], 'queueIds');
      const profile = await em.save(em.create(UserProfile, columns));
      await replaceLinks(em, 'user_profile_queue', profile.id, queues);
      await this.record(em, 'createUserProfile', profile.id, undefined, {
        ...columns,
        queues: globalIds('Queue', queues),
      });
      return profile.id;
    });
  }

  /**
   * Replaces the whole profile; its holders have what it says on their very next request.
   * @throws NOT_FOUND; BUILT_IN where the built-in one would get a permission; BAD_USER_INPUT naming the field.
   */
  async update(id: string, input: UserProfileInput): Promise<number> {
    const columns = columnsOf(input);
    return this.deps.db.write(async (em) => {
      const profile = await lockProfile(em, id);
      const queues = await existingKeys(em, 'Queue', input.queueIds ?? [], 'queueIds');
      if (profile.builtIn && (input.modules.length > 0 || queues.length > 0)) {
        throw new AppError('BUILT_IN', 'The built-in user profile has no permissions.');
      }
      await em.update(UserProfile, profile.id, columns);
      await replaceLinks(em, 'user_profile_queue', profile.id, queues);
      const { name, description, defaultPermissionType, maskSensitiveData } = profile;
      const before = { name, description, defaultPermissionType, maskSensitiveData: Boolean(maskSensitiveData) };
      await this.record(em, 'updateUserProfile', profile.id, before, {
        ...columns,
        queues: globalIds('Queue', queues),
      });
      return profile.id;
    });
  }

  /** @throws NOT_FOUND; BUILT_IN; CONFLICT while a staff user has it. */
  async remove(id: string): Promise<number> {
    return this.deps.db.write(async (em) => {
      const profile = await lockProfile(em, id);
      if (profile.builtIn) throw new AppError('BUILT_IN', 'The built-in user profile cannot be deleted.');
      const holders = await rowsIn(em, 'SELECT id FROM staff_user WHERE userProfileId = ? LIMIT 1', [profile.id]);
      if (holders.length > 0) throw conflict('Staff users have this profile.', 'id');
      await em.delete(UserProfile, profile.id);
      await this.record(em, 'deleteUserProfile', profile.id, { name: profile.name }, undefined);
      return profile.id;
    });
  }

  private record(em: EntityManager, action: string, id: number, before: unknown, after: unknown): Promise<void> {
    const { clock, actor } = this.deps;
    return audit(em, clock.now(), { actor, action, target: globalId('UserProfile', id), before, after });
  }
}

async function lockProfile(em: EntityManager, id: string): Promise<UserProfile> {
  const key = keyOf('UserProfile', id);
  const [row] =
    key === null ? [] : await rowsIn<UserProfile>(em, `SELECT * FROM user_profile WHERE id = ?${forUpdate(em)}`, [key]);
  if (!row) throw notFound('User profile', 'id');
  return row;
}

function columnsOf(input: UserProfileInput) {
  const name = cleanText('name', input.name);
  return {
    name,
    nameKey: fold(name),
    description: cleanLongText('description', input.description),
    defaultPermissionType: input.defaultPermissionType,
    maskSensitiveData: input.maskSensitiveData ?? false,
    modulePermissions: modulesOf(input.modules),
  };
}

function modulesOf(modules: readonly ModulePermissionInput[]): ProfileModules {
  const result: ProfileModules = {};
  for (const { module, permissionType } of modules) {
    if (module in result) throw badInput('modules', `The module ${module} is given twice.`);
    result[module] = permissionType ?? null;
  }
  return result;
}
