import type { EntityManager } from 'typeorm';
import { CallState, EndpointKind } from '../../schema/enums';
import { forUpdate, rowsIn } from '../database';
import type { PbxAction, PbxOutcome, PbxPort, PbxStep } from './pbx';

const done: PbxOutcome = { error: null };
const failed = (error: string): PbxOutcome => ({ error });

/** The telephone system that is nothing but our own tables: telephones, call states, workplace and redirection. */
export class BuiltInPbx implements PbxPort {
  async perform(em: EntityManager, step: PbxStep): Promise<PbxOutcome> {
    const { action, seat } = step;
    switch (action.kind) {
      case 'CHANGE_FOLLOW_ME':
        return switchEndpoints(em, step, 'enabled', action.endpointEnabled);
      case 'SET_GSM_MODE':
        return switchEndpoints(em, step, 'gsmMode', action.gsmMode);
      case 'TEAM_LOGIN':
      case 'TEAM_LOGOUT':
      case 'TEAM_PAUSE':
      case 'TEAM_UNPAUSE':
        return setCallState(em, step);
      case 'SET_WORKPLACE':
        if (action.workplaceId === null) return failed('The workplace no longer exists.');
        seat.workplaceId = action.workplaceId;
        return done;
      case 'UNSET_WORKPLACE':
        seat.workplaceId = null;
        return done;
      case 'SET_REDIRECT_NUMBER':
        seat.redirectNumber = action.redirectNumber;
        return done;
      case 'UNSET_REDIRECTION':
        seat.redirectNumber = null;
        return done;
    }
  }
}

/** One telephone where the action names one, else all; of the mobile network there is none at a desk. */
async function switchEndpoints(
  em: EntityManager,
  { action, userId }: PbxStep,
  column: 'enabled' | 'gsmMode',
  value: boolean | null,
): Promise<PbxOutcome> {
  const on = value ? 1 : 0;
  if (!action.namesEndpoint) {
    const kinds = column === 'gsmMode' ? ` AND kind <> '${EndpointKind.DESK}'` : '';
    await em.query(`UPDATE endpoint SET ${column} = ? WHERE userId = ?${kinds}`, [on, userId]);
    return done;
  }
  if (action.endpointId === null) return failed('The telephone no longer exists.');
  const [endpoint] = await rowsIn<{ userId: number }>(em, 'SELECT userId FROM endpoint WHERE id = ?', [
    action.endpointId,
  ]);
  if (endpoint?.userId !== userId) return failed('The telephone is not one of this user.');
  await em.query(`UPDATE endpoint SET ${column} = ? WHERE id = ?`, [on, action.endpointId]);
  return done;
}

async function setCallState(em: EntityManager, { action, userId }: PbxStep): Promise<PbxOutcome> {
  if (action.teamId === null) return failed('The team no longer exists.');
  const key = [action.teamId, userId];
  const [membership] = await rowsIn<{ callState: CallState }>(
    em,
    `SELECT callState FROM membership WHERE groupId = ? AND userId = ?${forUpdate(em)}`,
    key,
  );
  if (!membership) return failed('The user is not in the team.');
  const callState = nextCallState(action.kind, membership.callState);
  if (callState === membership.callState) return done;
  await em.query('UPDATE membership SET callState = ? WHERE groupId = ? AND userId = ?', [callState, ...key]);
  return { error: null, membership: [action.teamId, userId] };
}

/** To end a pause that is none must not log anybody in. */
function nextCallState(kind: PbxAction['kind'], current: CallState): CallState {
  if (kind === 'TEAM_LOGOUT') return CallState.LOGGED_OUT;
  if (kind === 'TEAM_PAUSE') return CallState.PAUSED;
  if (kind === 'TEAM_UNPAUSE' && current !== CallState.PAUSED) return current;
  return CallState.LOGGED_IN;
}
