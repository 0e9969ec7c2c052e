import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';

import type { CheckList } from './check-list';
import { connectionFault, tlsOptions } from './http-client';

/** Where an HTTP server is and how its certificate is judged. */
export interface NetworkTarget {
  url: URL;
  caCertificate: string | null;
  connectTimeoutSeconds: number;
}

/**
 * The checks dns, tcp and tls of an HTTP server; startTls is always SKIPPED. A failed one leaves the later ones unreached.
 *
 * @returns whether all passed
 */
export async function checkNetwork<Name extends string>(
  checks: CheckList<Name | 'dns' | 'tcp' | 'tls' | 'startTls'>,
  target: NetworkTarget,
  signal: AbortSignal,
): Promise<boolean> {
  checks.skip(['startTls'], 'HTTP has none.');
  const host = target.url.hostname.replace(/^\[|\]$/g, '');
  const secure = target.url.protocol === 'https:';
  const port = Number(target.url.port || (secure ? 443 : 80));
  const isKnown = await checks.run('dns', async () => {
    if (isIP(host) !== 0) return 'The URL holds an address.';
    const found = await lookup(host, { all: true }).catch((error: unknown) => {
      throw connectionFault(error, target.url.host);
    });
    return found.map(({ address }) => address).join(', ');
  });
  if (!isKnown) return false;
  const isOpen = await checks.run('tcp', async () => {
    await opened(connectTcp({ host, port }), 'connect', target, signal);
    return `Port ${port} is open.`;
  });
  if (!isOpen) return false;
  if (!secure) {
    checks.skip(['tls'], 'The URL is http.');
    return true;
  }
  return checks.run('tls', async () => {
    const servername = isIP(host) === 0 ? host : undefined;
    const socket = connectTls({ host, port, servername, ...tlsOptions(target.caCertificate) });
    const { protocol, expires } = await opened(socket, 'secureConnect', target, signal, () => ({
      protocol: socket.getProtocol() ?? 'TLS',
      expires: socket.getPeerCertificate().valid_to,
    }));
    return `${protocol}, certificate valid until ${expires}.`;
  });
}

async function opened<T>(
  socket: Socket | TLSSocket,
  event: 'connect' | 'secureConnect',
  target: NetworkTarget,
  signal: AbortSignal,
  look: () => T = () => undefined as T,
): Promise<T> {
  const over = new AbortController();
  try {
    return await new Promise<T>((resolve, reject) => {
      socket.setTimeout(target.connectTimeoutSeconds * 1000, () => reject(fault('ETIMEDOUT')));
      signal.addEventListener('abort', () => reject(fault('ABORTED')), { signal: over.signal });
      socket.once('error', reject);
      socket.once(event, () => resolve(look()));
    });
  } catch (error) {
    throw connectionFault(error, target.url.host);
  } finally {
    over.abort();
    socket.on('error', () => undefined);
    socket.destroy();
  }
}

function fault(code: string): Error {
  return Object.assign(new Error(code), { code });
}
