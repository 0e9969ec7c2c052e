import { X509Certificate } from 'node:crypto';
import { checkServerIdentity, type ConnectionOptions } from 'node:tls';

import { Agent, type Dispatcher } from 'undici';
import { z } from 'zod';

import { IncompleteRead } from '../source';

export interface HttpOptions {
  url: URL;
  /** PEM: an authority, or the server's own certificate (then it is pinned). Null: the authorities Node knows. */
  caCertificate: string | null;
  connectTimeoutSeconds: number;
  /** For one request from its start to the last byte of its answer. */
  operationTimeoutSeconds: number;
}

export interface HttpRequest {
  method: 'GET' | 'POST';
  /** Absolute path with query. */
  path: string;
  headers: Record<string, string>;
  body?: string;
}

export type HttpAnswer = Dispatcher.ResponseData;

/** PEM certificates, checked; for settings. */
export const certificateSetting = z
  .string()
  .refine((text) => pemCertificates(text).length > 0, 'This is no PEM certificate.')
  .nullable()
  .default(null);

export const timeoutSetting = (seconds: number) => z.number().int().min(1).max(3600).default(seconds);

/**
 * One server over HTTP(S), with a time limit on everything and errors in plain words. Redirects are not followed: they
 * would carry the credentials elsewhere.
 */
export class HttpClient {
  private readonly agent: Agent;

  constructor(private readonly options: HttpOptions) {
    this.agent = new Agent({
      connections: 4,
      connect: { timeout: options.connectTimeoutSeconds * 1000, ...tlsOptions(options.caCertificate) },
      headersTimeout: options.operationTimeoutSeconds * 1000,
      bodyTimeout: options.operationTimeoutSeconds * 1000,
    });
  }

  /**
   * Sends one request and gives its answer to `handle`, which reads the body; both under the operation's time limit.
   *
   * @throws IncompleteRead in plain words; the signal's reason when that is aborted.
   */
  async send<T>(request: HttpRequest, signal: AbortSignal, handle: (answer: HttpAnswer) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), this.options.operationTimeoutSeconds * 1000);
    try {
      const answer = await this.agent.request({
        ...request,
        origin: this.options.url.origin,
        signal: AbortSignal.any([signal, deadline.signal]),
      });
      try {
        return await handle(answer);
      } finally {
        // What was not read is given up with its connection, lest it wait for a reader for ever.
        answer.body.on('error', () => undefined);
        answer.body.destroy();
      }
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof IncompleteRead) throw error;
      if (deadline.signal.aborted) {
        const seconds = this.options.operationTimeoutSeconds;
        throw new IncompleteRead(`${this.options.url.host} did not answer completely within ${seconds} s.`);
      }
      throw connectionFault(error, this.options.url.host);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends all connections. Idempotent. */
  async close(): Promise<void> {
    await this.agent.destroy();
  }
}

/** The whole body as text. @throws IncompleteRead when it is larger than `limit` bytes. */
export async function textOf(answer: HttpAnswer, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new IncompleteRead(`An answer is larger than ${Math.round(limit / 1024 / 1024)} MiB.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Options that trust exactly what was imported. A server's own certificate, imported, is pinned: it is accepted whatever
 * host name stands in it, for call managers are often reached by address.
 */
export function tlsOptions(caCertificate: string | null): ConnectionOptions {
  if (caCertificate === null) return {};
  const pinned = new Set(pemCertificates(caCertificate).map((certificate) => certificate.fingerprint256));
  return {
    ca: caCertificate,
    allowPartialTrustChain: true,
    checkServerIdentity: (host, certificate) =>
      pinned.has(certificate.fingerprint256) ? undefined : checkServerIdentity(host, certificate),
  };
}

/** An error of a connection in the administrator's words. */
export function connectionFault(error: unknown, host: string): IncompleteRead {
  return new IncompleteRead(faultText(codeOf(error), host), { cause: error });
}

function faultText(code: string, host: string): string {
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The host name of ${host} is not known.`;
    case 'ECONNREFUSED':
      return `${host} refuses the connection.`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `${host} cannot be reached.`;
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return `${host} could not be connected to in time.`;
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
      return `${host} did not answer in time.`;
    case 'CERT_HAS_EXPIRED':
      return `The certificate of ${host} has expired.`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `The certificate of ${host} is made out for another name.`;
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return `The certificate of ${host} is not trusted. Import it, or its authority, as caCertificate.`;
    default:
      return `The connection to ${host} was lost or answered badly (${code}).`;
  }
}

function codeOf(error: unknown): string {
  for (let at = error; typeof at === 'object' && at !== null; at = (at as { cause?: unknown }).cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    if (at instanceof AggregateError && at.errors.length > 0) return codeOf(at.errors[0]);
  }
  return error instanceof Error ? error.name : 'unknown error';
}

function pemCertificates(text: string): X509Certificate[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return [];
  }
}
