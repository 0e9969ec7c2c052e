import { Realm } from '../../schema/client.enums';
import { audit } from '../audit/audit';
import { AppError, badInput } from '../errors';
import { globalId } from '../ids';
import type { ServiceDeps } from '../gateway';
import { MAX_PASSWORD, type AccountDirectory, type SignInAccount } from './accounts';
import { hashPassword } from './passwords';
import { endSessions, SessionService, type IssuedSession } from './session.service';
import { Throttle } from './throttle';
import type { ClientViewer, StaffViewer } from './viewer';

export type Accounts = Record<Realm, AccountDirectory>;
type SignedIn = ClientViewer | StaffViewer;

/** Sign-in, sign-out and one's own password, alike for both realms. */
export class SignInService {
  private readonly throttle: Throttle;
  private readonly sessions: SessionService;

  constructor(
    private readonly deps: ServiceDeps,
    private readonly accounts: Accounts,
  ) {
    this.throttle = new Throttle(deps.db, deps.clock);
    this.sessions = new SessionService(deps.db, deps.clock, deps.config.sessionHours);
  }

  /** How long a session lives. */
  get sessionSeconds(): number {
    return this.deps.config.sessionHours * 3600;
  }

  /**
   * Opens a session. An unknown name gets the same answer after the same work as a wrong password.
   * @throws UNAUTHENTICATED; RATE_LIMITED with `retryAfterSeconds`; SOURCE_UNAVAILABLE where the directory that holds
   * the password cannot be asked.
   */
  async signIn(realm: Realm, username: string, password: string, address: string): Promise<IssuedSession> {
    const directory = this.accounts[realm];
    const name = throttleName(realm, directory.key(username));
    const account = await this.throttle.attempt(name, address, async () => {
      const found = await directory.find(username);
      return (await this.accepts(directory, found, password)) ? found : null;
    });
    if (!account) {
      this.deps.log.warn({ realm, address }, 'a sign-in failed');
      throw new AppError('UNAUTHENTICATED', 'Username or password is wrong.');
    }
    return this.deps.db.write(async (em) => {
      const now = this.deps.clock.now();
      await this.throttle.clear(em, name);
      await directory.signedIn?.(em, account, now);
      const session = await this.sessions.issue(em, realm, account.id);
      const actor = `${realm.toLowerCase()}:${account.username}`;
      await audit(em, now, { actor, action: 'signIn', target: targetOf(realm, account.id), after: { address } });
      return session;
    });
  }

  /** Ends the viewer's session. @returns false where an API key was sent: there is none to end. */
  async signOut(viewer: SignedIn): Promise<boolean> {
    const hash = viewer.tokenHash;
    if (hash === null) return false;
    await this.deps.db.write(async (em) => {
      await em.query('DELETE FROM session WHERE tokenHash = ?', [hash]);
      const target = targetOf(realmOf(viewer), viewer.id);
      await audit(em, this.deps.clock.now(), { actor: this.deps.actor, action: 'signOut', target });
    });
    return true;
  }

  /**
   * Changes the viewer's own password and ends the account's other sessions (C25, C35).
   * @throws BAD_USER_INPUT naming `oldPassword` or `newPassword`; RATE_LIMITED; DIRECTORY_OWNED where the password is
   * held by a directory.
   */
  async changePassword(viewer: SignedIn, address: string, oldPassword: string, newPassword: string): Promise<void> {
    const realm = realmOf(viewer);
    const directory = this.accounts[realm];
    const account: SignInAccount = { id: viewer.id, username: viewer.username };
    const fault =
      newPassword.length > MAX_PASSWORD
        ? 'The password is too long.'
        : await directory.passwordFault(account, newPassword);
    const name = throttleName(realm, directory.key(viewer.username));
    const accepted = await this.throttle.attempt(name, address, async () =>
      (await this.accepts(directory, account, oldPassword)) ? account : null,
    );
    if (!accepted) throw badInput('oldPassword', 'The old password is wrong.');
    if (fault) throw badInput('newPassword', fault);
    const passwordHash = await hashPassword(newPassword);
    await this.deps.db.write(async (em) => {
      const now = this.deps.clock.now();
      await directory.setPassword(em, account, passwordHash, now);
      await this.throttle.clear(em, name);
      await endSessions(em, realm, viewer.id, viewer.tokenHash);
      await audit(em, now, { actor: this.deps.actor, action: 'changeMyPassword', target: targetOf(realm, viewer.id) });
    });
  }

  private async accepts(
    directory: AccountDirectory,
    account: SignInAccount | null,
    password: string,
  ): Promise<boolean> {
    if (password === '' || password.length > MAX_PASSWORD) return false;
    return directory.verify(account, password);
  }
}

export function realmOf(viewer: SignedIn): Realm {
  return viewer.kind === 'client' ? Realm.CLIENT : Realm.STAFF;
}

/** Id of an account in either realm. */
export function targetOf(realm: Realm, id: number): string {
  return globalId(realm === Realm.CLIENT ? 'Client' : 'StaffUser', id);
}

function throttleName(realm: Realm, key: string): string {
  return `${realm}:${key}`;
}
