import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Role } from '../../schema/role';
import { User } from '../../schema/user';
import { Workplace } from '../../schema/workplace';
import type { Context } from '../context';
import { notFound } from '../errors';
import { globalId } from '../ids';
import { loadUser } from '../users/user.nodes';
import { listWorkplaces } from './client-profile.reads';
import { loadWorkplace } from './profile.nodes';
import { listRoles, rolesByIds, userCounts } from './role.reads';

@Resolver(() => Role)
export class RoleResolver {
  @Authorized('profile:read')
  @Query(() => [Role], { description: 'All roles: All, then by name.' })
  roles(@Ctx() { db }: Context): Promise<Role[]> {
    return listRoles(db);
  }

  @FieldResolver(() => [String], { description: 'What its users may do: `profile.personal` to use client profiles.' })
  permissions(@Root() role: Role): string[] {
    return role.permissions;
  }

  @FieldResolver(() => Int, { description: 'How many users have it, as far as the viewer sees them.' })
  async userCount(@Root() role: Role, @Ctx() { db, loaders, scope }: Context): Promise<number> {
    const seen = await scope.usersSql('u');
    return (await loaders.load('role.userCount', role.id, (roles) => userCounts(db, roles, seen))) ?? 0;
  }

  @Authorized('profile:admin')
  @Mutation(() => Role, { description: 'Adds a role.' })
  async createRole(
    @Arg('name', { description: 'Its name.' }) name: string,
    @Arg('permissions', () => [String], { description: 'What its users may do.' }) permissions: string[],
    @Ctx() context: Context,
  ): Promise<Role> {
    return reload(context, await context.services.roles.create(name, permissions));
  }

  @Authorized('profile:admin')
  @Mutation(() => Role, { description: 'Changes a role.' })
  async updateRole(
    @Arg('id', () => ID, { description: 'The role.' }) id: string,
    @Arg('name', () => String, { nullable: true, description: 'Its new name.' }) name: string | null | undefined,
    @Arg('permissions', () => [String], { nullable: true, description: 'What its users may do from now on.' })
    permissions: string[] | null | undefined,
    @Ctx() context: Context,
  ): Promise<Role> {
    return reload(context, await context.services.roles.update(id, name, permissions));
  }

  @Authorized('profile:admin')
  @Mutation(() => ID, { description: 'Removes a role from its users and profiles, and itself.' })
  async deleteRole(
    @Arg('id', () => ID, { description: 'The role.' }) id: string,
    @Ctx() { services }: Context,
  ): Promise<string> {
    return globalId('Role', await services.roles.remove(id));
  }

  @Authorized('profile:admin')
  @Mutation(() => User, { description: 'Gives a person exactly these roles, and All, which everybody has.' })
  async setUserRoles(
    @Arg('userId', () => ID, { description: 'The person.' }) userId: string,
    @Arg('roleIds', () => [ID], { description: 'The roles.' }) roleIds: string[],
    @Ctx() context: Context,
  ): Promise<User> {
    const key = await context.services.roles.setUserRoles(userId, roleIds);
    context.loaders.clear();
    const user = await loadUser(context, key);
    if (!user) throw notFound('User', 'userId');
    return user;
  }
}

async function reload(context: Context, key: number): Promise<Role> {
  context.loaders.clear();
  const role = (await rolesByIds(context.db, [key])).get(key);
  if (!role) throw notFound('Role');
  return role;
}

@Resolver(() => Workplace)
export class WorkplaceResolver {
  @Authorized('profile:read')
  @Query(() => [Workplace], { description: 'All workplaces by name.' })
  workplaces(@Ctx() { db }: Context): Promise<Workplace[]> {
    return listWorkplaces(db);
  }

  @Authorized('profile:admin')
  @Mutation(() => Workplace, { description: 'Adds a workplace.' })
  async createWorkplace(
    @Arg('name', { description: 'Its name.' }) name: string,
    @Ctx() context: Context,
  ): Promise<Workplace> {
    const workplace = await loadWorkplace(context, await context.services.workplaces.create(name));
    if (!workplace) throw notFound('Workplace');
    return workplace;
  }

  @Authorized('profile:admin')
  @Mutation(() => ID, { description: 'Removes a workplace; who is at it is at none then.' })
  async deleteWorkplace(
    @Arg('id', () => ID, { description: 'The workplace.' }) id: string,
    @Ctx() { services }: Context,
  ): Promise<string> {
    return globalId('Workplace', await services.workplaces.remove(id));
  }
}
