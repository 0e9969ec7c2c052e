import type { JournalEntry } from '../../schema/journal-entry';
import type { Context } from '../context';
import { canSeeEntry, journalAccess, type JournalAccess } from '../groups/journal-rules';
import { entriesByIds, sharedGroups } from './journal.reads';

/** What the viewer may do with someone's journal (E23–E25, V3, V5). Read once a request for each owner. */
export async function accessTo(context: Context, ownerId: number): Promise<JournalAccess> {
  const { viewer, loaders, db } = context;
  if (viewer.kind === 'nobody' || (viewer.kind === 'staff' && !viewer.isAdmin)) return 'NONE';
  const asks = { userId: viewer.userId, isAdministrator: viewer.isAdmin };
  const { userId } = viewer;
  const access = await loaders.load('journal.access', ownerId, async (owners) => {
    const shared = viewer.isAdmin || userId === null ? null : await sharedGroups(db, owners, userId);
    return new Map(owners.map((owner) => [owner, journalAccess(asks, owner, shared?.get(owner) ?? [])]));
  });
  return access ?? 'NONE';
}

/** An entry, whoever asks. Batched. */
export function loadEntry({ loaders, db }: Context, key: number | null): Promise<JournalEntry | null> {
  if (key === null) return Promise.resolve(null);
  return loaders.load('journal.entry', key, (keys) => entriesByIds(db, keys));
}

/** An entry by its key as the viewer may see it, with what the viewer may do with it. */
export async function visibleEntry(
  context: Context,
  key: number | null,
): Promise<{ entry: JournalEntry; access: JournalAccess } | null> {
  const entry = await loadEntry(context, key);
  if (!entry) return null;
  const access = await accessTo(context, entry.ownerId);
  return canSeeEntry(access, Boolean(entry.isPrivate)) ? { entry, access } : null;
}

export const journalNodes = {
  JournalEntry: async (context: Context, key: number[]): Promise<JournalEntry | null> =>
    (await visibleEntry(context, key[0] ?? null))?.entry ?? null,
};
