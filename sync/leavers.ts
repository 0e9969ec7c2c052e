import type { MembershipRows } from './membership-rows';
import { MemberSet, planMembers, SetDigest, type StoredMember } from './plan';
import { isGroupPresent, type PlanContext } from './plan-context';
import { TAG_DIRECT, TAG_PRIMARY } from './planning/digest-tags';
import type { Hash64 } from './planning/hash64';

/** 16 characters of the record, 16 of its members. */
const RECORD = 16;
const WHOLE = 32;

/**
 * People who are gone, in an incremental run, leave every group they were in: nobody else's way into a group changes by
 * that, so that groups which are not looked at for another reason need not be read. Their share is taken out of the
 * digest of each.
 */
export class Leavers {
  /** Stored memberships of people who are gone, by group. */
  private readonly members = new Map<number, StoredMember[]>();

  constructor(private readonly context: PlanContext) {}

  /** Notes a membership. @returns false where the group has to be looked at as a whole. */
  note(group: number, member: StoredMember): boolean {
    const { groups } = this.context;
    if (groups.isDepartment(group) || groups.knownHashes[group]?.length !== WHOLE) return false;
    const list = this.members.get(group);
    if (list) list.push(member);
    else this.members.set(group, [member]);
    return true;
  }

  /** Plans the groups that nothing else has planned: `candidates` have their digests, `affected` their memberships. */
  plan(candidates: ReadonlySet<number>, affected: ReadonlySet<number>, rows: MembershipRows): void {
    const nobody = new MemberSet();
    nobody.begin(this.context.users.size);
    for (const [group, members] of this.members) {
      if (candidates.has(group) || !isGroupPresent(this.context, group)) continue;
      if (!affected.has(group)) for (const change of planMembers(nobody, members)) rows.add(group, change);
      this.planDigest(group, members, rows);
    }
  }

  private planDigest(group: number, members: readonly StoredMember[], rows: MembershipRows): void {
    const { groups, users } = this.context;
    const own = members.filter((member) => member.via !== 'NESTED');
    const before = groups.knownHashes[group] ?? '';
    if (own.length === 0) return;
    const digest = SetDigest.from(before.slice(RECORD));
    const hash: Hash64 = { hi: 0, lo: 0 };
    for (const { user, via } of own) {
      users.externalHash(user, hash);
      digest.remove(hash.hi, hash.lo, via === 'PRIMARY' ? TAG_PRIMARY : TAG_DIRECT);
    }
    rows.addLinks(group, {
      hash: before.slice(0, RECORD) + digest.text(),
      before,
      added: [],
      removed: [],
      keepsUnresolved: true,
    });
  }
}
