import { inList, type Database } from '../database';

/** What a plan says of a person: the directory's id and the name to show. */
export interface PlannedPerson {
  externalId: string;
  label: string;
}

/** Refs of a plan: the key of a stored user, or with this bit the number of the row of the plan that creates him. */
const NEW = 0x80000000;

export function rowOfRef(ref: number): number | null {
  return ref < 0 ? (ref & ~NEW) >>> 0 : null;
}

/** Someone a membership of a run is about. */
export interface PersonRef {
  runId: number;
  sourceId: number;
  ref: number;
}

/**
 * Names the people behind refs, before a plan is applied, after, and after they were purged: from the plan's own rows,
 * from what the source says of them, or from the row that purged them. Three statements at most, whatever the number.
 */
export async function namePeople(db: Database, refs: readonly PersonRef[]): Promise<(ref: PersonRef) => PlannedPerson> {
  const created = await namesInPlans(
    db,
    refs.filter(({ ref }) => ref < 0),
  );
  const stored = await namesInSources(
    db,
    refs.filter(({ ref }) => ref >= 0),
  );
  const missing = refs.filter((one) => one.ref >= 0 && !stored.has(storedKey(one))).map(({ ref }) => ref);
  const purged = await namesOfPurged(db, [...new Set(missing)]);
  return (one) =>
    created.get(`${one.runId}/${rowOfRef(one.ref)}`) ??
    stored.get(storedKey(one)) ??
    purged.get(one.ref) ?? { externalId: String(one.ref), label: 'a person deleted since' };
}

const storedKey = ({ sourceId, ref }: PersonRef) => `${sourceId}/${ref}`;

async function namesInPlans(db: Database, refs: readonly PersonRef[]): Promise<Map<string, PlannedPerson>> {
  if (refs.length === 0) return new Map();
  const runs = inList([...new Set(refs.map(({ runId }) => runId))]);
  const seqs = inList([...new Set(refs.map(({ ref }) => rowOfRef(ref) ?? 0))]);
  const rows = await db.rows<PlannedPerson & { runId: number; seq: number }>(
    `SELECT runId, seq, externalId, label FROM sync_change WHERE runId IN ${runs.sql} AND seq IN ${seqs.sql}`,
    [...runs.params, ...seqs.params],
  );
  return new Map(rows.map(({ runId, seq, externalId, label }) => [`${runId}/${seq}`, { externalId, label }]));
}

async function namesInSources(db: Database, refs: readonly PersonRef[]): Promise<Map<string, PlannedPerson>> {
  if (refs.length === 0) return new Map();
  const sources = inList([...new Set(refs.map(({ sourceId }) => sourceId))]);
  const users = inList([...new Set(refs.map(({ ref }) => ref))]);
  const rows = await db.rows<PlannedPerson & { sourceId: number; userId: number }>(
    `SELECT e.sourceId, e.userId, e.externalId, u.displayName AS label FROM user_entry e JOIN user u ON u.id = e.userId
     WHERE e.sourceId IN ${sources.sql} AND e.userId IN ${users.sql}`,
    [...sources.params, ...users.params],
  );
  return new Map(
    rows.map(({ sourceId, userId, externalId, label }) => [`${sourceId}/${userId}`, { externalId, label }]),
  );
}

async function namesOfPurged(db: Database, ids: number[]): Promise<Map<number, PlannedPerson>> {
  if (ids.length === 0) return new Map();
  const among = inList(ids);
  const rows = await db.rows<PlannedPerson & { entityId: number }>(
    `SELECT entityId, externalId, label FROM sync_change WHERE entityId IN ${among.sql} AND action = 'PURGE' AND kind = 'USER'`,
    among.params,
  );
  return new Map(rows.map(({ entityId, externalId, label }) => [entityId, { externalId, label }]));
}
