import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Queue } from '../../schema/queue';
import { UserProfileInput } from '../../schema/staff.input';
import { ModulePermission, UserProfile } from '../../schema/user-profile';
import type { Context } from '../context';
import { notFound } from '../errors';
import { globalId } from '../ids';
import { listProfiles, modulePermissions, modulesOfProfile, queuesOfProfiles, staffCounts } from './profile.reads';
import { loadProfile, mayIn, seenQueues } from './staff.nodes';

@Resolver(() => UserProfile)
export class ProfileResolver {
  @Authorized('user-profile:list')
  @Query(() => [UserProfile], { description: 'User profiles by name.' })
  userProfiles(@Ctx() { db }: Context): Promise<UserProfile[]> {
    return listProfiles(db);
  }

  @FieldResolver(() => [ModulePermission], { description: 'The modules that its holders have.' })
  modules(@Root() profile: UserProfile): ModulePermission[] {
    return modulePermissions(modulesOfProfile(profile));
  }

  @FieldResolver(() => [Queue], { description: 'The queues that its holders see, as far as the viewer does.' })
  async queues(@Root() profile: UserProfile, @Ctx() context: Context): Promise<Queue[]> {
    const { loaders, db } = context;
    return seenQueues(context, await loaders.load('profile.queues', profile.id, (ids) => queuesOfProfiles(db, ids)));
  }

  @FieldResolver(() => Int, { description: 'How many staff users have it, as far as the viewer sees them.' })
  async staffUserCount(@Root() profile: UserProfile, @Ctx() { viewer, loaders, db }: Context): Promise<number> {
    // Who does not see the staff list sees this profile because it is his own, and of its holders himself alone.
    if (!mayIn(viewer, 'STAFF')) return 1;
    return (await loaders.load('profile.staffCount', profile.id, (ids) => staffCounts(db, ids))) ?? 0;
  }

  @Authorized('staff:write')
  @Mutation(() => UserProfile, { description: 'Adds a user profile.' })
  async createUserProfile(
    @Arg('input', { description: 'The profile.' }) input: UserProfileInput,
    @Ctx() context: Context,
  ): Promise<UserProfile> {
    return reload(context, await context.services.userProfiles.create(input));
  }

  @Authorized('staff:write')
  @Mutation(() => UserProfile, {
    description: 'Replaces a user profile; effective on the very next request of its holders.',
  })
  async updateUserProfile(
    @Arg('id', () => ID, { description: 'The profile.' }) id: string,
    @Arg('input', { description: 'All of it anew.' }) input: UserProfileInput,
    @Ctx() context: Context,
  ): Promise<UserProfile> {
    return reload(context, await context.services.userProfiles.update(id, input));
  }

  @Authorized('staff:write')
  @Mutation(() => ID, { description: 'Removes a user profile that nobody has.' })
  async deleteUserProfile(
    @Arg('id', () => ID, { description: 'The profile.' }) id: string,
    @Ctx() context: Context,
  ): Promise<string> {
    const key = await context.services.userProfiles.remove(id);
    context.loaders.clear();
    return globalId('UserProfile', key);
  }
}

async function reload(context: Context, id: number): Promise<UserProfile> {
  context.loaders.clear();
  const profile = await loadProfile(context, id);
  if (!profile) throw notFound('User profile');
  return profile;
}
