import fc from 'fast-check';

import { isWithin, normaliseDn, parseDn } from '../../../sync/sources/ldap/dn';

describe('distinguished names', () => {
  it.each([
    ['UID=User1,OU=People,DC=Example,DC=com', 'uid=user1,ou=people,dc=example,dc=com'],
    ['uid=user1, ou=people ,dc = example,dc=com', 'uid=user1,ou=people,dc=example,dc=com'],
    ['uid=user1;ou=people;dc=example;dc=com', 'uid=user1,ou=people,dc=example,dc=com'],
    ['CN=Smith\\, John,DC=example', 'cn=smith\\, john,dc=example'],
    ['CN="Smith, John",DC=example', 'cn=smith\\, john,dc=example'],
    ['CN=Smith\\2C John,DC=example', 'cn=smith\\, john,dc=example'],
    ['cn=J\\C3\\BCrgen,dc=example', 'cn=jürgen,dc=example'],
    ['cn=JU\u0308RGEN,dc=example', 'cn=jürgen,dc=example'],
    ['cn=a+uid=b,dc=example', 'cn=a+uid=b,dc=example'],
    ['UID=b + CN=a,dc=example', 'cn=a+uid=b,dc=example'],
    ['2.5.4.3=a,OID.0.9.2342.19200300.100.1.25=example', 'cn=a,dc=example'],
    ['commonName=a,domainComponent=example', 'cn=a,dc=example'],
    ['cn=#04024869,dc=example', 'cn=hi,dc=example'],
    ['cn=\\#1,dc=example', 'cn=\\#1,dc=example'],
    ['cn=a  b,dc=example', 'cn=a b,dc=example'],
    ['cn=\\ a\\ ,dc=example', 'cn=a,dc=example'],
    ['cn=Σίσυφος,dc=example', 'cn=σίσυφοσ,dc=example'],
    ['CN=a\\0ACNF:1B2c,DC=example', 'cn=a\\0acnf:1b2c,dc=example'],
    ['', ''],
    ['no name at all', 'no name at all'],
  ])('%s', (dn, normalised) => {
    expect(normaliseDn(dn)).toBe(normalised);
    expect(normaliseDn(normalised)).toBe(normalised);
  });

  it('are taken apart into RDNs, null where they are none', () => {
    expect(parseDn('CN=Smith\\, John+UID=js,DC=x')).toEqual([
      [
        { type: 'cn', value: 'Smith, John' },
        { type: 'uid', value: 'js' },
      ],
      [{ type: 'dc', value: 'x' }],
    ]);
    for (const bad of ['x', 'cn=a,', 'cn=a,b', 'cn=a\\', '=a', 'cn="a', 'cn="a"b,dc=x', 'cn=#0x,dc=x']) {
      expect([bad, parseDn(bad)]).toEqual([bad, null]);
    }
  });

  it('lie within their base, at the border of an RDN', () => {
    expect(isWithin('CN=a,OU=People,DC=x', 'ou=people, dc=x')).toBe(true);
    expect(isWithin('ou=people,dc=x', 'OU=People,DC=x')).toBe(true);
    expect(isWithin('cn=a,ou=morepeople,dc=x', 'people,dc=x')).toBe(false);
    expect(isWithin('cn=a,dc=y', 'dc=x')).toBe(false);
  });

  const value = fc.string({ unit: fc.constantFrom(...'aBcé ,+"\\;<>=#Ως\u0308İ漢😀0\n'), minLength: 1, maxLength: 8 });
  const rdn = fc.tuple(fc.constantFrom('cn', 'uid', 'ou', 'dc', 'l'), value);
  const name = fc.array(rdn, { minLength: 1, maxLength: 4 });
  const significant = (text: string) => text.trim() !== '';

  const byBackslash = (text: string) => text.replace(/[,+"\\;<>=#]|^ | $/g, '\\$&').replace(/\n/g, '\\0a');
  const byHex = (text: string) =>
    [...Buffer.from(text, 'utf8')].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
  const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\0a')}"`;
  const spell = (parts: [string, string][], escape: (text: string) => string, separator = ',') =>
    parts.map(([type, text]) => `${type}=${escape(text)}`).join(separator);

  it('are normalised once and for all (property)', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          name.map((parts) => spell(parts, byBackslash)),
        ),
        (dn) => {
          expect(normaliseDn(normaliseDn(dn))).toBe(normaliseDn(dn));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('are equal in every spelling (property)', () => {
    fc.assert(
      fc.property(name, (parts) => {
        fc.pre(parts.every(([, text]) => significant(text)));
        const plain = normaliseDn(spell(parts, byBackslash));
        expect(normaliseDn(spell(parts, byHex, ' , '))).toBe(plain);
        expect(normaliseDn(spell(parts, quoted, ';'))).toBe(plain);
        expect(
          normaliseDn(
            spell(
              parts.map(([type, text]) => [type.toUpperCase(), text]),
              byBackslash,
            ),
          ),
        ).toBe(plain);
        expect(parseDn(plain)?.length).toBe(parts.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('differ where their letters do (property)', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'abc,+='), minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(letters, letters, letters, letters, (a, b, c, d) => {
        const first = normaliseDn(`cn=${byBackslash(a)},ou=${byBackslash(b)}`);
        const second = normaliseDn(`cn=${byBackslash(c)},ou=${byBackslash(d)}`);
        expect(first === second).toBe(a === c && b === d);
      }),
    );
  });
});
