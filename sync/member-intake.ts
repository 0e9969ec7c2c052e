import type { PlanContext } from './plan-context';
import { FROZEN, NOBODY, SEEN } from './planning/user-ledger';
import type { MembersRecord, PackedMembersRecord } from './source';

/** Takes who is in which group as it is told: refs become ordinals, what nobody is yet waits for the end. */
export class MemberIntake {
  constructor(private readonly context: PlanContext) {}

  /** Takes a part of a group's members. */
  take(record: MembersRecord | PackedMembersRecord): void {
    const { groups, refs } = this.context;
    const group = groups.index.get(record.group);
    if (group === undefined || !groups.has(group, SEEN) || groups.has(group, FROZEN)) return;
    const { members } = record;
    if (Array.isArray(members)) {
      for (const ref of members) this.member(group, this.resolve(ref) ?? ref);
      return;
    }
    const { bytes, ends } = members;
    let start = 0;
    for (let index = 0; index < ends.length; index++) {
      const end = ends[index] ?? 0;
      let found: number | string | undefined = refs.getAscii(bytes, start, end);
      if (found === undefined) {
        const ref = members.at(index);
        found = this.resolve(ref) ?? ref;
      }
      this.member(group, found);
      start = end;
    }
  }

  /** Adds a member: the ordinal of a user, ~ordinal of a group, or a ref that is nobody yet. */
  private member(group: number, found: number | string): void {
    const { edges, pending } = this.context;
    if (typeof found === 'string') {
      pending.groups.push(group);
      pending.texts.push(found);
    } else if (found >= 0) edges.addUser(group, found, false);
    else if (~found !== group) edges.addGroup(group, ~found);
  }

  /** Ordinal of a user, ~ordinal of a group, or undefined. `id:` names an external id. */
  resolve(ref: string): number | undefined {
    const found = this.context.refs.get(ref);
    if (found !== undefined || !ref.startsWith('id:')) return found;
    const externalId = ref.slice(3);
    const user = this.context.users.index.get(externalId);
    if (user !== undefined) return user;
    const group = this.context.groups.index.get(externalId);
    return group === undefined ? undefined : ~group;
  }

  /** Called when everything has been told: primary groups, and members whose entries came after them. */
  resolvePrimaries(): void {
    const { users, edges, interned, pending } = this.context;
    const groupsOf = interned.texts.map((ref) => this.resolve(ref));
    for (let ordinal = 0; ordinal < users.size; ordinal++) {
      const ref = users.primaryRefs.at(ordinal);
      const group = ref >= 0 ? groupsOf[ref] : undefined;
      if (group !== undefined && group < 0) edges.addUser(~group, ordinal, true);
    }
    for (let index = 0; index < pending.groups.length; index++) {
      const found = this.resolve(pending.texts.at(index));
      if (found === undefined) continue;
      const group = pending.groups.at(index);
      pending.groups.set(index, NOBODY);
      if (found >= 0) edges.addUser(group, found, false);
      else if (~found !== group) edges.addGroup(group, ~found);
    }
  }
}
