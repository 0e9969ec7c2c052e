import * as fc from 'fast-check';
import { SERVICES, effectiveServices, maskToServices, servicesToMask } from '../../src/groups/services';
import type { ServiceFacts, ServiceName } from '../../src/groups/services';

const nothing: ServiceFacts = {
  global: 0,
  groups: [],
  individual: 0,
  smsConfigured: true,
  recordingConfigured: true,
};
const only = (...names: ServiceName[]): number => servicesToMask(names);
const decision = (service: ServiceName, facts: Partial<ServiceFacts>) =>
  effectiveServices({ ...nothing, ...facts }).find((row) => row.service === service);
const inGroup = (id: number, ...names: ServiceName[]) => ({ id, mask: only(...names) });

describe('effective services', () => {
  it('lists all eleven in the order of the contract', () => {
    expect(SERVICES).toHaveLength(11);
    expect(effectiveServices(nothing).map((row) => row.service)).toEqual([...SERVICES]);
  });

  it.each([
    ['E12: nothing grants', {}, false, [], []],
    ['E12: globally', { global: only('USE_APPS') }, true, ['GLOBAL'], []],
    ['E12: by a group', { groups: [inGroup(7, 'USE_APPS')] }, true, ['GROUP'], [7]],
    ['E12: another service of a group does not count', { groups: [inGroup(7, 'START_CHAT')] }, false, [], []],
    ['E12: individually', { individual: only('USE_APPS') }, true, ['INDIVIDUAL'], []],
    [
      'E12: a group that does not allow is no ban',
      { groups: [inGroup(7), inGroup(8, 'USE_APPS'), inGroup(9, 'USE_APPS')], individual: only('USE_APPS') },
      true,
      ['GROUP', 'INDIVIDUAL'],
      [8, 9],
    ],
  ])('%s', (_, facts, allowed, grantedBy, viaGroups) => {
    expect(decision('USE_APPS', facts)).toEqual({
      service: 'USE_APPS',
      allowed,
      grantedBy,
      viaGroups,
      blockedReason: null,
    });
  });

  it.each([
    ['AUDIO_CHAT', 'VIDEO_CHAT'],
    ['ACCEPT_SCREEN_SHARE', 'INITIATE_SCREEN_SHARE'],
  ] as const)('E12: %s is implied by %s, not the other way round', (included, includer) => {
    expect(decision(included, { global: only(includer) })).toMatchObject({ allowed: true, grantedBy: ['IMPLIED'] });
    expect(decision(included, { groups: [inGroup(3, includer)] })).toMatchObject({ allowed: true, viaGroups: [] });
    expect(decision(included, { individual: only(includer, included) })).toMatchObject({
      grantedBy: ['INDIVIDUAL', 'IMPLIED'],
    });
    expect(decision(includer, { global: only(included) })).toMatchObject({ allowed: false, grantedBy: [] });
  });

  it.each([
    ['E19', 'SEND_SMS', { smsConfigured: false }],
    ['E20', 'RECORD_CALLS', { recordingConfigured: false }],
  ] as const)('%s: %s is blocked with a reason while it is not configured', (_, service, off) => {
    expect(decision(service, { ...off, individual: only(service) })).toEqual({
      service,
      allowed: false,
      grantedBy: ['INDIVIDUAL'],
      viaGroups: [],
      blockedReason: expect.stringContaining('not configured') as string,
    });
    expect(decision(service, { individual: only(service) })).toMatchObject({ allowed: true, blockedReason: null });
  });

  it.each(['SEND_SMS', 'RECORD_CALLS'] as const)('E38: %s has no blocked reason where nothing grants it', (service) => {
    const off = { smsConfigured: false, recordingConfigured: false };
    expect(decision(service, off)).toMatchObject({ allowed: false, blockedReason: null });
  });

  it('E12: granting more never takes a service away', () => {
    const mask = fc.integer({ min: 0, max: (1 << SERVICES.length) - 1 });
    fc.assert(
      fc.property(mask, mask, fc.boolean(), fc.boolean(), (less, more, smsConfigured, recordingConfigured) => {
        const facts = { ...nothing, smsConfigured, recordingConfigured, individual: less };
        const before = effectiveServices(facts);
        const after = effectiveServices({ ...facts, groups: [{ id: 1, mask: more }] });
        before.forEach((row, i) => expect(!row.allowed || after[i].allowed).toBe(true));
      }),
    );
  });

  it('keeps sets of services through their masks', () => {
    expect(maskToServices(servicesToMask(['USE_APPS', 'START_CHAT']))).toEqual(['START_CHAT', 'USE_APPS']);
  });
});
