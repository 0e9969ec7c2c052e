import { Arg, Authorized, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import { CreateEndpointInput, Endpoint } from '../../schema/endpoint';
import { User } from '../../schema/user';
import type { Context } from '../context';
import { notFound } from '../errors';
import { globalId } from '../ids';
import { loadEndpoint } from './endpoint.nodes';
import { endpointsOfUsers } from './endpoint.reads';

@Resolver(() => User)
export class EndpointResolver {
  @FieldResolver(() => [Endpoint], { description: 'Telephones of this person.' })
  async endpoints(@Root() user: User, @Ctx() { loaders, db }: Context): Promise<Endpoint[]> {
    return (await loaders.load('user.endpoints', user.id, (users) => endpointsOfUsers(db, users))) ?? [];
  }

  @Authorized('user:write')
  @Mutation(() => Endpoint, { description: 'Adds a telephone to a person.' })
  async createEndpoint(
    @Arg('input', { description: 'The telephone.' }) input: CreateEndpointInput,
    @Ctx() context: Context,
  ): Promise<Endpoint> {
    const key = await context.services.endpoints.create(input);
    context.loaders.clear();
    const endpoint = await loadEndpoint(context, key);
    if (!endpoint) throw notFound('Endpoint');
    return endpoint;
  }

  @Authorized('user:write')
  @Mutation(() => ID, { description: 'Removes a telephone.' })
  async deleteEndpoint(
    @Arg('id', () => ID, { description: 'The telephone.' }) id: string,
    @Ctx() { services }: Context,
  ): Promise<string> {
    return globalId('Endpoint', await services.endpoints.remove(id));
  }
}
