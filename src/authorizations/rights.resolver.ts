import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Authorization, GrantRightsInput, IndividualGrant } from '../../schema/authorization';
import type { Page } from '../../schema/connection';
import { PageArgs } from '../../schema/connection.input';
import { EffectiveRights, RightSource } from '../../schema/effective-rights';
import { Group } from '../../schema/group';
import { GrantedBy, Right } from '../../schema/group.enums';
import { User, UserConnection } from '../../schema/user';
import type { Context } from '../context';
import { notFound } from '../errors';
import { visibleGroup } from '../groups/group.nodes';
import { keyOf } from '../ids';
import { loadUser } from '../users/user.nodes';
import type { AuthorizationIndex } from './authorization-index';
import { authorizationOf, rightsOf } from './authorization-input';
import { grantsOnUsers } from './grant.reads';
import type { Pair } from './grant.service';
import { currentRights, nobody, visibilityPage } from './rights.lists';

@Resolver(() => EffectiveRights)
export class EffectiveRightsResolver {
  @Authorized('rights:read')
  @Query(() => EffectiveRights, {
    description: 'What one user may do with another, and why. A client asks for its own user.',
  })
  async effectiveRights(
    @Arg('viewerId', () => ID, { description: 'Who would look.' }) viewerId: string,
    @Arg('targetId', () => ID, { description: 'At whom.' }) targetId: string,
    @Ctx() context: Context,
  ): Promise<EffectiveRights> {
    const pair = { viewerId: keyOf('User', viewerId) ?? 0, targetId: keyOf('User', targetId) ?? 0 };
    const { index } = await currentRights(context);
    if (!index.knowsUser(pair.viewerId) || !context.scope.seesPrivate(pair.viewerId))
      throw notFound('User', 'viewerId');
    if (!index.knowsUser(pair.targetId)) throw notFound('User', 'targetId');
    const answer = explanation(index, pair);
    // Whom the viewer holds a right on is in its list of visible users anyway.
    if (answer.rights.length === 0 && !(await context.scope.seesUser(pair.targetId)))
      throw notFound('User', 'targetId');
    return answer;
  }

  @FieldResolver(() => User, { description: 'Who looks.' })
  viewer(@Root() rights: EffectiveRights, @Ctx() context: Context): Promise<User> {
    return present(context, rights.viewerId);
  }

  @FieldResolver(() => User, { description: 'At whom.' })
  target(@Root() rights: EffectiveRights, @Ctx() context: Context): Promise<User> {
    return present(context, rights.targetId);
  }

  @Authorized('rights:write')
  @Mutation(() => EffectiveRights, { description: 'Grants one user rights on another; replaces an earlier grant.' })
  async grantRights(
    @Arg('input', { description: 'Who, on whom, what.' }) input: GrantRightsInput,
    @Ctx() context: Context,
  ): Promise<EffectiveRights> {
    const pair = await context.services.grants.grant(input);
    context.loaders.clear();
    return explain(context, pair);
  }

  @Authorized('rights:write')
  @Mutation(() => EffectiveRights, { description: 'Takes the individual grant of one user on another back.' })
  async revokeRights(
    @Arg('viewerId', () => ID, { description: 'Who holds it.' }) viewerId: string,
    @Arg('targetId', () => ID, { description: 'On whom.' }) targetId: string,
    @Ctx() context: Context,
  ): Promise<EffectiveRights> {
    const pair = await context.services.grants.revoke(viewerId, targetId);
    context.loaders.clear();
    return explain(context, pair);
  }
}

@Resolver(() => RightSource)
export class RightSourceResolver {
  @FieldResolver(() => Group, { nullable: true, description: 'The group that grants, as far as the viewer sees it.' })
  group(@Root() source: RightSource, @Ctx() context: Context): Promise<Group | null> {
    return visibleGroup(context, source.groupId);
  }
}

@Resolver(() => IndividualGrant)
export class IndividualGrantResolver {
  @FieldResolver(() => User, { description: 'Who holds the rights.' })
  viewer(@Root() grant: IndividualGrant, @Ctx() context: Context): Promise<User> {
    return present(context, grant.viewerId);
  }

  @FieldResolver(() => User, { description: 'On whom.' })
  target(@Root() grant: IndividualGrant, @Ctx() context: Context): Promise<User> {
    return present(context, grant.targetId);
  }

  @FieldResolver(() => Authorization, { description: 'What is granted.' })
  authorization(@Root() grant: IndividualGrant): Authorization {
    return authorizationOf(grant.rights);
  }
}

@Resolver(() => User)
export class UserRightsResolver {
  @FieldResolver(() => [IndividualGrant], {
    description: 'Rights that single others hold on this user. Private to it.',
  })
  async grants(@Root() user: User, @Ctx() { scope, loaders, db }: Context): Promise<IndividualGrant[]> {
    if (!scope.seesPrivate(user.id)) return [];
    return (await loaders.load('user.grants', user.id, (targets) => grantsOnUsers(db, targets))) ?? [];
  }

  @FieldResolver(() => UserConnection, {
    description: 'Whom this user may see, by name, without itself. Private to it.',
  })
  visibleUsers(
    @Root() user: User,
    @Arg('right', () => Right, { nullable: true, description: 'Holding this right; any where nothing is said.' })
    right: Right | null | undefined,
    @Args() page: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<User>> | Page<User> {
    if (!context.scope.seesPrivate(user.id)) return nobody();
    return visibilityPage(context, { direction: 'visibleUsers', userId: user.id, right, page });
  }

  @FieldResolver(() => UserConnection, {
    description: 'Who may see this user, by name, without itself. Private to it.',
  })
  visibleTo(
    @Root() user: User,
    @Arg('right', () => Right, { nullable: true, description: 'Holding this right; any where nothing is said.' })
    right: Right | null | undefined,
    @Args() page: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<User>> | Page<User> {
    if (!context.scope.seesPrivate(user.id)) return nobody();
    return visibilityPage(context, { direction: 'visibleTo', userId: user.id, right, page });
  }
}

async function explain(context: Context, pair: Pair): Promise<EffectiveRights> {
  return explanation((await currentRights(context)).index, pair);
}

function explanation(index: AuthorizationIndex, { viewerId, targetId }: Pair): EffectiveRights {
  const { rights, sources } = index.explain(viewerId, targetId);
  return {
    viewerId,
    targetId,
    rights: rightsOf(rights),
    sources: sources.map(({ grantedBy, groupId, asLeader, rights: granted }) => ({
      grantedBy: GrantedBy[grantedBy],
      groupId,
      asLeader,
      rights: rightsOf(granted),
    })),
  };
}

async function present(context: Context, id: number): Promise<User> {
  const user = await loadUser(context, id);
  if (!user) throw notFound('User');
  return user;
}
