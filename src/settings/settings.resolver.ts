import { Arg, Authorized, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Authorization } from '../../schema/authorization';
import { CallGroupMode, Service } from '../../schema/group.enums';
import { CALL_GROUP_MODES, fromMask } from '../../schema/masks';
import { Settings } from '../../schema/settings';
import { SettingsInput } from '../../schema/settings.input';
import { authorizationOf } from '../authorizations/authorization-input';
import type { Context } from '../context';
import { maskToServices } from '../groups/services';
import { readSettings } from './settings.reads';

@Resolver(() => Settings)
export class SettingsResolver {
  @Authorized('settings:read')
  @Query(() => Settings, { description: 'Settings of the installation.' })
  settings(@Ctx() { db }: Context): Promise<Settings> {
    return readSettings(db);
  }

  @FieldResolver(() => [Service], { description: 'Services allowed for everybody.' })
  globalServices(@Root() settings: Settings): Service[] {
    return maskToServices(settings.globalServicesMask).map((name) => Service[name]);
  }

  @FieldResolver(() => Authorization, { description: 'Rights of everybody towards everybody.' })
  globalAuthorization(@Root() settings: Settings): Authorization {
    return authorizationOf(settings.globalRights);
  }

  @FieldResolver(() => [CallGroupMode], { description: 'Modes of call groups that are licensed.' })
  callGroupLicences(@Root() settings: Settings): CallGroupMode[] {
    return fromMask(settings.callGroupLicencesMask, CALL_GROUP_MODES);
  }

  @Authorized('settings:write')
  @Mutation(() => Settings, { description: 'Changes settings.' })
  async updateSettings(
    @Arg('input', { description: 'The changes.' }) input: SettingsInput,
    @Ctx() { services, db, loaders }: Context,
  ): Promise<Settings> {
    await services.settings.update(input);
    loaders.clear();
    return readSettings(db);
  }
}
