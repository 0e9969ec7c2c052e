import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { ApiKey } from '../../schema/api-key';
import type { Page } from '../../schema/connection';
import { PageArgs } from '../../schema/connection.input';
import { Queue } from '../../schema/queue';
import { CreateStaffUserInput, StaffUserFilter, UpdateStaffUserInput } from '../../schema/staff.input';
import { SecuritySuite, StaffUser, StaffUserConnection, VoiceSettings } from '../../schema/staff-user';
import { User } from '../../schema/user';
import { ModulePermission, UserProfile } from '../../schema/user-profile';
import type { Context } from '../context';
import { notFound } from '../errors';
import { globalId, keyOf } from '../ids';
import { visibleUser } from '../users/user.nodes';
import { ADMIN_MODULES, canPickUp, type EffectiveModules } from './module-permissions';
import { modulePermissions, modulesOfProfile } from './profile.reads';
import { directQueuesOf, grantedQueuesOf, listQueues } from './queue.reads';
import { groupsOf, voiceOf } from './staff-fields';
import { loadProfile, loadStaff, ofModules, seenQueues, visibleProfile, visibleStaff } from './staff.nodes';
import { apiKeysOf, isSecuritySuiteOn, listStaff } from './staff.reads';

@Resolver(() => StaffUser)
export class StaffResolver {
  @Authorized('staff:list')
  @Query(() => StaffUserConnection, { description: 'Call-centre staff by name.' })
  staffUsers(
    @Arg('filter', () => StaffUserFilter, { nullable: true, description: 'Which.' }) filter: StaffUserFilter | null,
    @Args() page: PageArgs,
    @Ctx() { db }: Context,
  ): Promise<Page<StaffUser>> {
    return listStaff(db, filter, page);
  }

