import * as fc from 'fast-check';
import type { AuthorizationData, GroupFacts, RightsSource } from '../../src/authorizations/authorization-data';
import { AuthorizationIndex } from '../../src/authorizations/authorization-index';
import { ALL_RIGHTS, PRESETS, rightsToMask } from '../../src/authorizations/rights';
import { atOnce } from '../../src/authorizations/slices';
import { NaiveRights } from './naive-rights';

const { PUBLIC, BUSINESS, TEAM, PERSONAL } = PRESETS;
const [ANNA, BEN, CARA, DAN, EVE] = [11, 25, 31, 47, 53];
const SALES: GroupFacts = {
  id: 7,
  settingsActive: true,
  memberRights: BUSINESS,
  leaderRights: PERSONAL,
  leaderId: DAN,
  deputyId: EVE,
};
/** Anna, Ben and Cara are in sales; Dan leads it from outside, Eve deputises. */
const office: AuthorizationData = {
  globalRights: 0,
  userIds: [ANNA, BEN, CARA, DAN, EVE],
  groups: [SALES],
  memberships: { groupIds: [7, 7, 7], userIds: [CARA, ANNA, BEN] },
  grants: [],
};
const index = (change: Partial<AuthorizationData> = {}): AuthorizationIndex =>
  new AuthorizationIndex({ ...office, ...change });

describe('rights of a viewer on a target', () => {
  it.each([
    ['E3: members have the member rights on each other', {}, ANNA, BEN, BUSINESS],
    ['E3: who is in no common group has none', {}, DAN, EVE, 0],
    ['E4: the leader, no member, has the leader rights', {}, DAN, ANNA, PERSONAL],
    ['E4: the deputy has them too', {}, EVE, CARA, PERSONAL],
    ['rights are not symmetric', {}, ANNA, DAN, 0],
    ['E8: nothing of an inactive group counts', { groups: [{ ...SALES, settingsActive: false }] }, ANNA, BEN, 0],
    ['E8: nor the leader rights', { groups: [{ ...SALES, settingsActive: false }] }, DAN, BEN, 0],
    ['global rights hold for all', { globalRights: PUBLIC }, EVE, DAN, PUBLIC],
    ['a grant holds for one pair', { grants: [{ viewerId: BEN, targetId: DAN, rights: TEAM }] }, BEN, DAN, TEAM],
    ['and in one direction only', { grants: [{ viewerId: BEN, targetId: DAN, rights: TEAM }] }, DAN, BEN, PERSONAL],
    ['unknown people have none', { globalRights: PUBLIC }, 99, DAN, 0],
    ['nobody has any on unknown people', { globalRights: PUBLIC }, DAN, 99, 0],
  ])('%s', (_, change, viewer, target, rights) => {
    expect(index(change).check(viewer, target)).toBe(rights);
  });

  it('rights are additive', () => {
    const setPresence = rightsToMask(['SET_PRESENCE']);
    const rights = index({ globalRights: PUBLIC, grants: [{ viewerId: ANNA, targetId: BEN, rights: setPresence }] });
    expect(rights.check(ANNA, BEN)).toBe(PUBLIC | BUSINESS | setPresence);
  });

  it('E39: explains every source with all that it grants, and lists none that grants nothing', () => {
    const grants = [{ viewerId: DAN, targetId: ANNA, rights: TEAM }];
    const leaderInside = { groupIds: [7, 7], userIds: [DAN, ANNA] };
    expect(index({ globalRights: PUBLIC, grants, memberships: leaderInside }).explain(DAN, ANNA)).toEqual({
      rights: PERSONAL,
      sources: [
        { grantedBy: 'GLOBAL', groupId: null, asLeader: false, rights: PUBLIC },
        { grantedBy: 'GROUP', groupId: 7, asLeader: false, rights: BUSINESS },
        { grantedBy: 'GROUP', groupId: 7, asLeader: true, rights: PERSONAL },
        { grantedBy: 'INDIVIDUAL', groupId: null, asLeader: false, rights: TEAM },
      ],
    });
    expect(index({ groups: [{ ...SALES, memberRights: 0 }] }).explain(ANNA, BEN)).toEqual({ rights: 0, sources: [] });
  });
});

