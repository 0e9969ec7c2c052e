import { Arg, Authorized, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import { GeneratedApiKey } from '../../schema/api-key';
import { StaffUser } from '../../schema/staff-user';
import { User } from '../../schema/user';
import { Public } from '../auth/public';
import type { Context } from '../context';
import { badInput, forbidden } from '../errors';
import { keyOf } from '../ids';
import { isSelf, seesStaff } from './staff.nodes';
import { staffOfUsers } from './staff.reads';
import { reloadStaff } from './staff.resolver';

/** Passwords and keys of staff users. */
@Resolver(() => User)
export class StaffAccessResolver {
  @FieldResolver(() => StaffUser, {
    nullable: true,
    description: "The person's account of call-centre staff, for whoever may see it.",
  })
  async staffUser(@Root() user: User, @Ctx() { viewer, loaders, db }: Context): Promise<StaffUser | null> {
    if (viewer.kind === 'client' && !viewer.isAdmin) return null;
    const staff = await loaders.load('user.staffUser', user.id, (ids) => staffOfUsers(db, ids));
    return staff && seesStaff(viewer, staff.id) ? staff : null;
  }

  @Authorized('staff:password')
  @Mutation(() => StaffUser, {
    description:
      "Sets a password: of others by administrators, one's own with the old one. It ends the account's other sessions.",
  })
  async setStaffPassword(
    @Arg('id', () => ID, { description: 'The staff user.' }) id: string,
    @Arg('newPassword', { description: 'While the Security Suite is on it must meet its rules.' }) newPassword: string,
    @Arg('oldPassword', () => String, { nullable: true, description: "Needed for one's own." })
    oldPassword: string | null,
    @Ctx() context: Context,
  ): Promise<StaffUser> {
    const { viewer, services, address } = context;
    const key = keyOf('StaffUser', id);
    if (key !== null && isSelf(viewer, key)) {
      if (typeof oldPassword !== 'string')
        throw badInput('oldPassword', 'Your own password is changed with the old one.');
      await services.signIn.changePassword(viewer, address, oldPassword, newPassword);
      return reloadStaff(context, key);
    }
    if (!viewer.isAdmin) throw forbidden();
    return reloadStaff(context, await services.staffPasswords.set(id, newPassword));
  }

  @Public()
  @Mutation(() => Boolean, {
    description: 'Mails a link to choose a new password. An unknown address gets the same answer.',
  })
  async requestPasswordReset(
    @Arg('email', { description: "The account's e-mail address." }) email: string,
    @Ctx() { services, address }: Context,
  ): Promise<boolean> {
    await services.passwordResets.request(email, address);
    return true;
  }

  @Public()
  @Mutation(() => Boolean, {
    description: 'Chooses a new password by the token of a mailed link: once, within one hour.',
  })
  async resetPassword(
    @Arg('token', { description: "The link's token." }) token: string,
    @Arg('newPassword', { description: 'While the Security Suite is on it must meet its rules.' }) newPassword: string,
    @Ctx() { services }: Context,
  ): Promise<boolean> {
    await services.passwordResets.reset(token, newPassword);
    return true;
  }

  @Authorized('staff:write')
  @Mutation(() => GeneratedApiKey, {
    description: "Makes an administrator's API key, in place of an earlier one. It is shown once.",
  })
  generateApiKey(
    @Arg('staffUserId', () => ID, { description: 'The administrator.' }) staffUserId: string,
    @Ctx() { services }: Context,
  ): Promise<GeneratedApiKey> {
    return services.apiKeys.generate(staffUserId);
  }

  @Authorized('staff:write')
  @Mutation(() => StaffUser, { description: "Removes an administrator's API key." })
  async removeApiKey(
    @Arg('staffUserId', () => ID, { description: 'The administrator.' }) staffUserId: string,
    @Ctx() context: Context,
  ): Promise<StaffUser> {
    return reloadStaff(context, await context.services.apiKeys.remove(staffUserId));
  }
}
