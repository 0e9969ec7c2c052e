import type { StaffViewers } from '../auth/authenticator';
import type { StaffViewer } from '../auth/viewer';
import type { StaffRole } from '../../schema/staff.enums';
import type { Gateway } from '../gateway';
import { ADMIN_MODULES } from './module-permissions';
import { modulesOfProfile, type ProfileRights } from './profile.reads';

/** A key's last use is written at most this often. */
const USE_INTERVAL = 60_000;

interface AccountRow {
  id: number;
  username: string;
  role: StaffRole;
  userId: number | null;
  defaultPermissionType: ProfileRights['defaultPermissionType'] | null;
  modulePermissions: string | null;
  maskSensitiveData: number | null;
}

const COLUMNS = 's.id, s.username, s.role, s.userId, p.defaultPermissionType, p.modulePermissions, p.maskSensitiveData';
const PROFILE = 'LEFT JOIN user_profile p ON p.id = s.userProfileId';

/** Staff accounts as viewers: account and profile are read anew by one statement for each request (XU29). */
export function staffViewers(gateway: Gateway): StaffViewers {
  const { db, clock, log } = gateway;

  /** Not waited for: no request has to wait for a writer because of it. */
  const noteUse = (staffUserId: number, lastUsedAt: number | null): void => {
    const now = clock.now();
    if (lastUsedAt !== null && now - lastUsedAt < USE_INTERVAL) return;
    db.write((em) =>
      em.query('UPDATE api_key SET lastUsedAt = ? WHERE staffUserId = ? AND (lastUsedAt IS NULL OR lastUsedAt <= ?)', [
        now,
        staffUserId,
        now - USE_INTERVAL,
      ]),
    ).catch((error: unknown) => log.warn({ err: error }, 'the use of an API key was not noted'));
  };

  return {
    byId: async (id, hash) => {
      const row = await db.first<AccountRow>(`SELECT ${COLUMNS} FROM staff_user s ${PROFILE} WHERE s.id = ?`, [id]);
      return row && viewerOf(row, hash);
    },
    byApiKey: async (keyHash) => {
      const row = await db.first<AccountRow & { lastUsedAt: number | string | null }>(
        `SELECT ${COLUMNS}, k.lastUsedAt FROM api_key k JOIN staff_user s ON s.id = k.staffUserId ${PROFILE}
         WHERE k.keyHash = ? AND s.role = 'ADMIN'`,
        [keyHash],
      );
      if (!row) return null;
      noteUse(row.id, row.lastUsedAt === null ? null : Number(row.lastUsedAt));
      return viewerOf(row, null);
    },
  };
}

function viewerOf(row: AccountRow, tokenHash: string | null): StaffViewer {
  const isAdmin = row.role === 'ADMIN';
  const { id, username, userId, defaultPermissionType, modulePermissions } = row;
  const profile = defaultPermissionType && modulePermissions ? { defaultPermissionType, modulePermissions } : null;
  return {
    kind: 'staff',
    id,
    username,
    userId,
    isAdmin,
    modules: isAdmin ? ADMIN_MODULES : modulesOfProfile(profile),
    masksSensitiveData: !isAdmin && Boolean(row.maskSensitiveData),
    tokenHash,
  };
}
