import type { Database } from '../database';
import { changesSince, currentRevision, type RevisionNote } from '../revision';
import { AuthorizationIndex } from './authorization-index';
import { NameOrder } from './name-order';
import {
  readAll,
  readGlobalRights,
  readSomeGrants,
  readSomeGroups,
  readSomeMemberships,
  readSomePeople,
} from './rights.reads';

/** Everybody's rights and names as of one revision of the directory. */
export interface RightsImage {
  revision: number;
  index: AuthorizationIndex;
  order: NameOrder;
}

/**
 * The rights of the whole directory in memory, for one process. Never stale: every use compares the revision that the
 * database holds, whoever raised it, and first catches up by the notes of what changed, or reads all anew.
 */
export class DirectoryRights {
  private image: RightsImage | null = null;
  private work: Promise<RightsImage> | null = null;

  constructor(private readonly db: Database) {}

  /**
   * The image, at least as new as what was committed before the call. Use it at once: it goes on changing.
   * @throws what the database throws; the next call tries again.
   */
  async current(): Promise<RightsImage> {
    const revision = await currentRevision(this.db);
    for (;;) {
      if (this.image?.revision === revision) return this.image;
      if (!this.work) return this.startWork();
      // Work that began before this call may have looked too early: what it brings is compared again.
      const image = await this.work;
      if (image.revision >= revision) return image;
    }
  }

  /** Bytes of the image; 0 before its first use. */
  memoryBytes(): number {
    return this.image ? this.image.index.memoryBytes() + this.image.order.bytes : 0;
  }

  private startWork(): Promise<RightsImage> {
    this.work = this.catchUp().finally(() => (this.work = null));
    return this.work;
  }

  /** Ends when the revision, read after the last row, is the one the image has: then nothing was mixed. */
  private async catchUp(): Promise<RightsImage> {
    for (;;) {
      const revision = await currentRevision(this.db);
      if (this.image?.revision === revision) return this.image;
      const notes =
        this.image && revision > this.image.revision
          ? await changesSince(this.db, this.image.revision, revision)
          : null;
      if (this.image && notes && !notes.some((note) => note.all)) await applyNotes(this.db, this.image, notes);
      else await this.rebuild();
      if (this.image) this.image.revision = revision;
    }
  }

  private async rebuild(): Promise<void> {
    const { data, names } = await readAll(this.db);
    this.image = { revision: -1, index: new AuthorizationIndex(data), order: new NameOrder(names) };
  }
}

/** Reads the rows that the notes name and puts them into the image: all reads first, then one synchronous change. */
async function applyNotes(db: Database, image: RightsImage, notes: readonly RevisionNote[]): Promise<void> {
  const userIds = [...new Set(notes.flatMap((note) => note.users ?? []))];
  const groupIds = [...new Set(notes.flatMap((note) => note.groups ?? []))];
  const memberships = unique(notes.flatMap((note) => note.memberships ?? []));
  const grants = unique(notes.flatMap((note) => note.grants ?? []));
  const people = await readSomePeople(db, userIds);
  const groups = await readSomeGroups(db, groupIds);
  const held = await readSomeMemberships(db, memberships);
  const granted = await readSomeGrants(db, grants);
  const globalRights = notes.some((note) => note.settings) ? await readGlobalRights(db) : null;
  const { index, order } = image;
  order.update(new Map(userIds.map((id) => [id, people.get(id)?.displayNameKey ?? null])));
  for (const id of userIds) {
    const person = people.get(id);
    if (!person) index.removeUser(id);
    else {
      index.addUser(id);
      index.setVanished(id, person.state === 'VANISHED');
    }
  }
  for (const id of groupIds) {
    const group = groups.get(id);
    if (group) index.setGroup(group);
    else index.removeGroup(id);
  }
  applyMemberships(index, memberships, held);
  for (const [viewerId, targetId] of grants) {
    const grant = granted.get(`${viewerId}/${targetId}`);
    if (grant) index.setGrant(grant);
    else index.removeGrant(viewerId, targetId);
  }
  if (globalRights !== null) index.setGlobal(globalRights);
}

function applyMemberships(
  index: AuthorizationIndex,
  pairs: readonly [number, number][],
  held: ReadonlySet<string>,
): void {
  const isHeld = ([groupId, userId]: [number, number]) => held.has(`${groupId}/${userId}`);
  // A pair whose user or group is newer than these notes comes again with the note that tells of them.
  const added = pairs.filter((pair) => isHeld(pair) && index.knows(pair[0], pair[1]));
  const removed = pairs.filter((pair) => !isHeld(pair));
  if (removed.length > 0) index.removeMemberships(columnsOf(removed));
  if (added.length > 0) index.addMemberships(columnsOf(added));
}

function columnsOf(pairs: readonly [number, number][]): { groupIds: number[]; userIds: number[] } {
  return { groupIds: pairs.map(([groupId]) => groupId), userIds: pairs.map(([, userId]) => userId) };
}

function unique(pairs: readonly [number, number][]): [number, number][] {
  return [...new Map(pairs.map((pair) => [pair.join('/'), pair])).values()];
}

const byDatabase = new WeakMap<Database, DirectoryRights>();

/** The rights of a database: one image for all requests of the process. */
export function directoryRights(db: Database): DirectoryRights {
  let rights = byDatabase.get(db);
  if (!rights) byDatabase.set(db, (rights = new DirectoryRights(db)));
  return rights;
}
