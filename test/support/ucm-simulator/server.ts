import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';

import { selfSignedCertificate, type KeyPair } from './certificate';
import { SimulatedDirectory } from './directory';
import { FaultPlan, type FaultKind, type PlannedFault } from './faults';
import { Fault, operate, tooLarge } from './operations';
import { envelope, faultEnvelope, parseRequest, type Element } from './soap';

export type SimulatedVersion = '12.5' | '14.0' | '15.0';

export interface SimulatorOptions {
  host?: string;
  /** 0: any free one. */
  port?: number;
  version?: SimulatedVersion;
  username?: string;
  password?: string;
  certificate?: KeyPair;
  /** Bytes that an answer may have: 8 MB in a real one. */
  responseLimit?: number;
}

/** A request as it arrived, for assertions. */
export interface SeenRequest {
  operation: string;
  xml: string;
  headers: IncomingMessage['headers'];
}

const RELEASES: Record<SimulatedVersion, { release: string; speaks: string[]; says: string }> = {
  '12.5': { release: '12.5.1.18900(40)', speaks: ['11.5', '12.0', '12.5'], says: '11.x and 12.x' },
  '14.0': { release: '14.0.1.13900(155)', speaks: ['12.0', '12.5', '14.0'], says: '12.x and 14.0' },
  '15.0': { release: '15.0.1.11901(2)', speaks: ['12.0', '12.5', '14.0', '15.0'], says: '12.x, 14.0 and 15.0' },
};
/** Cisco, AXL Developer Guide, "Data Throttling and Performance". */
const MOST_BYTES = 8 * 1024 * 1024;
/** Parts of a streamed answer are joined up to this size. */
const CHUNK_LENGTH = 32 * 1024;

/**
 * A call manager's AXL service over HTTPS, made from Cisco's AXL Developer Guide and what is known of real ones: versions,
 * HTTP Basic and the session cookie, the 8 MB limit, streamed answers, and faults on request.
 */
export class UcmSimulator {
  readonly directory = new SimulatedDirectory();
  readonly certificate: KeyPair;
  readonly requests: SeenRequest[] = [];
  readonly username: string;
  readonly password: string;
  private readonly faults = new FaultPlan();
  private readonly sessions = new Set<string>();
  private readonly host: string;
  private readonly version: SimulatedVersion;
  private server: Server | null = null;

  constructor(private readonly options: SimulatorOptions = {}) {
    this.host = options.host ?? '127.0.0.1';
    this.version = options.version ?? '15.0';
    this.username = options.username ?? 'axlsync';
    this.password = options.password ?? 'axl-Pässword';
    this.certificate = options.certificate ?? selfSignedCertificate(this.host);
  }

  /** @returns the URL of the service */
  async start(): Promise<string> {
    const server = createServer({ ...this.certificate, keepAliveTimeout: 60_000 }, (request, response) => {
      this.answer(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.options.port ?? 0, this.host, resolve);
    });
    return `https://${this.host}:${(server.address() as AddressInfo).port}/axl/`;
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.server = null;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  /** Plans something to go wrong. */
  plan(fault: PlannedFault): void {
    this.faults.plan(fault);
  }

  /** Forgets all sessions, as half an hour of idleness does. */
  expireSessions(): void {
    this.sessions.clear();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const xml = Buffer.concat(chunks).toString('utf8');
    if (request.method !== 'POST' || request.url !== '/axl/') return end(response, 404, 'Not found');
    const asked = /ver=(\S+?)\s+(\w+)/.exec(request.headers.soapaction?.toString() ?? '');
    const [, version = '', operation = ''] = asked ?? [];
    this.requests.push({ operation, xml, headers: request.headers });
    if (!RELEASES[this.version].speaks.includes(version)) {
      const says = `Incorrect axl version. Supported axl versions are ${RELEASES[this.version].says}`;
      return end(response, 599, `<html><head><title>599</title></head><body><h1>${says}</h1></body></html>`);
    }
    const fault = this.faults.due(operation, xml);
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'status') {
      return end(response, fault.status, 'Fault', fault.retryAfter ? { 'retry-after': String(fault.retryAfter) } : {});
    }
    const refusal = this.refusal(request, response);
    if (refusal !== null) return end(response, refusal, 'Refused');
    if (fault?.kind === 'html') return end(response, 200, '<html><body>Sign in</body></html>');
    this.send(response, version, xml, fault);
  }

  /** 401 for a wrong password, 404 for a session that is over; sets the cookie of a new one. */
  private refusal({ headers }: IncomingMessage, response: ServerResponse): 401 | 404 | null {
    const session = /JSESSIONIDSSO=([^;\s]+)/.exec(headers.cookie ?? '')?.[1];
    if (session !== undefined) return this.sessions.has(session) ? null : 404;
    const expected = Buffer.from(`${this.username}:${this.password}`, 'utf8').toString('base64');
    if (headers.authorization !== `Basic ${expected}`) return 401;
    const id = randomUUID();
    this.sessions.add(id);
    response.setHeader('set-cookie', [`JSESSIONIDSSO=${id}; Path=/; Secure; HttpOnly`, 'JSESSIONID=x; Path=/axl']);
    return null;
  }

  private send(response: ServerResponse, version: string, xml: string, fault: FaultKind | null): void {
    response.setHeader('content-type', 'text/xml;charset=UTF-8');
    let request: Element | null = null;
    try {
      request = parseRequest(xml);
      if (fault?.kind === 'meanwhile') fault.happens();
      else if (fault) this.throwFault(fault);
      const content = operate(this.directory, request, {
        release: RELEASES[this.version].release,
        responseLimit: this.options.responseLimit ?? MOST_BYTES,
      });
      response.writeHead(200);
      stream(response, [...joined(envelope(request.name, version, content))], fault);
    } catch (error) {
      const [code, message] = error instanceof Fault ? [error.code, error.message] : [-1, String(error)];
      end(response, 500, faultEnvelope(request?.name ?? 'unknown', version, code, message));
    }
  }

  private throwFault(fault: FaultKind): void {
    if (fault.kind === 'tooLarge') throw tooLarge(fault.total ?? this.directory.users.size, fault.suggestion);
    if (fault.kind === 'fault') throw new Fault(fault.code, fault.message);
    if (fault.kind === 'memory') {
      throw new Fault(
        -1,
        'Maximum AXL Memory Allocation Consumed. Please retry once requests in progress have completed',
      );
    }
  }
}

/** Writes the parts of an answer, or as many as the fault lets through. */
function stream(response: ServerResponse, parts: string[], fault: FaultKind | null): void {
  const half = () => {
    const text = parts.join('');
    return text.slice(0, text.length / 2);
  };
  switch (fault?.kind) {
    case 'cut':
      response.write(half(), () => setTimeout(() => response.destroy(), 20));
      return;
    case 'short':
      response.end(half());
      return;
    case 'stall':
      response.write(half());
      return;
    default:
      for (const part of parts) response.write(part);
      response.end();
  }
}

function* joined(parts: Iterable<string>): Generator<string> {
  let text = '';
  for (const part of parts) {
    text += part;
    if (text.length < CHUNK_LENGTH) continue;
    yield text;
    text = '';
  }
  yield text;
}

function end(response: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, headers).end(text);
}
