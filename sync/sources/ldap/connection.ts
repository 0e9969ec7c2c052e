import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';

import {
  BerReader,
  BindRequest,
  BindResponse,
  type Control,
  ExtendedRequest,
  ExtendedResponse,
  type Filter,
  type Message,
  type MessageResponse,
  SearchReference,
  SearchRequest,
  SearchResponse,
  UnbindRequest,
} from 'ldapts';

import { type Entry } from './entry';
import { ConnectionLost, LdapResultError } from './failure';
import { MalformedMessage, MessageFramer, readEntry, readHeader } from './wire';

const START_TLS = '1.3.6.1.4.1.1466.20037';
const ENTRY = 0x64;
const SEARCH_DONE = 0x65;
const REFERENCE = 0x73;
const EXTENDED = 0x78;
const INTERMEDIATE = 0x79;
const BIND_DONE = 0x61;

export interface SearchSpec {
  base: string;
  scope: 'base' | 'one' | 'sub';
  filter: Filter;
  /** Never empty: `['1.1']` asks for none. */
  attributes: string[];
  controls?: Control[];
}

/** All that a server told for one search request. */
export interface SearchAnswer {
  entries: Entry[];
  /** URLs of continuation references. */
  references: string[];
  controls: Control[];
  /** Contents of the intermediate responses (RFC 4511 section 4.13). */
  intermediates: Buffer[];
}

interface Pending {
  request: Message;
  entries: Entry[];
  references: string[];
  intermediates: Buffer[];
  timer: NodeJS.Timeout | null;
  resolve: (response: MessageResponse) => void;
  reject: (error: Error) => void;
}

export interface ConnectionTarget {
  host: string;
  port: number;
  /** TLS from the first byte (ldaps). */
  tls: ConnectionOptions | null;
  connectTimeoutMs: number;
  operationTimeoutMs: number;
}

/**
 * One LDAP connection, speaking with ldapts' messages. Other than ldapts' own client it never connects anew behind the
 * caller's back (which would go on anonymously), reads values once, as what they are, hands out the controls of an
 * answer, bounds every step by a time, and fails at once on anything that is no LDAP.
 */
export class LdapConnection {
  private readonly pending = new Map<number, Pending>();
  private framer = new MessageFramer();
  private nextId = 1;
  private lost: Error | null = null;

  private constructor(
    private socket: Socket,
    private readonly target: ConnectionTarget,
  ) {
    this.listen(socket);
  }

  /** Opens the connection, TLS handshake included. Rejects with ConnectionLost or the socket's own error. */
  static async open(target: ConnectionTarget): Promise<LdapConnection> {
    const { host, port, tls } = target;
    const socket = tls === null ? connectTcp({ host, port }) : connectTls({ ...tls, host, port });
    await whenOpen(socket, tls === null ? 'connect' : 'secureConnect', target.connectTimeoutMs);
    socket.setNoDelay(true);
    return new LdapConnection(socket, target);
  }

  /** Upgrades the connection (RFC 4511 section 4.14). After a failure it is closed. */
  async startTls(options: ConnectionOptions): Promise<void> {
    await this.request(new ExtendedRequest({ messageId: this.takeId(), oid: START_TLS }));
    const plain = this.socket;
    plain.removeAllListeners('data');
    const secure = connectTls({ ...options, socket: plain });
    try {
      await whenOpen(secure, 'secureConnect', this.target.connectTimeoutMs);
    } catch (error) {
      plain.destroy();
      throw error;
    }
    this.socket = secure;
    this.framer = new MessageFramer();
    this.listen(secure);
  }

  /** Simple bind. Rejects with LdapResultError (49: wrong credentials). The caller refuses empty passwords. */
  async bind(dn: string, password: string): Promise<void> {
    await this.request(new BindRequest({ messageId: this.takeId(), dn, password }));
  }

  /**
   * One search request, all of its answer. Rejects with LdapResultError on any code but 0, ConnectionLost on a cut or a
   * time-out, MalformedMessage on garbage. No size limit is asked for, so that none can pass for the whole.
   */
  async search(spec: SearchSpec): Promise<SearchAnswer> {
    const request = new SearchRequest({
      messageId: this.takeId(),
      baseDN: spec.base,
      scope: spec.scope,
      filter: spec.filter,
      attributes: spec.attributes,
      timeLimit: 0,
      controls: spec.controls,
    });
    const waiting = this.send(request);
    const response = await waiting.response;
    expectSuccess(response);
    return {
      entries: waiting.details.entries,
      references: waiting.details.references,
      intermediates: waiting.details.intermediates,
      controls: response.controls ?? [],
    };
  }

