import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describeWith, program } from '../../support/availability';
import { run } from '../../support/processes';
import { startSambaAd, type SambaAd } from '../../support/samba-ad';

import { byId, connectorOf, named, readAll } from './reading';

let ad: SambaAd;

const parts = (more: object = {}) => ({
  settings: { urls: [ad.ldapsUrl], caCertificate: ad.ca, bindDn: ad.bindUpn, baseDn: ad.baseDn, ...more },
  secrets: { bindPassword: ad.bindPassword },
});
const directory = (more: object = {}) => connectorOf('ACTIVE_DIRECTORY', parts(more));
const userRef = (name: string) => `cn=${name},${ad.peopleDn.toLowerCase()}`;

describeWith('samba', 'a full read of Active Directory', () => {
  beforeAll(async () => {
    ad = await startSambaAd();
    await ad.seedUsers(5000);
    await ad.seedLargeGroup('everybody', 5000);
    await ad.addUser('Comma, Carl', { givenName: 'Carl', sn: 'Comma', manager: `CN=user00001,${ad.peopleDn}` });
    await ad.addGroup('sales', ['user00001', 'Comma, Carl'], { description: 'Sells' });
    await ad.seedNestedGroups(['user00001', 'user00002', 'user00003']);
    await ad.setPrimaryGroup('user00004', 'sales');
  }, 180_000);
  afterAll(() => ad.stop());

  it('tells users, disabled ones too, without computers; groups with all members, the large one by ranges', async () => {
    const told = await readAll(directory());
    expect(told.bad).toEqual([]);
    const people = told.users.filter(({ fields }) => /^user\d/.test(fields.userId));
    expect(people).toHaveLength(5000);
    expect(people.filter(({ disabled }) => disabled)).toHaveLength(500);
    expect(told.users.some(({ fields }) => fields.userId.endsWith('$'))).toBe(false);
    expect(byId(told, 'Administrator')?.fields.displayName).toBe('Administrator');
    const everybody = told.members.get('everybody') ?? [];
    expect(new Set(everybody)).toEqual(new Set(people.flatMap(({ refs }) => refs)));
    expect(everybody).toHaveLength(5000);
  });

  it('tells ids, fields, managers and names with commas', async () => {
    const told = await readAll(directory({ userBaseDn: ad.peopleDn }));
    expect(byId(told, 'user00007')).toMatchObject({
      externalId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      refs: [userRef('user00007')],
      fields: {
        displayName: 'User Näme 00007',
        firstName: 'Given7',
        lastName: 'Sörn7',
        email: 'user00007@example.test',
        department: 'Department 7',
        userPrincipalName: 'user00007@ad.example.test',
      },
    });
    expect(byId(told, 'Comma_ Carl')).toMatchObject({
      refs: [userRef('comma\\, carl')],
      manager: userRef('user00001'),
      fields: { displayName: 'Comma, Carl', email: null },
    });
    expect(told.members.get('sales')).toEqual(expect.arrayContaining([userRef('user00001'), userRef('comma\\, carl')]));
  });

  it('tells the primary group by its SID, which the group has as a ref', async () => {
    const told = await readAll(directory());
    const sales = named(told, 'sales');
    const primary = byId(told, 'user00004')?.primaryGroup;
    expect(sales?.refs).toContain(primary);
    expect(told.members.get('sales')).not.toContain(userRef('user00004'));
    expect(byId(told, 'user00005')?.primaryGroup).toBe(`sid:${ad.domainSid}-513`);
    expect(named(told, 'Domain Users')?.refs).toContain(`sid:${ad.domainSid}-513`);
    expect(named(told, 'Users')?.refs).toContain('sid:S-1-5-32-545');
  });

  it('tells nested groups as they are, a cycle too', async () => {
    const told = await readAll(directory({ groupFilter: '(|(cn=inner)(cn=middle)(cn=outer))' }));
    expect(told.members.get('inner')).toContain(userRef('outer'));
    expect(told.members.get('outer')).toContain(userRef('middle'));
    expect(told.members.get('middle')).toContain(userRef('inner'));
  });

  it('is the same from an LDIF export', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'export-'));
    try {
      const bind = ['-x', '-H', ad.url, '-D', ad.adminDn, '-w', ad.adminPassword];
      const search = ['-E', 'pr=1000/noprompt', '-E', '!1.2.840.113556.1.4.1339', '-b', ad.baseDn];
      writeFileSync(join(folder, 'ad.ldif'), await run(program('ldapsearch'), [...bind, ...search, '(objectClass=*)']));
      const settings = { path: join(folder, 'ad.ldif'), dialect: 'ACTIVE_DIRECTORY' };
      const exported = await readAll(connectorOf('LDIF', { settings }, [folder]));
      const live = await readAll(directory());
      const sorted = <T extends { externalId: string | null }>(records: T[]) =>
        [...records].sort((a, b) => ((a.externalId ?? '') < (b.externalId ?? '') ? -1 : 1));
      expect(sorted(exported.users)).toEqual(sorted(live.users));
      expect(sorted(exported.groups)).toEqual(sorted(live.groups));
      for (const [name, members] of live.members) {
        expect([name, exported.members.get(name)?.sort()]).toEqual([name, members.sort()]);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
