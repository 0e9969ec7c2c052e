import { Arg, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Agent, Queue } from '../../schema/queue';
import { Channel } from '../../schema/staff.enums';
import { QueueInput } from '../../schema/staff.input';
import type { Context } from '../context';
import { badInput, forbidden, notFound } from '../errors';
import { globalId, keyOf } from '../ids';
import { agentsOfQueues, listQueues, queuesByIds, queuesOfAgents } from './queue.reads';
import { mayIn, mayOnChannel, seenAgentIds, seenQueueIds, visibleQueue } from './staff.nodes';

@Resolver(() => Queue)
export class QueueResolver {
  @Authorized('queue:list')
  @Query(() => [Queue], { description: 'Queues by name, as far as the viewer sees them.' })
  async queues(
    @Arg('channel', () => Channel, { nullable: true, description: 'Only of this channel.' }) channel: Channel | null,
    @Ctx() context: Context,
  ): Promise<Queue[]> {
    if (channel && !mayOnChannel(context.viewer, channel)) throw forbidden();
    const seen = await seenQueueIds(context);
    return listQueues(context.db, channel, seen && [...seen]);
  }

  @FieldResolver(() => [Agent], { description: 'Its agents by name, as far as the viewer sees agents.' })
  async agents(@Root() queue: Queue, @Ctx() context: Context): Promise<Agent[]> {
    const { loaders, db, viewer } = context;
    if (!mayIn(viewer, 'AGENTS')) return [];
    return (await loaders.load('queue.agents', queue.id, (ids) => agentsOfQueues(db, ids))) ?? [];
  }

  @Authorized('queue:edit')
  @Mutation(() => Queue, { description: 'Adds a queue; a supervisor who does is granted it.' })
  async createQueue(
    @Arg('input', { description: 'The queue.' }) input: QueueInput,
    @Ctx() context: Context,
  ): Promise<Queue> {
    const { viewer, services } = context;
    if (!mayOnChannel(viewer, input.channel, 'EDIT')) throw forbidden();
    await requireKnownAgents(context, input.agentIds ?? []);
    const grantTo = viewer.kind === 'staff' && !viewer.isAdmin ? viewer.id : null;
    return reload(context, await services.queues.create(input, grantTo));
  }

  @Authorized('queue:edit')
  @Mutation(() => Queue, { description: 'Replaces a queue. Agents that the viewer does not see stay.' })
  async updateQueue(
    @Arg('id', () => ID, { description: 'The queue.' }) id: string,
    @Arg('input', { description: 'All of it anew.' }) input: QueueInput,
    @Ctx() context: Context,
  ): Promise<Queue> {
    const { viewer, services } = context;
    const queue = await visibleQueue(context, keyOf('Queue', id));
    if (!queue) throw notFound('Queue', 'id');
    if (!mayOnChannel(viewer, queue.channel, 'EDIT') || !mayOnChannel(viewer, input.channel, 'EDIT')) throw forbidden();
    await requireKnownAgents(context, input.agentIds ?? []);
    return reload(context, await services.queues.update(queue.id, input, !mayIn(viewer, 'AGENTS')));
  }

  @Authorized('queue:delete')
  @Mutation(() => ID, { description: 'Removes a queue.' })
  async deleteQueue(
    @Arg('id', () => ID, { description: 'The queue.' }) id: string,
    @Ctx() context: Context,
  ): Promise<string> {
    const queue = await visibleQueue(context, keyOf('Queue', id));
    if (!queue) throw notFound('Queue', 'id');
    if (!mayOnChannel(context.viewer, queue.channel, 'DELETE')) throw forbidden();
    const key = await context.services.queues.remove(queue.id);
    context.loaders.clear();
    return globalId('Queue', key);
  }
}

/**
 * A supervisor may put into a queue the agents he sees, and those that are in no queue yet: what he has just added.
 * @throws BAD_USER_INPUT for any other, as for one that does not exist.
 */
async function requireKnownAgents(context: Context, agentIds: readonly string[]): Promise<void> {
  const seen = await seenAgentIds(context);
  if (seen === null || agentIds.length === 0) return;
  const keys = agentIds.map((id) => keyOf('Agent', id));
  const others = keys.filter((key) => key !== null && !seen.has(key)) as number[];
  const queues = await queuesOfAgents(context.db, others);
  const isFree = (key: number) => mayIn(context.viewer, 'AGENTS', 'EDIT') && queues.get(key)?.length === 0;
  if (keys.includes(null) || !others.every(isFree))
    throw badInput('agentIds', 'agentIds names something that does not exist.');
}

async function reload(context: Context, id: number): Promise<Queue> {
  context.loaders.clear();
  const queue = await context.loaders.load('queue', id, (ids) => queuesByIds(context.db, ids));
  if (!queue) throw notFound('Queue');
  return queue;
}
