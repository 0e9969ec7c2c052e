import { Client, Control } from 'ldapts';

import { BerReader, element, elementSize, integer, octets, sequence } from './fake-ldap/ber';
import type { FakeEntry } from './fake-ldap/directory';
import type { Fault } from './fake-ldap/search-answerer';
import { startFakeLdap, type FakeLdap } from './fake-ldap/server';

const BASE = 'DC=fake,DC=test';
const users: FakeEntry[] = Array.from({ length: 30 }, (_, i) => ({
  dn: `CN=User ${i},OU=People,${BASE}`,
  attributes: { objectClass: ['top', 'user'], cn: `User ${i}`, userAccountControl: i % 10 === 9 ? '514' : '512' },
}));
const group: FakeEntry = {
  dn: `CN=All,${BASE}`,
  attributes: { objectClass: ['top', 'group'], cn: 'All', member: users.map(({ dn }) => dn) },
};

let server: FakeLdap;
let client: Client;

beforeEach(async () => {
  const accounts = [{ dn: `CN=reader,${BASE}`, password: 'secret' }];
  server = await startFakeLdap({ entries: [...users, group], rangeSize: 12, maxPageSize: 20, accounts });
  client = new Client({ url: server.url, timeout: 500 });
});
afterEach(async () => {
  await client.unbind().catch(() => undefined);
  await server.stop();
});

const faultOnPage = (page: number, fault: Fault) => server.setFault((at) => (at.page === page ? fault : null));
/** What each page brought, until the end or the error. */
async function readPages(pageSize = 10): Promise<{ pages: number[]; error: unknown }> {
  const pages: number[] = [];
  try {
    const read = client.searchPaginated(BASE, { filter: '(objectClass=user)', paged: { pageSize } });
    for await (const { searchEntries } of read) pages.push(searchEntries.length);
    return { pages, error: null };
  } catch (error) {
    return { pages, error };
  }
}

describe('a fake LDAP server behaving well', () => {
  it('checks binds, and takes an empty password for anonymous', async () => {
    await client.bind(`CN=reader,${BASE}`, 'secret');
    await client.bind('', '');
    await expect(client.bind(`CN=reader,${BASE}`, 'wrong')).rejects.toMatchObject({ code: 49 });
    expect(server.binds).toHaveLength(3);
  });

  it('pages', async () => {
    expect(await readPages()).toEqual({ pages: [10, 10, 10], error: null });
    expect(await readPages(50)).toEqual({ pages: [20, 10], error: null });
  });

  it('answers filters and scopes', async () => {
    const count = async (base: string, scope: 'base' | 'one' | 'sub', filter: string) =>
      (await client.search(base, { scope, filter })).searchEntries.length;
    expect(await count(BASE, 'sub', '(&(objectClass=user)(userAccountControl:1.2.840.113556.1.4.803:=2))')).toBe(3);
    expect(await count(BASE, 'one', '(cn=*)')).toBe(1);
    expect(await count(BASE, 'sub', '(cn=user 1*)')).toBe(11);
    expect(await count(BASE, 'sub', '(|(cn=User 1)(!(objectClass=user)))')).toBe(2);
    expect(await count('', 'base', '(objectClass=*)')).toBe(1);
    await expect(count('DC=other', 'sub', '(cn=*)')).rejects.toMatchObject({ code: 32 });
  });

  it('ends an unpaged search at its limit by code 4', async () => {
    await expect(client.search(BASE, { filter: '(cn=*)' })).rejects.toMatchObject({ code: 4 });
  });

  it('gives a long attribute in ranges only', async () => {
    const read = async (attribute: string) => {
      const found = await client.search(group.dn, { scope: 'base', attributes: [attribute] });
      return found.searchEntries[0] ?? {};
    };
    expect(await read('member')).toMatchObject({ member: [], 'member;range=0-11': { length: 12 } });
    expect(await read('member;range=0-4')).toMatchObject({ 'member;range=0-4': { length: 5 } });
    expect(await read('member;range=24-*')).toMatchObject({ 'member;range=24-*': { length: 6 } });
    expect(server.searches).toHaveLength(3);
  });
});

