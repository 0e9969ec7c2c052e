import type { Page } from '../../schema/connection';
import type { PageArgs } from '../../schema/connection.input';
import type { FieldChange, SyncChange } from '../../schema/sync-run';
import { RecordKind, type ChangeAction } from '../../schema/sync.enums';
import { inList, type Database, type SqlValue } from '../database';
import { encodeCursor, resolvePaging } from '../paging';
import { createdFields, managerChanges } from './change-fields';
import { namePeople, type PersonRef } from './change-people';

export interface ChangeFilter {
  kind?: RecordKind | null;
  action?: ChangeAction | null;
}

interface ChangeRow {
  runId: number;
  sourceId: number;
  seq: number;
  kind: RecordKind;
  action: ChangeAction;
  externalId: string;
  label: string;
  via: SyncChange['via'];
  fields: string | null;
  /** Of a person that is created. */
  body: string | null;
  edges: Buffer | null;
  edgeCount: number;
}

/** A change as the API shows it; `place` is its row of the plan and its place in that row. */
type ShownChange = SyncChange & { nodeKey: number[]; place: [number, number] };
type Paging = ReturnType<typeof resolvePaging>;

const KINDS = "c.kind IN ('USER', 'GROUP', 'MEMBERSHIP')";
const COLUMNS =
  'c.runId, r.sourceId, c.seq, c.kind, c.action, c.externalId, c.label, c.via, c.fields, c.edges, c.edgeCount, ' +
  "CASE WHEN c.kind = 'USER' AND c.action = 'CREATE' THEN c.body END AS body";

/**
 * The changes of some runs in plan order, memberships unfolded one by one. Each row gives at least one change, so that
 * `limit + 1` rows a run are enough for a page: one statement for all runs, and three at most for the people in them.
 */
export async function changesOfRuns(
  db: Database,
  runs: readonly number[],
  filter: ChangeFilter,
  args: PageArgs,
): Promise<Map<number, Page<SyncChange>>> {
  const paging = resolvePaging(args, 2);
  const rows = await readRows(db, runs, filter, paging);
  const wanted = new Map<number, { row: ChangeRow; index: number }[]>(runs.map((run) => [run, []]));
  for (const row of rows) {
    const places = wanted.get(row.runId) ?? [];
    for (const index of placesOf(row, paging)) if (places.length <= paging.limit) places.push({ row, index });
  }
  const people = await namePeople(
    db,
    [...wanted.values()].flat().flatMap(({ row, index }) => personOf(row, index)),
  );
  const managers = await managersOf(
    db,
    [...wanted.values()].flat().map(({ row }) => row),
  );
  const counts = lazyCounts(db, runs, filter);
  return new Map(
    [...wanted].map(([run, places]) => {
      const nodes = places.slice(0, paging.limit).map(({ row, index }) => show(row, index, people, managers));
      return [
        run,
        pageOf(
          paging.backward ? nodes.reverse() : nodes,
          places.length > paging.limit,
          paging,
          async () => (await counts()).get(run) ?? 0,
        ),
      ];
    }),
  );
}

/** One change by its run, row and place; null where there is none. */
export async function changeByKey(db: Database, [runId = 0, seq = 0, index = 0]: number[]): Promise<SyncChange | null> {
  const row = await db.first<ChangeRow>(
    `SELECT ${COLUMNS} FROM sync_change c JOIN sync_run r ON r.id = c.runId WHERE c.runId = ? AND c.seq = ? AND ${KINDS}`,
    [runId, seq],
  );
  if (!row || index >= Math.max(1, row.edgeCount)) return null;
  return show(row, index, await namePeople(db, personOf(row, index)), await managersOf(db, [row]));
}

async function readRows(
  db: Database,
  runs: readonly number[],
  filter: ChangeFilter,
  paging: Paging,
): Promise<ChangeRow[]> {
  const among = inList(runs);
  const where = [`c.runId IN ${among.sql}`, ...conditionsOf(filter)];
  const params: SqlValue[] = [...among.params, ...paramsOf(filter)];
  for (const [cursor, comparison] of [
    [paging.after, '>='],
    [paging.before, '<='],
  ] as const) {
    if (cursor === null) continue;
    where.push(`c.seq ${comparison} ?`);
    params.push(Number(cursor[0]));
  }
  const direction = paging.backward ? 'DESC' : 'ASC';
  // The row of a cursor may give nothing more: one row beyond the usual one.
  const limit = paging.limit + 2;
  return db.rows<ChangeRow>(
    `SELECT * FROM (
       SELECT ${COLUMNS}, ROW_NUMBER() OVER (PARTITION BY c.runId ORDER BY c.seq ${direction}) AS rowNumber
       FROM sync_change c JOIN sync_run r ON r.id = c.runId WHERE ${where.join(' AND ')}
     ) ranked WHERE rowNumber <= ${limit} ORDER BY runId, rowNumber`,
    params,
  );
}

