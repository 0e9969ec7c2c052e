import type { FieldChange } from '../../schema/sync-run';
import { inList, type Database } from '../database';
import { rowOfRef } from './change-people';

/** A row of a plan about a person. */
export interface PersonRow {
  runId: number;
  seq: number;
}

/** One manager that changes, unpacked from a row of kind MANAGER: 16 bytes each, in order of `seq`. */
interface ManagerChange {
  before: number;
  after: number;
  isLocked: boolean;
}

const BYTES = 16;

/**
 * The change of the manager that goes with each person's row, by `run/seq`: managers are packed into rows of their own
 * (`sync/manager-planner.ts`). Four statements at most, whatever the number of rows.
 */
export async function managerChanges(db: Database, rows: readonly PersonRow[]): Promise<Map<string, FieldChange>> {
  const found = await unpack(db, rows);
  if (found.size === 0) return new Map();
  const refs = [...found].flatMap(([key, change]) =>
    [change.before, change.after].map((ref) => ({ runId: Number(key.split('/')[0]), ref })),
  );
  const nameOf = await userIds(
    db,
    refs.filter(({ ref }) => ref !== 0),
  );
  return new Map(
    [...found].map(([key, { before, after, isLocked }]) => {
      const runId = Number(key.split('/')[0]);
      return [key, { field: 'manager', before: nameOf(runId, before), after: nameOf(runId, after), locked: isLocked }];
    }),
  );
}

/** Fields of a person that a plan creates: they are in the row's body, once. */
export function createdFields(body: string | null): FieldChange[] {
  const entry =
    body === null
      ? null
      : (JSON.parse(body) as { entry?: { fields: Record<string, string>; disabled: boolean } | null }).entry;
  if (!entry) return [];
  const values = { ...entry.fields, state: entry.disabled ? 'DISABLED' : 'ACTIVE' };
  return Object.entries(values).map(([field, after]) => ({ field, before: null, after, locked: false }));
}

async function unpack(db: Database, rows: readonly PersonRow[]): Promise<Map<string, ManagerChange>> {
  const result = new Map<string, ManagerChange>();
  if (rows.length === 0) return result;
  const runs = inList([...new Set(rows.map((row) => row.runId))]);
  const packed = await db.rows<{ runId: number; seq: number; first: number }>(
    `SELECT runId, seq, entityId AS first FROM sync_change WHERE runId IN ${runs.sql} AND kind = 'MANAGER' ORDER BY runId, seq`,
    runs.params,
  );
  const holders = new Set(
    rows.flatMap((row) => packed.filter((one) => one.runId === row.runId && one.first <= row.seq).slice(-1)),
  );
  if (holders.size === 0) return result;
  const wanted = new Set(rows.map((row) => `${row.runId}/${row.seq}`));
  const holderRuns = inList([...holders].map((one) => one.runId));
  const holderSeqs = inList([...holders].map((one) => one.seq));
  const blobs = await db.rows<{ runId: number; edges: Buffer }>(
    `SELECT runId, edges FROM sync_change WHERE runId IN ${holderRuns.sql} AND seq IN ${holderSeqs.sql} AND kind = 'MANAGER'`,
    [...holderRuns.params, ...holderSeqs.params],
  );
  for (const { runId, edges } of blobs) {
    for (let at = 0; at + BYTES <= edges.length; at += BYTES) {
      const key = `${runId}/${edges.readInt32LE(at)}`;
      if (!wanted.has(key)) continue;
      result.set(key, {
        before: edges.readInt32LE(at + 4),
        after: edges.readInt32LE(at + 8),
        isLocked: edges.readInt32LE(at + 12) === 1,
      });
    }
  }
  return result;
}

async function userIds(
  db: Database,
  refs: readonly { runId: number; ref: number }[],
): Promise<(runId: number, ref: number) => string | null> {
  const stored = inList([...new Set(refs.filter(({ ref }) => ref > 0).map(({ ref }) => ref))]);
  const users = await db.rows<{ id: number; userId: string }>(
    `SELECT id, userId FROM user WHERE id IN ${stored.sql}`,
    stored.params,
  );
  const byId = new Map(users.map((user) => [user.id, user.userId]));
  const made = refs.filter(({ ref }) => ref < 0);
  const runs = inList([...new Set(made.map(({ runId }) => runId))]);
  const seqs = inList([...new Set(made.map(({ ref }) => rowOfRef(ref) ?? 0))]);
  const rows = await db.rows<{ runId: number; seq: number; body: string }>(
    `SELECT runId, seq, body FROM sync_change WHERE runId IN ${runs.sql} AND seq IN ${seqs.sql} AND kind = 'USER'`,
    [...runs.params, ...seqs.params],
  );
  const bySeq = new Map(
    rows.map(({ runId, seq, body }) => [
      `${runId}/${seq}`,
      createdFields(body).find(({ field }) => field === 'userId')?.after ?? null,
    ]),
  );
  return (runId, ref) =>
    ref === 0
      ? null
      : ref > 0
        ? (byId.get(ref) ?? `deleted user ${ref}`)
        : (bySeq.get(`${runId}/${rowOfRef(ref)}`) ?? null);
}
