import 'reflect-metadata';
import { GroupFlag } from '../../schema/group.enums';
import { GROUP_FLAGS, toMask } from '../../schema/masks';
import { canEditMemo, canSeeEntry, canSetPrivate, journalAccess } from '../../src/groups/journal-rules';
import type { JournalAccess, JournalGroup, JournalViewer } from '../../src/groups/journal-rules';

const OWNER = 1;
const other: JournalViewer = { userId: 2, isAdministrator: false };
const leader = { viewerLeads: true };
const mate = { viewerIsMember: true };
const group = (flags: (keyof typeof GroupFlag)[], change: Partial<JournalGroup> = {}): JournalGroup => ({
  settingsActive: true,
  flags: toMask(
    flags.map((flag) => GroupFlag[flag]),
    GROUP_FLAGS,
  ),
  viewerIsMember: false,
  viewerLeads: false,
  ...change,
});

describe('access to a journal', () => {
  it.each<[string, JournalViewer, JournalGroup[], JournalAccess]>([
    ['E25: the own journal', { userId: OWNER, isAdministrator: false }, [], 'OWN'],
    ["V3: an administrator's own journal", { userId: OWNER, isAdministrator: true }, [], 'OWN'],
    ['V3: an administrator without a person', { userId: null, isAdministrator: true }, [], 'MODIFY'],
    ['V5: a client without a person', { userId: null, isAdministrator: false }, [], 'NONE'],
    ['no common group', other, [], 'NONE'],
    ['E23: the leader', other, [group(['JOURNAL_VISIBLE_TO_LEADER'], leader)], 'READ'],
    ['E23: the flag is for leaders only', other, [group(['JOURNAL_VISIBLE_TO_LEADER'], mate)], 'NONE'],
    ['E24: a member', other, [group(['JOURNAL_VISIBLE_TO_GROUP'], mate)], 'READ'],
    ['E38: a leader who is no member, by E24', other, [group(['JOURNAL_VISIBLE_TO_GROUP'], leader)], 'NONE'],
    ['E38: a leader who is a member', other, [group(['JOURNAL_VISIBLE_TO_GROUP'], { ...leader, ...mate })], 'READ'],
    ['E25: modifiable', other, [group(['JOURNAL_VISIBLE_TO_GROUP', 'JOURNAL_MODIFIABLE'], mate)], 'MODIFY'],
    ['E25: modifiable but not visible', other, [group(['JOURNAL_MODIFIABLE'], mate)], 'NONE'],
    [
      'E25: modifiable does not reach a leader who sees by E23',
      other,
      [group(['JOURNAL_VISIBLE_TO_LEADER', 'JOURNAL_VISIBLE_TO_GROUP', 'JOURNAL_MODIFIABLE'], leader)],
      'READ',
    ],
    [
      'E8: inactive settings',
      other,
      [group(['JOURNAL_VISIBLE_TO_GROUP', 'JOURNAL_MODIFIABLE'], { ...mate, settingsActive: false })],
      'NONE',
    ],
    [
      'E25: flags of two groups do not combine',
      other,
      [group(['JOURNAL_VISIBLE_TO_GROUP'], mate), group(['JOURNAL_MODIFIABLE'], mate)],
      'READ',
    ],
    [
      'the best of several groups counts',
      other,
      [
        group(['JOURNAL_VISIBLE_TO_GROUP'], mate),
        group(['JOURNAL_VISIBLE_TO_GROUP', 'JOURNAL_MODIFIABLE'], mate),
        group([], mate),
      ],
      'MODIFY',
    ],
  ])('%s', (_, viewer, groups, access) => {
    expect(journalAccess(viewer, OWNER, groups)).toBe(access);
  });

  it.each<[JournalAccess, boolean[]]>([
    // sees open, sees private, edits open, edits private, marks private
    ['OWN', [true, true, true, true, true]],
    ['MODIFY', [true, false, true, false, false]],
    ['READ', [true, false, false, false, false]],
    ['NONE', [false, false, false, false, false]],
  ])('E23–E25, E38, V3: what %s may do', (access, expected) => {
    const reads = [canSeeEntry(access, false), canSeeEntry(access, true)];
    const edits = [canEditMemo(access, false), canEditMemo(access, true)];
    expect([...reads, ...edits, canSetPrivate(access)]).toEqual(expected);
  });
});
