/** Where one user stands. */
export interface PresenceFacts {
  activeProfileId: number;
  /** To which DEACTIVATE and deletion return; null: to Available. */
  previousProfileId: number | null;
  /** Not null during a Teams meeting. */
  meeting: MeetingFacts | null;
}

export interface MeetingFacts {
  /** What the meeting switched to; null where it switched nothing or a manual change has cancelled the return. */
  profileId: number | null;
  /** What returns at the end; null: Available. */
  returnToId: number | null;
  /** The previous profile as it was before the meeting. */
  previousProfileId: number | null;
}

export interface ProfileFacts {
  id: number;
  sticky: boolean;
  /** Whether this user may use it. */
  isEntitled: boolean;
}

export type PresenceEvent =
  | { kind: 'MANUAL'; profile: ProfileFacts }
  | { kind: 'TIME_TRIGGER'; effect: 'ACTIVATE' | 'DEACTIVATE'; profile: ProfileFacts }
  /** `activates`: the profile that `meetingProfile` chose; `deactivates`: those with a trigger of effect DEACTIVATE. */
  | { kind: 'TEAMS_MEETING_START'; activates: ProfileFacts | null; deactivates: readonly number[] }
  | { kind: 'TEAMS_MEETING_END' }
  | { kind: 'PROFILE_DELETED'; profileId: number };

/** What a transition needs to know beside the event. */
export interface ProfileWorld {
  availableId: number;
  /** Every profile that still exists and that the state names; a deleted one may be among them during its deletion. */
  profiles: ReadonlyMap<number, ProfileFacts>;
}

export type Outcome = 'APPLIED' | 'SUPPRESSED_BY_STICKY' | 'NOT_ENTITLED' | 'ALREADY_ACTIVE';

export interface Transition {
  state: PresenceFacts;
  /** What is to be recorded; null: nothing. A MANUAL change NOT_ENTITLED is refused instead (P19). */
  change: { cause: PresenceEvent['kind']; outcome: Outcome; fromId: number; toId: number } | null;
  /** Chains to run, the one of `leaveId` fully before the one of `enterId` (P16); null: none. */
  chains: { leaveId: number; enterId: number } | null;
}

/** The next state of a user after an event, with what is to be done and recorded (P6, P8, P10–P13a, P16–P19). */
export function transition(state: PresenceFacts, event: PresenceEvent, world: ProfileWorld): Transition {
  switch (event.kind) {
    case 'MANUAL':
      return manual(state, event.profile);
    case 'TIME_TRIGGER':
      return event.effect === 'ACTIVATE' ? timeOn(state, event.profile, world) : timeOff(state, event.profile, world);
    case 'TEAMS_MEETING_START':
      return meetingStart(state, event, world);
    case 'TEAMS_MEETING_END':
      return meetingEnd(state, world);
    case 'PROFILE_DELETED':
      return deleted(state, event.profileId, world);
  }
}

function manual(state: PresenceFacts, profile: ProfileFacts): Transition {
  const refusal = refusalOf(state, profile);
  if (refusal) return recorded(state, 'MANUAL', refusal, profile.id);
  // A manual change during a meeting cancels the return (P13).
  const meeting = state.meeting && { ...state.meeting, profileId: null };
  return applied({ ...state, meeting }, 'MANUAL', profile.id, state.activeProfileId);
}

function timeOn(state: PresenceFacts, profile: ProfileFacts, world: ProfileWorld): Transition {
  const refusal = refusalOf(state, profile) ?? stickiness(state, world);
  if (refusal) return recorded(state, 'TIME_TRIGGER', refusal, profile.id);
  return applied(state, 'TIME_TRIGGER', profile.id, state.activeProfileId);
}

function timeOff(state: PresenceFacts, profile: ProfileFacts, world: ProfileWorld): Transition {
  if (state.activeProfileId !== profile.id) return { state, change: null, chains: null };
  const target = usable(state.previousProfileId, profile.id, world);
  if (stickiness(state, world)) return recorded(state, 'TIME_TRIGGER', 'SUPPRESSED_BY_STICKY', target);
  return applied(state, 'TIME_TRIGGER', target, null);
}