  @FieldResolver(() => UserProfile, {
    nullable: true,
    description: 'What a supervisor may do; null for administrators.',
  })
  userProfile(@Root() staff: StaffUser, @Ctx() context: Context): Promise<UserProfile | null> {
    return visibleProfile(context, staff.userProfileId);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Path of the image, below the address of the API; null: none.',
  })
  avatarUrl(@Root() { id, avatarFile }: StaffUser): string | null {
    return avatarFile ? avatarPath(id, avatarFile) : null;
  }

  @FieldResolver(() => VoiceSettings, { description: 'Settings of the telephone.' })
  voice(@Root() staff: StaffUser): VoiceSettings {
    return voiceOf(staff);
  }

  @FieldResolver(() => SecuritySuite, { nullable: true, description: 'Null while the Security Suite is off.' })
  async securitySuite(@Root() staff: StaffUser, @Ctx() { loaders, db }: Context): Promise<SecuritySuite | null> {
    const isOn = await loaders.load('securitySuite', 1, async () => new Map([[1, await isSecuritySuiteOn(db)]]));
    return isOn ? { lastPasswordResetAt: staff.lastPasswordResetAt } : null;
  }

  @FieldResolver(() => ApiKey, { nullable: true, description: 'Null: disabled. For administrators.' })
  async apiKey(@Root() staff: StaffUser, @Ctx() { viewer, loaders, db }: Context): Promise<ApiKey | null> {
    return viewer.isAdmin ? loaders.load('staff.apiKey', staff.id, (ids) => apiKeysOf(db, ids)) : null;
  }

  @FieldResolver(() => [Queue], { description: 'Queues granted directly, beside those of the profile.' })
  async directQueues(@Root() staff: StaffUser, @Ctx() context: Context): Promise<Queue[]> {
    const { loaders, db } = context;
    return seenQueues(context, await loaders.load('staff.directQueues', staff.id, (ids) => directQueuesOf(db, ids)));
  }

  @FieldResolver(() => [Queue], {
    description:
      "All queues for administrators; for supervisors the profile's and the direct ones of channels whose module they have.",
  })
  async effectiveQueues(@Root() staff: StaffUser, @Ctx() context: Context): Promise<Queue[]> {
    const { loaders, db } = context;
    if (staff.role === 'ADMIN') {
      const all = await loaders.load(
        'staff.allQueues',
        'all',
        async () => new Map([['all', await listQueues(db, null, null)]]),
      );
      return seenQueues(context, all);
    }
    const granted = await loaders.load('staff.grantedQueues', staff.id, (ids) => grantedQueuesOf(db, ids));
    return seenQueues(context, ofModules({ isAdmin: false, modules: await modulesOf(context, staff) }, granted ?? []));
  }

  @FieldResolver(() => [ModulePermission], {
    description: 'All modules for administrators; for supervisors what the profile says.',
  })
  async effectiveModules(@Root() staff: StaffUser, @Ctx() context: Context): Promise<ModulePermission[]> {
    return modulePermissions(await modulesOf(context, staff));
  }

  @FieldResolver(() => Boolean, {
    description: "Whether this staff user's pickup groups meet the other's call groups.",
  })
  async canPickUp(
    @Root() staff: StaffUser,
    @Arg('staffUserId', () => ID, { description: 'The other.' }) staffUserId: string,
    @Ctx() context: Context,
  ): Promise<boolean> {
    const other = await visibleStaff(context, keyOf('StaffUser', staffUserId));
    return other !== null && canPickUp(groupsOf(staff.pickupGroups), groupsOf(other.callGroups));
  }

  @FieldResolver(() => User, { nullable: true, description: 'The person whose account it is.' })
  user(@Root() staff: StaffUser, @Ctx() context: Context): Promise<User | null> {
    return visibleUser(context, staff.userId);
  }

  @Authorized('staff:write')
  @Mutation(() => StaffUser, { description: 'Adds a staff user.' })
  async createStaffUser(
    @Arg('input', { description: 'The staff user.' }) input: CreateStaffUserInput,
    @Ctx() context: Context,
  ): Promise<StaffUser> {
    return reloadStaff(context, await context.services.staff.create(input));
  }

  @Authorized('staff:write')
  @Mutation(() => StaffUser, { description: 'Changes a staff user.' })
  async updateStaffUser(
    @Arg('input', { description: 'The changes.' }) input: UpdateStaffUserInput,
    @Ctx() context: Context,
  ): Promise<StaffUser> {
    return reloadStaff(context, await context.services.staff.update(input));
  }

  @Authorized('staff:write')
  @Mutation(() => ID, { description: 'Removes a staff user; the built-in administrator stays.' })
  async deleteStaffUser(
    @Arg('id', () => ID, { description: 'The staff user.' }) id: string,
    @Ctx() context: Context,
  ): Promise<string> {
    const key = await context.services.staff.remove(id);
    context.loaders.clear();
    return globalId('StaffUser', key);
  }

  @Authorized('staff:write')
  @Mutation(() => StaffUser, { description: 'Grants exactly these queues directly.' })
  async setStaffQueues(
    @Arg('staffUserId', () => ID, { description: 'The staff user.' }) staffUserId: string,
    @Arg('queueIds', () => [ID], { description: 'The queues.' }) queueIds: string[],
    @Ctx() context: Context,
  ): Promise<StaffUser> {
    return reloadStaff(context, await context.services.staff.setQueues(staffUserId, queueIds));
  }
}

/** The modules that a staff user has. */
async function modulesOf(context: Context, staff: StaffUser): Promise<EffectiveModules> {
  return staff.role === 'ADMIN' ? ADMIN_MODULES : modulesOfProfile(await loadProfile(context, staff.userProfileId));
}

/** Where a staff user's image is served. What follows the path changes with the image, so that none is shown stale. */
export function avatarPath(staffUserId: number, file: string): string {
  return `/staff-users/${globalId('StaffUser', staffUserId)}/avatar?v=${file.replace(/^\d+-|\..*$/g, '')}`;
}

/** The staff user as it is after a change. */
export async function reloadStaff(context: Context, id: number): Promise<StaffUser> {
  context.loaders.clear();
  const staff = await loadStaff(context, id);
  if (!staff) throw notFound('Staff user');
  return staff;
}
