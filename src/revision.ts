import type { EntityManager } from 'typeorm';
import { rowsIn, type Database } from './database';

/**
 * What a transaction changed, for indexes and snapshots that follow the directory: ids of the rows to read again, pairs
 * of group and user, or everything.
 */
export interface RevisionNote {
  users?: number[];
  groups?: number[];
  /** [groupId, userId] of memberships added, changed or removed. */
  memberships?: [number, number][];
  /** [viewerId, targetId] of individual grants. */
  grants?: [number, number][];
  settings?: boolean;
  /** Too much to name: read all. */
  all?: boolean;
}

/** More than this is told as `all`. */
const MAX_NAMED = 2000;
/** How many notes are kept; who is further behind reads all. */
const KEEP = 1000;

/**
 * Raises the directory's version in the transaction of the change. Every write to users, groups, memberships, grants or
 * rights settings calls it, once, so that no index is ever stale.
 */
export async function recordRevision(em: EntityManager, note: RevisionNote): Promise<number> {
  await em.query('UPDATE revision SET value = value + 1 WHERE id = 1');
  const [row] = await rowsIn<{ value: number }>(em, 'SELECT value FROM revision WHERE id = 1');
  const value = Number(row?.value ?? 0);
  await em.query('INSERT INTO revision_change (value, note) VALUES (?, ?)', [value, JSON.stringify(brief(note))]);
  if (value % 100 === 0) await em.query('DELETE FROM revision_change WHERE value < ?', [value - KEEP]);
  return value;
}

function brief(note: RevisionNote): RevisionNote {
  const named =
    (note.users?.length ?? 0) +
    (note.groups?.length ?? 0) +
    (note.memberships?.length ?? 0) +
    (note.grants?.length ?? 0);
  return note.all || named > MAX_NAMED ? { all: true } : note;
}

/** The version as last committed. */
export async function currentRevision(db: Database): Promise<number> {
  const row = await db.first<{ value: number }>('SELECT value FROM revision WHERE id = 1');
  return Number(row?.value ?? 0);
}

/** The notes after `value` in order, or null where they are no longer all kept. */
export async function changesSince(db: Database, value: number, upTo: number): Promise<RevisionNote[] | null> {
  const rows = await db.rows<{ note: string }>(
    'SELECT note FROM revision_change WHERE value > ? AND value <= ? ORDER BY value',
    [value, upTo],
  );
  return rows.length === upTo - value ? rows.map((row) => JSON.parse(row.note) as RevisionNote) : null;
}
