import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import { AssignmentKind } from '../../schema/client.enums';
import { Client, GroupAssignment, GroupAssignmentConnection } from '../../schema/client';
import { AssignGroupsInput } from '../../schema/client.input';
import type { Page } from '../../schema/connection';
import { PageArgs } from '../../schema/connection.input';
import { Group } from '../../schema/group';
import { User, UserConnection } from '../../schema/user';
import type { Context } from '../context';
import { notFound } from '../errors';
import { loadGroup } from '../groups/group.nodes';
import { globalId } from '../ids';
import { emptyPage } from '../paging';
import { assignmentsByIds, assignmentsOfClients, assignmentsOfGroups, panesOfClients } from './assignment.reads';
import { loadClient } from './client.nodes';

@Resolver(() => GroupAssignment)
export class AssignmentResolver {
  @FieldResolver(() => Client, { description: 'The client.' })
  async client(@Root() row: GroupAssignment, @Ctx() context: Context): Promise<Client> {
    return required(await loadClient(context, row.clientId));
  }

  @FieldResolver(() => Group, { description: 'The group.' })
  async group(@Root() row: GroupAssignment, @Ctx() context: Context): Promise<Group> {
    return required(await loadGroup(context, row.groupId));
  }

  @Authorized('client:write')
  @Mutation(() => [GroupAssignment], { description: 'Attaches each client to each group. An owner stays an owner.' })
  async assignGroups(
    @Arg('input', { description: 'Which.' }) input: AssignGroupsInput,
    @Ctx() { services, loaders, db }: Context,
  ): Promise<GroupAssignment[]> {
    const ids = await services.assignments.assign(input);
    loaders.clear();
    const rows = await assignmentsByIds(db, ids);
    return ids.map((id) => required(rows.get(id) ?? null));
  }

  @Authorized('client:write')
  @Mutation(() => [ID], { description: 'Ends the assignments of that kind between the clients and the groups.' })
  async unassignGroups(
    @Arg('input', { description: 'Which.' }) input: AssignGroupsInput,
    @Ctx() { services }: Context,
  ): Promise<string[]> {
    return (await services.assignments.unassign(input)).map((id) => globalId('GroupAssignment', id));
  }
}

/** Groups of a client, and whom it sees. */
@Resolver(() => Client)
export class ClientGroupsResolver {
  @FieldResolver(() => GroupAssignmentConnection, { description: 'The groups it owns or is assigned to, by name.' })
  async assignments(
    @Root() client: Client,
    @Args() page: PageArgs,
    @Arg('kind', () => AssignmentKind, { nullable: true, description: 'Only as owner, or only as assignee.' })
    kind: AssignmentKind | null,
    @Ctx() { db, loaders }: Context,
  ): Promise<Page<GroupAssignment>> {
    const query = { kind: kind ?? null, page };
    const name = `client.assignments:${JSON.stringify(query)}`;
    return required(await loaders.load(name, client.id, (clients) => assignmentsOfClients(db, clients, query)));
  }

  @FieldResolver(() => UserConnection, { description: 'Its panes: the people of all its groups, by name.' })
  async visibleUsers(
    @Root() client: Client,
    @Args() page: PageArgs,
    @Arg('search', () => String, { nullable: true, description: 'Prefix of user id, names, e-mail or number.' })
    search: string | null,
    @Ctx() { db, loaders }: Context,
  ): Promise<Page<User>> {
    const query = { search: search ?? null, page };
    const name = `client.visibleUsers:${JSON.stringify(query)}`;
    return required(await loaders.load(name, client.id, (clients) => panesOfClients(db, clients, query)));
  }
}

/** The clients of a group: all for administrators, a client's own, none for others (V4). */
@Resolver(() => Group)
export class GroupClientsResolver {
  @FieldResolver(() => GroupAssignmentConnection, { description: 'Its owners and assignees, by username.' })
  async assignments(
    @Root() group: Group,
    @Args() page: PageArgs,
    @Arg('kind', () => AssignmentKind, { nullable: true, description: 'Only owners, or only assignees.' })
    kind: AssignmentKind | null,
    @Ctx() { db, loaders, viewer }: Context,
  ): Promise<Page<GroupAssignment>> {
    if (!viewer.isAdmin && viewer.kind !== 'client') return emptyPage(page);
    const query = { kind: kind ?? null, page, only: viewer.isAdmin ? null : viewer.id };
    const name = `group.assignments:${JSON.stringify(query)}`;
    return required(await loaders.load(name, group.id, (groups) => assignmentsOfGroups(db, groups, query)));
  }
}

function required<T>(value: T | null): T {
  if (value === null) throw notFound('The object');
  return value;
}
