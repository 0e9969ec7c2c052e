import { AuthorizationIndex } from '../../src/authorizations/authorization-index';
import { PRESETS } from '../../src/authorizations/rights';

const [USERS, GROUPS, MEMBERSHIPS] = [100_000, 2_000, 1_000_000];
const MIB = 1 << 20;

/** 40 groups of 12,500 people and 1,960 of about 255; keys are sparse, and pairs in no order. */
function directory(): AuthorizationIndex {
  const large = 40;
  const groupOf = (i: number): number => (i % 2 === 0 ? (i / 2) % large : large + (((i - 1) / 2) % (GROUPS - large)));
  const order = Array.from({ length: MEMBERSHIPS }, (_, i) => (i * 7_919) % MEMBERSHIPS);
  return new AuthorizationIndex({
    globalRights: 0,
    userIds: Int32Array.from({ length: USERS }, (_, i) => 3 * i + 1),
    groups: Array.from({ length: GROUPS }, (_, i) => ({
      id: i + 1,
      settingsActive: true,
      memberRights: PRESETS.PUBLIC,
      leaderRights: 0,
      leaderId: null,
      deputyId: null,
    })),
    memberships: {
      groupIds: Int32Array.from(order, (i) => groupOf(i) + 1),
      userIds: Int32Array.from(order, (i) => 3 * ((i * 31 + Math.floor(i / USERS)) % USERS) + 1),
    },
    grants: [],
  });
}

describe('the index of 100,000 users, 2,000 groups and 1,000,000 memberships', () => {
  const index = directory();

  it('takes at most 16 MiB, also after many changes', () => {
    index.visibleUsers(1);
    expect(index.memoryBytes()).toBeLessThan(16 * MIB);
    let most = 0;
    for (let i = 0; i < 4_000; i++) {
      const pair = { groupIds: [(i % GROUPS) + 1], userIds: [3 * ((i * 13) % USERS) + 1] };
      if (i % 2) index.addMemberships(pair);
      else index.removeMemberships(pair);
      most = Math.max(most, index.memoryBytes());
    }
    expect(most).toBeLessThan(16 * MIB);
  });

  it('tells the same from either side', () => {
    for (const viewer of [1, 3 * 777 + 1, 3 * (USERS - 1) + 1]) {
      const visible = index.visibleUsers(viewer);
      // Strings, because jest compares long typed arrays key by key.
      expect(visible.join() === index.visibleTo(viewer).join()).toBe(true);
      expect(visible.join() === visible.toSorted().join()).toBe(true);
      expect(visible.every((target) => index.check(viewer, target) === PRESETS.PUBLIC)).toBe(true);
      expect(visible.includes(viewer)).toBe(false);
    }
  });
});
