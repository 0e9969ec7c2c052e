import { Realm } from '../../schema/client.enums';
import { ClientRole } from '../../schema/client.enums';
import { CLIENT_ROLES, toMask } from '../../schema/masks';
import { API_KEY_PREFIX, tokenHash, type SessionService } from './session.service';
import type { StaffViewer, Viewer } from './viewer';

const ADMINISTRATOR = toMask([ClientRole.ADMINISTRATOR], CLIENT_ROLES);

/** Reads a staff account as a viewer: by its key, or by the hash of its API key. Given by the staff part. */
export interface StaffViewers {
  byId(id: number, hash: string): Promise<StaffViewer | null>;
  byApiKey(keyHash: string): Promise<StaffViewer | null>;
}

/** Who sent a request. */
export interface AuthenticatedCaller {
  viewer: Viewer;
  /** The directory's version when the caller was looked up, or null where that was not read. */
  revision: number | null;
}

/** Turns a bearer token into the viewer, reading rights anew each time. */
export class Authenticator {
  constructor(
    private readonly sessions: SessionService,
    private readonly staff: StaffViewers,
  ) {}

  /** @returns null for a dead token. */
  async viewer(token: string): Promise<Viewer | null> {
    return (await this.caller(token))?.viewer ?? null;
  }

  /** @returns null for a dead token. */
  async caller(token: string): Promise<AuthenticatedCaller | null> {
    const hash = tokenHash(token);
    if (token.startsWith(API_KEY_PREFIX)) return known(await this.staff.byApiKey(hash));
    const session = await this.sessions.resolve(token);
    if (!session) return null;
    if (session.realm === Realm.STAFF) return known(await this.staff.byId(session.accountId, hash));
    const { accountId: id, username, rolesMask, userId } = session;
    if (username === null) return null;
    const isAdmin = ((rolesMask ?? 0) & ADMINISTRATOR) !== 0;
    const permissionsMask = session.permissionsMask ?? 0;
    return {
      viewer: { kind: 'client', id, username, userId, permissionsMask, isAdmin, tokenHash: hash },
      revision: session.revision === null ? null : Number(session.revision),
    };
  }
}

function known(viewer: Viewer | null): AuthenticatedCaller | null {
  return viewer && { viewer, revision: null };
}