describe('visible users (E39)', () => {
  it('lists whom a viewer has any right on, without oneself', () => {
    expect([...index().visibleUsers(ANNA)]).toEqual([BEN, CARA]);
    expect([...index().visibleUsers(DAN)]).toEqual([ANNA, BEN, CARA]);
    expect([...index().visibleTo(ANNA)]).toEqual([BEN, CARA, DAN, EVE]);
    expect([...index().visibleTo(DAN)]).toEqual([]);
  });

  it('lists by one right', () => {
    const pickup = rightsToMask(['PRIMARY_PICKUP']);
    expect([...index().visibleUsers(ANNA, pickup)]).toEqual([]);
    expect([...index().visibleTo(ANNA, pickup)]).toEqual([DAN, EVE]);
  });

  it('leaves VANISHED people out of the lists, their rights stay', () => {
    const rights = index();
    rights.setVanished(BEN, true);
    expect([...rights.visibleUsers(ANNA)]).toEqual([CARA]);
    expect([...rights.visibleTo(ANNA)]).toEqual([CARA, DAN, EVE]);
    expect(rights.check(ANNA, BEN)).toBe(BUSINESS);
    rights.setVanished(BEN, false);
    expect([...rights.visibleUsers(ANNA)]).toEqual([BEN, CARA]);
  });

  it('shows everybody where a global right does', () => {
    const rights = index({ globalRights: PUBLIC, vanishedUserIds: [60] });
    expect(rights.isEveryoneVisible()).toBe(true);
    expect(rights.isEveryoneVisible(BUSINESS & ~PUBLIC)).toBe(false);
    expect([...rights.visibleUsers(CARA)]).toEqual([ANNA, BEN, DAN, EVE]);
    expect([...rights.visibleTo(60)]).toEqual([ANNA, BEN, CARA, DAN, EVE]);
    rights.visibleUsers(CARA).fill(0);
    expect([...rights.visibleUsers(CARA)]).toEqual([ANNA, BEN, DAN, EVE]);
  });
});

describe('changes', () => {
  it('refuses memberships of unknown people or groups, and changes nothing then', () => {
    const rights = index();
    const pairs = (groupIds: number[], userIds: number[]) => () => rights.addMemberships({ groupIds, userIds });
    expect(pairs([7, 7], [DAN, 99])).toThrow('unknown user 99');
    expect(pairs([7, 8], [DAN, DAN])).toThrow('unknown group 8');
    expect(() => rights.setVanished(99, true)).toThrow(RangeError);
    for (const id of [0, -1, 1.5, 2 ** 31, NaN]) expect(() => rights.addUser(id)).toThrow(RangeError);
    for (const id of [0, -1, 1.5, 2 ** 31, NaN]) expect(rights.check(id, ANNA)).toBe(0);
    expect([...rights.visibleUsers(ANNA)]).toEqual([BEN, CARA]);
  });

  it('counts memberships that name nobody known when it is built', () => {
    const memberships = { groupIds: [7, 8, 7], userIds: [ANNA, ANNA, 99] };
    expect(index({ memberships }).ignoredMemberships).toBe(2);
  });

  it('forgets the memberships and grants of a removed user', () => {
    const rights = index({ grants: [{ viewerId: ANNA, targetId: BEN, rights: TEAM }] });
    rights.removeUser(BEN);
    rights.addUser(BEN);
    expect(rights.check(ANNA, BEN)).toBe(0);
    expect([...rights.visibleUsers(ANNA)]).toEqual([CARA]);
  });
});

const USERS = [3, 8, 9, 20, 21, 64, 1000, 70000];
const GROUPS = [2, 5, 6, 900];
const user = fc.constantFrom(...USERS);
const mask = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: ALL_RIGHTS }));
const pairs = fc.array(fc.tuple(fc.constantFrom(...GROUPS), user), { maxLength: 12 });
const group: fc.Arbitrary<GroupFacts> = fc.record({
  id: fc.constantFrom(...GROUPS),
  settingsActive: fc.boolean(),
  memberRights: mask,
  leaderRights: mask,
  leaderId: fc.option(user),
  deputyId: fc.option(user),
});
const grant = fc.record({ viewerId: user, targetId: user, rights: mask });
type Pairs = [number, number][];
type Edit = (naive: NaiveRights, rights: AuthorizationIndex) => void;
const columns = (list: Pairs) => ({ groupIds: list.map(([id]) => id), userIds: list.map(([, id]) => id) });

const edit: fc.Arbitrary<Edit> = fc.oneof(
  pairs.map((list): Edit => (naive, rights) => {
    const known = list.filter(([groupId, userId]) => naive.groups.has(groupId) && naive.vanishedByUser.has(userId));
    known.forEach(([groupId, userId]) => naive.memberships.add(`${groupId}/${userId}`));
    rights.addMemberships(columns(known));
  }),
  pairs.map((list): Edit => (naive, rights) => {
    list.forEach(([groupId, userId]) => naive.memberships.delete(`${groupId}/${userId}`));
    rights.removeMemberships(columns(list));
  }),
  group.map((facts): Edit => (naive, rights) => {
    naive.groups.set(facts.id, facts);
    rights.setGroup(facts);
  }),
  fc.constantFrom(...GROUPS).map((id): Edit => (naive, rights) => {
    naive.removeGroup(id);
    rights.removeGroup(id);
  }),
  grant.map((facts): Edit => (naive, rights) => {
    naive.setGrant(facts);
    rights.setGrant(facts);
  }),
  grant.map(({ viewerId, targetId }): Edit => (naive, rights) => {
    naive.grants.delete(`${viewerId}/${targetId}`);
    rights.removeGrant(viewerId, targetId);
  }),
  mask.map((global): Edit => (naive, rights) => {
    naive.globalRights = global;
    rights.setGlobal(global);
  }),
  user.map((id): Edit => (naive, rights) => {
    if (!naive.vanishedByUser.has(id)) naive.vanishedByUser.set(id, false);
    rights.addUser(id);
  }),
  user.map((id): Edit => (naive, rights) => {
    naive.removeUser(id);
    rights.removeUser(id);
  }),
  fc.tuple(user, fc.boolean()).map(([id, isVanished]): Edit => (naive, rights) => {
    if (!naive.vanishedByUser.has(id)) return;
    naive.vanishedByUser.set(id, isVanished);
    rights.setVanished(id, isVanished);
  }),
);
const start: fc.Arbitrary<AuthorizationData> = fc
  .record({
    globalRights: fc.oneof(fc.constant(0), mask),
    known: fc.shuffledSubarray(USERS),
    vanished: fc.integer({ min: 0, max: 2 }),
    groups: fc.uniqueArray(group, { selector: (facts) => facts.id }),
    list: pairs,
    grants: fc.array(grant, { maxLength: 4 }),
  })
  .map(({ globalRights, known, vanished, groups, list, grants }) => ({
    globalRights,
    userIds: known.slice(vanished),
    vanishedUserIds: known.slice(0, vanished),
    groups,
    memberships: columns(list.filter(([id, member]) => groups.some((g) => g.id === id) && known.includes(member))),
    grants,
  }));

