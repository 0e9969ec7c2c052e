import { IncompleteRead } from '../../source';
import { backOff, retryAfterMs } from '../back-off';
import { textOf, type HttpAnswer, type HttpClient } from '../http-client';
import { AxlFault, AxlRefused, AxlVersionUnknown, isOutOfMemory } from './faults';
import { AXL_VERSIONS, highestMutual, versionsNamed } from './versions';
import { readAxl, type AxlBody } from './xml';

export interface AxlCredentials {
  username: string;
  password: string;
}

export interface AxlCall {
  operation: string;
  /** XML below the operation's element; its elements are unqualified. */
  content: string;
  /** Local name of the elements that are rows of the answer. */
  row: string;
}

type Outcome =
  | { kind: 'body'; body: AxlBody }
  | { kind: 'busy'; waitMs: number }
  | { kind: 'expired' }
  | { kind: 'wrongVersion'; named: string[] };

const ATTEMPTS = 6;
const MAX_PAGE_BYTES = 1024 * 1024;

/**
 * AXL: SOAP over HTTPS with the schema version that both speak (Cisco, AXL Developer Guide). One request at a time, for
 * the call manager limits what all answers together may hold.
 */
export class AxlClient {
  private cookie: string | null = null;
  private readonly tried = new Set<string>();
  private negotiated: string;

  /** @param version null: the highest mutual one is found */
  constructor(
    private readonly http: HttpClient,
    private readonly path: string,
    private readonly credentials: AxlCredentials,
    private readonly version: string | null,
  ) {
    this.negotiated = version ?? AXL_VERSIONS[0];
  }

  /** The schema version in use; certain after a first successful call. */
  get schemaVersion(): string {
    return this.negotiated;
  }

  /**
   * Calls one operation. Waits and repeats where the call manager is busy (503, memory), begins a new session where the
   * old one expired, and never repeats a refused account.
   *
   * @throws AxlFault, AxlRefused, AxlVersionUnknown, IncompleteRead
   */
  async call(call: AxlCall, signal: AbortSignal): Promise<AxlBody> {
    for (let attempt = 1; ;) {
      const outcome = await this.attempt(call, signal);
      if (outcome.kind === 'body') return outcome.body;
      if (outcome.kind === 'wrongVersion') this.chooseVersion(outcome.named);
      else if (outcome.kind === 'busy') {
        if (attempt === ATTEMPTS) throw new IncompleteRead('The call manager stays too busy to answer.');
        await backOff(attempt, signal, outcome.waitMs);
        attempt += 1;
      }
    }
  }

  private async attempt(call: AxlCall, signal: AbortSignal): Promise<Outcome> {
    const request = {
      method: 'POST' as const,
      path: this.path,
      headers: {
        'content-type': 'text/xml;charset=UTF-8',
        soapaction: `"CUCM:DB ver=${this.negotiated} ${call.operation}"`,
        ...this.authentication(),
      },
      body: envelope(call, this.negotiated),
    };
    try {
      return await this.http.send(request, signal, (answer) => this.outcome(call, answer));
    } catch (error) {
      if (isOutOfMemory(error)) return { kind: 'busy', waitMs: 0 };
      throw error;
    }
  }

  private async outcome(call: AxlCall, answer: HttpAnswer): Promise<Outcome> {
    const status = answer.statusCode;
    if (status === 200) {
      this.keepSession(answer.headers['set-cookie']);
      return { kind: 'body', body: await readAxl(answer.body, call.row, `${call.operation}Response`) };
    }
    if (status === 500) throw await faultOf(call.operation, answer);
    if (status === 503) return { kind: 'busy', waitMs: retryAfterMs(answer.headers['retry-after']) };
    if (status === 599) return { kind: 'wrongVersion', named: versionsNamed(await textOf(answer, MAX_PAGE_BYTES)) };
    if (status === 404 && this.cookie !== null) {
      this.cookie = null;
      return { kind: 'expired' };
    }
    if (status === 401) throw new AxlRefused('The call manager does not accept the user name or password (HTTP 401).');
    if (status === 403) {
      throw new AxlRefused('The account may not use AXL (HTTP 403): it needs the role Standard AXL API Access.');
    }
    if (status === 404) throw new IncompleteRead('There is no AXL service at this URL (HTTP 404).');
    throw new IncompleteRead(`The call manager fails at ${call.operation} (HTTP ${status}).`);
  }

  private chooseVersion(named: string[]): void {
    this.tried.add(this.negotiated);
    const next = this.version === null ? highestMutual(named, this.tried) : null;
    if (next === null) {
      const theirs = named.length > 0 ? named.join(', ') : 'others';
      const ours = this.version ?? AXL_VERSIONS.join(', ');
      throw new AxlVersionUnknown(`The call manager speaks AXL ${theirs}; this source asks for ${ours}.`);
    }
    this.negotiated = next;
  }

  /** The session's cookie replaces the password, which is then checked but once. */
  private authentication(): Record<string, string> {
    if (this.cookie !== null) return { cookie: `JSESSIONIDSSO=${this.cookie}` };
    const { username, password } = this.credentials;
    return { authorization: `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}` };
  }

  private keepSession(header: string | string[] | undefined): void {
    for (const line of [header ?? []].flat()) {
      const value = /^JSESSIONIDSSO=([^;\s]+)/.exec(line)?.[1];
      if (value !== undefined) this.cookie = value;
    }
  }
}

function envelope({ operation, content }: AxlCall, version: string): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:ns="http://www.cisco.com/AXL/API/${version}">` +
    `<soapenv:Header/><soapenv:Body><ns:${operation}>${content}</ns:${operation}></soapenv:Body></soapenv:Envelope>`
  );
}

async function faultOf(operation: string, answer: HttpAnswer): Promise<IncompleteRead> {
  const nothing: AxlBody = { rows: [], values: {} };
  const { values } = await readAxl(answer.body, '', 'Fault').catch(() => nothing);
  const text = values.axlmessage ?? values.faultstring;
  if (text === undefined) return new IncompleteRead(`The call manager fails at ${operation} (HTTP 500).`);
  return new AxlFault(operation, Number(values.axlcode ?? -1), text.slice(0, 500));
}