  /** Says good-bye and closes. Idempotent. */
  close(): void {
    if (this.lost === null) {
      this.socket.write(new UnbindRequest({ messageId: this.takeId() }).write());
      this.fail(new ConnectionLost('the connection was closed'));
    }
    this.socket.end();
    this.socket.destroySoon();
  }

  /** Breaks the connection off at once: whatever waits is rejected with `reason`. */
  abort(reason: Error): void {
    this.fail(reason);
    this.socket.destroy();
  }

  private async request(message: Message): Promise<void> {
    expectSuccess(await this.send(message).response);
  }

  private send(request: Message): { response: Promise<MessageResponse>; details: Pending } {
    if (this.lost !== null) throw this.lost;
    const told = { entries: [], references: [], intermediates: [] };
    const details: Pending = { request, ...told, timer: null, resolve: ignore, reject: ignore };
    const response = new Promise<MessageResponse>((resolve, reject) => {
      details.resolve = resolve;
      details.reject = reject;
    });
    details.timer = setTimeout(() => {
      this.abort(new ConnectionLost(`no answer within ${this.target.operationTimeoutMs / 1000} s`));
    }, this.target.operationTimeoutMs);
    this.pending.set(request.messageId, details);
    this.socket.write(request.write());
    return { response, details };
  }

  private takeId(): number {
    this.nextId = this.nextId >= 0x7ffffffe ? 1 : this.nextId + 1;
    return this.nextId;
  }

  private listen(socket: Socket): void {
    socket.on('error', (error) => this.fail(error));
    socket.on('end', () => this.abort(new ConnectionLost('the server closed the connection')));
    socket.on('close', () => this.fail(new ConnectionLost('the connection was lost')));
    socket.on('data', (chunk: Buffer) => {
      try {
        this.framer.push(chunk, (message) => this.receive(message));
      } catch (error) {
        this.abort(error instanceof MalformedMessage ? error : new MalformedMessage('it is not readable'));
      }
    });
  }

  private receive(message: Buffer): void {
    const { id, operation, start, end } = readHeader(message);
    const details = this.pending.get(id);
    if (details !== undefined && operation === ENTRY) {
      details.entries.push(readEntry(message, start, end));
      return;
    }
    const reader = new BerReader(message);
    reader.readSequence();
    reader.readInt();
    reader.readSequence();
    if (id === 0) return this.abort(noticeOf(reader, operation));
    if (details === undefined) return;
    if (operation === INTERMEDIATE) details.intermediates.push(message.subarray(start, end));
    else if (operation === REFERENCE) {
      const reference = new SearchReference({ messageId: id });
      reference.parse(reader, []);
      details.references.push(...reference.uris);
    } else {
      const response = responseFor(operation, id);
      response.parse(reader, details.request.controls ?? []);
      this.pending.delete(id);
      clearTimeout(details.timer ?? undefined);
      details.resolve(response);
    }
  }

  private fail(error: Error): void {
    this.lost ??= error;
    const lost = this.lost;
    for (const details of this.pending.values()) {
      clearTimeout(details.timer ?? undefined);
      details.reject(lost);
    }
    this.pending.clear();
  }
}

function ignore(): void {
  // Replaced before anything can settle.
}

function expectSuccess(response: MessageResponse): void {
  if (response.status !== 0) throw new LdapResultError(response.status, response.errorMessage, response.matchedDN);
}

function responseFor(operation: number | null, messageId: number): MessageResponse {
  switch (operation) {
    case SEARCH_DONE:
      return new SearchResponse({ messageId });
    case BIND_DONE:
      return new BindResponse({ messageId });
    case EXTENDED:
      return new ExtendedResponse({ messageId });
    default:
      throw new MalformedMessage(`unexpected operation ${operation}`);
  }
}

/** The notice of disconnection (RFC 4511 section 4.4.1): the server's last words. */
function noticeOf(reader: BerReader, operation: number | null): Error {
  if (operation !== EXTENDED) return new MalformedMessage('it has no message id');
  const notice = new ExtendedResponse({ messageId: 0 });
  notice.parse(reader, []);
  return new ConnectionLost(`the server ended the connection: ${notice.errorMessage || `code ${notice.status}`}`);
}

function whenOpen(socket: Socket, event: 'connect' | 'secureConnect', timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new ConnectionLost(`no connection within ${timeoutMs / 1000} s`));
    }, timeoutMs);
    const settle = (then: () => void): void => {
      clearTimeout(timer);
      then();
    };
    socket.once(event, () => settle(resolve));
    socket.once('error', (error) => settle(() => reject(error)));
    socket.once('close', () => settle(() => reject(new ConnectionLost('the server closed the connection'))));
  });
}
