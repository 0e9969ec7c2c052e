import { Arg, Authorized, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Authorization } from '../../schema/authorization';
import { DirectorySource } from '../../schema/directory-source';
import { Group } from '../../schema/group';
import { GroupFlag, Service } from '../../schema/group.enums';
import { CallGroup, GroupLine, UpdateGroupInput } from '../../schema/group-settings';
import { fromMask, GROUP_FLAGS } from '../../schema/masks';
import { User } from '../../schema/user';
import { authorizationOf } from '../authorizations/authorization-input';
import type { Context } from '../context';
import { forbidden } from '../errors';
import { sourcesByIds } from '../sources/source.reads';
import { loadUser } from '../users/user.nodes';
import { leaderAuthorizationOf } from './group-changes';
import { manageable, reload } from './group.resolver';
import { maskToServices } from './services';

/** What an owner of a group made by hand may change of it (V6). */
const OWNERS_FIELDS = new Set(['id', 'version', 'name', 'description']);

@Resolver(() => Group)
export class GroupSettingsResolver {
  @FieldResolver(() => DirectorySource, {
    nullable: true,
    description: 'The directory that owns it. For administrators.',
  })
  source(@Root() group: Group, @Ctx() { viewer, loaders, db }: Context): Promise<DirectorySource | null> {
    if (!viewer.isAdmin || group.sourceId === null) return Promise.resolve(null);
    return loaders.load('source', group.sourceId, (ids) => sourcesByIds(db, ids));
  }

  @FieldResolver(() => User, { nullable: true, description: 'Leader; need not be a member.' })
  leader(@Root() group: Group, @Ctx() context: Context): Promise<User | null> {
    return loadUser(context, group.leaderId);
  }

  @FieldResolver(() => User, { nullable: true, description: 'Deputy of the leader; need not be a member.' })
  deputy(@Root() group: Group, @Ctx() context: Context): Promise<User | null> {
    return loadUser(context, group.deputyId);
  }

  @FieldResolver(() => Authorization, { description: 'Rights of the members towards each other.' })
  memberAuthorization(@Root() group: Group): Authorization {
    return authorizationOf(group.memberRights);
  }

  @FieldResolver(() => Authorization, {
    nullable: true,
    description: 'Rights of leader and deputy towards the members; null without a leader.',
  })
  leaderAuthorization(@Root() group: Group): Authorization | null {
    return leaderAuthorizationOf(group);
  }

  @FieldResolver(() => GroupLine, { nullable: true, description: "The group's own line." })
  line(@Root() group: Group): GroupLine | null {
    if (group.lineNumber === null) return null;
    return { number: group.lineNumber, authorization: authorizationOf(group.lineRights) };
  }

  @FieldResolver(() => [Service], { description: 'Services allowed for all members.' })
  services(@Root() group: Group): Service[] {
    return maskToServices(group.servicesMask).map((name) => Service[name]);
  }

  @FieldResolver(() => [GroupFlag], { description: 'Switches that are on.' })
  flags(@Root() group: Group): GroupFlag[] {
    return fromMask(group.flagsMask, GROUP_FLAGS);
  }

  @FieldResolver(() => CallGroup, { description: 'Whether and how it takes calls.' })
  callGroup(@Root() group: Group): CallGroup {
    return {
      mode: group.callMode,
      number: group.callNumber,
      strategy: group.callStrategy,
      stepSeconds: group.callStepSeconds,
    };
  }

  @Authorized('group:manage')
  @Mutation(() => Group, {
    description: 'Changes a group. Its owners may, name and description only, if it was made by hand.',
  })
  async updateGroup(
    @Arg('input', { description: 'The changes.' }) input: UpdateGroupInput,
    @Ctx() context: Context,
  ): Promise<Group> {
    const key = await manageable(context, input.id);
    const given = Object.entries(input).filter(([, value]) => value !== undefined);
    if (!context.viewer.isAdmin && given.some(([field]) => !OWNERS_FIELDS.has(field))) {
      throw forbidden('Owners of a group change its name and description only.');
    }
    return reload(context, await context.services.groupSettings.update(key, input));
  }
}
