import type { Agent, Queue } from '../../schema/queue';
import type { Channel } from '../../schema/staff.enums';
import { inList, type Database } from '../database';
import { whereClause, type Sql } from '../paging';
import { byParent } from './by-parent';

export const QUEUE_COLUMNS = 'q.id, q.channel, q.name, q.nameKey';
const AGENT_COLUMNS = 'a.id, a.name, a.nameKey';

/** Queues by name: of one channel, or of all; only `ids` where they are given. */
export function listQueues(db: Database, channel: Channel | null, ids: readonly number[] | null): Promise<Queue[]> {
  const where: Sql[] = [];
  if (channel) where.push({ sql: 'q.channel = ?', params: [channel] });
  if (ids) where.push({ sql: `q.id IN ${inList(ids).sql}`, params: inList(ids).params });
  return db.rows<Queue>(
    `SELECT ${QUEUE_COLUMNS} FROM queue q${whereClause(where)} ORDER BY q.nameKey, q.id`,
    where.flatMap((condition) => [...condition.params]),
  );
}

export async function queuesByIds(db: Database, ids: readonly number[]): Promise<Map<number, Queue>> {
  return new Map((await listQueues(db, null, ids)).map((row) => [row.id, row]));
}

/** The queues granted to some staff users directly, by name. */
export async function directQueuesOf(db: Database, staff: readonly number[]): Promise<Map<number, Queue[]>> {
  const among = inList(staff);
  const rows = await db.rows<Queue & { parentKey: number }>(
    `SELECT ${QUEUE_COLUMNS}, sq.staffUserId AS parentKey FROM staff_user_queue sq JOIN queue q ON q.id = sq.queueId
     WHERE sq.staffUserId IN ${among.sql} ORDER BY q.nameKey, q.id`,
    among.params,
  );
  return byParent(staff, rows);
}

/** The queues of some supervisors: the profile's and those granted directly, each once, by name (XU31). */
export async function grantedQueuesOf(db: Database, staff: readonly number[]): Promise<Map<number, Queue[]>> {
  const among = inList(staff);
  const rows = await db.rows<Queue & { parentKey: number }>(
    `SELECT ${QUEUE_COLUMNS}, g.staffUserId AS parentKey FROM (
       SELECT sq.staffUserId, sq.queueId FROM staff_user_queue sq WHERE sq.staffUserId IN ${among.sql}
       UNION SELECT s.id, pq.queueId FROM staff_user s JOIN user_profile_queue pq ON pq.userProfileId = s.userProfileId
       WHERE s.id IN ${among.sql}) g
     JOIN queue q ON q.id = g.queueId ORDER BY q.nameKey, q.id`,
    [...among.params, ...among.params],
  );
  return byParent(staff, rows);
}

/** Agents by name; only those of `queueIds` where they are given. */
export function listAgents(db: Database, queueIds: readonly number[] | null): Promise<Agent[]> {
  const among = inList(queueIds ?? []);
  const where = queueIds
    ? ` WHERE a.id IN (SELECT qa.agentId FROM queue_agent qa WHERE qa.queueId IN ${among.sql})`
    : '';
  return db.rows<Agent>(
    `SELECT ${AGENT_COLUMNS} FROM agent a${where} ORDER BY a.nameKey, a.id`,
    queueIds ? among.params : [],
  );
}

export async function agentsByIds(db: Database, ids: readonly number[]): Promise<Map<number, Agent>> {
  const among = inList(ids);
  const rows = await db.rows<Agent>(`SELECT ${AGENT_COLUMNS} FROM agent a WHERE a.id IN ${among.sql}`, among.params);
  return new Map(rows.map((row) => [row.id, row]));
}

/** The agents of some queues, by name. */
export async function agentsOfQueues(db: Database, queues: readonly number[]): Promise<Map<number, Agent[]>> {
  const among = inList(queues);
  const rows = await db.rows<Agent & { parentKey: number }>(
    `SELECT ${AGENT_COLUMNS}, qa.queueId AS parentKey FROM queue_agent qa JOIN agent a ON a.id = qa.agentId
     WHERE qa.queueId IN ${among.sql} ORDER BY a.nameKey, a.id`,
    among.params,
  );
  return byParent(queues, rows);
}

/** The queues of some agents, by name. */
export async function queuesOfAgents(db: Database, agents: readonly number[]): Promise<Map<number, Queue[]>> {
  const among = inList(agents);
  const rows = await db.rows<Queue & { parentKey: number }>(
    `SELECT ${QUEUE_COLUMNS}, qa.agentId AS parentKey FROM queue_agent qa JOIN queue q ON q.id = qa.queueId
     WHERE qa.agentId IN ${among.sql} ORDER BY q.nameKey, q.id`,
    among.params,
  );
  return byParent(agents, rows);
}
