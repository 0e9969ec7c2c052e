import type { Database } from '../database';
import type { RevisionNote } from '../revision';
import type { GrantFacts, GroupFacts } from './authorization-data';
import type { AuthorizationIndex } from './authorization-index';
import type { NameOrder } from './name-order';
import {
  readGlobalRights,
  readSomeGrants,
  readSomeGroups,
  readSomeMemberships,
  readSomePeople,
  type PersonRow,
} from './rights.reads';

type KeyPair = [number, number];

/** The rows that some notes name, read anew; what has no row is gone. */
export interface RightsChanges {
  userIds: number[];
  people: Map<number, PersonRow>;
  groupIds: number[];
  groups: Map<number, GroupFacts>;
  /** [groupId, userId] */
  memberships: KeyPair[];
  /** Those that are held, as `groupId/userId`. */
  held: Set<string>;
  /** [viewerId, targetId] */
  grants: KeyPair[];
  /** By `viewerId/targetId`. */
  granted: Map<string, GrantFacts>;
  /** Null where they have not changed. */
  globalRights: number | null;
}

/** How many rows some notes name; Infinity where one says all. */
export function namedBy(notes: readonly RevisionNote[]): number {
  const lists = ({ users, groups, memberships, grants }: RevisionNote) => [users, groups, memberships, grants];
  const named = (note: RevisionNote) => lists(note).reduce((sum, list) => sum + (list?.length ?? 0), 0);
  return notes.reduce((sum, note) => sum + (note.all ? Infinity : named(note)), 0);
}

export async function readChanges(db: Database, notes: readonly RevisionNote[]): Promise<RightsChanges> {
  const userIds = [...new Set(notes.flatMap((note) => note.users ?? []))];
  const groupIds = [...new Set(notes.flatMap((note) => note.groups ?? []))];
  const memberships = unique(notes.flatMap((note) => note.memberships ?? []));
  const grants = unique(notes.flatMap((note) => note.grants ?? []));
  return {
    userIds,
    people: await readSomePeople(db, userIds),
    groupIds,
    groups: await readSomeGroups(db, groupIds),
    memberships,
    held: await readSomeMemberships(db, memberships),
    grants,
    granted: await readSomeGrants(db, grants),
    globalRights: notes.some((note) => note.settings) ? await readGlobalRights(db) : null,
  };
}

/** Puts changes in place. Synchronous: nobody sees half of it. */
export function applyChanges(index: AuthorizationIndex, order: NameOrder, changes: RightsChanges): void {
  applyPeople(index, order, changes);
  for (const id of changes.groupIds) {
    const group = changes.groups.get(id);
    if (group) index.setGroup(group);
    else index.removeGroup(id);
  }
  applyMemberships(index, changes);
  for (const [viewerId, targetId] of changes.grants) {
    const grant = changes.granted.get(`${viewerId}/${targetId}`);
    if (grant) index.setGrant(grant);
    else index.removeGrant(viewerId, targetId);
  }
  if (changes.globalRights !== null) index.setGlobal(changes.globalRights);
}

/** The order finds people by their ordinals: who goes leaves it before the index, who comes enters it after. */
function applyPeople(index: AuthorizationIndex, order: NameOrder, { userIds, people }: RightsChanges): void {
  const present = userIds.map((id) => people.get(id)).filter((row) => row !== undefined);
  const gone = userIds.filter((id) => !people.has(id));
  order.update(new Map(gone.map((id) => [id, null])));
  for (const id of gone) index.removeUser(id);
  for (const { id, state } of present) {
    index.addUser(id);
    index.setVanished(id, state === 'VANISHED');
  }
  order.update(new Map(present.map(({ id, displayNameKey }) => [id, displayNameKey])));
}

function applyMemberships(index: AuthorizationIndex, { memberships, held }: RightsChanges): void {
  const isHeld = ([groupId, userId]: KeyPair) => held.has(`${groupId}/${userId}`);
  // A pair whose user or group is newer than these notes comes again with the note that tells of them.
  const added = memberships.filter((pair) => isHeld(pair) && index.knows(pair[0], pair[1]));
  const removed = memberships.filter((pair) => !isHeld(pair));
  if (removed.length > 0) index.removeMemberships(columnsOf(removed));
  if (added.length > 0) index.addMemberships(columnsOf(added));
}

function columnsOf(pairs: readonly KeyPair[]): { groupIds: number[]; userIds: number[] } {
  return { groupIds: pairs.map(([groupId]) => groupId), userIds: pairs.map(([, userId]) => userId) };
}

function unique(pairs: readonly KeyPair[]): KeyPair[] {
  return [...new Map(pairs.map((pair) => [pair.join('/'), pair])).values()];
}
