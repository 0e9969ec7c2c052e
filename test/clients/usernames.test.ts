import * as fc from 'fast-check';
import { usernameFault, usernameKey } from '../../src/clients/usernames';

describe('usernames of clients (C35)', () => {
  it.each([
    ['anna', true],
    ['Anna Keller', true],
    ['a', true],
    ['', false],
    ['a'.repeat(255), true],
    ['a'.repeat(256), false],
    ['😀'.repeat(255), true],
    ['😀'.repeat(256), false],
    ['ß'.repeat(128), false],
    ['an\nna', false],
    ['an\u0000na', false],
    ['an\u0085na', false],
    ['an\u007fna', false],
    ['an\ud800na', false],
    ['DOMAIN\\anna', true],
    ['anna@example.com', true],
  ])('C35: whether %j is a username: %s', (username, isValid) => {
    expect(usernameFault(username) === null).toBe(isValid);
  });

  it.each([
    ['Anna', 'anna'],
    ['ÄRZTE', 'ärzte'],
    ['e\u0301lodie', '\u00e9LODIE'],
    ['STRASSE', 'straße'],
    ['STRAẞE', 'strasse'],
    ['ΟΔΟΣ', 'οδος'],
    ['İzmir', 'i\u0307zmir'],
  ])('C35: %j and %j are one username', (left, right) => {
    expect(usernameKey(left)).toBe(usernameKey(right));
  });

  it.each([
    ['anna', 'änna'],
    ['anna', 'anna '],
    ['o', '0'],
  ])('C35: %j and %j are two', (left, right) => {
    expect(usernameKey(left)).not.toBe(usernameKey(right));
  });

  it('C35: the key is the same for every case and composition, and its own key', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'aZäÖßẞéſıIİiςΣσΐǆǅﬁŉᾳ\u0301\u0307 .'), maxLength: 12 });
    fc.assert(
      fc.property(letters, (name) => {
        const [key, composed] = [usernameKey(name), name.normalize('NFC')];
        const forms = [composed, composed.toUpperCase(), composed.toLowerCase(), name.normalize('NFD'), key];
        expect(forms.map(usernameKey)).toEqual(forms.map(() => key));
      }),
      { numRuns: 2000 },
    );
  });
});
