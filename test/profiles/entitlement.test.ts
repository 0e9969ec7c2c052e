import { isEntitled, isOfferedTo, meetingProfile } from '../../src/profiles/entitlement';
import type { OfferedProfile, ProfileUser } from '../../src/profiles/entitlement';

const [ALL, SALES] = [1, 2];
const system: OfferedProfile = { assignment: 'SYSTEM', ownerId: null, roleIds: [ALL] };
const forAll: OfferedProfile = { assignment: 'ADMIN', ownerId: null, roleIds: [ALL] };
const forSales: OfferedProfile = { assignment: 'ADMIN', ownerId: null, roleIds: [SALES] };
const own: OfferedProfile = { assignment: 'PERSONAL', ownerId: 7, roleIds: [] };
const foreign: OfferedProfile = { assignment: 'PERSONAL', ownerId: 8, roleIds: [ALL] };
const user = (hasPersonalPermission: boolean): ProfileUser => ({ id: 7, roleIds: [ALL], hasPersonalPermission });

describe('who may use a profile', () => {
  it.each<[string, OfferedProfile, boolean, boolean, boolean]>([
    // offered, entitled without and with profile.personal
    ['P3: SYSTEM is for all', system, true, true, true],
    ['P2: ADMIN needs profile.personal', forAll, true, false, true],
    ['P7: ADMIN is for its roles only', forSales, false, false, false],
    ['P2: PERSONAL needs profile.personal', own, true, false, true],
    ['P1: PERSONAL is for its owner only', foreign, false, false, false],
  ])('%s', (_, profile, offered, without, withPermission) => {
    expect(isOfferedTo(profile, user(false))).toBe(offered);
    expect([isEntitled(profile, user(false)), isEntitled(profile, user(true))]).toEqual([without, withPermission]);
  });

  it.each([
    ["P13a: the user's own first", [3, 'A', 'ADMIN', true], [4, 'B', 'PERSONAL', true], 4],
    ['P13a: then by name', [3, 'B', 'ADMIN', true], [4, 'A', 'ADMIN', true], 4],
    ['P13a: two of one name, the older', [4, 'A', 'ADMIN', true], [3, 'A', 'ADMIN', true], 3],
    ['P19: one that may be used before others', [3, 'A', 'PERSONAL', false], [4, 'B', 'ADMIN', true], 4],
    ['P19: else one that may not', [3, 'A', 'ADMIN', false], [4, 'B', 'ADMIN', false], 3],
  ] as const)('%s', (_, left, right, chosen) => {
    const candidates = [left, right].map(([id, name, assignment, allowed]) => {
      return { id, name, assignment, isEntitled: allowed };
    });
    expect(meetingProfile(candidates)?.id).toBe(chosen);
    expect(meetingProfile(candidates.reverse())?.id).toBe(chosen);
  });

  it('P13a: no candidate, no profile', () => {
    expect(meetingProfile([])).toBeNull();
  });
});
