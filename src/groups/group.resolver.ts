import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Page } from '../../schema/connection';
import { PageArgs } from '../../schema/connection.input';
import { MembershipVia, Origin } from '../../schema/enums';
import { Group, GroupConnection } from '../../schema/group';
import { CreateGroupInput, GroupFilter, GroupOrder } from '../../schema/group.input';
import { Membership, MembershipConnection } from '../../schema/membership';
import { DateTime } from '../../schema/scalars';
import { hidesContacts } from '../auth/viewer';
import type { Context } from '../context';
import { notFound } from '../errors';
import { globalId, keyOf } from '../ids';
import { loadGroup, visibleGroup } from './group.nodes';
import { listGroups, subgroupsOf } from './group.reads';
import { membersOfGroups } from './membership.reads';

@Resolver(() => Group)
export class GroupResolver {
  @Authorized('group:list')
  @Query(() => GroupConnection, { description: 'Groups, as far as the viewer sees them.' })
  async groups(
    @Arg('filter', () => GroupFilter, { nullable: true, description: 'Which.' }) filter: GroupFilter | null,
    @Arg('orderBy', () => GroupOrder, { nullable: true, description: 'Order; by name where nothing is said.' })
    orderBy: GroupOrder | null,
    @Args() page: PageArgs,
    @Ctx() { db, scope }: Context,
  ): Promise<Page<Group>> {
    return listGroups(db, filter, orderBy, page, await scope.groupsSql('g.id'));
  }

  @Authorized('viewer:any')
  @Query(() => Group, { nullable: true, description: 'One group; null where there is none, or none for the viewer.' })
  group(@Arg('id', () => ID, { description: 'Its id.' }) id: string, @Ctx() context: Context): Promise<Group | null> {
    return visibleGroup(context, keyOf('Group', id));
  }

  @FieldResolver(() => String, { nullable: true, description: "The directory's immutable id. For administrators." })
  externalId(@Root() group: Group, @Ctx() { viewer }: Context): string | null {
    return viewer.isAdmin ? group.externalId : null;
  }

  @FieldResolver(() => Boolean, { description: 'Whether name, description and members can be changed here.' })
  editable(@Root() group: Group): boolean {
    return group.origin === Origin.MANUAL;
  }

  @FieldResolver(() => MembershipConnection, { description: 'Its members, in member order.' })
  async members(
    @Root() group: Group,
    @Args() page: PageArgs,
    @Arg('search', () => String, { nullable: true, description: 'Prefix of user id, names, e-mail or number.' })
    search: string | null,
    @Arg('via', () => [MembershipVia], { nullable: true, description: 'Only those held in these ways.' })
    via: MembershipVia[] | null,
    @Arg('asOf', () => DateTime, { nullable: true, description: 'As of a past instant.' }) asOf: number | null,
    @Ctx() context: Context,
  ): Promise<Page<Membership>> {
    const masked = hidesContacts(context.viewer);
    const name = `group.members:${JSON.stringify([page, search, via, asOf])}`;
    const found = await context.loaders.load(name, group.id, (groups) =>
      membersOfGroups(context.db, groups, { page, search, masked, via, asOf, scope: null }),
    );
    return found as Page<Membership>;
  }

  @FieldResolver(() => [Group], { description: 'The groups directly inside it, by name.' })
  async subgroups(@Root() group: Group, @Ctx() context: Context): Promise<Group[]> {
    const { db, loaders, scope } = context;
    const found = (await loaders.load('group.subgroups', group.id, (parents) => subgroupsOf(db, parents))) ?? [];
    const seen = await Promise.all(found.map((one) => scope.seesGroup(one.id)));
    return found.filter((_, index) => seen[index]);
  }

  @Authorized('group:create')
  @Mutation(() => Group, { description: 'Makes a group by hand.' })
  async createGroup(
    @Arg('input', { description: 'The group.' }) input: CreateGroupInput,
    @Ctx() context: Context,
  ): Promise<Group> {
    return reload(context, await context.services.groups.create(input));
  }

  @Authorized('group:manage')
  @Mutation(() => ID, { description: 'Removes a group made by hand. Its owners may.' })
  async deleteGroup(
    @Arg('id', () => ID, { description: 'The group.' }) id: string,
    @Ctx() context: Context,
  ): Promise<string> {
    const key = await manageable(context, id);
    return globalId('Group', await context.services.groups.remove(key));
  }

  @Authorized('group:manage')
  @Mutation(() => Group, {
    description: 'Puts people into a group made by hand; who is in already stays. Its owners may.',
  })
  async addMembers(
    @Arg('groupId', () => ID, { description: 'The group.' }) groupId: string,
    @Arg('userIds', () => [ID], { description: 'Who.' }) userIds: string[],
    @Ctx() context: Context,
  ): Promise<Group> {
    const key = await manageable(context, groupId);
    return reload(context, await context.services.members.add(key, userIds));
  }

  @Authorized('group:manage')
  @Mutation(() => Group, { description: 'Takes people out of a group made by hand. Its owners may.' })
  async removeMembers(
    @Arg('groupId', () => ID, { description: 'The group.' }) groupId: string,
    @Arg('userIds', () => [ID], { description: 'Who.' }) userIds: string[],
    @Ctx() context: Context,
  ): Promise<Group> {
    const key = await manageable(context, groupId);
    return reload(context, await context.services.members.remove(key, userIds));
  }

  @Authorized('group:manage')
  @Mutation(() => Group, {
    description: 'Puts members first, in the given order; the others follow in theirs. Its owners may.',
  })
  async reorderMembers(
    @Arg('groupId', () => ID, { description: 'The group.' }) groupId: string,
    @Arg('userIds', () => [ID], { description: 'Members in their new order.' }) userIds: string[],
    @Ctx() context: Context,
  ): Promise<Group> {
    const key = await manageable(context, groupId);
    return reload(context, await context.services.members.reorder(key, userIds));
  }
}

/**
 * The key of a group the viewer may manage (V6): any for administrators, its own manual ones for an owner.
 * @throws NOT_FOUND for what the viewer does not see, FORBIDDEN where it is not an owner.
 */
export async function manageable(context: Context, id: string): Promise<number> {
  const group = await visibleGroup(context, keyOf('Group', id));
  if (!group) throw notFound('Group', 'id');
  await context.services.groups.requireOwner(context.viewer, group.id);
  return group.id;
}

export async function reload(context: Context, id: number): Promise<Group> {
  context.loaders.clear();
  const group = await loadGroup(context, id);
  if (!group) throw notFound('Group');
  return group;
}
