/** Memberships in columns: pair i says that `userIds[i]` is in `groupIds[i]`. */
export interface MembershipColumns {
  groupIds: ArrayLike<number>;
  userIds: ArrayLike<number>;
}

/** What the rules need to know of a group. Rights are bits of `RIGHTS`. */
export interface GroupFacts {
  id: number;
  /** False: nothing of the group has influence (E8). */
  settingsActive: boolean;
  /** Rights of the members towards each other (E3). */
  memberRights: number;
  /** Rights of leader and deputy towards the members (E4–E6). */
  leaderRights: number;
  leaderId: number | null;
  deputyId: number | null;
}

/** Rights that one user holds on another, beside all groups. */
export interface GrantFacts {
  viewerId: number;
  targetId: number;
  rights: number;
}

/** Everything that decides who may do what with whom. Ids are database keys: positive, at most 2^31 - 1. */
export interface AuthorizationData {
  /** Rights of everybody towards everybody. */
  globalRights: number;
  /** People in the directory, without VANISHED ones. */
  userIds: ArrayLike<number>;
  /** VANISHED people: no list shows them (E39), their rights are still told. */
  vanishedUserIds?: ArrayLike<number>;
  groups: readonly GroupFacts[];
  /** Pairs that name an unknown user or group are left out and counted, see `ignoredMemberships`. */
  memberships: MembershipColumns;
  grants: readonly GrantFacts[];
}

/** One thing that grants rights to a viewer on a target, with all that it grants. */
export interface RightsSource {
  grantedBy: 'GLOBAL' | 'GROUP' | 'INDIVIDUAL';
  groupId: number | null;
  /** Granted to the viewer as leader or deputy of the group. */
  asLeader: boolean;
  rights: number;
}
