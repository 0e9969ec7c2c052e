import type { MembershipBase } from './membership-base';
import { MembershipRows } from './membership-rows';
import { unresolvedDigest } from './normalise';
import { MemberSet, planMembers, SetDigest, type StoredMember } from './plan';
import { isGroupPresent, isUserPresent, refOf, type PlanContext } from './plan-context';
import { TAG_DIRECT, TAG_GROUP, TAG_NESTED, TAG_PRIMARY, TAG_UNRESOLVED } from './planning/digest-tags';
import type { Hash64 } from './planning/hash64';
import { innerGroups, withAncestors, type GroupGraph } from './planning/nesting';
import { KNOWN, LIVE, NOBODY } from './planning/user-ledger';

const UNRESOLVED_BYTES = 40_000;

/** Compares who is in which group with what is stored, and plans the difference. */
export class MembershipPlanner {
  private readonly set = new MemberSet();
  private readonly hash: Hash64 = { hi: 0, lo: 0 };
  private readonly digests = new Map<number, string>();
  private readonly pendingOf = new Map<number, number[]>();
  private readonly remembered = new Map<number, Set<string>>();
  private readonly rows: MembershipRows;

  constructor(
    private readonly context: PlanContext,
    private readonly base: MembershipBase,
    private readonly storedChildren: ReadonlyMap<number, readonly number[]>,
  ) {
    this.rows = new MembershipRows(context);
  }

  /** Plans all groups: those that are gone, and of `candidates` those whose digest changed with all that they are in. */
  async plan(candidates: ReadonlySet<number>, gone: readonly number[]): Promise<void> {
    this.indexPending();
    await this.planGone(gone);
    const changed = [...candidates].filter((group) => this.isChanged(group));
    const affected = this.context.source.followNestedGroups ? withAncestors(changed, this.parents()) : new Set(changed);
    for (const group of this.context.touched)
      if (isGroupPresent(this.context, group))
        withAncestors([group], this.parents()).forEach((one) => affected.add(one));
    if (this.context.isIncremental) await this.base.load([...this.needed(affected)]);
    await this.planAffected([...affected].sort((one, other) => one - other));
    for (const group of changed) this.planLinks(group);
    this.base.leavers.plan(candidates, affected, this.rows);
    await this.context.writer.relieve();
  }

  private indexPending(): void {
    const { pending } = this.context;
    for (let index = 0; index < pending.groups.length; index++) {
      const group = pending.groups.at(index);
      if (group === NOBODY) continue;
      const list = this.pendingOf.get(group);
      if (list) list.push(index);
      else this.pendingOf.set(group, [index]);
    }
  }

  /** Computes the digest of a group's direct members, counts those that are nobody, and compares with what is known. */
  private isChanged(group: number): boolean {
    const { groups, users, counts, edges, pending, source } = this.context;
    const isTold = this.base.isTold(group) && !groups.isDepartment(group);
    const digest = SetDigest.empty();
    if (source.followNestedGroups) digest.add(1, 1, TAG_NESTED);
    this.collectOwn(group, (user) => {
      if (isTold) counts.unresolvedMembers++;
      this.remember(group, `id:${this.base.externalId(user)}`);
    });
    this.rememberHidden(group);
    for (const user of this.set.ownMembers) {
      users.externalHash(user, this.hash);
      digest.add(this.hash.hi, this.hash.lo, this.set.codeOf(user) === 1 ? TAG_PRIMARY : TAG_DIRECT);
    }
    for (const child of edges.childrenOf(group)) {
      if (!isGroupPresent(this.context, child)) {
        if (isTold) counts.unresolvedMembers++;
        this.remember(group, `id:${groups.externalIds[child] ?? ''}`);
        continue;
      }
      groups.externalHash(child, this.hash);
      digest.add(this.hash.hi, this.hash.lo, TAG_GROUP);
    }
    const unresolved = this.pendingOf.get(group) ?? [];
    const refs = new Set(unresolved.map((index) => pending.texts.at(index)));
    if (isTold) counts.unresolvedMembers += unresolved.length - (this.remembered.get(group)?.size ?? 0);
    for (const ref of refs) {
      const bytes = unresolvedDigest(ref);
      digest.add(bytes.readInt32LE(0), bytes.readInt32LE(4), TAG_UNRESOLVED);
    }
    const hash = `${groups.recordDigests[group] ?? ''}${digest.text()}`;
    this.digests.set(group, hash);
    return !groups.has(group, LIVE) || groups.knownHashes[group] !== hash;
  }

  /** Who is a member twice, by the list and by the primary group, stays one by the list when the primary group changes. */
  private rememberHidden(group: number): void {
    for (const code of this.context.edges.membersOf(group)) {
      const user = code >> 1;
      if ((code & 1) === 0 && this.set.has(user) && this.set.codeOf(user) === 1)
        this.remember(group, `id:${this.base.externalId(user)}`);
    }
  }

  /** Keeps the name of a member that is known, but not present: should it return, its group may not be told again. */
  private remember(group: number, ref: string): void {
    const { pending } = this.context;
    const set = this.remembered.get(group) ?? new Set();
    if (set.has(ref)) return;
    this.remembered.set(group, set.add(ref));
    pending.groups.push(group);
    pending.texts.push(ref);
    const list = this.pendingOf.get(group) ?? [];
    list.push(pending.groups.length - 1);
    this.pendingOf.set(group, list);
  }

