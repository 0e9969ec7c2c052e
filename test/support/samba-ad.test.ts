import { Client } from 'ldapts';

import { describeWith } from './availability';
import { startSambaAd, type SambaAd } from './samba-ad';

describeWith('samba', 'a Samba domain controller of its own', () => {
  let samba: SambaAd;
  let client: Client;

  beforeAll(async () => {
    samba = await startSambaAd();
    client = new Client({ url: samba.url });
    await client.bind(samba.bindDn, samba.bindPassword);
  }, 120_000);
  afterAll(async () => {
    await client.unbind();
    await samba.stop();
  });

  const read = async (name: string, ...attributes: string[]) => {
    const found = await client.search(samba.peopleDn, { filter: `(cn=${name})`, attributes });
    return found.searchEntries[0];
  };
  const dn = (name: string) => `CN=${name},${samba.peopleDn}`;

  it('has seeded users, one in ten disabled', async () => {
    await samba.seedUsers(20);
    expect(await read('user00003', 'userPrincipalName', 'sn', 'userAccountControl')).toMatchObject({
      userPrincipalName: 'user00003@ad.example.test',
      sn: 'Sörn3',
      userAccountControl: '544',
    });
    expect(await read('user00009', 'userAccountControl')).toMatchObject({ userAccountControl: '546' });
    await samba.setDisabled('user00003');
    expect(await read('user00003', 'userAccountControl')).toMatchObject({ userAccountControl: '546' });
  });

  it('answers ranges of a large group', async () => {
    await samba.seedLargeGroup('everybody', 20);
    const entry = await read('everybody', 'member;range=0-9');
    expect(entry?.['member;range=0-9']).toHaveLength(10);
  });

  it('nests groups in a cycle', async () => {
    await samba.seedNestedGroups(['user00000', 'user00001', 'user00002']);
    expect((await read('outer', 'member'))?.member).toEqual(expect.arrayContaining([dn('middle'), dn('user00000')]));
    expect((await read('inner', 'member'))?.member).toEqual(expect.arrayContaining([dn('outer'), dn('user00002')]));
  });

  it('moves a user between its primary group and the member lists', async () => {
    await samba.addGroup('Kasse, Süd', []);
    await samba.addUser('newcomer', { title: 'Clerk' });
    await samba.setPrimaryGroup('newcomer', 'Kasse, Süd');
    expect((await read('Kasse, Süd', 'member'))?.member).toEqual([]);
    expect((await read('newcomer', 'primaryGroupID'))?.primaryGroupID).not.toBe('513');
  });

  it('is changed while it runs', async () => {
    await samba.addGroup('team', ['user00001', 'user00002']);
    await samba.removeMembers('team', ['user00002']);
    await samba.addMembers('team', ['user00004']);
    await samba.rename('user00004', 'renamed');
    await samba.setAttributes('user00001', { title: 'Chief', department: [] });
    await samba.remove('user00005');
    expect((await read('team', 'member'))?.member).toEqual(expect.arrayContaining([dn('renamed'), dn('user00001')]));
    expect(await read('user00001', 'title', 'department')).toMatchObject({ title: 'Chief', department: [] });
    expect(await read('user00005')).toBeUndefined();
  });

  it('speaks ldaps with a certificate of its own authority, and knows its SID', async () => {
    const tls = new Client({ url: samba.ldapsUrl, tlsOptions: { ca: [samba.ca] } });
    await tls.bind(samba.adminDn, samba.adminPassword);
    await tls.unbind();
    expect(samba.domainSid).toMatch(/^S-1-5-21-\d+-\d+-\d+$/);
  });
});