function conditionsOf(filter: ChangeFilter): string[] {
  return [KINDS, ...(filter.kind ? ['c.kind = ?'] : []), ...(filter.action ? ['c.action = ?'] : [])];
}

function paramsOf(filter: ChangeFilter): string[] {
  return [filter.kind, filter.action].filter((value) => value !== null && value !== undefined);
}

/** The places in a row that a page may show, in the direction of the page. */
function placesOf(row: ChangeRow, paging: Paging): number[] {
  const size = row.kind === RecordKind.MEMBERSHIP ? row.edgeCount : 1;
  const [afterSeq, afterIndex] = paging.after ?? [];
  const [beforeSeq, beforeIndex] = paging.before ?? [];
  const from = afterSeq === row.seq ? Number(afterIndex) + 1 : 0;
  const to = beforeSeq === row.seq ? Number(beforeIndex) : size;
  const count = Math.min(Math.max(0, to - from), paging.limit + 1);
  return Array.from({ length: count }, (_, step) => (paging.backward ? to - 1 - step : from + step));
}

function personOf(row: ChangeRow, index: number): PersonRef[] {
  if (row.kind !== RecordKind.MEMBERSHIP || !row.edges) return [];
  return [{ runId: row.runId, sourceId: row.sourceId, ref: row.edges.readInt32LE(index * 4) }];
}

/** Managers are told by rows of their own. */
function managersOf(db: Database, rows: readonly ChangeRow[]): Promise<Map<string, FieldChange>> {
  return managerChanges(
    db,
    rows.filter((row) => row.kind === RecordKind.USER),
  );
}

function fieldsOf(row: ChangeRow, managers: ReadonlyMap<string, FieldChange>): FieldChange[] {
  const fields = row.fields ? (JSON.parse(row.fields) as FieldChange[]) : createdFields(row.body);
  const manager = managers.get(`${row.runId}/${row.seq}`);
  return manager ? [...fields, manager] : fields;
}

function show(
  row: ChangeRow,
  index: number,
  people: Awaited<ReturnType<typeof namePeople>>,
  managers: ReadonlyMap<string, FieldChange>,
): ShownChange {
  const [ref] = personOf(row, index);
  const person = ref ? people(ref) : null;
  return {
    nodeKey: [row.runId, row.seq, index],
    place: [row.seq, index],
    kind: row.kind,
    action: row.action,
    externalId: person ? `${row.externalId}/${person.externalId}` : row.externalId,
    label: person ? `${person.label} in ${row.label}` : row.label,
    via: row.via,
    fields: fieldsOf(row, managers),
  } as unknown as ShownChange;
}

function lazyCounts(db: Database, runs: readonly number[], filter: ChangeFilter): () => Promise<Map<number, number>> {
  let result: Promise<Map<number, number>> | null = null;
  const count = async () => {
    const among = inList(runs);
    const rows = await db.rows<{ runId: number; n: number }>(
      `SELECT c.runId, SUM(CASE WHEN c.kind = 'MEMBERSHIP' THEN c.edgeCount ELSE 1 END) AS n FROM sync_change c
       WHERE c.runId IN ${among.sql} AND ${conditionsOf(filter).join(' AND ')} GROUP BY c.runId`,
      [...among.params, ...paramsOf(filter)],
    );
    return new Map(rows.map((row) => [row.runId, Number(row.n)]));
  };
  return () => (result ??= count());
}

function pageOf(nodes: ShownChange[], more: boolean, paging: Paging, count: () => Promise<number>): Page<SyncChange> {
  return {
    nodes,
    hasNextPage: paging.backward ? paging.before !== null : more,
    hasPreviousPage: paging.backward ? more : paging.after !== null,
    cursorOf: (node) => encodeCursor((node as ShownChange).place),
    count,
  };
}
