import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Mutation, Resolver, Root, Subscription } from 'type-graphql';
import { ClientProfile } from '../../schema/client-profile';
import type { Page } from '../../schema/connection';
import { PageArgs } from '../../schema/connection.input';
import { PresenceState } from '../../schema/presence';
import { ActionResult, ProfileChange, ProfileChangeConnection } from '../../schema/profile-change';
import { Role } from '../../schema/role';
import { User } from '../../schema/user';
import { Workplace } from '../../schema/workplace';
import { authorize } from '../auth/policy';
import type { Context } from '../context';
import { notFound } from '../errors';
import { keyOf } from '../ids';
import { loadUser } from '../users/user.nodes';
import { followChanges } from './change-feed';
import { availableToUsers } from './client-profile.reads';
import { historyOfUsers, changesByIds, presenceOfUsers, resultsOf } from './presence.reads';
import { activationTarget, seenProfile } from './profile.access';
import { loadProfile, loadWorkplace } from './profile.nodes';
import { rolesOfUsers } from './role.reads';

@Resolver(() => User)
export class UserProfilesResolver {
  @FieldResolver(() => [Role], { description: 'Roles of this person; All, which everybody has, comes first.' })
  async roles(@Root() user: User, @Ctx() { db, loaders, scope }: Context): Promise<Role[]> {
    if (!scope.seesPrivate(user.id)) return [];
    return (await loaders.load('user.roles', user.id, (users) => rolesOfUsers(db, users))) ?? [];
  }

  @FieldResolver(() => PresenceState, { description: 'The client profile this person is in.' })
  presence(@Root() user: User, @Ctx() context: Context): Promise<PresenceState> {
    return presenceOf(context, user.id);
  }

  @FieldResolver(() => [ClientProfile], { description: 'The client profiles this person may use.' })
  async availableProfiles(@Root() user: User, @Ctx() { db, loaders }: Context): Promise<ClientProfile[]> {
    return (await loaders.load('user.availableProfiles', user.id, (users) => availableToUsers(db, users))) ?? [];
  }
}

@Resolver(() => PresenceState)
export class PresenceResolver {
  @FieldResolver(() => ClientProfile, { description: 'The active profile.' })
  async active(@Root() state: PresenceState, @Ctx() context: Context): Promise<ClientProfile> {
    const profile = await loadProfile(context, state.activeProfileId);
    if (!profile) throw notFound('Client profile');
    return profile;
  }

  @FieldResolver(() => ClientProfile, { nullable: true, description: 'The one before; to it DEACTIVATE returns.' })
  previous(@Root() state: PresenceState, @Ctx() context: Context): Promise<ClientProfile | null> {
    return loadProfile(context, state.previousProfileId);
  }

  @FieldResolver(() => Workplace, { nullable: true, description: 'Where the user works.' })
  workplace(@Root() state: PresenceState, @Ctx() context: Context): Promise<Workplace | null> {
    return loadWorkplace(context, state.workplaceId);
  }

  @FieldResolver(() => ProfileChangeConnection, { description: 'Changes, and those that were dropped; newest first.' })
  async history(
    @Root() state: PresenceState,
    @Args() page: PageArgs,
    @Ctx() { db, loaders }: Context,
  ): Promise<Page<ProfileChange>> {
    const load = (users: readonly number[]) => historyOfUsers(db, users, page);
    const found = await loaders.load(`presence.history:${JSON.stringify(page)}`, state.userId, load);
    return found as Page<ProfileChange>;
  }

  @Authorized('profile:activate')
  @Mutation(() => PresenceState, {
    description: 'Activates a profile for oneself; with MODIFY_USER_STATUS, or as an administrator, for somebody else.',
  })
  async activateProfile(
    @Arg('profileId', () => ID, { description: 'The profile.' }) profileId: string,
    @Arg('userId', () => ID, { nullable: true, description: 'For whom; oneself where nobody is named.' })
    userId: string | null,
    @Ctx() context: Context,
  ): Promise<PresenceState> {
    const target = await activationTarget(context, userId ?? null);
    const profile = await seenProfile(context, 'profileId', profileId);
    await context.services.activation.activate(target, profile.id);
    context.loaders.clear();
    return presenceOf(context, target);
  }
}

@Resolver(() => ProfileChange)
export class ProfileChangeResolver {
  @FieldResolver(() => User, { description: 'Whose.' })
  async user(@Root() change: ProfileChange, @Ctx() context: Context): Promise<User> {
    const user = await loadUser(context, change.userId);
    if (!user) throw notFound('User');
    return user;
  }

  @FieldResolver(() => ClientProfile, { nullable: true, description: 'Active before; null where it is deleted.' })
  from(@Root() change: ProfileChange, @Ctx() context: Context): Promise<ClientProfile | null> {
    return loadProfile(context, change.fromId);
  }

  @FieldResolver(() => ClientProfile, { nullable: true, description: 'Wanted; null where it is deleted.' })
  to(@Root() change: ProfileChange, @Ctx() context: Context): Promise<ClientProfile | null> {
    return loadProfile(context, change.toId);
  }

  @FieldResolver(() => [ActionResult], { description: 'What became of the actions on leaving.' })
  leaveResults(@Root() change: ProfileChange): ActionResult[] {
    return resultsOf(change.leaving);
  }

  @FieldResolver(() => [ActionResult], { description: 'What became of the actions on entering.' })
  enterResults(@Root() change: ProfileChange): ActionResult[] {
    return resultsOf(change.entering);
  }

  @Authorized('teams:event')
  @Mutation(() => ProfileChange, {
    nullable: true,
    description:
      'A Teams meeting of somebody begins or has ended. Null where nothing changes: a known event, an unknown name.',
  })
  async teamsMeetingEvent(
    @Arg('userPrincipalName', { description: 'Whose.' }) userPrincipalName: string,
    @Arg('inMeeting', () => Boolean, { description: 'Whether it has begun.' }) inMeeting: boolean,
    @Arg('eventId', { description: 'Names this notification: the same one counts once.' }) eventId: string,
    @Ctx() context: Context,
  ): Promise<ProfileChange | null> {
    const key = await context.services.activation.teamsMeeting(userPrincipalName, inMeeting, eventId);
    context.loaders.clear();
    return key === null ? null : ((await changesByIds(context.db, [key])).get(key) ?? null);
  }

  @Authorized('profile:read')
  @Subscription(() => ProfileChange, {
    subscribe: ({ args, context }) => subscribe(context as Context, (args as { userId?: string | null }).userId),
    description: 'Changes of profiles as they happen, dropped ones too: of one person, or of all that the viewer sees.',
  })
  profileChanged(
    @Root() change: ProfileChange,
    @Arg('userId', () => ID, { nullable: true, description: 'Only of this person.' }) _userId: string | null,
  ): ProfileChange {
    return change;
  }
}

/** Permission is checked here: `@Authorized` of a subscription is only asked when the first event comes. */
async function* subscribe(context: Context, userId: string | null | undefined): AsyncGenerator<ProfileChange> {
  authorize(context.viewer, 'profile:read');
  const key = userId ? keyOf('User', userId) : null;
  if (userId && (key === null || !(await context.scope.seesUser(key)))) throw notFound('User', 'userId');
  yield* followChanges(context, key);
}

async function presenceOf({ db, loaders }: Context, userId: number): Promise<PresenceState> {
  const state = await loaders.load('user.presence', userId, (users) => presenceOfUsers(db, users));
  if (!state) throw notFound('User');
  return state;
}
