import { Arg, Authorized, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import { ContentGroup, Key, KeyInput, MonitorGroupInput, MonitorGroupLink } from '../../schema/group-contents';
import { Group } from '../../schema/group';
import { Placement } from '../../schema/group.enums';
import { User } from '../../schema/user';
import type { Context } from '../context';
import { notFound } from '../errors';
import { contentGroups } from './content-groups';
import { activeGroupsOfUsers, keysOfGroups, linksOfGroups, peopleOfGroups } from './group-contents.reads';
import { loadGroup, visibleGroup } from './group.nodes';
import { reload } from './group.resolver';

/** What groups put into the monitor and the favorites of their members. */
@Resolver(() => Group)
export class GroupContentsResolver {
  @FieldResolver(() => [MonitorGroupLink], {
    description: 'Groups whose members are shown to the members of this one.',
  })
  async monitorGroups(@Root() group: Group, @Ctx() context: Context): Promise<MonitorGroupLink[]> {
    const links = await loadLinks(context, group.id);
    const seen = await Promise.all(links.map((link) => context.scope.seesGroup(link.registeredGroupId)));
    return links.filter((_, index) => seen[index]);
  }

  @FieldResolver(() => [Key], { description: 'Numbers and speed dials for the members.' })
  keys(@Root() group: Group, @Ctx() context: Context): Promise<Key[]> {
    return loadKeys(context, group.id);
  }

  @Authorized('group:configure')
  @Mutation(() => Group, { description: "Registers a group in the members' monitor or favorites; again: moves it." })
  async addMonitorGroup(
    @Arg('input', { description: 'Which, and where.' }) input: MonitorGroupInput,
    @Ctx() context: Context,
  ): Promise<Group> {
    return reload(context, await context.services.groupContents.addMonitorGroup(input));
  }

  @Authorized('group:configure')
  @Mutation(() => Group, { description: "Takes a registered group out of the members' monitor and favorites." })
  async removeMonitorGroup(
    @Arg('id', () => ID, { description: 'The registration.' }) id: string,
    @Ctx() context: Context,
  ): Promise<Group> {
    return reload(context, await context.services.groupContents.removeMonitorGroup(id));
  }

  @Authorized('group:configure')
  @Mutation(() => Group, { description: 'Gives the members a number or speed dial.' })
  async addKey(@Arg('input', { description: 'The key.' }) input: KeyInput, @Ctx() context: Context): Promise<Group> {
    return reload(context, await context.services.groupContents.addKey(input));
  }

  @Authorized('group:configure')
  @Mutation(() => Group, { description: 'Takes a key from the members.' })
  async removeKey(
    @Arg('id', () => ID, { description: 'The key.' }) id: string,
    @Ctx() context: Context,
  ): Promise<Group> {
    return reload(context, await context.services.groupContents.removeKey(id));
  }
}

@Resolver(() => MonitorGroupLink)
export class MonitorGroupLinkResolver {
  @FieldResolver(() => Group, { description: 'The group whose members are shown.' })
  async registeredGroup(@Root() link: MonitorGroupLink, @Ctx() context: Context): Promise<Group> {
    const group = await loadGroup(context, link.registeredGroupId);
    if (!group) throw notFound('Group');
    return group;
  }
}

@Resolver(() => ContentGroup)
export class ContentGroupResolver {
  @FieldResolver(() => [User], { description: 'The people in it, by name.' })
  async users(@Root() content: ContentGroup, @Ctx() context: Context): Promise<User[]> {
    const lists = await Promise.all(content.memberGroupIds.map((id) => loadPeople(context, id)));
    if (lists.length === 1) return lists[0] ?? [];
    const people = new Map(lists.flat().map((user) => [user.id, user]));
    return [...people.values()].sort((left, right) =>
      left.displayNameKey === right.displayNameKey
        ? left.id - right.id
        : left.displayNameKey < right.displayNameKey
          ? -1
          : 1,
    );
  }

  @FieldResolver(() => Group, { nullable: true, description: 'The group it comes from, as far as the viewer sees it.' })
  source(@Root() content: ContentGroup, @Ctx() context: Context): Promise<Group | null> {
    return visibleGroup(context, content.sourceId);
  }
}

@Resolver(() => User)
export class UserContentsResolver {
  @FieldResolver(() => [ContentGroup], {
    description: 'Groups that administrators put into the monitor. Private to the person.',
  })
  monitor(@Root() user: User, @Ctx() context: Context): Promise<ContentGroup[]> {
    return contentsOf(context, user, Placement.MONITOR);
  }

  @FieldResolver(() => [ContentGroup], {
    description: 'Groups that administrators put among the favorites. Private to the person.',
  })
  favorites(@Root() user: User, @Ctx() context: Context): Promise<ContentGroup[]> {
    return contentsOf(context, user, Placement.FAVORITES);
  }
}

async function contentsOf(
  context: Context,
  user: User,
  place: Placement.MONITOR | Placement.FAVORITES,
): Promise<ContentGroup[]> {
  if (!context.scope.seesPrivate(user.id)) return [];
  const { db, loaders } = context;
  const groups = (await loaders.load('user.activeGroups', user.id, (users) => activeGroupsOfUsers(db, users))) ?? [];
  const links = (await Promise.all(groups.map((group) => loadLinks(context, group.id)))).flat();
  const registered = await Promise.all(links.map((link) => loadGroup(context, link.registeredGroupId)));
  const keys = (await Promise.all(groups.map((group) => loadKeys(context, group.id)))).flat();
  return contentGroups(place, {
    groups,
    links: links.map((link, index) => ({ ...link, name: registered[index]?.name ?? '' })),
    keys,
  });
}

async function loadLinks({ loaders, db }: Context, groupId: number): Promise<MonitorGroupLink[]> {
  return (await loaders.load('group.links', groupId, (groups) => linksOfGroups(db, groups))) ?? [];
}

async function loadKeys({ loaders, db }: Context, groupId: number): Promise<Key[]> {
  return (await loaders.load('group.keys', groupId, (groups) => keysOfGroups(db, groups))) ?? [];
}

async function loadPeople({ loaders, db }: Context, groupId: number): Promise<User[]> {
  return (await loaders.load('group.people', groupId, (groups) => peopleOfGroups(db, groups))) ?? [];
}