/** All that either implementation says, in one comparable value. */
function answers(model: NaiveRights | AuthorizationIndex, wanted: number): unknown[] {
  const order = (a: RightsSource, b: RightsSource): number =>
    (a.groupId ?? 0) - (b.groupId ?? 0) || Number(a.asLeader) - Number(b.asLeader);
  return USERS.map((viewer) => ({
    viewer,
    visibleUsers: Array.from(model.visibleUsers(viewer, wanted)),
    visibleTo: Array.from(model.visibleTo(viewer, wanted)),
    rights: USERS.map((target) => model.check(viewer, target)),
    explained: USERS.map((target) => model.explain(viewer, target)).map(({ rights, sources }) => ({
      rights,
      sources: sources.sort(order),
    })),
  }));
}

/** People in no group: among them groups are small enough to be kept as lists, without them all are kept as bits. */
const OTHERS = Array.from({ length: 400 }, (_, i) => 2000 + i);

describe.each([
  ['rows changed in place', undefined, []],
  ['arrays packed anew after every change', 0, []],
  ['rows changed in place, among many others', undefined, OTHERS],
  ['arrays packed anew after every change, among many others', 0, OTHERS],
])('after any edits, with %s', (_, packAbove, others) => {
  it('equals the rules as they read', () => {
    fc.assert(
      fc.property(start, fc.array(edit, { maxLength: 15 }), mask, (drawn, edits, wanted) => {
        const data = { ...drawn, userIds: [...Array.from(drawn.userIds), ...others] };
        const naive = new NaiveRights(data);
        const rights = new AuthorizationIndex(data, packAbove);
        expect(answers(rights, wanted)).toEqual(answers(naive, wanted));
        for (const change of edits) change(naive, rights);
        expect(answers(rights, wanted)).toEqual(answers(naive, wanted));
        expect(answers(rights, ALL_RIGHTS)).toEqual(answers(naive, ALL_RIGHTS));
      }),
      { numRuns: others.length > 0 ? 40 : 150 },
    );
  });
});

describe('building in slices', () => {
  it('comes to the same in whatever order the memberships are given, and however often', () => {
    const userIds = Int32Array.from({ length: 3000 }, (_, i) => 2 * i + 1);
    const groups = Array.from({ length: 60 }, (_, i) => ({ ...SALES, id: 60 - i, leaderId: null, deputyId: null }));
    const pairs = Array.from({ length: 90_000 }, (_, i): [number, number] => [(i % 60) + 1, userIds[(i * 31) % 3000]]);
    const ordered = [...new Map(pairs.map((pair) => [pair.join('/'), pair])).values()].sort(
      (left, right) => left[0] - right[0] || left[1] - right[1],
    );
    const [one, other] = [ordered, pairs].map((list) => {
      const memberships = { groupIds: list.map(([id]) => id), userIds: list.map(([, id]) => id) };
      return atOnce(AuthorizationIndex.building({ globalRights: 0, userIds, groups, memberships, grants: [] }));
    });
    expect(one.memoryBytes()).toBe(other.memoryBytes());
    for (const id of [1, 3, 2999, 5999]) {
      expect(one.visibleUsers(id).join()).toBe(other.visibleUsers(id).join());
      expect(one.visibleUsers(id).length).toBeGreaterThan(0);
      expect(one.explain(id, 5)).toEqual(other.explain(id, 5));
    }
  });
});

describe('what is left of removed groups and users', () => {
  it('wears the index out once it is a quarter of it', () => {
    const userIds = Array.from({ length: 5000 }, (_, i) => i + 1);
    const memberships = { groupIds: userIds.map(() => 7), userIds };
    const rights = index({ userIds, memberships });
    rights.removeUser(1);
    expect(rights.isWorn).toBe(false);
    rights.removeGroup(7);
    expect(rights.isWorn).toBe(true);
    expect(rights.visibleUsers(2)).toHaveLength(0);
  });
});
