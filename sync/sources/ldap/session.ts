import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';

import { IncompleteRead } from '../../source';

import { LdapConnection, type SearchAnswer, type SearchSpec } from './connection';
import { ConnectionLost, failureWords, LdapResultError } from './failure';
import type { LdapSettings } from './settings';

/** No run takes longer, whatever a server does to draw it out. */
const OVERALL_MS = 6 * 3600 * 1000;

/** One URL of the settings, taken apart. */
export interface LdapServer {
  url: string;
  host: string;
  port: number;
  isSecure: boolean;
}

export function parseServer(url: string): LdapServer {
  const { protocol, hostname, port } = new URL(url);
  const isSecure = protocol === 'ldaps:';
  return { url, host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (isSecure ? 636 : 389), isSecure };
}

/** TLS options for a server: its own name is checked, against the system's authorities or the given ones. */
export function tlsOptions(server: LdapServer, caCertificate: string | null): ConnectionOptions {
  return {
    host: server.host,
    ...(isIP(server.host) ? {} : { servername: server.host }),
    ...(caCertificate === null ? {} : { ca: caCertificate }),
    minVersion: 'TLSv1.2',
  };
}

/** Opens the connection to one server, encrypted as the settings say, not yet bound. */
export async function connectTo(server: LdapServer, settings: LdapSettings): Promise<LdapConnection> {
  const tls = tlsOptions(server, settings.caCertificate);
  const connection = await LdapConnection.open({
    host: server.host,
    port: server.port,
    tls: server.isSecure ? tls : null,
    connectTimeoutMs: settings.connectTimeoutMs,
    operationTimeoutMs: settings.operationTimeoutMs,
  });
  try {
    if (settings.startTls && !server.isSecure) await connection.startTls(tls);
    return connection;
  } catch (error) {
    connection.abort(new ConnectionLost('StartTLS failed'));
    throw error;
  }
}

/**
 * One signed-in connection for one run. It is never reused and never opened again: what was begun on it ends with it.
 */
export class LdapSession {
  private readonly onAbort = (): void => this.connection.abort(new ConnectionLost('the run was cancelled'));
  private readonly deadline: NodeJS.Timeout;

  private constructor(
    readonly server: LdapServer,
    private readonly connection: LdapConnection,
    private signal: AbortSignal,
  ) {
    this.follow(signal);
    this.deadline = setTimeout(() => connection.abort(new ConnectionLost('the run took too long')), OVERALL_MS);
    this.deadline.unref();
  }

  /**
   * Connects to the first of the servers that answers and signs in. Wrong credentials end the search: another server
   * would only count them again.
   *
   * @throws IncompleteRead naming every server tried and why it failed.
   */
  static async open(settings: LdapSettings, signal: AbortSignal): Promise<LdapSession> {
    if (settings.bindDn !== null && settings.bindPassword === '') {
      throw new IncompleteRead('The password of the reading account is empty: no connection was opened.');
    }
    const failures: string[] = [];
    for (const url of settings.urls) {
      signal.throwIfAborted();
      const server = parseServer(url);
      try {
        const connection = await connectTo(server, settings);
        const session = new LdapSession(server, connection, signal);
        await session.signIn(settings);
        return session;
      } catch (error) {
        failures.push(`${url}: ${failureWords(error)}`);
        if (error instanceof LdapResultError && error.code === 49) break;
      }
    }
    signal.throwIfAborted();
    throw new IncompleteRead(`The directory could not be opened. ${failures.join('; ')}.`);
  }

  /** From now on it is this signal that cancels. */
  follow(signal: AbortSignal): void {
    this.signal.removeEventListener('abort', this.onAbort);
    this.signal = signal;
    if (signal.aborted) this.onAbort();
    else signal.addEventListener('abort', this.onAbort, { once: true });
  }

  /** One search; rejects as {@link LdapConnection.search}. */
  search(spec: SearchSpec): Promise<SearchAnswer> {
    return this.connection.search(spec);
  }

  /** Idempotent. */
  close(): void {
    clearTimeout(this.deadline);
    this.signal.removeEventListener('abort', this.onAbort);
    this.connection.close();
  }

  private async signIn(settings: LdapSettings): Promise<void> {
    if (settings.bindDn === null) return;
    try {
      await this.connection.bind(settings.bindDn, settings.bindPassword);
    } catch (error) {
      this.close();
      throw error;
    }
  }
}
