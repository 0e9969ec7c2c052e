import { Realm } from '../../schema/client.enums';
import { ClientRole } from '../../schema/client.enums';
import { CLIENT_ROLES, toMask } from '../../schema/masks';
import type { Database } from '../database';
import { API_KEY_PREFIX, tokenHash, type SessionService } from './session.service';
import type { ClientViewer, StaffViewer, Viewer } from './viewer';

const ADMINISTRATOR = toMask([ClientRole.ADMINISTRATOR], CLIENT_ROLES);

/** Reads a staff account as a viewer: by its key, or by the hash of its API key. Given by the staff part. */
export interface StaffViewers {
  byId(id: number, hash: string): Promise<StaffViewer | null>;
  byApiKey(keyHash: string): Promise<StaffViewer | null>;
}

/** Turns a bearer token into the viewer, reading rights anew each time. */
export class Authenticator {
  constructor(
    private readonly db: Database,
    private readonly sessions: SessionService,
    private readonly staff: StaffViewers,
  ) {}

  /** @returns null for a dead token. */
  async viewer(token: string): Promise<Viewer | null> {
    const hash = tokenHash(token);
    if (token.startsWith(API_KEY_PREFIX)) return this.staff.byApiKey(hash);
    const session = await this.sessions.resolve(token);
    if (!session) return null;
    if (session.realm === Realm.STAFF) return this.staff.byId(session.accountId, hash);
    return this.client(session.accountId, hash);
  }

  private async client(id: number, hash: string): Promise<ClientViewer | null> {
    const row = await this.db.first<{
      username: string;
      rolesMask: number;
      permissionsMask: number;
      userId: number | null;
    }>('SELECT username, rolesMask, permissionsMask, userId FROM client WHERE id = ?', [id]);
    if (!row) return null;
    const { username, userId, permissionsMask } = row;
    const isAdmin = (row.rolesMask & ADMINISTRATOR) !== 0;
    return { kind: 'client', id, username, userId, permissionsMask, isAdmin, tokenHash: hash };
  }
}
