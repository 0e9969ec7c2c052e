import { Arg, Authorized, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import { Group } from '../../schema/group';
import { GrantedBy, Service } from '../../schema/group.enums';
import type { Settings } from '../../schema/settings';
import { User } from '../../schema/user';
import { EffectiveService, UserService, UserServiceInput } from '../../schema/user-service';
import type { Context } from '../context';
import { notFound } from '../errors';
import { activeGroupsOfUsers } from '../groups/group-contents.reads';
import { visibleGroup } from '../groups/group.nodes';
import { effectiveServices, maskToServices } from '../groups/services';
import { loadUser } from './user.nodes';

@Resolver(() => User)
export class UserServicesResolver {
  @FieldResolver(() => [UserService], { description: 'Services set for this person alone. Private to it.' })
  services(@Root() user: User, @Ctx() { scope }: Context): UserService[] {
    if (!scope.seesPrivate(user.id)) return [];
    const allowed = new Set(maskToServices(user.servicesAllowed));
    return maskToServices(user.servicesSet).map((name) => ({ service: Service[name], allowed: allowed.has(name) }));
  }

  @FieldResolver(() => [EffectiveService], {
    description: 'All services: whether this person may use them, and why. Private to it.',
  })
  async effectiveServices(@Root() user: User, @Ctx() { scope, loaders, db }: Context): Promise<EffectiveService[]> {
    if (!scope.seesPrivate(user.id)) return [];
    const groups = (await loaders.load('user.activeGroups', user.id, (users) => activeGroupsOfUsers(db, users))) ?? [];
    const settings = await loaders.load('settings', 1, async () => {
      const row = await db.first<Settings>('SELECT * FROM settings WHERE id = 1');
      return new Map(row ? [[1, row]] : []);
    });
    const decisions = effectiveServices({
      global: settings?.globalServicesMask ?? 0,
      groups: groups.map((group) => ({ id: group.id, mask: group.servicesMask })),
      individual: user.servicesAllowed,
      smsConfigured: Boolean(settings?.smsConfigured),
      recordingConfigured: Boolean(settings?.recordingConfigured),
    });
    return decisions.map(({ service, allowed, grantedBy, viaGroups, blockedReason }) => ({
      service: Service[service],
      allowed,
      grantedBy: grantedBy.map((source) => GrantedBy[source]),
      groupIds: viaGroups,
      blockedReason,
    }));
  }

  @Authorized('user:write')
  @Mutation(() => User, { description: 'Sets the services of a person; replaces those set before.' })
  async setUserServices(
    @Arg('userId', () => ID, { description: 'The person.' }) userId: string,
    @Arg('services', () => [UserServiceInput], { description: 'What is set; the rest is not set.' })
    services: UserServiceInput[],
    @Ctx() context: Context,
  ): Promise<User> {
    const key = await context.services.userServices.set(userId, services);
    context.loaders.clear();
    const user = await loadUser(context, key);
    if (!user) throw notFound('User');
    return user;
  }
}

@Resolver(() => EffectiveService)
export class EffectiveServiceResolver {
  @FieldResolver(() => [Group], { description: 'The groups that allow it, as far as the viewer sees them.' })
  async viaGroups(@Root() service: EffectiveService, @Ctx() context: Context): Promise<Group[]> {
    const groups = await Promise.all(service.groupIds.map((id) => visibleGroup(context, id)));
    return groups.filter((group) => group !== null);
  }
}
