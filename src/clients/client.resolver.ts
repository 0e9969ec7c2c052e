import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { AuthType, ClientPermission, ClientRole } from '../../schema/client.enums';
import { Client, Fallback, MaskedDigits } from '../../schema/client';
import { CLIENT_PERMISSIONS, CLIENT_ROLES, fromMask } from '../../schema/masks';
import { PresentedCaller } from '../../schema/presented-caller';
import { User } from '../../schema/user';
import type { Context } from '../context';
import { loadUser } from '../users/user.nodes';
import { maskOf } from './client.presentation';
import { presentCaller } from './masking';

/** Fields of a client. */
@Resolver(() => Client)
export class ClientFieldsResolver {
  @FieldResolver(() => [ClientRole], { description: 'What it signs in to.' })
  roles(@Root() client: Client): ClientRole[] {
    return fromMask(client.rolesMask, CLIENT_ROLES);
  }

  @FieldResolver(() => [ClientPermission], { description: 'What it may do in the console.' })
  permissions(@Root() client: Client): ClientPermission[] {
    return fromMask(client.permissionsMask, CLIENT_PERMISSIONS);
  }

  @FieldResolver(() => MaskedDigits, { description: 'Digits hidden from it.' })
  maskedDigits(@Root() client: Client): MaskedDigits {
    return maskOf(client);
  }

  @FieldResolver(() => Fallback, { description: 'What happens to a call it transferred and that nobody answers.' })
  fallback(@Root() client: Client): Fallback {
    return {
      kind: client.fallbackKind,
      timeoutSeconds: client.fallbackTimeoutSeconds,
      number: client.fallbackNumber,
    };
  }

  @FieldResolver(() => Boolean, { description: 'Its password is held here, so it can change it.' })
  canChangePassword(@Root() client: Client): boolean {
    return client.authType === AuthType.PROXY;
  }

  @FieldResolver(() => User, { nullable: true, description: 'The person behind it.' })
  user(@Root() client: Client, @Ctx() context: Context): Promise<User | null> {
    return loadUser(context, client.userId);
  }

  @FieldResolver(() => PresentedCaller, { description: 'What the console may display of a caller.' })
  presentCaller(
    @Root() client: Client,
    @Arg('number', { description: "The caller's number." }) number: string,
    @Arg('name', () => String, { nullable: true, description: "The caller's name." }) name: string | null,
  ): PresentedCaller {
    return presentCaller(number, name, maskOf(client));
  }
}
