import type { Database } from '../src/database';
import { GroupLedger } from './planning/group-ledger';
import { UserLedger, type KnownUser, type Span } from './planning/user-ledger';

const PAGE = 20_000;

/** People whom a source knows, and of those that vanished since when: what a read is compared with. */
export async function loadUsers(
  db: Database,
  sourceId: number,
): Promise<{ users: UserLedger; vanishedAt: Map<number, number> }> {
  const users = new UserLedger();
  const vanishedAt = new Map<number, number>();
  // One value a row, as bytes: of a hundred thousand rows the columns, and texts of them, are most of the work.
  const bytes = db.dialect === 'sqlite' ? 'BLOB' : 'BINARY';
  for (let after = ''; ;) {
    const rows = await db.arrays(
      `SELECT CAST(CONCAT_WS('\t', externalId, userId, hash, COALESCE(managerId, 0), COALESCE(vanishedAt, ''), userIdKey) AS ${bytes})
       FROM user_entry WHERE sourceId = ? AND externalId > ? ORDER BY externalId LIMIT ${PAGE}`,
      [sourceId, after],
    );
    const row = new KnownLine();
    for (const [line] of rows) {
      row.read(line as Buffer);
      const ordinal = users.addKnown(row);
      if (!row.isLive) vanishedAt.set(ordinal, row.vanishedAt);
    }
    if (rows.length < PAGE) return { users, vanishedAt };
    after = users.index.at(users.size - 1);
  }
}

const TAB = 0x09;
const ZERO = 0x30;

/** A row of a person: values divided by tabs, none of which holds control characters. One object reads row after row. */
class KnownLine implements KnownUser {
  line: Buffer = Buffer.alloc(0);
  id = 0;
  managerId = 0;
  /** Milliseconds since 1970; 0 for one that is there. */
  vanishedAt = 0;
  readonly externalId: Span = { start: 0, end: 0 };
  readonly digest: Span = { start: 0, end: 0 };
  readonly key: Span = { start: 0, end: 0 };
  private at = 0;

  get isLive(): boolean {
    return this.vanishedAt === 0;
  }

  read(line: Buffer): void {
    this.line = line;
    this.at = 0;
    this.text(this.externalId);
    this.id = this.number();
    this.text(this.digest);
    this.managerId = this.number();
    this.vanishedAt = this.number();
    this.key.start = this.at;
    this.key.end = line.length;
  }

  private text(span: Span): void {
    span.start = this.at;
    while (this.at < this.line.length && this.line[this.at] !== TAB) this.at++;
    span.end = this.at++;
  }

  /** Digits up to the next tab; none are 0. */
  private number(): number {
    let value = 0;
    for (let byte = this.line[this.at++]; byte !== undefined && byte !== TAB; byte = this.line[this.at++])
      value = value * 10 + byte - ZERO;
    return value;
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
