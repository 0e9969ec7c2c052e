import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { AuthType, ClientPermission, ClientRole } from '../../schema/client.enums';
import { Client, ClientConnection, Fallback, MaskedDigits } from '../../schema/client';
import { ClientFilter, ClientOrder, CreateClientInput, UpdateClientInput } from '../../schema/client.input';
import type { Page } from '../../schema/connection';
import { PageArgs } from '../../schema/connection.input';
import { CLIENT_PERMISSIONS, CLIENT_ROLES, fromMask } from '../../schema/masks';
import { PresentedCaller } from '../../schema/presented-caller';
import { User } from '../../schema/user';
import type { Context } from '../context';
import { notFound } from '../errors';
import { globalId, keyOf } from '../ids';
import { loadUser } from '../users/user.nodes';
import { loadClient, visibleClient } from './client.nodes';
import { maskOf } from './client.presentation';
import { clientsOfUsers, listClients } from './client.reads';
import { presentCaller } from './masking';

@Resolver(() => Client)
export class ClientResolver {
  @Authorized('client:list')
  @Query(() => ClientConnection, { description: 'All clients. For administrators.' })
  clients(
    @Arg('filter', () => ClientFilter, { nullable: true, description: 'Which.' }) filter: ClientFilter | null,
    @Arg('orderBy', () => ClientOrder, { nullable: true, description: 'Order; by username where nothing is said.' })
    orderBy: ClientOrder | null,
    @Args() page: PageArgs,
    @Ctx() { db }: Context,
  ): Promise<Page<Client>> {
    return listClients(db, filter, orderBy, page);
  }

  @Authorized('viewer:any')
  @Query(() => Client, { nullable: true, description: 'One client; null where there is none, or none for the viewer.' })
  client(@Arg('id', () => ID, { description: 'Its id.' }) id: string, @Ctx() context: Context): Promise<Client | null> {
    return visibleClient(context, keyOf('Client', id));
  }

  @Authorized('client:write')
  @Mutation(() => Client, { description: 'Adds one client.' })
  async createClient(
    @Arg('input', { description: 'The client.' }) input: CreateClientInput,
    @Ctx() context: Context,
  ): Promise<Client> {
    return reload(context, await context.services.clients.create(input));
  }

  @Authorized('client:write')
  @Mutation(() => Client, { description: 'Changes a client.' })
  async updateClient(
    @Arg('input', { description: 'The changes.' }) input: UpdateClientInput,
    @Ctx() context: Context,
  ): Promise<Client> {
    const { viewer, services } = context;
    const session = viewer.kind === 'client' ? viewer.tokenHash : null;
    return reload(context, await services.clients.update(input, session));
  }

  @Authorized('client:write')
  @Mutation(() => ID, { description: 'Removes a client; the person behind it stays.' })
  async deleteClient(
    @Arg('id', () => ID, { description: 'The client.' }) id: string,
    @Ctx() { services }: Context,
  ): Promise<string> {
    return globalId('Client', await services.clients.remove(id));
  }
}

/** The client of a person: for administrators, and for a client its own (V4). */
@Resolver(() => User)
export class UserClientResolver {
  @FieldResolver(() => Client, { nullable: true, description: 'Its account of the operator console.' })
  async client(@Root() user: User, @Ctx() context: Context): Promise<Client | null> {
    const { viewer, loaders, db } = context;
    if (!viewer.isAdmin) {
      return viewer.kind === 'client' && viewer.userId === user.id ? loadClient(context, viewer.id) : null;
    }
    return loaders.load('user.client', user.id, (users) => clientsOfUsers(db, users));
  }
}

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

async function reload(context: Context, id: number): Promise<Client> {
  context.loaders.clear();
  const client = await loadClient(context, id);
  if (!client) throw notFound('Client');
  return client;
}
