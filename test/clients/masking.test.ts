import * as fc from 'fast-check';
import { maskNumber, presentCaller } from '../../src/clients/masking';

const last = (digits: number) => ({ all: false, digits });

describe('masked digits', () => {
  it.each([
    ['C16: the last four digits', '+41 31 531 11 11', last(4), '+41 31 531 XX XX'],
    ['C16: separators do not count', '031/531-1-1-1-1', last(5), '031/53X-X-X-X-X'],
    ['C16: off', '+41 31 531 11 11', last(0), '+41 31 531 11 11'],
    ['C16: as many as there are', '117', last(3), 'XXX'],
    ['C16: more than there are', '+117', last(20), '+XXX'],
    ['C17: all', '+41 (31) 531 11 11', { all: true, digits: 0 }, '+XX (XX) XXX XX XX'],
    ['C17, C35: all ignores digits', '031 531', { all: true, digits: 1 }, 'XXX XXX'],
    ['C16: only digits are replaced', 'sip:anna42@pbx7', last(2), 'sip:anna4X@pbxX'],
    ['C16: nothing to mask', 'anonymous', last(4), 'anonymous'],
    ['C16: digits of other scripts are digits', '٠٣١ ٥٣١', last(2), '٠٣١ ٥XX'],
    ['C16: empty', '', { all: true, digits: 0 }, ''],
  ])('%s', (_, number, mask, shown) => {
    expect(maskNumber(number, mask)).toBe(shown);
  });

  it.each([
    ['C18: no name while digits are masked', last(1), { number: '031X', name: null }],
    ['C17, C18: nor while all are', { all: true, digits: 0 }, { number: 'XXXX', name: null }],
    ['C18: the name while masking is off', last(0), { number: '0315', name: 'Anna' }],
  ])('%s', (_, mask, shown) => {
    expect(presentCaller('0315', 'Anna', mask)).toEqual(shown);
    expect(presentCaller('0315', undefined, mask)).toEqual({ ...shown, name: null });
  });

  it('C16: replaces exactly the last digits and nothing else', () => {
    const number = fc.string({ unit: fc.constantFrom(...'0123456789+ -()/abX'), maxLength: 30 });
    fc.assert(
      fc.property(number, fc.nat({ max: 35 }), (text, digits) => {
        const shown = maskNumber(text, last(digits));
        const positions = [...text].flatMap((c, i) => (/\d/.test(c) ? [i] : []));
        const masked = new Set(digits === 0 ? [] : positions.slice(-digits));
        expect(shown).toBe([...text].map((c, i) => (masked.has(i) ? 'X' : c)).join(''));
      }),
    );
  });
});
