import { hash, randomBytes } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { type Realm } from '../../schema/client.enums';
import { SessionRow } from '../../schema/session';
import type { Clock } from '../clock';
import type { Database } from '../database';

export interface IssuedSession {
  token: string;
  expiresAt: number;
}

/** A session with its account, where that is a client, and with the directory's version. */
export interface ResolvedSession {
  realm: Realm;
  accountId: number;
  /** Null where there is no such client. */
  username: string | null;
  rolesMask: number | null;
  permissionsMask: number | null;
  userId: number | null;
  revision: number | string | null;
}

/** Session tokens start so; API keys start with `API_KEY_PREFIX`. */
export const SESSION_PREFIX = 'sbs_';
export const API_KEY_PREFIX = 'sbk_';

/** The form in which tokens and keys are stored: they are random, so a plain SHA-256 is enough. */
export function tokenHash(token: string): string {
  return hash('sha256', token, 'hex');
}

/** Sessions of both realms: opaque random tokens, of which only the hash is kept. */
export class SessionService {
  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
    private readonly hours: number,
  ) {}

  async issue(em: EntityManager, realm: Realm, accountId: number): Promise<IssuedSession> {
    const now = this.clock.now();
    const token = SESSION_PREFIX + randomBytes(32).toString('base64url');
    const expiresAt = now + this.hours * 3_600_000;
    await em.query('DELETE FROM session WHERE expiresAt < ?', [now]);
    await em.insert(SessionRow, { tokenHash: tokenHash(token), realm, accountId, createdAt: now, expiresAt });
    return { token, expiresAt };
  }

  /** Whose token it is, or null for one that never was, has ended or expired. One statement for all that a request needs. */
  async resolve(token: string): Promise<ResolvedSession | null> {
    return this.db.first<ResolvedSession>(
      `SELECT s.realm, s.accountId, c.username, c.rolesMask, c.permissionsMask, c.userId, r.value AS revision
       FROM session s LEFT JOIN client c ON c.id = s.accountId AND s.realm = 'CLIENT' LEFT JOIN revision r ON r.id = 1
       WHERE s.tokenHash = ? AND s.expiresAt > ?`,
      [tokenHash(token), this.clock.now()],
    );
  }

  async revoke(hash: string): Promise<void> {
    await this.db.write((em) => em.query('DELETE FROM session WHERE tokenHash = ?', [hash]));
  }
}

/** Ends an account's sessions, all but `except`: its password has changed, or it is gone. */
export async function endSessions(
  em: EntityManager,
  realm: Realm,
  accountId: number,
  except: string | null = null,
): Promise<void> {
  await em.query('DELETE FROM session WHERE realm = ? AND accountId = ? AND tokenHash <> ?', [
    realm,
    accountId,
    except ?? '',
  ]);
}
