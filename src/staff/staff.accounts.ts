import type { AccountDirectory, SignInAccount } from '../auth/accounts';
import { verifyNothing, verifyPassword } from '../auth/passwords';
import type { Gateway } from '../gateway';
import { usernameKey } from './staff-fields';
import { staffPasswordFault, writePassword } from './staff-password.service';

/** Call-centre staff as accounts that can sign in. */
export function staffAccounts({ db }: Gateway): AccountDirectory {
  return {
    key: usernameKey,
    find: (username) =>
      db.first<SignInAccount>('SELECT id, username FROM staff_user WHERE usernameKey = ?', [usernameKey(username)]),
    verify: async (account, password) => {
      const row =
        account &&
        (await db.first<{ passwordHash: string }>('SELECT passwordHash FROM staff_user WHERE id = ?', [account.id]));
      return row ? verifyPassword(row.passwordHash, password) : verifyNothing(password);
    },
    passwordFault: (_account, newPassword) => staffPasswordFault(db, newPassword),
    setPassword: (em, account, passwordHash, now) => writePassword(em, account.id, passwordHash, now),
  };
}
