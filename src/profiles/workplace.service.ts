import { Workplace } from '../../schema/workplace';
import { audit } from '../audit/audit';
import { notFound } from '../errors';
import type { ServiceDeps } from '../gateway';
import { globalId, keyOf } from '../ids';
import { fold } from '../text';
import { cleanText } from './profile-input';

/** Places at which users work. Each method is one transaction and returns the key of the workplace. */
export class WorkplaceService {
  constructor(private readonly deps: ServiceDeps) {}

  /** @throws BAD_USER_INPUT. Names are not unique. */
  async create(name: string): Promise<number> {
    const text = cleanText('name', name, 255);
    const { db, clock, actor } = this.deps;
    return db.write(async (em) => {
      const { identifiers } = await em.insert(Workplace, { name: text, nameKey: fold(text) });
      const id = Number(identifiers[0]?.['id']);
      const target = globalId('Workplace', id);
      await audit(em, clock.now(), { actor, action: 'createWorkplace', target, after: { name: text } });
      return id;
    });
  }

  /** Users at it are at none then; actions that name it stay, and fail. @throws NOT_FOUND */
  async remove(id: string): Promise<number> {
    const { db, clock, actor } = this.deps;
    return db.write(async (em) => {
      const workplace = await em.findOneBy(Workplace, { id: keyOf('Workplace', id) ?? 0 });
      if (!workplace) throw notFound('Workplace', 'id');
      await em.delete(Workplace, workplace.id);
      const target = globalId('Workplace', workplace.id);
      await audit(em, clock.now(), { actor, action: 'deleteWorkplace', target, before: { name: workplace.name } });
      return workplace.id;
    });
  }
}
