import { createServer, type AddressInfo, type Socket } from 'node:net';

import { elementSize } from './ber';
import { FakeDirectory, type FakeEntry } from './directory';
import type { Attributes } from './filter';
import { readRequest, resultMessage, type SearchRequest } from './messages';
import { SearchAnswerer, type Fault, type PageInfo } from './search-answerer';

export interface FakeLdapOptions {
  entries?: FakeEntry[];
  /** More or other attributes of the root DSE; a `defaultNamingContext` is always good to give. */
  rootDse?: Attributes;
  /** Who may bind; others get invalidCredentials (49). Anybody where absent. An empty password is always anonymous. */
  accounts?: { dn: string; password: string }[];
  /** MaxValRange. Default 1500. */
  rangeSize?: number;
  /** MaxPageSize: larger pages are cut to it, unpaged searches get sizeLimitExceeded (4) beyond it. Default 1000. */
  maxPageSize?: number;
  /** Asked before each page of each search (unpaged ones are one page); null answers as a good server would. */
  fault?: (page: PageInfo) => Fault | null;
}

export interface FakeLdap {
  readonly url: string;
  readonly port: number;
  readonly directory: FakeDirectory;
  /** Every search so far, to assert what a client asked for. */
  readonly searches: SearchRequest[];
  /** The DN of every bind so far. */
  readonly binds: string[];
  /** Replaces the faults of the options. */
  setFault(fault: FakeLdapOptions['fault']): void;
  /** Cuts all connections and stops listening. Idempotent. */
  stop(): Promise<void>;
}

const ROOT_DSE: Attributes = {
  supportedLDAPVersion: '3',
  supportedControl: ['1.2.840.113556.1.4.319', '1.2.840.113556.1.4.841', '1.2.840.113556.1.4.1339'],
  // LDAP_CAP_ACTIVE_DIRECTORY_OID: what Active Directory is told by.
  supportedCapabilities: ['1.2.840.113556.1.4.800'],
};

/**
 * Starts an LDAP server inside this process that behaves like Active Directory where no free server does, and badly on
 * request. It knows bind, search (paging, ranges, DirSync) and unbind; everything else is a protocolError (2).
 */
export async function startFakeLdap(options: FakeLdapOptions = {}): Promise<FakeLdap> {
  const rootDse = { dn: '', attributes: { ...ROOT_DSE, ...options.rootDse } };
  const directory = new FakeDirectory([rootDse, ...(options.entries ?? [])], options.rangeSize ?? 1500);
  const answerer = new SearchAnswerer(directory, options.maxPageSize ?? 1000, options.fault);
  const binds: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    serve(socket, answerer, binds, options.accounts);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `ldap://127.0.0.1:${port}`,
    port,
    directory,
    searches: answerer.searches,
    binds,
    setFault: (fault) => answerer.setFault(fault),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function serve(socket: Socket, answerer: SearchAnswerer, binds: string[], accounts: FakeLdapOptions['accounts']): void {
  let pending = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    for (let size = elementSize(pending); size !== null; size = elementSize(pending)) {
      const bytes = pending.subarray(0, size.total);
      pending = pending.subarray(size.total);
      answer(socket, bytes);
    }
  });

  function answer(to: Socket, bytes: Buffer): void {
    const request = readRequest(bytes);
    if (request.op === 'unbind') to.end();
    else if (request.op === 'search') answerer.answer(to, request.search);
    else if (request.op === 'bind') {
      binds.push(request.dn);
      const isKnown = accounts?.some(({ dn, password }) => dn === request.dn && password === request.password) ?? true;
      to.write(resultMessage(request.id, 'bind', { code: isKnown || request.password === '' ? 0 : 49 }));
    } else if (request.op === 'other') {
      to.write(resultMessage(request.id, 'extended', { code: 2, message: 'Not supported here.' }));
    }
  }
}
