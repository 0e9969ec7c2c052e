import { Arg, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Agent, Queue } from '../../schema/queue';
import type { Context } from '../context';
import { notFound } from '../errors';
import { globalId, keyOf } from '../ids';
import { listAgents, queuesOfAgents } from './queue.reads';
import { loadAgent, seenQueueIds, seenQueues, visibleAgent } from './staff.nodes';

@Resolver(() => Agent)
export class AgentResolver {
  @Authorized('agent:list')
  @Query(() => [Agent], { description: 'Agents by name; for a supervisor those of the queues he sees.' })
  async agents(@Ctx() context: Context): Promise<Agent[]> {
    const seen = await seenQueueIds(context);
    return listAgents(context.db, seen && [...seen]);
  }

  @FieldResolver(() => [Queue], { description: 'Its queues by name, as far as the viewer sees them.' })
  async queues(@Root() agent: Agent, @Ctx() context: Context): Promise<Queue[]> {
    const { loaders, db } = context;
    return seenQueues(context, await loaders.load('agent.queues', agent.id, (ids) => queuesOfAgents(db, ids)));
  }

  @Authorized('agent:edit')
  @Mutation(() => Agent, { description: 'Adds an agent, in no queue yet.' })
  async createAgent(
    @Arg('name', { description: 'Name as shown.' }) name: string,
    @Ctx() context: Context,
  ): Promise<Agent> {
    const key = await context.services.queues.createAgent(name);
    context.loaders.clear();
    const agent = await loadAgent(context, key);
    if (!agent) throw notFound('Agent');
    return agent;
  }

  @Authorized('agent:delete')
  @Mutation(() => ID, { description: 'Removes an agent.' })
  async deleteAgent(
    @Arg('id', () => ID, { description: 'The agent.' }) id: string,
    @Ctx() context: Context,
  ): Promise<string> {
    const agent = await visibleAgent(context, keyOf('Agent', id));
    if (!agent) throw notFound('Agent', 'id');
    const key = await context.services.queues.removeAgent(agent.id);
    context.loaders.clear();
    return globalId('Agent', key);
  }
}
