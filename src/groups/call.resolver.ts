import { Arg, Authorized, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { CallState } from '../../schema/enums';
import { Membership } from '../../schema/membership';
import { User } from '../../schema/user';
import type { Context } from '../context';
import { forbidden, notFound } from '../errors';
import { keyOf } from '../ids';
import { loadUser, visibleUser } from '../users/user.nodes';
import { visibleGroup } from './group.nodes';
import { membershipByKey } from './membership.reads';
import { ringPlan } from './ring-plan';
import { callGroupOf } from './ring-plan.reads';

/** How groups take calls. */
@Resolver()
export class CallResolver {
  @Authorized('ring-plan:read')
  @Query(() => [[User]], { description: 'Who rings at a call of this number, step by step; empty where nobody does.' })
  async ringPlan(
    @Arg('number', { description: 'The number that is called.' }) number: string,
    @Ctx() context: Context,
  ): Promise<User[][]> {
    const called = await callGroupOf(context.db, number.trim());
    const steps = called ? ringPlan(called.group, called.members) : [];
    const loaded = await Promise.all(steps.map((step) => Promise.all(step.map((id) => loadUser(context, id)))));
    return loaded.map((step) => step.filter((user) => user !== null)).filter((step) => step.length > 0);
  }

  @Authorized('call-state:write')
  @Mutation(() => Membership, {
    description: 'Logs a member in or out of the calls of a group, or lets it pause. Members do it for themselves.',
  })
  async setCallState(
    @Arg('groupId', () => ID, { description: 'The group.' }) groupId: string,
    @Arg('userId', () => ID, { description: 'The member.' }) userId: string,
    @Arg('state', () => CallState, { description: 'The new state.' }) state: CallState,
    @Ctx() context: Context,
  ): Promise<Membership> {
    const group = await visibleGroup(context, keyOf('Group', groupId));
    if (!group) throw notFound('Group', 'groupId');
    const user = await visibleUser(context, keyOf('User', userId));
    if (!user) throw notFound('User', 'userId');
    const { viewer, services, db, loaders } = context;
    if (!viewer.isAdmin && viewer.userId !== user.id) throw forbidden('A client does this for its own user only.');
    await services.callStates.set(group.id, user.id, state);
    loaders.clear();
    const membership = await membershipByKey(db, group.id, user.id);
    if (!membership) throw notFound('Membership');
    return membership;
  }
}
