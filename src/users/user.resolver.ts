import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Page } from '../../schema/connection';
import { PageArgs } from '../../schema/connection.input';
import { MembershipVia } from '../../schema/enums';
import { Group } from '../../schema/group';
import { Line } from '../../schema/line';
import { Membership, MembershipConnection } from '../../schema/membership';
import { User, UserConnection } from '../../schema/user';
import { CreateUserInput, SetUserLinesInput, UpdateUserInput, UserFilter, UserOrder } from '../../schema/user.input';
import { hidesContacts } from '../auth/viewer';
import type { Context } from '../context';
import { forbidden, notFound } from '../errors';
import { groupsByIds } from '../groups/group.reads';
import { membershipsOfUsers } from '../groups/membership.reads';
import { globalId, keyOf } from '../ids';
import { loadUser, visibleUser } from './user.nodes';
import { listUsers } from './user.reads';

@Resolver(() => User)
export class UserResolver {
  @Authorized('user:list')
  @Query(() => UserConnection, { description: 'People, as far as the viewer sees them.' })
  async users(
    @Arg('filter', () => UserFilter, { nullable: true, description: 'Which.' }) filter: UserFilter | null,
    @Arg('orderBy', () => UserOrder, { nullable: true, description: 'Order; by display name where nothing is said.' })
    orderBy: UserOrder | null,
    @Args() page: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<User>> {
    const { scope, db, viewer } = context;
    const asksForClients = filter?.hasClient !== null && filter?.hasClient !== undefined;
    if (asksForClients && viewer.kind === 'client' && !viewer.isAdmin) throw forbidden();
    const hidden = filter?.memberOf && !(await scope.seesGroup(keyOf('Group', filter.memberOf) ?? 0));
    const seen = hidden ? { ...filter, ids: [] } : filter;
    return listUsers(db, seen, orderBy, page, await scope.usersSql('u'), hidesContacts(viewer));
  }

  @Authorized('viewer:any')
  @Query(() => User, { nullable: true, description: 'One person; null where there is none, or none for the viewer.' })
  user(@Arg('id', () => ID, { description: 'Its id.' }) id: string, @Ctx() context: Context): Promise<User | null> {
    return visibleUser(context, keyOf('User', id));
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Immutable id: objectGUID, entryUUID, CUCM uuid. For administrators.',
  })
  externalId(@Root() user: User, @Ctx() { scope }: Context): string | null {
    return scope.seesInFull(user.id) ? user.externalId : null;
  }

  @FieldResolver(() => [String], { description: 'Fields overridden by hand, which a sync leaves alone.' })
  lockedFields(@Root() user: User, @Ctx() { scope }: Context): string[] {
    return scope.seesInFull(user.id) && user.locked ? user.locked.split(',') : [];
  }

  @FieldResolver(() => Line, { nullable: true, description: 'Primary line.' })
  primaryLine(@Root() user: User): Line | null {
    return user.primaryLineNumber && user.primaryLineKind
      ? { number: user.primaryLineNumber, kind: user.primaryLineKind }
      : null;
  }

  @FieldResolver(() => Line, { nullable: true, description: 'Secondary line.' })
  secondaryLine(@Root() user: User): Line | null {
    return user.secondaryLineNumber && user.secondaryLineKind
      ? { number: user.secondaryLineNumber, kind: user.secondaryLineKind }
      : null;
  }

  @FieldResolver(() => User, { nullable: true, description: 'Manager, as the directory has it.' })
  manager(@Root() user: User, @Ctx() context: Context): Promise<User | null> {
    return loadUser(context, user.managerId);
  }

  @FieldResolver(() => MembershipConnection, { description: 'The groups this person is in, by name.' })
  async memberships(
    @Root() user: User,
    @Args() page: PageArgs,
    @Arg('via', () => [MembershipVia], { nullable: true, description: 'Only those held in these ways.' })
    via: MembershipVia[] | null,
    @Ctx() context: Context,
  ): Promise<Page<Membership>> {
    const scope = await context.scope.groupsSql('m.groupId');
    const name = `user.memberships:${JSON.stringify([page, via])}`;
    const found = await context.loaders.load(name, user.id, (users) =>
      membershipsOfUsers(context.db, users, { page, via, scope }),
    );
    return found as Page<Membership>;
  }

  @FieldResolver(() => Group, { nullable: true, description: 'Primary group of Active Directory.' })
  async primaryGroup(@Root() user: User, @Ctx() context: Context): Promise<Group | null> {
    const { db, loaders, scope } = context;
    const groupId = await loaders.load('user.primaryGroup', user.id, async (users) => {
      const found = await membershipsOfUsers(db, users, {
        page: { first: 1 },
        via: [MembershipVia.PRIMARY],
        scope: null,
      });
      return new Map([...found].map(([id, page]) => [id, page.nodes[0]?.groupId ?? 0]));
    });
    if (!groupId || !(await scope.seesGroup(groupId))) return null;
    return loaders.load('group', groupId, (ids) => groupsByIds(db, ids));
  }

  @Authorized('user:write')
  @Mutation(() => User, { description: 'Adds a person by hand.' })
  async createUser(
    @Arg('input', { description: 'The person.' }) input: CreateUserInput,
    @Ctx() context: Context,
  ): Promise<User> {
    return reload(context, await context.services.users.create(input));
  }

  @Authorized('user:write')
  @Mutation(() => User, { description: 'Changes a person; fields of an imported one are locked by it.' })
  async updateUser(
    @Arg('input', { description: 'The changes.' }) input: UpdateUserInput,
    @Ctx() context: Context,
  ): Promise<User> {
    return reload(context, await context.services.users.update(input));
  }

  @Authorized('user:write')
  @Mutation(() => ID, { description: 'Removes a person added by hand.' })
  async deleteUser(
    @Arg('id', () => ID, { description: 'The person.' }) id: string,
    @Ctx() { services }: Context,
  ): Promise<string> {
    return globalId('User', await services.users.remove(id));
  }

  @Authorized('user:write')
  @Mutation(() => User, { description: 'Sets the lines of a person.' })
  async setUserLines(
    @Arg('input', { description: 'The lines.' }) input: SetUserLinesInput,
    @Ctx() context: Context,
  ): Promise<User> {
    return reload(context, await context.services.users.setLines(input));
  }
}

async function reload(context: Context, id: number): Promise<User> {
  context.loaders.clear();
  const user = await loadUser(context, id);
  if (!user) throw notFound('User');
  return user;
}
