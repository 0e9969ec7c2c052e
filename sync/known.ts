import type { Database } from '../src/database';
import { GroupLedger } from './planning/group-ledger';
import { UserLedger } from './planning/user-ledger';

const PAGE = 20_000;

/** People whom a source knows, and of those that vanished since when: what a read is compared with. */
export async function loadUsers(
  db: Database,
  sourceId: number,
): Promise<{ users: UserLedger; vanishedAt: Map<number, number> }> {
  const users = new UserLedger();
  const vanishedAt = new Map<number, number>();
  for (let after = ''; ;) {
    // One text a row: of a hundred thousand rows the columns are most of the work. No column holds control characters.
    const rows = await db.rows<{ line: string }>(
      `SELECT CONCAT_WS('\t', externalId, userId, hash, COALESCE(managerId, 0), userIdKey, COALESCE(vanishedAt, '')) AS line
       FROM user_entry WHERE sourceId = ? AND externalId > ? ORDER BY externalId LIMIT ${PAGE}`,
      [sourceId, after],
    );
    for (const { line } of rows) {
      const [externalId = '', id, digest = '', managerId, userIdKey = '', gone] = line.split('\t');
      const isLive = gone === '';
      const row = { externalId, id: Number(id), digest, isLive, managerId: Number(managerId), userIdKey };
      const ordinal = users.addKnown(row);
      if (!isLive) vanishedAt.set(ordinal, Number(gone));
      after = externalId;
    }
    if (rows.length < PAGE) return { users, vanishedAt };
  }
}

interface GroupRow {
  id: number;
  externalId: string;
  name: string;
  hash: string | null;
  vanishedAt: number | string | null;
  memberCount: number;
}

export async function loadGroups(
  db: Database,
  sourceId: number,
): Promise<{ groups: GroupLedger; vanishedAt: Map<number, number> }> {
  const groups = new GroupLedger();
  const vanishedAt = new Map<number, number>();
  const rows = await db.rows<GroupRow>(
    'SELECT id, externalId, name, hash, vanishedAt, memberCount FROM user_group WHERE sourceId = ? ORDER BY externalId',
    [sourceId],
  );
  for (const row of rows) {
    const gone = row.vanishedAt === null ? null : Number(row.vanishedAt);
    const ordinal = groups.addKnown({ ...row, hash: row.hash ?? '', isLive: gone === null, vanishedAt: gone });
    if (gone !== null) vanishedAt.set(ordinal, gone);
  }
  return { groups, vanishedAt };
}

/** Groups directly inside groups, as stored: ids. */
export async function loadNesting(db: Database, sourceId: number): Promise<{ parentId: number; childId: number }[]> {
  return db.rows(
    'SELECT n.parentId, n.childId FROM group_nesting n JOIN user_group g ON g.id = n.parentId WHERE g.sourceId = ?',
    [sourceId],
  );
}

/** Ids of people of this source whom another source tells too. */
export async function loadShared(db: Database, sourceId: number): Promise<Set<number>> {
  const rows = await db.rows<{ userId: number }>(
    'SELECT DISTINCT o.userId FROM user_entry o JOIN user_entry e ON e.userId = o.userId WHERE o.sourceId <> ? AND e.sourceId = ?',
    [sourceId, sourceId],
  );
  return new Set(rows.map((row) => row.userId));
}
