import {
  type Check,
  type CheckStatus,
  type ConnectorExplanation,
  type DirectoryChange,
  type DirectoryConnector,
  type DirectoryPage,
  type DirectoryRecord,
  type IsKnown,
  type UserFields,
  unpacked,
} from '../../source';

import { ActiveDirectoryHistory } from './active-directory-history';
import { ChangeReader } from './changes';
import { writeCursor } from './cursor';
import { diagnoseDirectory } from './diagnose';
import type { Dialect } from './dialect';
import { createDialect } from './dialects';
import { readEverything } from './full-read';
import type { History } from './history';
import { LdapHistory } from './ldap-history';
import { explainUser, verifyPassword } from './look-up';
import { LdapSession } from './session';
import type { LdapSettings } from './settings';

/**
 * A directory read over LDAP. Each call opens a connection of its own and closes it at its end; only a full read goes on
 * with the one on which its cursor was taken, because a cursor counts for one server and a name may stand for several.
 */
export class LdapConnector implements DirectoryConnector {
  private readonly dialect: Dialect;
  private readonly history: History;
  private readonly sessions = new Set<LdapSession>();
  private kept: LdapSession | null = null;

  constructor(private readonly settings: LdapSettings) {
    this.dialect = createDialect(settings.kind, settings.attributes);
    this.history =
      settings.kind === 'ACTIVE_DIRECTORY' ? new ActiveDirectoryHistory(settings) : new LdapHistory(settings);
  }

  async *read(signal: AbortSignal): AsyncGenerator<DirectoryRecord, void> {
    for await (const page of this.readPages(signal)) yield* unpacked(page);
  }

  async *readPages(signal: AbortSignal): AsyncGenerator<DirectoryPage, void> {
    const session = this.kept ?? (await this.open(signal));
    this.kept = null;
    session.follow(signal);
    try {
      yield* readEverything(session, this.settings, this.dialect);
      signal.throwIfAborted();
    } finally {
      this.end(session);
    }
  }

  async cursor(signal: AbortSignal): Promise<string | null> {
    if (this.kept) this.end(this.kept);
    this.kept = await this.open(signal);
    const position = await this.history.position(this.kept);
    return position === null ? null : writeCursor(this.settings, position);
  }

  /**
   * As the interface says. `isKnown` tells which entries the consumer has: of the others, the groups that hold them are
   * told as well. Without it that is done for every told entry.
   */
  async *changes(
    cursor: string,
    signal: AbortSignal,
    isKnown?: IsKnown | Promise<IsKnown>,
  ): AsyncGenerator<DirectoryChange, void> {
    const session = await this.open(signal);
    try {
      yield* new ChangeReader(session, this.settings, this.dialect, this.history, isKnown).read(cursor);
      signal.throwIfAborted();
    } finally {
      this.end(session);
    }
  }

  diagnose(signal: AbortSignal): Promise<{ checks: Check[]; sampleUsers: UserFields[] }> {
    return diagnoseDirectory(this.settings, this.dialect, (session) => this.probeHistory(session), signal);
  }

  async explain(userId: string, signal: AbortSignal): Promise<ConnectorExplanation> {
    const session = await this.open(signal);
    try {
      return await explainUser(session, this.settings, this.dialect, userId);
    } finally {
      this.end(session);
    }
  }

  authenticate(userId: string, password: string, signal: AbortSignal): Promise<boolean> {
    return verifyPassword(this.settings, this.dialect, { userId, password }, signal);
  }

  close(): Promise<void> {
    this.kept = null;
    for (const session of this.sessions) this.end(session);
    return Promise.resolve();
  }

  private async probeHistory(session: LdapSession): Promise<{ status: CheckStatus; detail: string }> {
    const position = await this.history.position(session);
    if (position === null) {
      return { status: 'WARNING', detail: 'The server does not tell changes: every run reads everything.' };
    }
    const tellsDeleted = (await this.history.changedIds(session, position, position)) !== null;
    const told =
      this.settings.kind === 'LDAP'
        ? "Deletions are told as far back as the server's session log goes, else found by reading all ids."
        : 'Deletions are told.';
    const gone = tellsDeleted ? told : 'Deletions are found by reading all ids.';
    return { status: 'OK', detail: `Changes can be read since ${position.since}. ${gone}` };
  }

  private async open(signal: AbortSignal): Promise<LdapSession> {
    const session = await LdapSession.open(this.settings, signal);
    this.sessions.add(session);
    return session;
  }

  private end(session: LdapSession): void {
    this.sessions.delete(session);
    session.close();
  }
}
