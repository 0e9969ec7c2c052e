import type { Page } from '../../schema/connection';
import type { PageArgs } from '../../schema/connection.input';
import type { JournalEntry } from '../../schema/journal-entry';
import { inList, type Database } from '../database';
import type { JournalGroup } from '../groups/journal-rules';
import { fetchPage, type SortColumn } from '../paging';

const COLUMNS = ['id', 'ownerId', 'direction', 'remoteNumber', 'startedAt', 'isPrivate', 'memo']
  .map((column) => `j.${column}`)
  .join(', ');

const NEWEST_FIRST: SortColumn<JournalEntry>[] = [
  { sql: 'j.startedAt', of: (row) => Number(row.startedAt), descending: true },
  { sql: 'j.id', of: (row) => row.id, descending: true },
];

/** A page of someone's journal, newest first. */
export function listEntries(
  db: Database,
  ownerId: number,
  withPrivate: boolean,
  args: PageArgs,
): Promise<Page<JournalEntry>> {
  const where = [{ sql: 'j.ownerId = ?', params: [ownerId] }];
  if (!withPrivate) where.push({ sql: 'j.isPrivate = 0', params: [] });
  return fetchPage<JournalEntry>(db, { select: COLUMNS, from: 'journal_entry j', where, order: NEWEST_FIRST, args });
}

/** Entries by their keys. */
export async function entriesByIds(db: Database, ids: readonly number[]): Promise<Map<number, JournalEntry>> {
  const among = inList(ids);
  const rows = await db.rows<JournalEntry>(
    `SELECT ${COLUMNS} FROM journal_entry j WHERE j.id IN ${among.sql}`,
    among.params,
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** For each owner the groups it is in that the viewer is in too, leads or deputises. */
export async function sharedGroups(
  db: Database,
  owners: readonly number[],
  viewerUserId: number,
): Promise<Map<number, JournalGroup[]>> {
  const among = inList(owners);
  const rows = await db.rows<{
    owner: number;
    settingsActive: number;
    flagsMask: number;
    isMember: number;
    leads: number;
  }>(
    `SELECT m.userId AS owner, g.settingsActive, g.flagsMask, v.userId IS NOT NULL AS isMember,
            COALESCE(g.leaderId = ?, 0) OR COALESCE(g.deputyId = ?, 0) AS leads
     FROM membership m JOIN user_group g ON g.id = m.groupId
     LEFT JOIN membership v ON v.groupId = m.groupId AND v.userId = ?
     WHERE m.userId IN ${among.sql} AND (v.userId IS NOT NULL OR g.leaderId = ? OR g.deputyId = ?)`,
    [viewerUserId, viewerUserId, viewerUserId, ...among.params, viewerUserId, viewerUserId],
  );
  const result = new Map<number, JournalGroup[]>(owners.map((owner) => [owner, []]));
  for (const row of rows) {
    result.get(row.owner)?.push({
      settingsActive: Boolean(row.settingsActive),
      flags: row.flagsMask,
      viewerIsMember: Boolean(row.isMember),
      viewerLeads: Boolean(row.leads),
    });
  }
  return result;
}
