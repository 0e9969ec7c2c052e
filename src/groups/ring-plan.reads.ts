import type { CallState, LineKind, UserState } from '../../schema/enums';
import type { Group } from '../../schema/group';
import type { Database } from '../database';
import type { RingFacts, RingMember } from './ring-plan';

interface MemberRow {
  userId: number;
  state: UserState;
  callState: CallState;
  primaryLineKind: LineKind | null;
  secondaryLineKind: LineKind | null;
}

/** The call group of a number with its members in member order, or null where the number is none's. */
export async function callGroupOf(
  db: Database,
  number: string,
): Promise<{ group: RingFacts; members: RingMember[] } | null> {
  const group = await db.first<Pick<Group, 'id' | 'settingsActive' | 'callMode' | 'callStrategy'>>(
    `SELECT id, settingsActive, callMode, callStrategy FROM user_group
     WHERE callNumber = ? AND callMode <> 'DISABLED' AND vanishedAt IS NULL`,
    [number],
  );
  if (!group) return null;
  const rows = await db.rows<MemberRow>(
    `SELECT m.userId, u.state, m.callState, u.primaryLineKind, u.secondaryLineKind
     FROM membership m JOIN user u ON u.id = m.userId WHERE m.groupId = ? ORDER BY m.position, m.userId`,
    [group.id],
  );
  const facts = { settingsActive: Boolean(group.settingsActive), mode: group.callMode, strategy: group.callStrategy };
  return { group: facts, members: rows.map(memberOf) };
}

function memberOf({ userId, state, callState, primaryLineKind, secondaryLineKind }: MemberRow): RingMember {
  const lineKinds = [primaryLineKind, secondaryLineKind].filter((kind) => kind !== null);
  return { userId, state, callState, lineKinds };
}
