import { randomBytes } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { AuditHead } from '../schema/audit-entry';
import { Client } from '../schema/client';
import { AuthType, ClientRole, FallbackKind } from '../schema/client.enums';
import { CLIENT_ROLES, toMask } from '../schema/masks';
import { AVAILABLE, ClientProfile, ClientProfileRole, DND } from '../schema/client-profile';
import { ProfileAction } from '../schema/profile-action';
import { Role, ROLE_ALL } from '../schema/role';
import { Revision, Settings } from '../schema/settings';
import { StaffUser } from '../schema/staff-user';
import { UserProfile } from '../schema/user-profile';
import { hashPassword } from './auth/passwords';
import type { Clock } from './clock';
import { isDuplicateKey, rowsIn, type Database } from './database';
import { FIRST_EXTENSION, newVoice } from './staff/staff-fields';

/**
 * Writes the rows that exist from the first start: settings, the heads of audit chain and revision, the built-in
 * accounts, role and client profiles. Does nothing where they are there already; safe when several replicas start at once.
 * @returns the administrator's password where it was generated now, else null.
 */
export async function prepareFirstStart(
  db: Database,
  clock: Clock,
  adminPassword: string | null,
): Promise<string | null> {
  if (await db.first('SELECT id FROM settings WHERE id = 1')) return null;
  const password = adminPassword ?? randomBytes(12).toString('base64url');
  const passwordHash = await hashPassword(password);
  try {
    await db.write(async (em) => {
      await em.insert(Settings, { id: 1 });
      await em.insert(Revision, { id: 1, value: 0 });
      await em.insert(AuditHead, { id: 1, lastId: 0, lastHash: '' });
      await insertBuiltInClient(em, clock.now(), passwordHash);
      await insertBuiltInStaff(em, clock.now(), passwordHash);
      await insertBuiltInProfiles(em, clock.now());
    });
  } catch (error) {
    if (isDuplicateKey(error)) return null;
    throw error;
  }
  return adminPassword === null ? password : null;
}

async function insertBuiltInClient(em: EntityManager, now: number, passwordHash: string): Promise<void> {
  const existing = await rowsIn(em, "SELECT id FROM client WHERE usernameKey = 'admin'");
  if (existing.length > 0) return;
  await em.insert(Client, {
    username: 'admin',
    usernameKey: 'admin',
    authType: AuthType.PROXY,
    passwordHash,
    builtIn: true,
    rolesMask: toMask([ClientRole.ADMINISTRATOR], CLIENT_ROLES),
    fallbackKind: FallbackKind.NONE,
    createdAt: now,
    updatedAt: now,
  });
}

/** The administrator of the call centre (XU21), and a user profile without permissions (XU5). */
async function insertBuiltInStaff(em: EntityManager, now: number, passwordHash: string): Promise<void> {
  await em.insert(UserProfile, {
    name: 'No permissions',
    nameKey: 'no permissions',
    builtIn: true,
    defaultPermissionType: 'READ',
    modulePermissions: {},
  });
  await em.insert(StaffUser, {
    role: 'ADMIN',
    fullName: 'Administrator',
    fullNameKey: 'administrator',
    username: 'admin',
    usernameKey: 'admin',
    email: 'admin@localhost',
    emailKey: 'admin@localhost',
    extension: String(FIRST_EXTENSION),
    passwordHash,
    builtIn: true,
    ...newVoice(null),
    createdAt: now,
    updatedAt: now,
  });
}

/** The role All, which grants nothing yet (P19), and the profiles that switch all telephones on or off (P3, P4). */
async function insertBuiltInProfiles(em: EntityManager, now: number): Promise<void> {
  await em.insert(Role, { id: ROLE_ALL, name: 'All', nameKey: 'all', builtIn: true, permissions: [] });
  const profiles = [
    { id: AVAILABLE, name: 'Available', color: '#2e7d32', icon: 'user', enabled: true },
    { id: DND, name: 'DND', color: '#c62828', icon: 'do-not-disturb', enabled: false },
  ];
  for (const { enabled, ...profile } of profiles) {
    const nameKey = profile.name.toLowerCase();
    await em.insert(ClientProfile, { ...profile, nameKey, assignment: 'SYSTEM', createdAt: now, updatedAt: now });
    await em.insert(ClientProfileRole, { profileId: profile.id, roleId: ROLE_ALL });
    const action = {
      kind: 'CHANGE_FOLLOW_ME' as const,
      chain: 'ENTER' as const,
      position: 1,
      endpointEnabled: enabled,
    };
    await em.insert(ProfileAction, { ...action, profileId: profile.id });
  }
}
