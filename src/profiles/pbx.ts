import type { EntityManager } from 'typeorm';
import type { PresenceState } from '../../schema/presence';
import type { ProfileAction } from '../../schema/profile-action';
import type { ActionChain } from '../../schema/profile.enums';

/** What of an action is to be done. */
export type PbxAction = Pick<
  ProfileAction,
  | 'kind'
  | 'chain'
  | 'position'
  | 'endpointId'
  | 'namesEndpoint'
  | 'endpointEnabled'
  | 'gsmMode'
  | 'teamId'
  | 'workplaceId'
  | 'redirectNumber'
>;

/** One action for one user, as part of a recorded change. */
export interface PbxStep {
  action: PbxAction;
  chain: ActionChain;
  userId: number;
  changeId: number;
  at: number;
  /** The user's locked state: workplace and redirection are set in it, and written by whoever locked it. */
  seat: Pick<PresenceState, 'workplaceId' | 'redirectNumber'>;
}

export interface PbxOutcome {
  /** Why the action is not done; null: it is. */
  error: string | null;
  /** A membership whose call state has changed: group and user. */
  membership?: [number, number];
}

/**
 * What carries out actions of client profiles (P15).
 *
 * `perform` works in the transaction of the change and has no other effects, so that it may be repeated. An action that
 * cannot be done is told as an error in plain words and never thrown: the chain goes on (P16).
 */
export interface PbxPort {
  perform(em: EntityManager, step: PbxStep): Promise<PbxOutcome>;
}
