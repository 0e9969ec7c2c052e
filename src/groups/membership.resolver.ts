import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { MembershipVia, Origin } from '../../schema/enums';
import { Group } from '../../schema/group';
import { Membership } from '../../schema/membership';
import { User } from '../../schema/user';
import type { Context } from '../context';
import { notFound } from '../errors';
import { loadUser } from '../users/user.nodes';
import { loadGroup } from './group.nodes';

@Resolver(() => Membership)
export class MembershipResolver {
  @FieldResolver(() => User, { description: 'Who is in the group.' })
  async user(@Root() membership: Membership, @Ctx() context: Context): Promise<User> {
    const user = await loadUser(context, membership.userId);
    if (!user) throw notFound('User');
    return user;
  }

  @FieldResolver(() => Group, { description: 'The group.' })
  async group(@Root() membership: Membership, @Ctx() context: Context): Promise<Group> {
    const group = await loadGroup(context, membership.groupId);
    if (!group) throw notFound('Group');
    return group;
  }

  @FieldResolver(() => [Group], { description: 'NESTED: the groups in between, outermost first.' })
  async path(@Root() membership: Membership, @Ctx() context: Context): Promise<Group[]> {
    if (!membership.pathIds) return [];
    const groups = await Promise.all(membership.pathIds.split(',').map((id) => loadGroup(context, Number(id))));
    const seen = await Promise.all(
      groups.map((group) => (group ? context.scope.seesGroup(group.id) : Promise.resolve(false))),
    );
    return groups.filter((group, index): group is Group => group !== null && seen[index] === true);
  }

  @FieldResolver(() => String, { nullable: true, description: "'P' for the primary group of Active Directory." })
  flag(@Root() membership: Membership): string | null {
    return membership.via === MembershipVia.PRIMARY ? 'P' : null;
  }

  @FieldResolver(() => Boolean, { description: 'Whether it can be removed here: only memberships made by hand.' })
  editable(@Root() membership: Membership): boolean {
    return membership.origin === Origin.MANUAL;
  }
}
