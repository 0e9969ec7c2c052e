import { BerWriter } from 'ldapts';

import { SettingsError } from '../../../sync/source';
import { FilterSyntaxError, parseFilter } from '../../../sync/sources/ldap/filter';
import { guidText, siblingSid, sidText } from '../../../sync/sources/ldap/identifiers';
import { rawOf } from '../../../sync/sources/ldap/raw';

import { connectorOf } from './reading';

const SETTINGS = { urls: ['ldap://127.0.0.1'], bindDn: 'cn=r,dc=x', baseDn: 'dc=x' };

function fault(more: object, secrets: object = { bindPassword: 'x' }, mapping: Record<string, string> = {}) {
  const settings: Record<string, unknown> = { ...SETTINGS, ...more };
  try {
    connectorOf('LDAP', { settings, secrets: { ...secrets }, mapping });
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as SettingsError).field;
  }
}

describe('settings of LDAP sources', () => {
  it('are accepted as the contract shows them, null meaning the default', () => {
    const nothing = { userBaseDn: null, groupBaseDn: null, userFilter: null, groupFilter: null, caCertificate: null };
    const numbers = { pageSize: 500, connectTimeoutSeconds: 10, operationTimeoutSeconds: 60, startTls: false };
    expect(fault({ ...nothing, ...numbers }, undefined, { email: 'mail', 'group.name': 'ou' })).toBeNull();
    expect(fault({ bindDn: null }, {})).toBeNull();
  });

  it.each<[string, object]>([
    ['settings.urls', { urls: [] }],
    ['settings.urls', { urls: ['http://x'] }],
    ['settings.urls', { urls: ['ldap://user:pw@x'] }],
    ['settings.urls', { urls: ['ldap://x/dc=y'] }],
    ['settings.urls', { urls: 'ldap://x' }],
    ['settings.urls', { urls: undefined }],
    ['settings.startTls', { urls: ['ldaps://x'], startTls: true }],
    ['settings.caCertificate', { caCertificate: 'no pem' }],
    ['settings.baseDn', { baseDn: '' }],
    ['settings.baseDn', { baseDn: 'example.com' }],
    ['settings.userBaseDn', { userBaseDn: 'x' }],
    ['settings.userFilter', { userFilter: '(uid=a' }],
    ['settings.groupFilter', { groupFilter: '(cn=a)(cn=b)' }],
    ['settings.pageSize', { pageSize: 0 }],
    ['settings.operationTimeoutSeconds', { operationTimeoutSeconds: -1 }],
    ['settings.bindDn', { bindDn: '' }],
    ['settings.colour', { colour: 'red' }],
  ])('are refused at %s', (field, more) => expect(fault(more)).toBe(field));

  it('are refused with an empty password, a foreign secret, an unknown field', () => {
    expect(fault({}, { bindPassword: '' })).toBe('secrets.bindPassword');
    expect(fault({}, {})).toBe('secrets.bindPassword');
    expect(fault({}, { bindPassword: 'x', token: 'y' })).toBe('secrets.token');
    expect(fault({}, undefined, { foo: 'x' })).toBe('mapping.foo');
    expect(fault({}, undefined, { email: '' })).toBe('mapping.email');
    expect(fault({}, undefined, { email: 'mail)(x=*' })).toBe('mapping.email');
    expect(fault({}, undefined, { email: 'userPassword' })).toBe('mapping.email');
  });
});

