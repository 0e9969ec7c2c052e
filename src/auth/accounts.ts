import type { EntityManager } from 'typeorm';

/** An account as sign-in knows it. */
export interface SignInAccount {
  id: number;
  /** As it is kept, whatever the case that was typed. */
  username: string;
  /** What the password is verified against, as it was found; null where none is held. */
  passwordHash?: string | null;
}

/**
 * The accounts of one realm, as sign-in and changes of one's own password need them. `src/clients` and `src/staff` each
 * give theirs; the order of events, throttling, sessions and the audit log are `SignInService`'s.
 */
export interface AccountDirectory {
  /** The name's canonical form: what differs in it is another account. */
  key(username: string): string;
  /** The account of a name, whatever its case, or null. */
  find(username: string): Promise<SignInAccount | null>;
  /**
   * Whether this is the account's password. Null stands for a name that nobody has: the answer is no, and takes as long.
   * @throws SOURCE_UNAVAILABLE where a directory holds the password and cannot be asked.
   */
  verify(account: SignInAccount | null, password: string): Promise<boolean>;
  /**
   * Why the account cannot get this password, null where it can.
   * @throws DIRECTORY_OWNED where the password is not held here.
   */
  passwordFault(account: SignInAccount, newPassword: string): Promise<string | null>;
  /** Keeps a new hash in the transaction of the change, and what the realm notes beside it. */
  setPassword(em: EntityManager, account: SignInAccount, passwordHash: string, now: number): Promise<void>;
  /**
   * What the realm checks and notes of a successful sign-in, in its transaction.
   * @throws UNAUTHENTICATED where the account or its password changed since it was found.
   */
  signedIn?(em: EntityManager, account: SignInAccount, now: number): Promise<void>;
}

/** Passes a typed password through to a directory. The connectors of `sync/` stand behind it (composed at the start). */
export interface DirectoryAuthenticator {
  /**
   * Whether the source's directory accepts this user and password; never called with an empty password.
   * @throws SOURCE_UNAVAILABLE where the directory cannot be reached or cannot check passwords.
   */
  authenticate(sourceId: number, userId: string, password: string): Promise<boolean>;
}

/** Longer ones are refused unread: hashing them would only cost. */
export const MAX_PASSWORD = 1024;
