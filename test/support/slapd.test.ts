import { Client } from 'ldapts';

import { describeWith } from './availability';
import { directoryLdif, groupDn, ldifLine, spreadMembers, userDn } from './directory-ldif';
import { startSlapd, type Slapd } from './slapd';

const SIZE = { users: 60, groups: 4, memberships: 120 };

describe('the LDIF generator', () => {
  it('encodes what RFC 2849 does not let stand', () => {
    expect(ldifLine('cn', 'plain text')).toBe('cn: plain text\n');
    expect(ldifLine('cn', ' leading')).toBe('cn:: IGxlYWRpbmc=\n');
    expect(ldifLine('cn', 'trailing ')).toBe('cn:: dHJhaWxpbmcg\n');
    expect(ldifLine('cn', 'Jürgen')).toBe(`cn:: ${Buffer.from('Jürgen').toString('base64')}\n`);
  });

  it('spreads about as many memberships as asked, the first group over everybody', () => {
    const members = spreadMembers(SIZE);
    expect(members.map((some) => some.length)).toEqual([60, 20, 20, 20]);
  });
});

describeWith('slapd', 'an OpenLDAP of its own', () => {
  let slapd: Slapd;

  beforeAll(async () => {
    slapd = await startSlapd({ ldif: directoryLdif(SIZE), pageLimit: 25, unpagedLimit: 40, cappedTotal: 50 });
  });
  afterAll(() => slapd.stop());

  async function asUser<T>(dn: string, password: string, use: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ url: slapd.url });
    await client.bind(dn, password);
    return use(client).finally(() => client.unbind());
  }

  const asReader = <T>(use: (client: Client) => Promise<T>) => asUser(slapd.readerDn, slapd.readerPassword, use);

  it('gives all people to the reader in pages', async () => {
    const found = await asReader((client) =>
      client.search(slapd.baseDn, { filter: '(uid=user*)', paged: { pageSize: 25 } }),
    );
    expect(found.searchEntries).toHaveLength(60);
    expect(found.searchEntries[1]).toMatchObject({ dn: userDn(1), sn: 'Nguyen', givenName: 'Björn' });
  });

  it('cuts the capped reader off after its total, by code 4', async () => {
    let entries = 0;
    const search = asUser(slapd.cappedDn, slapd.cappedPassword, async (client) => {
      const pages = client.searchPaginated(slapd.baseDn, { filter: '(uid=user*)', paged: { pageSize: 20 } });
      for await (const page of pages) entries += page.searchEntries.length;
    });
    await expect(search).rejects.toMatchObject({ code: 4 });
    expect(entries).toBe(40);
  });

  it('speaks ldaps and StartTLS with a certificate of its own authority', async () => {
    const tls = new Client({ url: slapd.ldapsUrl, tlsOptions: { ca: [slapd.ca] } });
    await tls.bind(slapd.readerDn, slapd.readerPassword);
    await tls.unbind();
    const upgraded = new Client({ url: slapd.url });
    await upgraded.startTLS({ ca: [slapd.ca] });
    await upgraded.bind(slapd.readerDn, slapd.readerPassword);
    await upgraded.unbind();
  });

  it('is changed by LDIF, keeps memberOf and references, and survives a SIGKILL', async () => {
    await slapd.add(`dn: cn=new,ou=groups,${slapd.baseDn}\nobjectClass: groupOfNames\ncn: new\nmember: ${userDn(3)}\n`);
    await slapd.modify(`dn: ${userDn(4)}\nchangetype: modify\nreplace: title\ntitle: Chief\n`);
    await slapd.rename(userDn(3), 'uid=renamed');
    await slapd.delete(groupDn(3));
    await slapd.kill();
    await slapd.restart();
    const read = (dn: string, attribute: string) =>
      asReader((client) => client.search(dn, { scope: 'base', attributes: [attribute] }));
    const group = await read(`cn=new,ou=groups,${slapd.baseDn}`, 'member');
    expect(group.searchEntries[0]).toMatchObject({ member: `uid=renamed,ou=people,${slapd.baseDn}` });
    expect((await read(userDn(4), 'title')).searchEntries[0]).toMatchObject({ title: 'Chief' });
    await expect(read(groupDn(3), 'cn')).rejects.toMatchObject({ code: 32 });
  });
});
