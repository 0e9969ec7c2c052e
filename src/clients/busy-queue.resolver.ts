import { Arg, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { BusyQueueCall } from '../../schema/busy-queue-call';
import { Client, type MaskedDigits } from '../../schema/client';
import { BusyQueueCallInput } from '../../schema/client.input';
import type { Context } from '../context';
import { forbidden, notFound } from '../errors';
import { globalId, keyOf } from '../ids';
import { busyQueueCall, busyQueueCalls } from './busy-queue.reads';
import { loadClient, seesClient } from './client.nodes';
import { maskOf } from './client.presentation';
import { presentCaller } from './masking';

@Resolver(() => BusyQueueCall)
export class BusyQueueResolver {
  @Authorized('busy-queue:read')
  @Query(() => [BusyQueueCall], { description: 'Calls that wait for a busy target, as far as the viewer sees them.' })
  busyQueueCalls(@Ctx() { db, viewer }: Context): Promise<BusyQueueCall[]> {
    return busyQueueCalls(db, viewer);
  }

  @FieldResolver(() => Client, {
    nullable: true,
    description: 'The client that initiated it; null where it is not shown.',
  })
  initiatedBy(@Root() call: BusyQueueCall, @Ctx() context: Context): Promise<Client | null> {
    const id = call.clientId;
    return id !== null && seesClient(context, id) ? loadClient(context, id) : Promise.resolve(null);
  }

  @FieldResolver(() => String, { description: 'Number of the remote party, masked for the viewing client.' })
  async number(@Root() call: BusyQueueCall, @Ctx() context: Context): Promise<string> {
    return presentCaller(call.remoteNumber, call.remoteName, await viewersMask(context)).number;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Name of the remote party; null while digits are masked.',
  })
  async name(@Root() call: BusyQueueCall, @Ctx() context: Context): Promise<string | null> {
    return presentCaller(call.remoteNumber, call.remoteName, await viewersMask(context)).name;
  }

  @Authorized('busy-queue:write')
  @Mutation(() => BusyQueueCall, { description: 'Reports a call that waits for a busy target.' })
  async reportBusyQueueCall(
    @Arg('input', { description: 'The call.' }) input: BusyQueueCallInput,
    @Ctx() context: Context,
  ): Promise<BusyQueueCall> {
    const clientId = keyOf('Client', input.initiatedById);
    if (clientId === null || !seesClient(context, clientId)) throw notFound('Client', 'initiatedById');
    const id = await context.services.busyQueue.report(clientId, input);
    const call = await busyQueueCall(context.db, context.viewer, id);
    if (!call) throw notFound('Call');
    return call;
  }

  @Authorized('busy-queue:write')
  @Mutation(() => ID, { description: 'Takes a call out of the busy queue.' })
  async clearBusyQueueCall(
    @Arg('id', () => ID, { description: 'The call.' }) id: string,
    @Ctx() { db, viewer, services }: Context,
  ): Promise<string> {
    const call = await busyQueueCall(db, viewer, keyOf('BusyQueueCall', id) ?? 0);
    if (!call) throw notFound('Call', 'id');
    if (!viewer.isAdmin && (viewer.kind !== 'client' || call.clientId !== viewer.id)) throw forbidden();
    return globalId('BusyQueueCall', await services.busyQueue.clear(call.id));
  }
}

/** What the viewing client masks; nothing where no client is looking (C37). */
async function viewersMask(context: Context): Promise<MaskedDigits> {
  const { viewer } = context;
  const client = viewer.kind === 'client' ? await loadClient(context, viewer.id) : null;
  return client ? maskOf(client) : { all: false, digits: 0 };
}
