import type { EntityManager } from 'typeorm';
import { Realm } from '../../schema/client.enums';
import { audit } from '../audit/audit';
import { MAX_PASSWORD } from '../auth/accounts';
import { hashPassword } from '../auth/passwords';
import { endSessions } from '../auth/session.service';
import type { Database } from '../database';
import { badInput } from '../errors';
import { globalId } from '../ids';
import type { ServiceDeps } from '../gateway';
import { passwordFault } from './password-policy';
import { lockStaffUser } from './staff.rows';
import { isSecuritySuiteOn } from './staff.reads';

/** Passwords of others. One's own is changed by `SignInService`, which asks for the old one. */
export class StaffPasswordService {
  constructor(private readonly deps: ServiceDeps) {}

  /** Gives an account a password and ends its sessions (XU24, XU25). @throws NOT_FOUND; BAD_USER_INPUT by the policy. */
  async set(id: string, newPassword: string): Promise<number> {
    await requireGoodPassword(this.deps.db, 'newPassword', newPassword);
    const passwordHash = await hashPassword(newPassword);
    return this.deps.db.write(async (em) => {
      const now = this.deps.clock.now();
      const staff = await lockStaffUser(em, id);
      await writePassword(em, staff.id, passwordHash, now);
      await endSessions(em, Realm.STAFF, staff.id);
      await audit(em, now, {
        actor: this.deps.actor,
        action: 'setStaffPassword',
        target: globalId('StaffUser', staff.id),
      });
      return staff.id;
    });
  }
}

/** Why staff cannot have this password, or null (XU9). */
export async function staffPasswordFault(db: Database, password: string): Promise<string | null> {
  if (password.length > MAX_PASSWORD) return 'The password is too long.';
  return passwordFault(password, await isSecuritySuiteOn(db));
}

/** @throws BAD_USER_INPUT naming the field, with all that the password lacks. */
export async function requireGoodPassword(db: Database, field: string, password: string): Promise<void> {
  const fault = await staffPasswordFault(db, password);
  if (fault) throw badInput(field, fault);
}

/** Keeps the hash, notes when, and makes links that were mailed before useless. */
export async function writePassword(em: EntityManager, id: number, passwordHash: string, now: number): Promise<void> {
  await em.query(
    'UPDATE staff_user SET passwordHash = ?, lastPasswordResetAt = ?, version = version + 1, updatedAt = ? WHERE id = ?',
    [passwordHash, now, now, id],
  );
  await em.query('DELETE FROM password_reset WHERE staffUserId = ?', [id]);
}
