import { Endpoint, type CreateEndpointInput } from '../../schema/endpoint';
import { User } from '../../schema/user';
import { audit } from '../audit/audit';
import { badInput, notFound } from '../errors';
import type { ServiceDeps } from '../gateway';
import { globalId, keyOf } from '../ids';

/** Telephones of people. */
export class EndpointService {
  constructor(private readonly deps: ServiceDeps) {}

  /** @returns the key of the new endpoint. @throws NOT_FOUND, BAD_USER_INPUT naming `name`. */
  async create(input: CreateEndpointInput): Promise<number> {
    const name = input.name.trim();
    if (name === '' || name.length > 255 || /\p{Cc}/u.test(name)) {
      throw badInput('name', 'A name has 1 to 255 characters and no control characters.');
    }
    return this.deps.db.write(async (em) => {
      const user = await em.findOneBy(User, { id: keyOf('User', input.userId) ?? 0 });
      if (!user) throw notFound('User', 'userId');
      const endpoint = em.create(Endpoint, { userId: user.id, name, kind: input.kind, enabled: true, gsmMode: false });
      await em.save(endpoint);
      const { clock, actor } = this.deps;
      const after = { user: globalId('User', user.id), name, kind: input.kind };
      await audit(em, clock.now(), {
        actor,
        action: 'createEndpoint',
        target: globalId('Endpoint', endpoint.id),
        after,
      });
      return endpoint.id;
    });
  }

  /** @throws NOT_FOUND */
  async remove(id: string): Promise<number> {
    return this.deps.db.write(async (em) => {
      const endpoint = await em.findOneBy(Endpoint, { id: keyOf('Endpoint', id) ?? 0 });
      if (!endpoint) throw notFound('Endpoint', 'id');
      await em.delete(Endpoint, endpoint.id);
      const { clock, actor } = this.deps;
      const before = { user: globalId('User', endpoint.userId), name: endpoint.name, kind: endpoint.kind };
      await audit(em, clock.now(), { actor, action: 'deleteEndpoint', target: id, before });
      return endpoint.id;
    });
  }
}
