import * as fc from 'fast-check';
import { ALL_RIGHTS, PRESETS, RIGHTS, levelOf, maskToRights, rightsToMask } from '../../src/authorizations/rights';
import type { PresetLevel, RightName } from '../../src/authorizations/rights';

/** The table of E32/E33, one row a right: the first level that has it. */
const FIRST_LEVEL: [RightName, PresetLevel][] = [
  ['SEE_PRESENCE', 'PUBLIC'],
  ['SEE_PUBLIC_APPOINTMENTS', 'BUSINESS'],
  ['PRIMARY_SEE_OUTGOING', 'BUSINESS'],
  ['PRIMARY_SEE_INCOMING', 'BUSINESS'],
  ['PRIMARY_SEE_FORWARDING', 'BUSINESS'],
  ['SET_PRESENCE', 'TEAM'],
  ['PRIMARY_PICKUP', 'TEAM'],
  ['SECONDARY_SEE_OUTGOING', 'TEAM'],
  ['SECONDARY_SEE_INCOMING', 'TEAM'],
  ['SECONDARY_SEE_FORWARDING', 'TEAM'],
  ['SEE_PRIVATE_APPOINTMENTS', 'PERSONAL'],
  ['PRIMARY_SET_FORWARDING', 'PERSONAL'],
  ['SECONDARY_PICKUP', 'PERSONAL'],
  ['SECONDARY_SET_FORWARDING', 'PERSONAL'],
];
const LEVELS: PresetLevel[] = ['BLOCKED', 'PUBLIC', 'BUSINESS', 'TEAM', 'PERSONAL'];

describe('rights', () => {
  it('has the fourteen rights of the contract, each once', () => {
    expect(RIGHTS).toHaveLength(14);
    expect(new Set(FIRST_LEVEL.map(([right]) => right))).toEqual(new Set(RIGHTS));
  });

  it.each(FIRST_LEVEL)('E32: %s is granted from level %s on', (right, first) => {
    for (const level of LEVELS) {
      const expected = LEVELS.indexOf(level) >= LEVELS.indexOf(first);
      expect([level, maskToRights(PRESETS[level]).includes(right)]).toEqual([level, expected]);
    }
  });

  it.each(LEVELS)('E33: the rights of %s are that level', (level) => {
    expect(levelOf(PRESETS[level])).toBe(level);
  });

  it('E33: any other set of rights is SPECIAL', () => {
    const presets = new Set(Object.values(PRESETS));
    for (let mask = 0; mask <= ALL_RIGHTS; mask++) {
      if (!presets.has(mask)) expect(levelOf(mask)).toBe('SPECIAL');
    }
  });

  it('keeps every set of rights through its mask, in the order of the contract', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...RIGHTS]), (names) => {
        const sorted = RIGHTS.filter((right) => names.includes(right));
        expect(maskToRights(rightsToMask(names))).toEqual(sorted);
      }),
    );
  });

  it('refuses what is no right', () => {
    expect(() => rightsToMask(['READ' as RightName])).toThrow(RangeError);
  });
});
