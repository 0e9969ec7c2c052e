import { randomBytes } from 'node:crypto';
import { Realm } from '../../schema/client.enums';
import { PasswordReset } from '../../schema/password-reset';
import { audit } from '../audit/audit';
import { hashPassword } from '../auth/passwords';
import { endSessions, tokenHash } from '../auth/session.service';
import { Throttle } from '../auth/throttle';
import { forUpdate, rowsIn } from '../database';
import { AppError, badInput } from '../errors';
import { globalId } from '../ids';
import type { ServiceDeps } from '../gateway';
import { emailKey } from './staff-fields';
import { requireGoodPassword, writePassword } from './staff-password.service';
import { sendResetMail } from './reset-mail';

/** How long a link is good (XU25). */
const LIFETIME = 3_600_000;

interface Addressee {
  id: number;
  fullName: string;
  username: string;
  email: string;
}

/** A new password by a link in a mail. */
export class PasswordResetService {
  constructor(private readonly deps: ServiceDeps) {}

  /**
   * Mails a link where a staff user has this address. The answer is the same, and as fast, where none has: whether there
   * is somebody is looked up after it was given.
   * @throws FEATURE_DISABLED without SMTP; RATE_LIMITED with `retryAfterSeconds` after many requests.
   */
  async request(email: string, address: string): Promise<void> {
    const { smtpUrl } = this.deps.config;
    if (smtpUrl === null) throw new AppError('FEATURE_DISABLED', 'Password reset by e-mail needs SMTP_URL.');
    const throttle = new Throttle(this.deps.db, this.deps.clock);
    await throttle.attempt(`reset:${emailKey(email)}`, `reset:${address}`, () => Promise.resolve(null));
    this.send(smtpUrl, email).catch((error: unknown) =>
      this.deps.log.error({ err: error }, 'a password reset could not be mailed'),
    );
  }

  /**
   * Sets the password of the account the link was made for, and ends its sessions. The link is used up by success only.
   * @throws BAD_USER_INPUT naming `token` (unknown, used or expired) or `newPassword`.
   */
  async reset(token: string, newPassword: string): Promise<void> {
    const { db, clock } = this.deps;
    const hash = tokenHash(token);
    const where = 'WHERE tokenHash = ? AND expiresAt > ?';
    if (!(await db.first(`SELECT staffUserId FROM password_reset ${where}`, [hash, clock.now()]))) throw deadLink();
    await requireGoodPassword(db, 'newPassword', newPassword);
    const passwordHash = await hashPassword(newPassword);
    await db.write(async (em) => {
      const now = clock.now();
      const [row] = await rowsIn<{ staffUserId: number; username: string }>(
        em,
        `SELECT r.staffUserId, s.username FROM password_reset r JOIN staff_user s ON s.id = r.staffUserId
         WHERE r.tokenHash = ? AND r.expiresAt > ?${forUpdate(em)}`,
        [hash, now],
      );
      if (!row) throw deadLink();
      await writePassword(em, row.staffUserId, passwordHash, now);
      await endSessions(em, Realm.STAFF, row.staffUserId);
      const target = globalId('StaffUser', row.staffUserId);
      await audit(em, now, { actor: `staff:${row.username}`, action: 'resetPassword', target });
    });
  }

  private async send(smtpUrl: string, email: string): Promise<void> {
    const { db, clock, config, actor } = this.deps;
    const staff = await db.first<Addressee>('SELECT id, fullName, username, email FROM staff_user WHERE emailKey = ?', [
      emailKey(email),
    ]);
    if (!staff) return;
    const token = randomBytes(32).toString('base64url');
    await db.write(async (em) => {
      const now = clock.now();
      await em.query('DELETE FROM password_reset WHERE expiresAt <= ?', [now]);
      await em.insert(PasswordReset, { tokenHash: tokenHash(token), staffUserId: staff.id, expiresAt: now + LIFETIME });
      await audit(em, now, { actor, action: 'requestPasswordReset', target: globalId('StaffUser', staff.id) });
    });
    const link = `${config.publicUrl}/reset-password?token=${token}`;
    await sendResetMail({ smtpUrl, from: config.smtpFrom }, staff, link);
  }
}

function deadLink(): AppError {
  return badInput('token', 'This link is unknown, used or expired. Ask for a new one.');
}