describe('search filters', () => {
  const bytes = (text: string) => {
    const writer = new BerWriter();
    parseFilter(text).write(writer);
    return writer.buffer.toString('hex');
  };

  it.each([
    ['(uid=a)', '(uid=a)'],
    ['uid=a', '(uid=a)'],
    ['(&(objectClass=person)(|(uid=a*b*c)(!(mail=*))))', '(&(objectClass=person)(|(uid=a*b*c)(!(mail=*))))'],
    ['( & (a=1) (b>=2) (c<=3) (d~=4) )'.replace('( &', '(&'), '(&(a=1)(b>=2)(c<=3)(d~=4))'],
    ['(cn:caseExactMatch:=Fred)', '(cn:caseExactMatch:=Fred)'],
    ['(ou:dn:=x)', '(ou:dn:=x)'],
    ['(userAccountControl:1.2.840.113556.1.4.803:=2)', '(userAccountControl:1.2.840.113556.1.4.803:=2)'],
    ['(cn;lang-de=x)', '(cn;lang-de=x)'],
    ['(2.5.4.3=x)', '(2.5.4.3=x)'],
  ])('%s is read', (text, canonical) => expect(parseFilter(text).toString()).toBe(canonical));

  it('hold escaped bytes as what they are', () => {
    expect(bytes('(cn=J\\c3\\bcrgen)')).toBe(bytes('(cn=Jürgen)'));
    expect(bytes('(cn=a\\2ab)')).toContain(Buffer.from('a*b').toString('hex'));
    expect(bytes('(cn=*\\c3\\bc*)')).toBe(bytes('(cn=*ü*)'));
    expect(bytes('(objectGUID=\\ff\\00)')).toContain('ff00');
  });

  it.each(['', '()', '(uid)', '(=a)', '(uid=a))', '(uid=a)(x=y)', '(&)', '(!(a=1)(b=2))', '(uid=a(b)', '(u id=a)'])(
    '"%s" is refused',
    (text) => expect(() => parseFilter(text)).toThrow(FilterSyntaxError),
  );
  it.each(['(uid=\\zz)', '(uid>=a*)', '(a=b**c)', '(uid=*)(objectClass=*', `${'(!'.repeat(99)}(a=b)${')'.repeat(99)}`])(
    '"%s" is refused too',
    (text) => expect(() => parseFilter(text)).toThrow(FilterSyntaxError),
  );
});

describe('identifiers', () => {
  it('are GUIDs in mixed byte order or as text', () => {
    const bytes = Buffer.from('33221100554477668899aabbccddeeff', 'hex');
    expect(guidText(bytes)).toBe('00112233-4455-6677-8899-aabbccddeeff');
    expect(guidText('{00112233-4455-6677-8899-AABBCCDDEEFF}')).toBe('00112233-4455-6677-8899-aabbccddeeff');
    expect([guidText('no'), guidText(Buffer.alloc(3))]).toEqual([null, null]);
  });

  it('are SIDs as bytes or text, and those of the same domain', () => {
    const bytes = Buffer.from('010500000000000515000000010000000200000003000000510400ff', 'hex');
    expect(sidText(bytes)).toBe(`S-1-5-21-1-2-3-${0xff000451}`);
    expect(sidText(Buffer.from('01020000000000052000000021020000', 'hex'))).toBe('S-1-5-32-545');
    expect(sidText('s-1-5-21-1-2-3-4')).toBe('S-1-5-21-1-2-3-4');
    expect([sidText(Buffer.from([1, 5, 0])), sidText('x')]).toEqual([null, null]);
    expect(siblingSid('S-1-5-21-1-2-3-1104', '513')).toBe('S-1-5-21-1-2-3-513');
    expect(siblingSid('S-1-5', '513')).toBeNull();
  });
});

describe('what is kept of a bad entry', () => {
  it('has no secrets, bytes as base64, and an end', () => {
    const raw = rawOf({
      dn: 'cn=x',
      attributes: [
        ...['userPassword', 'unicodePwd', 'sambaNTPassword', 'krbPrincipalKey', 'ms-Mcs-AdmPwd', 'pwdHistory'].map(
          (type) => ({ type, values: ['secret'] }),
        ),
        { type: 'pwdLastSet', values: ['1'] },
        { type: 'objectGUID', values: [Buffer.from([1, 2, 3])] },
        { type: 'description', values: ['x'.repeat(5000)] },
        { type: 'member', values: Array.from({ length: 60 }, String) },
      ],
    });
    expect(JSON.stringify(raw)).not.toContain('secret');
    expect(raw).toMatchObject({ pwdLastSet: '1', objectGUID: 'AQID' });
    expect(String(raw.description).length).toBeLessThan(1100);
    expect(raw.member).toHaveLength(51);
  });
});
