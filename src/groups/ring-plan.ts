/** How the group takes calls. */
export interface RingFacts {
  settingsActive: boolean;
  mode: 'DISABLED' | 'SIP_SOFTPHONE' | 'VOICE_SERVICES';
  strategy: 'PARALLEL' | 'SEQUENTIAL';
}

/** What decides whether a member rings. */
export interface RingMember {
  userId: number;
  /** Kinds of the lines the member has, none where there is no line. */
  lineKinds: readonly ('SIP' | 'TAPI')[];
  state: 'ACTIVE' | 'DISABLED' | 'VANISHED';
  callState: 'LOGGED_IN' | 'LOGGED_OUT' | 'PAUSED';
}

/**
 * Who rings at a call of the group, step by step (E9–E11, E37).
 *
 * @param members in member order
 * @returns user ids of each step; no step at all where nobody rings
 */
export function ringPlan(group: RingFacts, members: readonly RingMember[]): number[][] {
  if (!group.settingsActive || group.mode === 'DISABLED') return [];
  const ringing = members.filter((member) => canRing(group, member)).map((member) => member.userId);
  if (ringing.length === 0) return [];
  const inTurn = group.mode === 'VOICE_SERVICES' && group.strategy === 'SEQUENTIAL';
  return inTurn ? ringing.map((userId) => [userId]) : [ringing];
}

function canRing(group: RingFacts, member: RingMember): boolean {
  if (member.state !== 'ACTIVE' || member.callState !== 'LOGGED_IN') return false;
  return group.mode === 'SIP_SOFTPHONE' ? member.lineKinds.includes('SIP') : member.lineKinds.length > 0;
}