function meetingStart(
  state: PresenceFacts,
  event: Extract<PresenceEvent, { kind: 'TEAMS_MEETING_START' }>,
  world: ProfileWorld,
): Transition {
  const activeId = state.activeProfileId;
  const isDeactivating = !event.activates && event.deactivates.includes(activeId);
  // Presence is a state: a second start is ignored. So is one that nothing is set up for.
  if (state.meeting || (!event.activates && !isDeactivating)) return { state, change: null, chains: null };
  const targetId = event.activates?.id ?? usable(state.previousProfileId, activeId, world);
  const refusal = (event.activates && refusalOf(state, event.activates)) ?? stickiness(state, world);
  if (refusal === 'NOT_ENTITLED') return recorded(state, 'TEAMS_MEETING_START', refusal, targetId);
  const meeting = { profileId: targetId, returnToId: activeId, previousProfileId: state.previousProfileId };
  if (refusal) {
    // The trigger is dropped, yet the meeting goes on: its end has nothing to return from.
    const idle = { ...state, meeting: { ...meeting, profileId: null } };
    return recorded(idle, 'TEAMS_MEETING_START', refusal, targetId);
  }
  return applied({ ...state, meeting }, 'TEAMS_MEETING_START', targetId, activeId);
}

function meetingEnd(state: PresenceFacts, world: ProfileWorld): Transition {
  const { meeting, activeProfileId } = state;
  const after = { ...state, meeting: null };
  // Whatever has replaced the meeting's profile meanwhile stays.
  if (meeting?.profileId !== activeProfileId) return { state: after, change: null, chains: null };
  const target = usable(meeting.returnToId, activeProfileId, world);
  return applied(after, 'TEAMS_MEETING_END', target, target === meeting.returnToId ? meeting.previousProfileId : null);
}

function deleted(state: PresenceFacts, profileId: number, world: ProfileWorld): Transition {
  const without = (id: number | null): number | null => (id === profileId ? null : id);
  const { meeting } = state;
  const after: PresenceFacts = {
    ...state,
    previousProfileId: without(state.previousProfileId),
    meeting: meeting && {
      profileId: without(meeting.profileId),
      returnToId: without(meeting.returnToId),
      previousProfileId: without(meeting.previousProfileId),
    },
  };
  if (state.activeProfileId !== profileId) return { state: after, change: null, chains: null };
  return applied(after, 'PROFILE_DELETED', usable(after.previousProfileId, profileId, world), null);
}

/** Why a profile cannot be activated, whoever asks. */
function refusalOf(state: PresenceFacts, profile: ProfileFacts): Outcome | null {
  if (!profile.isEntitled) return 'NOT_ENTITLED';
  return profile.id === state.activeProfileId ? 'ALREADY_ACTIVE' : null;
}

/** A sticky profile is not overridden by triggers (P6). */
function stickiness(state: PresenceFacts, world: ProfileWorld): Outcome | null {
  return world.profiles.get(state.activeProfileId)?.sticky ? 'SUPPRESSED_BY_STICKY' : null;
}

/** The profile to return to: the wanted one where it exists, may be used and is not the one being left, else Available. */
function usable(wantedId: number | null, leavingId: number, world: ProfileWorld): number {
  const wanted = wantedId === null || wantedId === leavingId ? undefined : world.profiles.get(wantedId);
  return wanted?.isEntitled ? wanted.id : world.availableId;
}

function recorded(state: PresenceFacts, cause: PresenceEvent['kind'], outcome: Outcome, toId: number): Transition {
  return { state, change: { cause, outcome, fromId: state.activeProfileId, toId }, chains: null };
}

function applied(
  state: PresenceFacts,
  cause: PresenceEvent['kind'],
  toId: number,
  previousProfileId: number | null,
): Transition {
  const fromId = state.activeProfileId;
  if (toId === fromId) return recorded(state, cause, 'ALREADY_ACTIVE', toId);
  return {
    state: { ...state, activeProfileId: toId, previousProfileId },
    change: { cause, outcome: 'APPLIED', fromId, toId },
    chains: { leaveId: fromId, enterId: toId },
  };
}
