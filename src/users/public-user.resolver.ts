import { Arg, Args, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { Page } from '../../schema/connection';
import { PageArgs } from '../../schema/connection.input';
import { PublicUser, PublicUserConnection } from '../../schema/public-user';
import { Public } from '../auth/public';
import type { Context } from '../context';
import { keyOf } from '../ids';
import { businessCardOf, listAdvisors, listPortalUsers, publicUsersByIds } from './public-user.reads';

/** What anonymous visitors may ask: nothing else of a person is public. */
@Resolver(() => PublicUser)
export class PublicUserResolver {
  @Public()
  @Query(() => PublicUserConnection, { description: 'People in groups of the portal, by name. Public.' })
  portalUsers(@Args() page: PageArgs, @Ctx() { db }: Context): Promise<Page<PublicUser>> {
    return listPortalUsers(db, page);
  }

  @Public()
  @Query(() => [PublicUser], { description: 'Members of LiveChat advisor groups, by name. Public.' })
  livechatAdvisors(@Ctx() { db }: Context): Promise<PublicUser[]> {
    return listAdvisors(db);
  }

  @Public()
  @Query(() => PublicUser, { nullable: true, description: "A person's business card, where it is allowed. Public." })
  async businessCard(
    @Arg('userId', () => ID, { description: 'Id of the User.' }) userId: string,
    @Ctx() { db }: Context,
  ): Promise<PublicUser | null> {
    const key = keyOf('User', userId);
    return key === null ? null : businessCardOf(db, key);
  }
}

export const publicUserNodes = {
  PublicUser: ({ db, loaders }: Context, key: number[]): Promise<PublicUser | null> =>
    loaders.load('publicUser', key[0] ?? 0, (ids) => publicUsersByIds(db, ids)),
};
