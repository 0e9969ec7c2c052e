import { AuthType } from '../../schema/client.enums';
import type { AccountDirectory, SignInAccount } from '../auth/accounts';
import { verifyNothing, verifyPassword } from '../auth/passwords';
import { forUpdate, rowsIn } from '../database';
import { AppError } from '../errors';
import type { Gateway } from '../gateway';
import { passThroughSource } from './pass-through';
import { usernameFault, usernameKey } from './usernames';

interface AccountRow {
  id: number;
  username: string;
  authType: AuthType;
  passwordHash: string | null;
  userId: number | null;
}

/** Clients as accounts: PROXY passwords are verified here, CALLISTO's are passed through to the directory (C7, C8). */
export function clientAccounts(gateway: Gateway): AccountDirectory {
  const { db } = gateway;
  const row = (where: string, value: string | number) =>
    db.first<AccountRow>(`SELECT id, username, authType, passwordHash, userId FROM client WHERE ${where} = ?`, [value]);

  const verify = async (account: SignInAccount | null, password: string): Promise<boolean> => {
    const client = account && (await row('id', account.id));
    if (!client) return verifyNothing(password);
    if (client.authType === AuthType.CALLISTO) return passThrough(gateway, client, password);
    return client.passwordHash === null ? verifyNothing(password) : verifyPassword(client.passwordHash, password);
  };

  return {
    key: usernameKey,
    find: (username) =>
      usernameFault(username) === null ? row('usernameKey', usernameKey(username)) : Promise.resolve(null),
    verify,
    passwordFault: async (account, newPassword) => {
      const client = await row('id', account.id);
      if (client?.authType === AuthType.CALLISTO) {
        throw new AppError('DIRECTORY_OWNED', 'The directory holds this password: change it there.');
      }
      return newPassword === '' ? 'A password must not be empty.' : null;
    },
    signedIn: async (em, account) => {
      const [now] = await rowsIn<AccountRow>(em, `SELECT passwordHash FROM client WHERE id = ?${forUpdate(em)}`, [
        account.id,
      ]);
      if (now?.passwordHash !== account.passwordHash)
        throw new AppError('UNAUTHENTICATED', 'The password has changed.');
    },
    setPassword: async (em, account, passwordHash, now) => {
      await em.query(
        "UPDATE client SET passwordHash = ?, version = version + 1, updatedAt = ? WHERE id = ? AND authType = 'PROXY'",
        [passwordHash, now, account.id],
      );
    },
  };
}

async function passThrough(gateway: Gateway, client: AccountRow, password: string): Promise<boolean> {
  const sourceId = await passThroughSource(gateway.db, client);
  if (sourceId === null || !gateway.directory) {
    throw new AppError('SOURCE_UNAVAILABLE', 'No directory can check the password now.');
  }
  return gateway.directory.authenticate(sourceId, client.username, password);
}
