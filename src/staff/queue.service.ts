import type { EntityManager } from 'typeorm';
import { Agent, Queue } from '../../schema/queue';
import type { QueueInput } from '../../schema/staff.input';
import { audit } from '../audit/audit';
import { forUpdate, rowsIn } from '../database';
import { notFound } from '../errors';
import { globalId } from '../ids';
import type { ServiceDeps } from '../gateway';
import { fold } from '../text';
import { cleanText } from './staff-fields';
import { existingKeys, globalIds, replaceLinks } from './staff.rows';

/** Queues and agents. Each method is one transaction and returns the key of what it changed. */
export class QueueService {
  constructor(private readonly deps: ServiceDeps) {}

  /**
   * @param grantTo the supervisor who makes it, to whom it is granted directly (XU36); null for administrators
   * @throws BAD_USER_INPUT naming the field.
   */
  async create(input: QueueInput, grantTo: number | null): Promise<number> {
    const name = cleanText('name', input.name);
    return this.deps.db.write(async (em) => {
      const agents = await existingKeys(em, 'Agent', input.agentIds ?? [], 'agentIds');
      const queue = await em.save(em.create(Queue, { channel: input.channel, name, nameKey: fold(name) }));
      await replaceLinks(em, 'queue_agent', queue.id, agents);
      if (grantTo !== null) {
        await em.query('INSERT INTO staff_user_queue (staffUserId, queueId) VALUES (?, ?)', [grantTo, queue.id]);
      }
      await this.record(em, 'createQueue', globalId('Queue', queue.id), undefined, {
        channel: input.channel,
        name,
        agents: globalIds('Agent', agents),
      });
      return queue.id;
    });
  }

  /**
   * Replaces the whole queue.
   * @param keepsAgents leaves the agents as they are: for a supervisor who does not see agents
   * @throws NOT_FOUND; BAD_USER_INPUT naming the field.
   */
  async update(id: number, input: QueueInput, keepsAgents: boolean): Promise<number> {
    const name = cleanText('name', input.name);
    return this.deps.db.write(async (em) => {
      const before = await lockRow<Queue>(em, 'queue', id);
      const agents = await existingKeys(em, 'Agent', input.agentIds ?? [], 'agentIds');
      await em.update(Queue, id, { channel: input.channel, name, nameKey: fold(name) });
      if (!keepsAgents) await replaceLinks(em, 'queue_agent', id, agents);
      const after = { channel: input.channel, name, ...(keepsAgents ? {} : { agents: globalIds('Agent', agents) }) };
      await this.record(
        em,
        'updateQueue',
        globalId('Queue', id),
        { channel: before.channel, name: before.name },
        after,
      );
      return id;
    });
  }

  /** @throws NOT_FOUND */
  async remove(id: number): Promise<number> {
    return this.deps.db.write(async (em) => {
      const { channel, name } = await lockRow<Queue>(em, 'queue', id);
      await em.delete(Queue, id);
      await this.record(em, 'deleteQueue', globalId('Queue', id), { channel, name }, undefined);
      return id;
    });
  }

  /** @throws BAD_USER_INPUT */
  async createAgent(given: string): Promise<number> {
    const name = cleanText('name', given);
    return this.deps.db.write(async (em) => {
      const agent = await em.save(em.create(Agent, { name, nameKey: fold(name) }));
      await this.record(em, 'createAgent', globalId('Agent', agent.id), undefined, { name });
      return agent.id;
    });
  }

  /** @throws NOT_FOUND */
  async removeAgent(id: number): Promise<number> {
    return this.deps.db.write(async (em) => {
      const { name } = await lockRow<Agent>(em, 'agent', id);
      await em.delete(Agent, id);
      await this.record(em, 'deleteAgent', globalId('Agent', id), { name }, undefined);
      return id;
    });
  }

  private record(em: EntityManager, action: string, target: string, before: unknown, after: unknown): Promise<void> {
    const { clock, actor } = this.deps;
    return audit(em, clock.now(), { actor, action, target, before, after });
  }
}

async function lockRow<T>(em: EntityManager, table: 'queue' | 'agent', id: number): Promise<T> {
  const [row] = await rowsIn<T>(em, `SELECT * FROM ${table} WHERE id = ?${forUpdate(em)}`, [id]);
  if (!row) throw notFound(table === 'queue' ? 'Queue' : 'Agent', 'id');
  return row;
}
