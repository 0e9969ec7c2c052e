import { hash } from 'node:crypto';
import * as fc from 'fast-check';
import { ENTRY_FIELDS, userDigest } from '../../sync/normalise';
import { RefTable } from '../../sync/planning/ref-table';
import { normaliseDn } from '../../sync/sources/ldap/dn';
import { packNames } from '../../sync/sources/ldap/packed-names';
import { readEntry } from '../../sync/sources/ldap/wire';
import { element, octets, sequence, TAG } from '../support/fake-ldap/ber';

const FILLING = Array.from({ length: 60 }, (_, index) => `uid=filling${index},ou=people,dc=example,dc=com`);
const letters = fc.string({ unit: fc.constantFrom(...'aZ09 ,=+"\\#;é😀\u0001'), maxLength: 12 });
const name = fc.oneof(
  fc
    .tuple(fc.constantFrom('uid', 'CN', 'userid', '2.5.4.3', ''), letters)
    .map(([type, value]) => `${type}=${value},dc=X`),
  letters,
);

/** A large attribute as it comes from a server. */
function attributeOf(values: (string | Buffer)[]) {
  const set = element(TAG.set, ...values.map((value) => octets(value)));
  const message = Buffer.concat([octets('cn=g'), sequence(sequence(octets('member'), set))]);
  const [attribute] = readEntry(message, 0, message.length).attributes;
  if (!attribute) throw new Error('No attribute was read.');
  return attribute;
}

describe('member values that are packed', () => {
  it('are those that normalising each gives', () => {
    fc.assert(
      fc.property(fc.array(name, { maxLength: 20 }), (names) => {
        const attribute = attributeOf([...FILLING, ...names]);
        const packed = packNames(attribute, normaliseDn);
        expect([...(packed ?? [])]).toEqual([...FILLING, ...names].map(normaliseDn));
        expect(packed?.length).toBe(attribute.values.length);
      }),
    );
  });

  it('leave out what is no text, and small attributes are not packed', () => {
    const packed = packNames(attributeOf([...FILLING, Buffer.from([0xff, 0xfe]), 'uid=last,dc=x']), normaliseDn);
    expect([...(packed ?? [])]).toEqual([...FILLING, 'uid=last,dc=x']);
    expect(packNames(attributeOf(['uid=one,dc=x']), normaliseDn)).toBeNull();
  });

  it('are found by their bytes as by their text, unless they are no ASCII', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: 'grapheme', maxLength: 20 }), { maxLength: 200 }), (texts) => {
        const table = new RefTable();
        texts.forEach((text, index) => expect(table.claim(text, index)).toBe(index));
        for (const [index, text] of texts.entries()) {
          const bytes = Buffer.from(`<${text}>`);
          const isAscii = /^[\0-\x7f]*$/.test(text);
          expect(table.get(text)).toBe(index);
          expect(table.claim(text, 9999)).toBe(index);
          expect(table.getAscii(bytes, 1, bytes.length - 1)).toBe(isAscii ? index : undefined);
        }
        expect(table.size).toBe(texts.length);
      }),
    );
  });

  it('and digests of people stay what is stored', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.boolean(), (text, disabled) => {
        const fields = { userId: text, displayName: text };
        const values = ENTRY_FIELDS.map((field) => (field in fields ? text : null));
        const whole = hash('sha256', JSON.stringify([disabled, ...values]), 'buffer');
        expect(userDigest({ fields, disabled })).toBe(whole.subarray(0, 16).toString('base64url'));
      }),
    );
  });
});
