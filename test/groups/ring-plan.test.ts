import * as fc from 'fast-check';
import { ringPlan } from '../../src/groups/ring-plan';
import type { RingFacts, RingMember } from '../../src/groups/ring-plan';

const member = (userId: number, change: Partial<RingMember> = {}): RingMember => ({
  userId,
  lineKinds: ['SIP'],
  state: 'ACTIVE',
  callState: 'LOGGED_IN',
  ...change,
});
const facts = (change: Partial<RingFacts> = {}): RingFacts => ({
  settingsActive: true,
  mode: 'VOICE_SERVICES',
  strategy: 'SEQUENTIAL',
  ...change,
});
const three = [member(3), member(1, { lineKinds: ['TAPI'] }), member(2, { lineKinds: ['TAPI', 'SIP'] })];

describe('ring plan', () => {
  it.each<[string, Partial<RingFacts>, number[][]]>([
    ['E9: DISABLED rings nobody', { mode: 'DISABLED' }, []],
    ['E10: SIP_SOFTPHONE rings the SIP lines at once', { mode: 'SIP_SOFTPHONE' }, [[3, 2]]],
    ['E37: SIP_SOFTPHONE is one step whatever the strategy', { mode: 'SIP_SOFTPHONE', strategy: 'PARALLEL' }, [[3, 2]]],
    ['E11: VOICE_SERVICES in sequence follows the member order', {}, [[3], [1], [2]]],
    ['E37: VOICE_SERVICES in parallel is one step', { strategy: 'PARALLEL' }, [[3, 1, 2]]],
    ['E8: inactive settings ring nobody', { settingsActive: false }, []],
  ])('%s', (_, change, steps) => {
    expect(ringPlan(facts(change), three)).toEqual(steps);
  });

  it.each<[string, Partial<RingMember>]>([
    ['E11: logged out', { callState: 'LOGGED_OUT' }],
    ['E11: paused', { callState: 'PAUSED' }],
    ['E37: without a line', { lineKinds: [] }],
    ['E37: DISABLED', { state: 'DISABLED' }],
    ['E37: VANISHED', { state: 'VANISHED' }],
  ])('skips members who are %s', (_, change) => {
    expect(ringPlan(facts(), [member(1, change), member(2)])).toEqual([[2]]);
    for (const strategy of ['PARALLEL', 'SEQUENTIAL'] as const) {
      expect(ringPlan(facts({ strategy }), [member(1, change)])).toEqual([]);
    }
  });

  it('E37: rings everyone once, and has no empty step', () => {
    const anyMember = fc.record({
      userId: fc.nat(),
      lineKinds: fc.subarray(['SIP', 'TAPI'] as const),
      state: fc.constantFrom('ACTIVE', 'DISABLED', 'VANISHED'),
      callState: fc.constantFrom('LOGGED_IN', 'LOGGED_OUT', 'PAUSED'),
    }) as fc.Arbitrary<RingMember>;
    const members = fc.uniqueArray(anyMember, { selector: (m) => m.userId });
    const strategy = fc.constantFrom<RingFacts['strategy']>('PARALLEL', 'SEQUENTIAL');
    fc.assert(
      fc.property(members, strategy, (list, chosen) => {
        const steps = ringPlan(facts({ strategy: chosen }), list);
        expect(steps.every((step) => step.length > 0)).toBe(true);
        const ringing = list.filter(
          (m) => m.lineKinds.length > 0 && m.state === 'ACTIVE' && m.callState === 'LOGGED_IN',
        );
        expect(steps.flat()).toEqual(ringing.map((m) => m.userId));
      }),
    );
  });
});
