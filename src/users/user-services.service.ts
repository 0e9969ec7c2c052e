import { User } from '../../schema/user';
import type { UserServiceInput } from '../../schema/user-service';
import { audit } from '../audit/audit';
import { badInput, notFound } from '../errors';
import type { ServiceDeps } from '../gateway';
import { maskToServices, servicesToMask } from '../groups/services';
import { globalId, keyOf } from '../ids';
import { recordRevision } from '../revision';

/** Services set for single people. */
export class UserServicesService {
  constructor(private readonly deps: ServiceDeps) {}

  /** Replaces all of them (E38); what is not named is not set. @throws NOT_FOUND; BAD_USER_INPUT for one named twice. */
  async set(id: string, services: readonly UserServiceInput[]): Promise<number> {
    const servicesSet = servicesToMask(services.map(({ service }) => service));
    const servicesAllowed = servicesToMask(services.filter(({ allowed }) => allowed).map(({ service }) => service));
    if (new Set(services.map(({ service }) => service)).size < services.length) {
      throw badInput('services', 'Name each service once.');
    }
    return this.deps.db.write(async (em) => {
      const user = await em.findOneBy(User, { id: keyOf('User', id) ?? 0 });
      if (!user) throw notFound('User', 'userId');
      const { clock, actor } = this.deps;
      const now = clock.now();
      await em.update(User, user.id, { servicesSet, servicesAllowed, updatedAt: now });
      await audit(em, now, {
        actor,
        action: 'setUserServices',
        target: globalId('User', user.id),
        before: told(user.servicesSet, user.servicesAllowed),
        after: told(servicesSet, servicesAllowed),
      });
      await recordRevision(em, { users: [user.id] });
      return user.id;
    });
  }
}

function told(set: number, allowed: number): { allowed: string[]; notAllowed: string[] } {
  return { allowed: maskToServices(set & allowed), notAllowed: maskToServices(set & ~allowed) };
}
