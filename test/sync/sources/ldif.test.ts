import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { IncompleteRead, SettingsError } from '../../../sync/source';

import { byId, connectorOf, named, readAll } from './reading';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ldif-'));
  file = join(folder, 'directory.ldif');
});
afterEach(() => rmSync(folder, { recursive: true }));

const reader = (content: string | Buffer, dialect = 'LDAP', mapping: Record<string, string> = {}) => {
  writeFileSync(file, content);
  return connectorOf('LDIF', { settings: { path: file, dialect }, mapping }, [folder]);
};
const read = (content: string | Buffer, dialect?: string, mapping?: Record<string, string>) =>
  readAll(reader(content, dialect, mapping));
const incompleteness = async (content: string | Buffer): Promise<string> => {
  const error: unknown = await read(content).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(IncompleteRead);
  return (error as Error).message;
};
const person = (uid: string, more = '') =>
  `dn: uid=${uid},dc=x\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: ${uid}\n${more}`;

describe('an LDIF file', () => {
  it('is read with folded lines, base64, comments, CRLF, a byte order mark and attribute options', async () => {
    const lines = [
      '\uFEFFversion: 1',
      '# made by hand,',
      '  over two lines',
      'dn:: dWlkPWrDvHJnZW4sZGM9eA==',
      'objectclass: top',
      'objectclass: inetOrgPerson',
      'entryUUID: 5B1C2D3E-0000-1111-2222-333344445555',
      'UID: jürgen',
      'cn;lang-en: Juergen',
      'cn: Jürgen Mül',
      ' ler',
      'displayName;lang-de: Herr Müller',
      'mail:  jm@example.com',
      'title:',
      'userPassword:: c2VjcmV0',
      '',
      '',
      'dn: cn=all, dc=x',
      'objectClass: groupOfNames',
      'objectClass: posixGroup',
      'cn: everybody',
      'cn: all',
      'member: UID=J\\C3\\BCrgen,DC=X',
      'memberUid: Jürgen',
      '',
      'dn: ou=unit,dc=x',
      'objectClass: organizationalUnit',
      'ou: unit',
    ];
    const told = await read(`${lines.join('\r\n')}\r\n`);
    expect(told.bad).toEqual([]);
    expect(byId(told, 'jürgen')).toMatchObject({
      externalId: '5b1c2d3e-0000-1111-2222-333344445555',
      refs: ['uid=jürgen,dc=x', 'uid:jürgen'],
      fields: { displayName: 'Herr Müller', email: 'jm@example.com', title: null },
    });
    expect(named(told, 'all')).toMatchObject({ externalId: 'cn=all,dc=x', refs: ['cn=all,dc=x'] });
    expect(told.members.get('all')).toEqual(['uid=jürgen,dc=x', 'uid:jürgen']);
  });

  it('tells users before groups however they are mixed, across parts of any size', async () => {
    const entries: string[] = [];
    for (let i = 0; i < 20_000; i++) {
      entries.push(`dn: cn=g${i},dc=x\nobjectClass: groupOfNames\ncn: g${i}\nmember: uid=u${i},dc=x\n`);
      entries.push(person(`u${i}`, `description: ${'x'.repeat(i % 97)}\n`));
    }
    const told = await read(entries.join('\n'));
    expect([told.users.length, told.groups.length]).toEqual([20_000, 20_000]);
    expect(told.members.get('g19999')).toEqual(['uid=u19999,dc=x']);
  });

  it('of Active Directory gives GUIDs, SIDs and disabled accounts', async () => {
    const guid = Buffer.from('00112233445566778899aabbccddeeff', 'hex').toString('base64');
    const sid = (rid: number) => {
      const bytes = Buffer.from('010500000000000515000000010000000200000003000000ffffffff', 'hex');
      bytes.writeUInt32LE(rid, 24);
      return bytes.toString('base64');
    };
    const told = await read(
      `dn: CN=Ada,DC=ad,DC=x\nobjectClass: top\nobjectClass: user\nobjectCategory: CN=Person,CN=Schema,DC=ad,DC=x\n` +
        `sAMAccountName: ada\nobjectGUID:: ${guid}\nobjectSid:: ${sid(1104)}\nprimaryGroupID: 513\nuserAccountControl: 514\n\n` +
        `dn: CN=PC,DC=ad,DC=x\nobjectClass: user\nobjectClass: computer\nsAMAccountName: PC$\nobjectGUID:: ${guid}\n\n` +
        `dn: CN=Domain Users,DC=ad,DC=x\nobjectClass: group\ncn: Domain Users\nobjectGUID: {6B1C2D3E-0000-1111-2222-333344445555}\n` +
        `objectSid:: ${sid(513)}\n`,
      'ACTIVE_DIRECTORY',
    );
    expect(told.users).toEqual([
      expect.objectContaining({
        externalId: '33221100-5544-7766-8899-aabbccddeeff',
        disabled: true,
        primaryGroup: 'sid:S-1-5-21-1-2-3-513',
        fields: expect.objectContaining({ userId: 'ada', displayName: 'ada' }),
      }),
    ]);
    expect(told.groups[0]).toMatchObject({
      externalId: '6b1c2d3e-0000-1111-2222-333344445555',
      refs: ['cn=domain users,dc=ad,dc=x', 'sid:S-1-5-21-1-2-3-513'],
    });
  });

  it('has the ids of 389 Directory Server, locked accounts, and members with a bit string', async () => {
    const told = await read(
      `${person('a', 'nsUniqueId: 0A1B2C3D-11112222-33334444-55556666\nnsAccountLock: TRUE\n')}\n` +
        `${person('b', 'pwdAccountLockedTime: 000001010000Z\nmanager: UID=A, DC=X\n')}\n` +
        `${person('c', 'pwdAccountLockedTime: 20250101000000Z\n')}\n` +
        `dn: cn=g,dc=x\nobjectClass: groupOfUniqueNames\ncn: g\nuniqueMember: uid=a,dc=x#'0101'B\n`,
    );
    expect(told.users.map(({ externalId, disabled, manager }) => [externalId, disabled, manager])).toEqual([
      ['0a1b2c3d-11112222-33334444-55556666', true, null],
      ['uid=b,dc=x', true, 'uid=a,dc=x'],
      ['uid=c,dc=x', false, null],
    ]);
    expect(told.members.get('g')).toEqual(['uid=a,dc=x']);
  });

  it('keeps bad records apart, each with its reason, and reads on', async () => {
    const told = await read(
      Buffer.concat([
        Buffer.from(`${person('good')}\n${person('base', 'mail:: no base64!\n')}\n`),
        Buffer.from(`${person('file', 'jpegPhoto:< file:///etc/passwd\nuserPassword: geheim\n')}\n`),
        Buffer.from(`${person('odd', 'this is no line\n')}\n${person('latin', 'sn: M')}`),
        Buffer.from([0xfc]),
        Buffer.from('ller\n\ndn: uid=none,dc=x\nobjectClass: inetOrgPerson\nsn: None\njpegPhoto:: //79\n\n'),
        Buffer.from('dn: cn=g,dc=x\nobjectClass: groupOfNames\ndescription: no name\n'),
      ]),
    );
    expect(told.users.map(({ fields }) => fields.userId)).toEqual(['good']);
    expect(told.bad.map(({ of, externalId, reason }) => [of, externalId, reason])).toEqual([
      ['user', 'uid=base,dc=x', expect.stringContaining('"mail" holds no valid base64')],
      ['user', 'uid=file,dc=x', expect.stringContaining('"jpegPhoto" refers to another file')],
      ['user', 'uid=odd,dc=x', expect.stringContaining('this is no line')],
      ['user', 'uid=latin,dc=x', expect.stringContaining('not UTF-8')],
      ['user', 'uid=none,dc=x', expect.stringContaining('"uid"')],
      ['group', 'cn=g,dc=x', expect.stringContaining('"cn"')],
    ]);
    expect(JSON.stringify(told.bad)).not.toContain('geheim');
    expect(told.bad[4]?.raw).toMatchObject({ dn: 'uid=none,dc=x', jpegPhoto: '//79' });
  });

  it('is incomplete where nobody can tell what it lacks', async () => {
    const two = `${person('a')}\n${person('b')}`;
    expect(await incompleteness(two.slice(0, -3))).toContain('middle of a line');
    expect(await incompleteness(`${person('a')}${person('b')}`)).toContain('a second "dn:"');
    expect(await incompleteness(`${two}\nmail: x@y\n`)).toContain('does not begin with "dn:"');
    expect(await incompleteness(`${two}\ndn: uid=c,dc=x\nchangetype: delete\n`)).toContain('file of changes');
    expect(await incompleteness(`version: 2\n${two}`)).toContain('another version');
    expect(await incompleteness(Buffer.from(two, 'utf16le'))).toContain('UTF-16');
    expect(await incompleteness('')).toContain('empty');
    expect(await incompleteness(`${two}\nsearch: 2\nresult: 4 Size limit exceeded\n`)).toContain('Size limit exceeded');
    expect(await incompleteness(`${two}\n# reference\nref: ldap://other.example/dc=x\n`)).toContain('another server');
    rmSync(file);
    await expect(readAll(connectorOf('LDIF', { settings: { path: file, dialect: 'LDAP' } }, [folder]))).rejects.toThrow(
      /directory\.ldif.*does not exist/,
    );
    writeFileSync(file, '');
  });

  it('may carry what ldapsearch says around the records', async () => {
    const told = await read(
      `# extended LDIF\n#\n# LDAPv3\n# base <dc=x> with scope subtree\n#\n\n# a, x\n${person('a')}\n# search reference\n` +
        `ref: ldap://ForestDnsZones.ad.example.test/DC=ForestDnsZones,DC=ad,DC=example,DC=test\n\n` +
        `# search result\nsearch: 2\nresult: 0 Success\n\n# numResponses: 2\n# numEntries: 1\n`,
    );
    expect(told.users).toHaveLength(1);
  });

  it('is incomplete if it changes while it is read', async () => {
    const connector = reader(`${person('a')}\n${person('b')}`);
    const reading = async () => {
      for await (const record of connector.read(new AbortController().signal)) {
        if (record.kind === 'user') appendFileSync(file, `\n${person('c')}`);
      }
    };
    await expect(reading()).rejects.toThrow(/was changed/);
  });

  it('can be looked through: checks, a sample, one user', async () => {
    const connector = reader(`${person('a')}\n${person('b', 'nsAccountLock: true\n')}`);
    const signal = new AbortController().signal;
    const { checks, sampleUsers } = await connector.diagnose(signal);
    expect(checks.map(({ name, status }) => `${name} ${status}`)).toEqual([
      ...['dns', 'tcp', 'tls', 'startTls', 'bind'].map((name) => `${name} SKIPPED`),
      'base OK',
      ...['paging', 'range', 'incremental'].map((name) => `${name} SKIPPED`),
      'sample OK',
    ]);
    expect(sampleUsers.map(({ userId }) => userId)).toEqual(['a', 'b']);
    const explained = await connector.explain('B', signal);
    expect(explained).toMatchObject({ found: true, externalId: 'uid=b,dc=x' });
    expect(explained.steps.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'exists OK',
      'filter OK',
      'attributes OK',
      'disabled WARNING',
    ]);
    expect(await connector.explain('nobody', signal)).toMatchObject({ found: false, externalId: null });
  });

  it('has its settings checked by name', () => {
    const fault = (parts: {
      settings: Record<string, unknown>;
      mapping?: Record<string, string>;
      secrets?: object;
    }) => {
      try {
        connectorOf('LDIF', { ...parts, secrets: { ...parts.secrets } }, [folder]);
      } catch (error) {
        expect(error).toBeInstanceOf(SettingsError);
        return (error as SettingsError).field;
      }
      return null;
    };
    expect(fault({ settings: { path: file, dialect: 'LDAP' } })).toBeNull();
    expect(fault({ settings: { path: file, dialect: 'NIS' } })).toBe('settings.dialect');
    expect(fault({ settings: { dialect: 'LDAP' } })).toBe('settings.path');
    expect(fault({ settings: { path: '/etc/passwd', dialect: 'LDAP' } })).toBe('settings.path');
    expect(fault({ settings: { path: file, dialect: 'LDAP', url: 'x' } })).toBe('settings.url');
    expect(fault({ settings: { path: file, dialect: 'LDAP' }, secrets: { token: 'x' } })).toBe('secrets.token');
    expect(fault({ settings: { path: file, dialect: 'LDAP' }, mapping: { foo: 'x' } })).toBe('mapping.foo');
    expect(fault({ settings: { path: file, dialect: 'LDAP' }, mapping: { email: 'a b' } })).toBe('mapping.email');
    expect(fault({ settings: { path: file, dialect: 'LDAP' }, mapping: { title: 'userPassword' } })).toBe(
      'mapping.title',
    );
  });
});
