import { randomBytes } from 'node:crypto';
import { ApiKey, type GeneratedApiKey } from '../../schema/api-key';
import { audit } from '../audit/audit';
import { API_KEY_PREFIX, tokenHash } from '../auth/session.service';
import { badInput } from '../errors';
import { globalId } from '../ids';
import type { ServiceDeps } from '../gateway';
import { lockStaffUser } from './staff.rows';

/** How much of a key is kept to recognise it by. */
const SHOWN = 12;

/** API keys of administrators: at most one each (XU13). */
export class ApiKeyService {
  constructor(private readonly deps: ServiceDeps) {}

  /** Makes a key; an earlier one is dead at once. @throws NOT_FOUND; BAD_USER_INPUT for a supervisor. */
  async generate(staffUserId: string): Promise<GeneratedApiKey> {
    const key = API_KEY_PREFIX + randomBytes(32).toString('base64url');
    return this.deps.db.write(async (em) => {
      const now = this.deps.clock.now();
      const staff = await lockStaffUser(em, staffUserId, 'staffUserId');
      if (staff.role !== 'ADMIN') throw badInput('staffUserId', 'Only administrators have an API key.');
      const prefix = key.slice(0, SHOWN);
      const info = em.create(ApiKey, {
        staffUserId: staff.id,
        keyHash: tokenHash(key),
        prefix,
        createdAt: now,
        lastUsedAt: null,
      });
      await em.delete(ApiKey, staff.id);
      await em.save(info);
      const target = globalId('StaffUser', staff.id);
      await audit(em, now, { actor: this.deps.actor, action: 'generateApiKey', target, after: { prefix } });
      return { key, info };
    });
  }

  /** The key is dead at once; nothing happens where there is none. @throws NOT_FOUND */
  async remove(staffUserId: string): Promise<number> {
    return this.deps.db.write(async (em) => {
      const staff = await lockStaffUser(em, staffUserId, 'staffUserId');
      await em.delete(ApiKey, staff.id);
      const target = globalId('StaffUser', staff.id);
      await audit(em, this.deps.clock.now(), { actor: this.deps.actor, action: 'removeApiKey', target });
      return staff.id;
    });
  }
}
