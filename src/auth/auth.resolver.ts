import { Arg, Authorized, Ctx, FieldResolver, Mutation, Query, Resolver } from 'type-graphql';
import { Realm } from '../../schema/client.enums';
import { Session, Viewer } from '../../schema/viewer';
import { becomeViewer, type Context } from '../context';
import { AppError } from '../errors';
import { loadNode } from '../nodes';
import { sessionCookie } from './credentials';
import { Public } from './public';
import { realmOf, targetOf } from './sign-in.service';
import type { ClientViewer, StaffViewer } from './viewer';

@Resolver()
export class AuthResolver {
  @Public()
  @Query(() => Viewer, { nullable: true, description: 'Who is signed in; null for nobody.' })
  viewer(@Ctx() context: Context): Promise<object | null> {
    return viewerObject(context);
  }

  @Public()
  @Mutation(() => Session, {
    description: 'Opens a session. With the header `X-Session: cookie` the token comes as a cookie.',
  })
  async signIn(
    @Arg('realm', () => Realm, { defaultValue: Realm.CLIENT, description: 'Which accounts.' }) realm: Realm,
    @Arg('username', { description: 'Its name, whatever the case.' }) username: string,
    @Arg('password', { description: 'Its password.' }) password: string,
    @Ctx() context: Context,
  ): Promise<Session> {
    const { services, address } = context;
    const { token, expiresAt } = await services.signIn.signIn(realm, username, password, address);
    const viewer = await services.authenticator.viewer(token);
    if (!viewer) throw new AppError('UNAUTHENTICATED', 'The account is gone.');
    becomeViewer(context, viewer);
    if (!context.wantsCookie) return { token, expiresAt };
    context.setCookie(sessionCookie(token, services.signIn.sessionSeconds));
    return { token: '', expiresAt };
  }

  @Authorized('viewer:any')
  @Mutation(() => Boolean, { description: 'Ends the session; false where an API key was sent: there is none to end.' })
  async signOut(@Ctx() context: Context): Promise<boolean> {
    const ended = await context.services.signIn.signOut(context.viewer as ClientViewer | StaffViewer);
    context.setCookie(sessionCookie('', 0));
    return ended;
  }

  @Authorized('viewer:any')
  @Mutation(() => Boolean, { description: "Changes the viewer's own password and ends its other sessions." })
  async changeMyPassword(
    @Arg('oldPassword', { description: 'The present one.' }) oldPassword: string,
    @Arg('newPassword', { description: 'The new one.' }) newPassword: string,
    @Ctx() { viewer, services, address }: Context,
  ): Promise<boolean> {
    await services.signIn.changePassword(viewer as ClientViewer | StaffViewer, address, oldPassword, newPassword);
    return true;
  }
}

@Resolver(() => Session)
export class SessionResolver {
  @FieldResolver(() => Viewer, { description: 'Who signed in.' })
  async viewer(@Ctx() context: Context): Promise<object> {
    const object = await viewerObject(context);
    if (!object) throw new AppError('UNAUTHENTICATED', 'The account is gone.');
    return object;
  }
}

async function viewerObject(context: Context): Promise<object | null> {
  const { viewer } = context;
  return viewer.kind === 'nobody' ? null : loadNode(context, targetOf(realmOf(viewer), viewer.id));
}
