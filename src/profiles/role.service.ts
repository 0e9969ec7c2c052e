import type { EntityManager } from 'typeorm';
import { Role, ROLE_ALL, UserRole } from '../../schema/role';
import { audit } from '../audit/audit';
import { forUpdate, rowsIn } from '../database';
import { AppError, badInput, conflict, notFound } from '../errors';
import type { ServiceDeps } from '../gateway';
import { globalId, keyOf } from '../ids';
import { recordRevision } from '../revision';
import { fold } from '../text';
import { existingRoles } from './client-profile.service';
import { cleanText } from './profile-input';

const PERMISSION = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i;
const MAX_PERMISSIONS = 100;

/** Roles, and who has them. Each method is one transaction and returns the key of what it changed. */
export class RoleService {
  constructor(private readonly deps: ServiceDeps) {}

  /** @throws BAD_USER_INPUT naming the field. Names are not unique. */
  async create(name: string, permissions: readonly string[]): Promise<number> {
    const values = { ...nameColumns(name), permissions: cleanPermissions(permissions) };
    return this.write(async (em, now) => {
      const { identifiers } = await em.insert(Role, { ...values, builtIn: false });
      const id = Number(identifiers[0]?.['id']);
      await this.record(em, now, 'createRole', globalId('Role', id), undefined, values);
      return id;
    });
  }

  /** @throws NOT_FOUND; BUILT_IN where the role All would get another name (P19). */
  async update(id: string, name: string | null | undefined, permissions: string[] | null | undefined): Promise<number> {
    return this.write(async (em, now) => {
      const role = await lockRole(em, id);
      const after = {
        ...(name === null || name === undefined ? {} : nameColumns(name)),
        ...(permissions === undefined ? {} : { permissions: cleanPermissions(permissions ?? []) }),
      };
      if (role.builtIn && 'name' in after && after.name !== role.name) {
        throw new AppError('BUILT_IN', 'The role All keeps its name.');
      }
      if (Object.keys(after).length > 0) await em.update(Role, role.id, after);
      const before = { name: role.name, permissions: role.permissions };
      await this.record(em, now, 'updateRole', globalId('Role', role.id), before, after);
      return role.id;
    });
  }

  /**
   * Takes the role from its users and profiles.
   * @throws NOT_FOUND; BUILT_IN for the role All (P19); CONFLICT where a profile would be left without any role.
   */
  async remove(id: string): Promise<number> {
    return this.write(async (em, now) => {
      const role = await lockRole(em, id);
      if (role.builtIn) throw new AppError('BUILT_IN', 'The role All cannot be deleted.');
      const [bereft] = await rowsIn<{ name: string }>(
        em,
        `SELECT p.name FROM client_profile_role pr JOIN client_profile p ON p.id = pr.profileId WHERE pr.roleId = ?
         AND NOT EXISTS (SELECT 1 FROM client_profile_role o WHERE o.profileId = pr.profileId AND o.roleId <> pr.roleId)
         LIMIT 1`,
        [role.id],
      );
      if (bereft) throw conflict(`The profile "${bereft.name}" is for this role only.`, 'id');
      const holders = await holdersOf(em, role.id);
      await em.delete(Role, role.id);
      await this.record(em, now, 'deleteRole', globalId('Role', role.id), { name: role.name }, undefined);
      await recordRevision(em, { users: holders });
      return role.id;
    });
  }

  /**
   * Gives a user exactly these roles; All beside them, as everybody has it.
   * @throws NOT_FOUND, BAD_USER_INPUT for an unknown role.
   */
  async setUserRoles(userId: string, roleIds: readonly string[]): Promise<number> {
    return this.write(async (em, now) => {
      const key = keyOf('User', userId) ?? 0;
      const [user] = await rowsIn(em, `SELECT u.id FROM user u WHERE u.id = ?${forUpdate(em)}`, [key]);
      if (!user) throw notFound('User', 'userId');
      const roles = (await existingRoles(em, roleIds)).filter((id) => id !== ROLE_ALL);
      const before = await em.findBy(UserRole, { userId: key });
      await em.delete(UserRole, { userId: key });
      for (const roleId of roles) await em.insert(UserRole, { userId: key, roleId });
      const named = (ids: number[]) => ids.map((id) => globalId('Role', id));
      const change = [{ roles: named(before.map((row) => row.roleId)) }, { roles: named(roles) }] as const;
      await this.record(em, now, 'setUserRoles', globalId('User', key), ...change);
      await recordRevision(em, { users: [key] });
      return key;
    });
  }

  private write(work: (em: EntityManager, now: number) => Promise<number>): Promise<number> {
    return this.deps.db.write((em) => work(em, this.deps.clock.now()));
  }

  private record(
    em: EntityManager,
    now: number,
    action: string,
    target: string,
    before: unknown,
    after: unknown,
  ): Promise<void> {
    return audit(em, now, { actor: this.deps.actor, action, target, before, after });
  }
}

function nameColumns(name: string): { name: string; nameKey: string } {
  const text = cleanText('name', name, 255);
  return { name: text, nameKey: fold(text) };
}

/** Each once. @throws BAD_USER_INPUT */
function cleanPermissions(permissions: readonly string[]): string[] {
  const given = [...new Set(permissions.map((permission) => permission.trim()))];
  if (given.length > MAX_PERMISSIONS || given.some((one) => one.length > 64 || !PERMISSION.test(one))) {
    throw badInput('permissions', 'Permissions are words separated by dots, such as profile.personal.');
  }
  return given;
}

async function lockRole(em: EntityManager, id: string): Promise<Role> {
  const key = keyOf('Role', id) ?? 0;
  const role = await em.findOne(Role, { where: { id: key } });
  if (!role) throw notFound('Role', 'id');
  await rowsIn(em, `SELECT id FROM role WHERE id = ?${forUpdate(em)}`, [key]);
  return role;
}

async function holdersOf(em: EntityManager, roleId: number): Promise<number[]> {
  const rows = await rowsIn<{ userId: number }>(em, 'SELECT userId FROM user_role WHERE roleId = ?', [roleId]);
  return rows.map((row) => row.userId);
}