  /** Fills the set with a group's own members; those who are not imported are told to `absent`. */
  private collectOwn(group: number, absent?: (user: number) => void): void {
    const { users, edges } = this.context;
    this.set.begin(users.size);
    for (const code of edges.membersOf(group)) {
      const user = code >> 1;
      if (isUserPresent(this.context, user)) this.set.addOwn(user, (code & 1) === 1);
      else absent?.(user);
    }
  }

  private parents(): (group: number) => readonly number[] {
    const parents = new Map<number, number[]>();
    const note = (parent: number, child: number) => {
      const list = parents.get(child);
      if (list) list.push(parent);
      else parents.set(child, [parent]);
    };
    for (const parent of this.context.edges.parentsList())
      for (const child of this.context.edges.childrenOf(parent)) note(parent, child);
    for (const [parent, children] of this.storedChildren)
      if (!this.base.isTold(parent)) for (const child of children) note(parent, child);
    return (group) => (parents.get(group) ?? []).filter((parent) => isGroupPresent(this.context, parent));
  }

  private graph(): GroupGraph {
    const { groups, edges } = this.context;
    return {
      childrenOf: (group) => {
        const stored = this.base.isTold(group) ? [] : (this.storedChildren.get(group) ?? []);
        const all =
          stored.length === 0 ? edges.childrenOf(group) : [...new Set([...stored, ...edges.childrenOf(group)])];
        return all.filter((child) => isGroupPresent(this.context, child));
      },
      compare: (one, other) =>
        compareText(groups.names[one], groups.names[other]) ||
        compareText(groups.externalIds[one], groups.externalIds[other]),
    };
  }

  /** Groups whose members must be known to compute those of the affected ones. */
  private needed(affected: ReadonlySet<number>): Set<number> {
    const result = new Set(affected);
    if (!this.context.source.followNestedGroups) return result;
    const graph = this.graph();
    for (const group of affected) for (const inner of innerGroups(group, graph)) result.add(inner.group);
    return result;
  }

  private async planAffected(affected: readonly number[]): Promise<void> {
    const { groups } = this.context;
    const graph = this.graph();
    for (const group of affected) if (!groups.has(group, KNOWN)) await this.planGroup(group, [], graph);
    const left = new Set(affected.filter((group) => groups.has(group, KNOWN)));
    for await (const { group, members } of this.base.storedMembers([...left])) {
      left.delete(group);
      await this.planGroup(group, members, graph);
    }
    for (const group of left) await this.planGroup(group, [], graph);
  }

  private async planGroup(group: number, stored: readonly StoredMember[], graph: GroupGraph): Promise<void> {
    const { edges, source, writer } = this.context;
    this.collectOwn(group);
    if (source.followNestedGroups) {
      for (const inner of innerGroups(group, graph)) {
        const members = [...edges.membersOf(inner.group)]
          .map((code) => code >> 1)
          .filter((user) => isUserPresent(this.context, user));
        this.set.addNested(members, this.pathText(inner.path));
      }
    }
    for (const change of planMembers(this.set, stored)) this.rows.add(group, change);
    await writer.relieve();
  }

  /** `12,#34`: keys of groups, or numbers of rows that make them. Cut where the column ends. */
  private pathText(path: readonly number[]): string {
    const { groups } = this.context;
    const refs = path.map((group) =>
      groups.ids.at(group) > 0 ? String(groups.ids.at(group)) : `#${groups.changeSeqs.at(group)}`,
    );
    return refs.join(',');
  }

  /** All memberships of groups that are gone, and what was inside them. */
  private async planGone(gone: readonly number[]): Promise<void> {
    const { groups, writer } = this.context;
    this.set.begin(this.context.users.size);
    for await (const { group, members } of this.base.storedMembers(gone)) {
      for (const change of planMembers(this.set, members)) this.rows.add(group, change);
      await writer.relieve();
    }
    for (const group of gone) {
      const removed = (this.storedChildren.get(group) ?? []).map((child) => groups.ids.at(child));
      this.rows.addLinks(group, { hash: '', before: groups.knownHashes[group] ?? '', added: [], removed });
    }
  }

  private planLinks(group: number): void {
    const { groups, edges } = this.context;
    const refs = edges.childrenOf(group).filter((child) => isGroupPresent(this.context, child));
    const now = new Set(refs);
    const before = new Set(this.storedChildren.get(group) ?? []);
    const added = [...now]
      .filter((child) => !before.has(child))
      .map((child) => refOf(groups.ids.at(child), groups.changeSeqs.at(child)));
    const removed = [...before].filter((child) => !now.has(child)).map((child) => groups.ids.at(child));
    this.rows.addLinks(group, {
      hash: this.digests.get(group) ?? '',
      before: groups.knownHashes[group] ?? '',
      added,
      removed,
    });
    this.planUnresolved(group);
  }

  private planUnresolved(group: number): void {
    const { pending } = this.context;
    const refs = [...new Set((this.pendingOf.get(group) ?? []).map((index) => pending.texts.at(index)))].sort();
    let [part, bytes] = [[] as string[], 0];
    for (const ref of refs) {
      if (bytes > UNRESOLVED_BYTES) {
        this.rows.addInternal('UNRESOLVED', group, { refs: part });
        [part, bytes] = [[], 0];
      }
      part.push(ref);
      bytes += Buffer.byteLength(JSON.stringify(ref)) + 1;
    }
    if (part.length > 0) this.rows.addInternal('UNRESOLVED', group, { refs: part });
  }
}

/** Orders texts by their code units, the same everywhere. */
function compareText(one = '', other = ''): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
