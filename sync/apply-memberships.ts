import type { EntityManager } from 'typeorm';
import { inList, type SqlValue } from '../src/database';
import type { ApplyContext } from './apply-context';
import { recount } from './apply-groups';
import { bulkInsert } from './bulk-load';
import { changePages, unpackRefs, type ChangeRow } from './change-rows';
import type { MembershipBody } from './membership-rows';
import type { Way } from './plan';
import { insertLiterals, isSqlite, withTemporary, type Literal } from './sql';

const MEMBERSHIP_COLUMNS = ['groupId', 'userId', 'via', 'pathIds', 'origin', 'position', 'callState', 'since'];
const HISTORY_COLUMNS = 'groupId, userId, via, pathIds, origin, position, callState, since';
const TEMPORARY =
  'groupId INTEGER, userId INTEGER, via VARCHAR(8), pathIds VARCHAR(1024), PRIMARY KEY (groupId, userId)';
const TEMPORARY_COLUMNS = ['groupId', 'userId', 'via', 'pathIds'];
/** Rows of the plan at a time: each holds up to 8,000 edges. */
const PAGE = 20;
/**
 * From so many edges on they are loaded in bulk, and so many at most by one statement, for InnoDB fills only an empty
 * table quickly. 4 bytes an edge wait in memory.
 */
const BULK_EDGES = 5_000;
const MAX_EDGES = 4_000_000;
const REF_BYTES = 4;
const MAX_PATH = 1024;

/** A membership to end, or to hold in another way. */
export interface Edge {
  groupId: number;
  userId: number;
  way: Way | null;
}

/** Memberships that end, change and begin, in this order. What ends or changes is kept in the history. */
export async function applyMemberships(context: ApplyContext): Promise<void> {
  const { em, run } = context;
  const counted = new Set<number>();
  for await (const page of changePages<MembershipBody>(em, run.id, 'MEMBERSHIP', 'REMOVE', PAGE)) {
    await endMemberships(
      context,
      edgesOf(context, page, () => null, counted),
    );
  }
  for await (const page of changePages<MembershipBody>(em, run.id, 'MEMBERSHIP', 'UPDATE', PAGE)) {
    await changeMemberships(
      context,
      edgesOf(context, page, (body) => body.after, counted),
    );
  }
  await addPlanned(context, counted);
  await recount(context, [...counted]);
}

/** The edges of a page of rows, with their keys. */
export function edgesOf(
  context: ApplyContext,
  page: readonly ChangeRow<MembershipBody>[],
  wayOf: (body: MembershipBody) => Way | null,
  counted: Set<number>,
): Edge[] {
  const edges: Edge[] = [];
  for (const { body, edges: packed } of page) {
    const groupId = context.groups.get(body.group);
    const way = wayOf(body);
    counted.add(groupId);
    context.touched.group(groupId);
    for (const ref of unpackRefs(packed)) {
      const userId = context.users.get(ref);
      edges.push({ groupId, userId, way });
      context.touched.membership(groupId, userId);
    }
  }
  return edges;
}

/** A temporary table `sync_edge` of edges, for the time of `work`. */
export async function withEdges(em: EntityManager, edges: readonly Edge[], work: () => Promise<void>): Promise<void> {
  if (edges.length === 0) return;
  await withTemporary(em, 'sync_edge', TEMPORARY, TEMPORARY_COLUMNS, edges.map(literals), work);
}

export async function endMemberships({ em, now }: ApplyContext, edges: readonly Edge[]): Promise<void> {
  await withEdges(em, edges, async () => {
    await keepHistory(em, now);
    await em.query(
      isSqlite(em)
        ? 'DELETE FROM membership WHERE (groupId, userId) IN (SELECT groupId, userId FROM sync_edge)'
        : 'DELETE m FROM sync_edge t STRAIGHT_JOIN membership m ON m.groupId = t.groupId AND m.userId = t.userId',
    );
  });
}

export async function changeMemberships(context: ApplyContext, edges: readonly Edge[]): Promise<void> {
  const { em, now } = context;
  const known = edges.map((edge) => ({ ...edge, way: resolved(context, edge.way) }));
  await withEdges(em, known, async () => {
    await keepHistory(em, now);
    await em.query(
      isSqlite(em)
        ? `UPDATE membership SET via = t.via, pathIds = t.pathIds, since = ? FROM sync_edge t
           WHERE membership.groupId = t.groupId AND membership.userId = t.userId`
        : `UPDATE sync_edge t STRAIGHT_JOIN membership m ON m.groupId = t.groupId AND m.userId = t.userId
           SET m.via = t.via, m.pathIds = t.pathIds, m.since = ?`,
      [now],
    );
  });
}

