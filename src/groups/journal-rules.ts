import { GroupFlag } from '../../schema/group.enums';
import { GROUP_FLAGS, toMask } from '../../schema/masks';

/** Who asks. */
export interface JournalViewer {
  /** The viewer's own person, null without one. */
  userId: number | null;
  /** A client ADMINISTRATOR or staff ADMIN (V3). */
  isAdministrator: boolean;
}

/** A group that the owner of the journal is in, as the viewer stands to it. */
export interface JournalGroup {
  settingsActive: boolean;
  /** Bits of `GROUP_FLAGS`. */
  flags: number;
  viewerIsMember: boolean;
  /** The viewer is its leader or deputy. */
  viewerLeads: boolean;
}

/**
 * What a viewer may do with someone's journal: OWN everything; MODIFY reads and changes memos, READ reads, both without
 * the private entries; NONE: the journal looks empty.
 */
export type JournalAccess = 'OWN' | 'MODIFY' | 'READ' | 'NONE';

const TO_LEADER = toMask([GroupFlag.JOURNAL_VISIBLE_TO_LEADER], GROUP_FLAGS);
const TO_GROUP = toMask([GroupFlag.JOURNAL_VISIBLE_TO_GROUP], GROUP_FLAGS);
const MODIFIABLE = toMask([GroupFlag.JOURNAL_MODIFIABLE], GROUP_FLAGS);

/**
 * Access to the journal of a user (E23–E25, E38, V3, V5).
 *
 * @param groups the groups that the owner is in; a group that the owner only leads shows nothing of the owner
 */
export function journalAccess(viewer: JournalViewer, ownerId: number, groups: readonly JournalGroup[]): JournalAccess {
  if (viewer.userId === ownerId) return 'OWN';
  if (viewer.isAdministrator) return 'MODIFY';
  if (viewer.userId === null) return 'NONE';
  const granted = groups.map(accessThrough);
  if (granted.includes('MODIFY')) return 'MODIFY';
  return granted.includes('READ') ? 'READ' : 'NONE';
}

function accessThrough(group: JournalGroup): JournalAccess {
  if (!group.settingsActive) return 'NONE';
  const asMember = group.viewerIsMember && (group.flags & TO_GROUP) !== 0;
  if (asMember && group.flags & MODIFIABLE) return 'MODIFY';
  const asLeader = group.viewerLeads && (group.flags & TO_LEADER) !== 0;
  return asMember || asLeader ? 'READ' : 'NONE';
}

/** Whether an entry is shown: entries marked private only to their owner. */
export function canSeeEntry(access: JournalAccess, isPrivate: boolean): boolean {
  return access === 'OWN' || (access !== 'NONE' && !isPrivate);
}

/** Whether the memo of an entry may be changed. */
export function canEditMemo(access: JournalAccess, isPrivate: boolean): boolean {
  return access === 'OWN' || (access === 'MODIFY' && !isPrivate);
}

/** Whether an entry may be marked private, or unmarked: its owner alone may (E38). */
export function canSetPrivate(access: JournalAccess): boolean {
  return access === 'OWN';
}
