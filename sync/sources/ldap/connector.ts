import type { Check, ConnectorExplanation, DirectoryConnector, DirectoryRecord, UserFields } from '../../source';

import type { Dialect } from './dialect';
import { diagnoseDirectory } from './diagnose';
import { createDialect } from './dialects';
import { readEverything } from './full-read';
import { explainUser, verifyPassword } from './look-up';
import { LdapSession } from './session';
import type { LdapSettings } from './settings';

/** A directory read over LDAP. Each call opens a connection of its own and closes it at its end. */
export class LdapConnector implements DirectoryConnector {
  private readonly dialect: Dialect;
  private readonly sessions = new Set<LdapSession>();

  constructor(private readonly settings: LdapSettings) {
    this.dialect = createDialect(settings.kind, settings.attributes);
  }

  async *read(signal: AbortSignal): AsyncGenerator<DirectoryRecord, void> {
    const session = await this.open(signal);
    try {
      yield* readEverything(session, this.settings, this.dialect);
      signal.throwIfAborted();
    } finally {
      this.end(session);
    }
  }

  diagnose(signal: AbortSignal): Promise<{ checks: Check[]; sampleUsers: UserFields[] }> {
    const incremental = () => Promise.resolve({ status: 'SKIPPED' as const, detail: 'Every run reads everything.' });
    return diagnoseDirectory(this.settings, this.dialect, incremental, signal);
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
    for (const session of this.sessions) this.end(session);
    return Promise.resolve();
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