describe('a fake LDAP server behaving badly', () => {
  it('sends an empty page with a cookie, at which ldapts stops silently', async () => {
    faultOnPage(1, { kind: 'emptyPage' });
    const { pages, error } = await readPages();
    expect({ pages, error }).toEqual({ pages: expect.arrayContaining([10]), error: null });
    expect(pages.reduce((sum, page) => sum + page, 0)).toBeLessThan(30);
  });

  it.each<[string, Fault, object]>([
    ['a size limit', { kind: 'result', code: 4, afterEntries: 5 }, { code: 4 }],
    ['a referral', { kind: 'result', code: 10, referral: ['ldap://elsewhere.test/'] }, { code: 10 }],
    ['a cut connection', { kind: 'cut', afterEntries: 3 }, { message: expect.any(String) }],
    ['a hang', { kind: 'hang', afterEntries: 3 }, { message: expect.any(String) }],
  ])('ends the second page with %s', async (_, fault, error) => {
    faultOnPage(1, fault);
    expect(await readPages()).toEqual({ pages: [10], error: expect.objectContaining(error) });
  });

  it('sends garbage', async () => {
    faultOnPage(1, { kind: 'garbage', afterEntries: 1 });
    const { pages, error } = await readPages();
    expect(pages).toEqual([10]);
    expect(error).not.toBeNull();
  });

  it('mixes in a continuation reference', async () => {
    faultOnPage(0, { kind: 'reference', urls: ['ldap://child.fake.test/DC=child'], afterEntries: 2 });
    const found = await client.search(BASE, { filter: '(cn=User 1*)' });
    expect(found.searchReferences).toEqual(['ldap://child.fake.test/DC=child']);
    expect(found.searchEntries).toHaveLength(11);
  });
});

/** DirSync as a control of ldapts: its value is written and read by the codec under test. */
class DirSync extends Control {
  answer: Buffer = Buffer.alloc(0);

  constructor(private readonly cookie: string | Buffer) {
    super('1.2.840.113556.1.4.841', { critical: true });
  }

  override writeControl(writer: { writeBuffer(bytes: Buffer, tag: number): void }): void {
    writer.writeBuffer(sequence(integer(1), integer(0), octets(this.cookie)), 0x04);
  }

  override parseControl(reader: { readString(tag: number, asBuffer: true): Buffer | null }): void {
    // ldapts has taken the outer OCTET STRING off already.
    const value = new BerReader(reader.readString(0x30, true) ?? Buffer.alloc(0));
    value.readInteger();
    value.readInteger();
    this.answer = value.read();
  }
}

describe('DirSync', () => {
  const read = async (cookie: string | Buffer) => {
    const control = new DirSync(cookie);
    const { searchEntries } = await client.search(BASE, { filter: '(cn=*)' }, control);
    return { names: searchEntries.map(({ cn }) => cn), cookie: control.answer };
  };

  it('tells all, then what changed, and nothing for a corrupt cookie', async () => {
    const all = await read('');
    expect(all.names).toHaveLength(31);
    server.directory.put({ dn: `CN=New,${BASE}`, attributes: { cn: 'New' } });
    expect((await read(all.cookie)).names).toEqual(['New']);
    expect((await read('corrupt')).names).toEqual([]);
  });
});

describe('the BER codec', () => {
  it('writes and reads lengths of one, two and three bytes', () => {
    for (const length of [0, 127, 128, 255, 256, 70_000]) {
      const bytes = element(0x04, Buffer.alloc(length, 1));
      expect(elementSize(bytes)?.total).toBe(bytes.length);
      expect(elementSize(bytes.subarray(0, -1))).toBeNull();
      expect(new BerReader(bytes).read(0x04)).toHaveLength(length);
    }
  });
});
