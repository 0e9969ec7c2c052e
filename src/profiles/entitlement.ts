/** The permission of a role without which only SYSTEM profiles may be used (P2). */
export const PROFILE_PERSONAL = 'profile.personal';

export interface OfferedProfile {
  assignment: 'SYSTEM' | 'ADMIN' | 'PERSONAL';
  /** Of a PERSONAL profile. */
  ownerId: number | null;
  roleIds: readonly number[];
}

export interface ProfileUser {
  id: number;
  roleIds: readonly number[];
  /** Whether one of the roles has {@link PROFILE_PERSONAL}. */
  hasPersonalPermission: boolean;
}

/** Whether a profile is meant for a user: SYSTEM for all, PERSONAL for its owner, ADMIN for its roles (P1, P3, P7). */
export function isOfferedTo(profile: OfferedProfile, user: ProfileUser): boolean {
  if (profile.assignment === 'SYSTEM') return true;
  if (profile.assignment === 'PERSONAL') return profile.ownerId === user.id;
  return profile.roleIds.some((roleId) => user.roleIds.includes(roleId));
}

/** Whether the user may also use it: any but a SYSTEM profile needs the permission (P2). */
export function isEntitled(profile: OfferedProfile, user: ProfileUser): boolean {
  return isOfferedTo(profile, user) && (profile.assignment === 'SYSTEM' || user.hasPersonalPermission);
}

export interface MeetingCandidate {
  id: number;
  name: string;
  assignment: OfferedProfile['assignment'];
  isEntitled: boolean;
}

/**
 * Which of the profiles with a Teams meeting trigger a meeting activates (P13a): the user's own before others, then by
 * name. One that the user may not use is chosen only where there is no other, so that the refusal is recorded (P19).
 */
export function meetingProfile<Candidate extends MeetingCandidate>(candidates: readonly Candidate[]): Candidate | null {
  const rank = (candidate: Candidate): number =>
    (candidate.isEntitled ? 0 : 2) + (candidate.assignment === 'PERSONAL' ? 0 : 1);
  const [first = null] = [...candidates].sort(
    (a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, 'en') || a.id - b.id,
  );
  return first;
}