async function keepHistory(em: EntityManager, now: number): Promise<void> {
  const columns = HISTORY_COLUMNS.split(', ')
    .map((column) => `m.${column}`)
    .join(', ');
  await em.query(
    `INSERT INTO membership_history (${HISTORY_COLUMNS}, until)
     SELECT ${columns}, ? FROM sync_edge t ${isSqlite(em) ? 'CROSS JOIN' : 'STRAIGHT_JOIN'} membership m ON m.groupId = t.groupId AND m.userId = t.userId`,
    [now],
  );
}

/** Adds the members of the plan, some hundred thousand by one statement. */
async function addPlanned(context: ApplyContext, counted: Set<number>): Promise<void> {
  const { em, run } = context;
  // Groups that this run made have nobody in them yet.
  const positions = new Map(context.groups.ids().map((id) => [id, 0]));
  let [waiting, count] = [[] as ChangeRow<MembershipBody>[], 0];
  const add = async () => {
    if (count < BULK_EDGES)
      await addMemberships(
        context,
        edgesOf(context, waiting, (body) => body.after, counted),
        positions,
      );
    else await loadMemberships(context, waiting, count, positions, counted);
    [waiting, count] = [[], 0];
  };
  for await (const page of changePages<MembershipBody>(em, run.id, 'MEMBERSHIP', 'ADD', PAGE)) {
    waiting.push(...page);
    for (const { edges } of page) count += (edges?.length ?? 0) / REF_BYTES;
    if (count >= MAX_EDGES) await add();
  }
  await add();
}

/** Adds many members without an object for each. */
async function loadMemberships(
  context: ApplyContext,
  changes: readonly ChangeRow<MembershipBody>[],
  count: number,
  positions: Map<number, number>,
  counted: Set<number>,
): Promise<void> {
  const { em, source, sources, now, groups, users, touched } = context;
  const origin = sources.get(source.id)?.origin ?? source.kind;
  const ids = [...new Set(changes.map(({ body }) => groups.get(body.group)))];
  await loadPositions(
    context,
    ids.filter((id) => !positions.has(id)),
    positions,
  );
  function* rows(): Generator<SqlValue[]> {
    for (const { body, edges } of changes) {
      const groupId = groups.get(body.group);
      const way = resolved(context, body.after);
      const [via, path] = [way?.via ?? 'DIRECT', way?.path ?? null];
      let position = positions.get(groupId) ?? 0;
      counted.add(groupId);
      touched.group(groupId);
      for (const ref of unpackRefs(edges)) {
        const userId = users.get(ref);
        touched.membership(groupId, userId);
        yield [groupId, userId, via, path, origin, ++position, 'LOGGED_IN', now];
      }
      positions.set(groupId, position);
    }
  }
  await bulkInsert(em, 'membership', MEMBERSHIP_COLUMNS, rows(), count);
}

/** Adds members after those who are there, in their order. `positions` remembers the last place of each group. */
export async function addMemberships(
  context: ApplyContext,
  edges: readonly Edge[],
  positions: Map<number, number>,
): Promise<void> {
  const { em, source, sources, now } = context;
  const origin = sources.get(source.id)?.origin ?? source.kind;
  await loadPositions(
    context,
    [...new Set(edges.map((edge) => edge.groupId))].filter((id) => !positions.has(id)),
    positions,
  );
  const rows = edges.map((edge): Literal[] => {
    const position = (positions.get(edge.groupId) ?? 0) + 1;
    positions.set(edge.groupId, position);
    const way = resolved(context, edge.way);
    return [edge.groupId, edge.userId, way?.via ?? 'DIRECT', way?.path ?? null, origin, position, 'LOGGED_IN', now];
  });
  await insertLiterals(em, 'membership', MEMBERSHIP_COLUMNS, rows);
}

async function loadPositions(
  { em }: ApplyContext,
  groupIds: readonly number[],
  positions: Map<number, number>,
): Promise<void> {
  if (groupIds.length === 0) return;
  const among = inList(groupIds);
  const rows = await em.query<{ groupId: number; last: number }[]>(
    `SELECT groupId, MAX(position) AS last FROM membership WHERE groupId IN ${among.sql} GROUP BY groupId`,
    among.params,
  );
  for (const id of groupIds) positions.set(id, 0);
  for (const row of rows) positions.set(row.groupId, Number(row.last));
}

function literals(edge: Edge): Literal[] {
  return [edge.groupId, edge.userId, edge.way?.via ?? null, edge.way?.path ?? null];
}

/** A path with the keys of groups that this run has made, cut where its column ends. */
function resolved({ groups }: ApplyContext, way: Way | null): Way | null {
  if (!way?.path) return way;
  const keys = way.path
    .split(',')
    .map((ref) => String(ref.startsWith('#') ? groups.get(Number(ref.slice(1)) | 0x80000000) : ref));
  while (keys.join(',').length > MAX_PATH) keys.pop();
  return { via: way.via, path: keys.join(',') };
}
