import { Arg, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { ClientProfile } from '../../schema/client-profile';
import { ClientProfileInput } from '../../schema/client-profile.input';
import { Endpoint } from '../../schema/endpoint';
import { Group } from '../../schema/group';
import { ProfileAction } from '../../schema/profile-action';
import { ProfileTrigger } from '../../schema/profile-trigger';
import type { ActionChain } from '../../schema/profile.enums';
import { Role } from '../../schema/role';
import { User } from '../../schema/user';
import { Workplace } from '../../schema/workplace';
import type { Context } from '../context';
import { notFound } from '../errors';
import { visibleGroup } from '../groups/group.nodes';
import { globalId } from '../ids';
import { loadEndpoint } from '../users/endpoint.nodes';
import { loadUser } from '../users/user.nodes';
import { actionsOfProfiles, listProfiles, offeredToUsers, triggersOfProfiles } from './client-profile.reads';
import { creationLimits, requireDeletable, seenProfile, updateLimits } from './profile.access';
import { loadProfile, loadWorkplace } from './profile.nodes';
import { rolesOfProfiles } from './role.reads';

/** Of whoever is linked to nobody: offered is what everybody is offered. */
const NO_USER = 0;

@Resolver(() => ClientProfile)
export class ClientProfileResolver {
  @Authorized('profile:read')
  @Query(() => [ClientProfile], {
    description: 'Client profiles: all for administrators; for a client those meant for its user. System ones first.',
  })
  async clientProfiles(@Ctx() { db, viewer, loaders }: Context): Promise<ClientProfile[]> {
    if (viewer.isAdmin) return listProfiles(db);
    const user = viewer.userId ?? NO_USER;
    return (await loaders.load('user.offeredProfiles', user, (users) => offeredToUsers(db, users))) ?? [];
  }

  @FieldResolver(() => User, { nullable: true, description: 'Of a personal profile.' })
  owner(@Root() profile: ClientProfile, @Ctx() context: Context): Promise<User | null> {
    return loadUser(context, profile.ownerId);
  }

  @FieldResolver(() => [Role], { description: 'The roles it is for; none of a personal profile.' })
  async roles(@Root() profile: ClientProfile, @Ctx() { loaders, db }: Context): Promise<Role[]> {
    return (await loaders.load('profile.roles', profile.id, (profiles) => rolesOfProfiles(db, profiles))) ?? [];
  }

  @FieldResolver(() => [ProfileTrigger], { description: 'What activates or leaves it by itself.' })
  async triggers(@Root() profile: ClientProfile, @Ctx() { loaders, db }: Context): Promise<ProfileTrigger[]> {
    return (await loaders.load('profile.triggers', profile.id, (profiles) => triggersOfProfiles(db, profiles))) ?? [];
  }

  @FieldResolver(() => [ProfileAction], { description: 'Run from top to bottom on entering it.' })
  onEnter(@Root() profile: ClientProfile, @Ctx() context: Context): Promise<ProfileAction[]> {
    return chainOf(context, profile, 'ENTER');
  }

  @FieldResolver(() => [ProfileAction], { description: 'Run from top to bottom on leaving it.' })
  onLeave(@Root() profile: ClientProfile, @Ctx() context: Context): Promise<ProfileAction[]> {
    return chainOf(context, profile, 'LEAVE');
  }

  @FieldResolver(() => Boolean, { description: 'False for the system profiles.' })
  deletable(@Root() profile: ClientProfile): boolean {
    return profile.assignment !== 'SYSTEM';
  }

  @Authorized('profile:write')
  @Mutation(() => ClientProfile, {
    description: 'Adds a profile: for the users of roles by administrators, personal ones also by their users.',
  })
  async createClientProfile(
    @Arg('input', { description: 'The profile.' }) input: ClientProfileInput,
    @Ctx() context: Context,
  ): Promise<ClientProfile> {
    const limits = await creationLimits(context, input);
    return reload(context, await context.services.clientProfiles.create(input, limits));
  }

  @Authorized('profile:write')
  @Mutation(() => ClientProfile, { description: 'Replaces a profile as a whole; its triggers get new ids.' })
  async updateClientProfile(
    @Arg('id', () => ID, { description: 'The profile.' }) id: string,
    @Arg('input', { description: 'What it is from now on.' }) input: ClientProfileInput,
    @Ctx() context: Context,
  ): Promise<ClientProfile> {
    const profile = await seenProfile(context, 'id', id);
    const limits = await updateLimits(context, profile);
    return reload(context, await context.services.clientProfiles.update(profile.id, input, limits));
  }

  @Authorized('profile:write')
  @Mutation(() => ID, {
    description: 'Deletes a profile. Who is in it leaves it, and returns to the previous one, else to Available.',
  })
  async deleteClientProfile(
    @Arg('id', () => ID, { description: 'The profile.' }) id: string,
    @Ctx() context: Context,
  ): Promise<string> {
    const profile = await seenProfile(context, 'id', id);
    requireDeletable(context, profile);
    return globalId('ClientProfile', await context.services.clientProfiles.remove(profile.id));
  }
}

async function chainOf({ loaders, db }: Context, profile: ClientProfile, chain: ActionChain): Promise<ProfileAction[]> {
  const load = (profiles: readonly number[]) => actionsOfProfiles(db, profiles);
  const actions = (await loaders.load('profile.actions', profile.id, load)) ?? [];
  return actions.filter((action) => action.chain === chain);
}

async function reload(context: Context, key: number): Promise<ClientProfile> {
  context.loaders.clear();
  const profile = await loadProfile(context, key);
  if (!profile) throw notFound('Client profile');
  return profile;
}

@Resolver(() => ProfileAction)
export class ProfileActionResolver {
  @FieldResolver(() => Endpoint, {
    nullable: true,
    description: 'CHANGE_FOLLOW_ME, SET_GSM_MODE: one telephone; null: all, or one that is gone or not for the viewer.',
  })
  async endpoint(@Root() action: ProfileAction, @Ctx() context: Context): Promise<Endpoint | null> {
    const { scope, viewer } = context;
    const endpoint = await loadEndpoint(context, action.endpointId);
    if (!endpoint || scope.all || endpoint.userId === viewer.userId) return endpoint;
    // A personal profile switches its owner's telephones only, and whoever sees the profile sees the owner.
    const profile = await loadProfile(context, action.profileId);
    return profile?.ownerId === endpoint.userId ? endpoint : null;
  }

  @FieldResolver(() => Group, { nullable: true, description: 'TEAM_…: the team; null where it is gone or not seen.' })
  team(@Root() action: ProfileAction, @Ctx() context: Context): Promise<Group | null> {
    return visibleGroup(context, action.teamId);
  }

  @FieldResolver(() => Workplace, {
    nullable: true,
    description: 'SET_WORKPLACE: the workplace; null where it is gone.',
  })
  workplace(@Root() action: ProfileAction, @Ctx() context: Context): Promise<Workplace | null> {
    return loadWorkplace(context, action.workplaceId);
  }
}
