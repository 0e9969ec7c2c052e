import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';

import { type DirectoryConnector, IncompleteRead } from '../../../sync/source';
import type { FakeEntry } from '../../support/fake-ldap/directory';
import type { Fault } from '../../support/fake-ldap/search-answerer';
import { type FakeLdap, startFakeLdap } from '../../support/fake-ldap/server';

import { connectorOf, readAll } from './reading';

const BASE = 'DC=fake,DC=test';
const guid = (number: number) => Buffer.from(String(number).padStart(32, '0'), 'hex');
const users: FakeEntry[] = Array.from({ length: 3200 }, (_, i) => ({
  dn: `CN=User ${i},OU=People,${BASE}`,
  attributes: {
    objectClass: ['top', 'person', 'user'],
    objectCategory: 'person',
    objectGUID: guid(i),
    sAMAccountName: `user${i}`,
    userAccountControl: i % 10 === 9 ? '514' : '512',
  },
}));
const groups: FakeEntry[] = [
  { cn: 'All', members: users.length },
  { cn: 'Exactly', members: 1500 },
  { cn: 'Few', members: 2 },
].map(({ cn, members }, i) => ({
  dn: `CN=${cn},${BASE}`,
  attributes: {
    objectClass: ['top', 'group'],
    objectGUID: guid(900_000 + i),
    cn,
    member: users.slice(0, members).map(({ dn }) => dn),
  },
}));

let server: FakeLdap;
beforeAll(async () => {
  const accounts = [{ dn: `CN=reader,${BASE}`, password: 'secret' }];
  server = await startFakeLdap({ entries: [...users, ...groups], accounts });
});
beforeEach(() => server.setFault(undefined));
afterAll(() => server.stop());

const directory = (more: object = {}, bindPassword = 'secret') =>
  connectorOf('ACTIVE_DIRECTORY', {
    settings: {
      urls: [server.url],
      bindDn: `CN=reader,${BASE}`,
      baseDn: BASE,
      // Ample: the fake server shares this process, and the machine may be busy.
      operationTimeoutSeconds: 20,
      connectTimeoutSeconds: 20,
      ...more,
    },
    secrets: { bindPassword },
  });

/** The reason of an incomplete read, and how many users were told before. */
async function broken(connector: DirectoryConnector): Promise<{ message: string; users: number }> {
  let told = 0;
  try {
    for await (const record of connector.read(new AbortController().signal)) if (record.kind === 'user') told++;
  } catch (error) {
    expect(error).toBeInstanceOf(IncompleteRead);
    return { message: (error as Error).message, users: told };
  }
  throw new Error('The read ended as if it had been complete.');
}
const faultOn = (page: number, fault: Fault) =>
  server.setFault((at) => (at.page === page && at.request.scope === 'sub' && at.entries > 10 ? fault : null));

describe('a directory that cuts plain attributes and pages, as Active Directory does', () => {
  it('is read whole: every page, every member of every group', async () => {
    const told = await readAll(directory());
    expect(told.users).toHaveLength(3200);
    expect([...told.members].map(([name, members]) => [name, new Set(members).size])).toEqual([
      ['All', 3200],
      ['Exactly', 1500],
      ['Few', 2],
    ]);
    expect(server.searches.every(({ sizeLimit }) => sizeLimit === 0)).toBe(true);
  });

  it('is read beyond an empty page with a cookie', async () => {
    faultOn(1, { kind: 'emptyPage' });
    expect((await readAll(directory())).users).toHaveLength(3200);
  });

  it('asks for no secret and for nothing that is not mapped', async () => {
    server.searches.length = 0;
    await readAll(directory());
    const asked = new Set(server.searches.flatMap(({ attributes }) => attributes));
    expect([...asked].filter((name) => /pwd|password|^\*$|memberOf/i.test(name))).toEqual([]);
  });
});

describe('a read is incomplete', () => {
  it.each<[string, Fault, RegExp]>([
    ['on a size limit', { kind: 'result', code: 4, afterEntries: 200 }, /Reading users .*size limit.*code 4/],
    ['on a time limit', { kind: 'result', code: 3 }, /time limit.*code 3/],
    ['on a busy server', { kind: 'result', code: 51, message: 'later' }, /busy.*51: later/],
    ['on a referral result', { kind: 'result', code: 10, referral: ['ldap://x/'] }, /refers to another server/],
    ['on a referral in scope', { kind: 'reference', urls: ['ldap://x/dc=y'], afterEntries: 3 }, /ldap:\/\/x\/dc=y/],
    ['on garbage', { kind: 'garbage', afterEntries: 5 }, /no valid LDAP message/],
    ['on a silent server', { kind: 'hang', afterEntries: 5 }, /no answer within 4 s/],
    ['on a cut', { kind: 'cut', afterEntries: 5 }, /closed the connection|connection was (cut|lost)/],
  ])('%s', async (_, fault, reason) => {
    faultOn(1, fault);
    const more = fault.kind === 'hang' ? { operationTimeoutSeconds: 4 } : {};
    const { message, users: told } = await broken(directory(more));
    expect(message).toMatch(reason);
    expect(message).toContain(server.url);
    expect(told).toBe(1000);
  });

  it('where the members of a group cannot be read to their end', async () => {
    server.setFault(({ request }) =>
      request.attributes.some((name) => name.startsWith('member;range=1500-')) ? { kind: 'result', code: 1 } : null,
    );
    expect((await broken(directory())).message).toMatch(/Reading the members of CN=All.* from number 1500/);
  });

  it('where the base does not exist', async () => {
    expect((await broken(directory({ userBaseDn: 'OU=Nowhere,DC=other' }))).message).toMatch(/base does not exist/);
  });

  it('where no server can be opened, naming each and why; wrong credentials are tried once', async () => {
    const closed = await freePort();
    const urls = [`ldap://127.0.0.1:${closed}`, 'ldap://no-such-host.invalid', server.url];
    expect((await readAll(directory({ urls }))).users).toHaveLength(3200);
    const nothing = await broken(directory({ urls: urls.slice(0, 2) }));
    expect(nothing.message).toMatch(/nothing listens there.*no-such-host\.invalid/);
    server.binds.length = 0;
    const wrong = await broken(directory({ urls: [server.url, server.url] }, 'wrong'));
    expect(wrong.message).toMatch(/password of the reading account is wrong/);
    expect(wrong.message).not.toContain('"wrong"');
    expect(server.binds).toHaveLength(1);
  });

  it('where a server takes connections and never answers', async () => {
    const silent = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const url = `ldap://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const short = { operationTimeoutSeconds: 0.5, connectTimeoutSeconds: 0.5 };
    expect((await broken(directory({ urls: [url], ...short }))).message).toMatch(/no answer within/);
    expect((await broken(directory({ urls: [url.replace('ldap:', 'ldaps:')], ...short }))).message).toMatch(
      /no connection within/,
    );
    await closeServer(silent);
  });

  it('where it is cancelled', async () => {
    const cancel = new AbortController();
    const reading = async () => {
      for await (const record of directory().read(cancel.signal)) if (record.kind === 'user') cancel.abort();
    };
    await expect(reading()).rejects.toThrow();
    await expect(readAll(directory(), AbortSignal.abort())).rejects.toThrow();
  });
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await closeServer(probe);
  return port;
}

function closeServer(which: Server): Promise<void> {
  return new Promise((resolve) => which.close(() => resolve()));
}
