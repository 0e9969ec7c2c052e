import { AVAILABLE } from '../../schema/client-profile';
import type { Page } from '../../schema/connection';
import type { PageArgs } from '../../schema/connection.input';
import type { PresenceState } from '../../schema/presence';
import type { ActionResult, ProfileChange } from '../../schema/profile-change';
import { inList, type Database, type Row } from '../database';
import type { SortColumn } from '../paging';
import { fetchPages } from '../parented-pages';

const CHANGE_COLUMNS = ['id', 'at', 'userId', 'cause', 'outcome', 'fromId', 'toId', 'leaving', 'entering']
  .map((column) => `c.${column}`)
  .join(', ');

/** Where some users stand: who has no row is in Available. */
export async function presenceOfUsers(db: Database, users: readonly number[]): Promise<Map<number, PresenceState>> {
  const among = inList(users);
  const rows = await db.rows<PresenceState>(
    `SELECT p.userId, p.activeProfileId, p.previousProfileId, p.workplaceId, p.redirectNumber FROM presence p
     WHERE p.userId IN ${among.sql}`,
    among.params,
  );
  const found = new Map(rows.map((row) => [row.userId, row]));
  return new Map(users.map((userId) => [userId, found.get(userId) ?? untouched(userId)]));
}

function untouched(userId: number): PresenceState {
  return {
    userId,
    activeProfileId: AVAILABLE,
    previousProfileId: null,
    inMeeting: false,
    meetingProfileId: null,
    meetingReturnToId: null,
    meetingPreviousId: null,
    workplaceId: null,
    redirectNumber: null,
    updatedAt: 0,
  };
}

/** The history of some users, newest first: one statement for all of them. */
export async function historyOfUsers(
  db: Database,
  users: readonly number[],
  args: PageArgs,
): Promise<Map<number, Page<ProfileChange>>> {
  const order: SortColumn<ProfileChange>[] = [
    { sql: 'c.at', of: (row) => Number(row.at), descending: true },
    { sql: 'c.id', of: (row) => row.id, descending: true },
  ];
  return fetchPages<ProfileChange>(
    db,
    { select: CHANGE_COLUMNS, from: 'profile_change c', where: [], order, args, parent: 'c.userId' },
    users,
  );
}

export async function changesByIds(db: Database, ids: readonly number[]): Promise<Map<number, ProfileChange>> {
  const among = inList(ids);
  const rows = await db.rows<ProfileChange>(
    `SELECT ${CHANGE_COLUMNS} FROM profile_change c WHERE c.id IN ${among.sql}`,
    among.params,
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Changes with keys above `last`, at most `limit`, by key. */
export function changesAbove(db: Database, last: number, limit: number): Promise<ProfileChange[]> {
  return db.rows<ProfileChange>(
    `SELECT ${CHANGE_COLUMNS} FROM profile_change c WHERE c.id > ? ORDER BY c.id LIMIT ${limit}`,
    [last],
  );
}

export async function lastChangeKey(db: Database): Promise<number> {
  const row = await db.first<Row>('SELECT MAX(id) AS id FROM profile_change');
  return Number(row?.['id'] ?? 0);
}

/** The results of a chain; rows that were read plainly carry them as text. */
export function resultsOf(results: ActionResult[] | string | null): ActionResult[] {
  return (typeof results === 'string' ? (JSON.parse(results) as ActionResult[]) : results) ?? [];
}
