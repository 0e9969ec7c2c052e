import type {
  AuthorizationData,
  GrantFacts,
  GroupFacts,
  RightsSource,
} from '../../src/authorizations/authorization-data';

/** The rules of authorization written as they read, over plain maps: slow, and obviously right. */
export class NaiveRights {
  globalRights: number;
  readonly vanishedByUser = new Map<number, boolean>();
  readonly groups = new Map<number, GroupFacts>();
  /** `group/user` of every membership. */
  readonly memberships = new Set<string>();
  readonly grants = new Map<string, GrantFacts>();

  constructor(data: AuthorizationData) {
    this.globalRights = data.globalRights;
    Array.from(data.userIds).forEach((id) => this.vanishedByUser.set(id, false));
    Array.from(data.vanishedUserIds ?? []).forEach((id) => this.vanishedByUser.set(id, true));
    data.groups.forEach((group) => this.groups.set(group.id, group));
    const { groupIds, userIds } = data.memberships;
    Array.from(userIds).forEach((userId, i) => this.memberships.add(`${groupIds[i]}/${userId}`));
    data.grants.forEach((grant) => this.setGrant(grant));
  }

  setGrant(grant: GrantFacts): void {
    this.grants.set(`${grant.viewerId}/${grant.targetId}`, grant);
  }

  removeUser(userId: number): void {
    this.vanishedByUser.delete(userId);
    for (const pair of this.memberships) if (pair.endsWith(`/${userId}`)) this.memberships.delete(pair);
    for (const [key, grant] of this.grants) {
      if (grant.viewerId === userId || grant.targetId === userId) this.grants.delete(key);
    }
  }

  removeGroup(groupId: number): void {
    this.groups.delete(groupId);
    for (const pair of this.memberships) if (pair.startsWith(`${groupId}/`)) this.memberships.delete(pair);
  }

  isMember(groupId: number, userId: number): boolean {
    return this.memberships.has(`${groupId}/${userId}`);
  }

  sources(viewerId: number, targetId: number): RightsSource[] {
    if (!this.vanishedByUser.has(viewerId) || !this.vanishedByUser.has(targetId)) return [];
    const sources: RightsSource[] = [
      { grantedBy: 'GLOBAL', groupId: null, asLeader: false, rights: this.globalRights },
    ];
    for (const group of this.groups.values()) {
      if (!group.settingsActive || !this.isMember(group.id, targetId)) continue;
      const source = { grantedBy: 'GROUP' as const, groupId: group.id };
      if (this.isMember(group.id, viewerId)) sources.push({ ...source, asLeader: false, rights: group.memberRights });
      if (viewerId === group.leaderId || viewerId === group.deputyId) {
        sources.push({ ...source, asLeader: true, rights: group.leaderRights });
      }
    }
    const rights = this.grants.get(`${viewerId}/${targetId}`)?.rights ?? 0;
    sources.push({ grantedBy: 'INDIVIDUAL', groupId: null, asLeader: false, rights });
    return sources.filter((source) => source.rights !== 0);
  }

  explain(viewerId: number, targetId: number): { rights: number; sources: RightsSource[] } {
    return { rights: this.check(viewerId, targetId), sources: this.sources(viewerId, targetId) };
  }

  check(viewerId: number, targetId: number): number {
    return this.sources(viewerId, targetId).reduce((rights, source) => rights | source.rights, 0);
  }

  visibleUsers(viewerId: number, rights: number): number[] {
    if (!this.vanishedByUser.has(viewerId)) return [];
    return this.shown(viewerId).filter((id) => this.check(viewerId, id) & rights);
  }

  visibleTo(targetId: number, rights: number): number[] {
    return this.shown(targetId).filter((id) => this.check(id, targetId) & rights);
  }

  private shown(self: number): number[] {
    return [...this.vanishedByUser]
      .filter(([id, isVanished]) => !isVanished && id !== self)
      .map(([id]) => id)
      .sort((a, b) => a - b);
  }
}
