import { BusyQueueCall } from '../../schema/busy-queue-call';
import type { BusyQueueCallInput } from '../../schema/client.input';
import { audit } from '../audit/audit';
import { rowsIn } from '../database';
import { badInput, notFound } from '../errors';
import type { ServiceDeps } from '../gateway';
import { globalId } from '../ids';

/** Calls in the busy queue, as consoles report them. Each method is one transaction and returns the key of the call. */
export class BusyQueueService {
  constructor(private readonly deps: ServiceDeps) {}

  /** @throws BAD_USER_INPUT naming `number` or `name`; NOT_FOUND where there is no such client. */
  async report(clientId: number, input: BusyQueueCallInput): Promise<number> {
    const remoteNumber = clean('number', input.number, 64);
    if (remoteNumber === null) throw badInput('number', 'A number is needed.');
    const remoteName = clean('name', input.name, 255);
    return this.deps.db.write(async (em) => {
      const now = this.deps.clock.now();
      const [client] = await rowsIn<{ username: string }>(em, 'SELECT username FROM client WHERE id = ?', [clientId]);
      if (!client) throw notFound('Client', 'initiatedById');
      const initiatedByUsername = client.username;
      const call = em.create(BusyQueueCall, { clientId, initiatedByUsername, remoteNumber, remoteName, since: now });
      await em.save(call);
      await this.record(em, 'reportBusyQueueCall', call.id, { initiatedBy: globalId('Client', clientId) });
      return call.id;
    });
  }

  /** @throws NOT_FOUND */
  async clear(id: number): Promise<number> {
    return this.deps.db.write(async (em) => {
      const found = await rowsIn(em, 'SELECT id FROM busy_queue_call WHERE id = ?', [id]);
      if (found.length === 0) throw notFound('Call', 'id');
      await em.delete(BusyQueueCall, id);
      await this.record(em, 'clearBusyQueueCall', id, undefined);
      return id;
    });
  }

  private async record(em: Parameters<typeof audit>[0], action: string, id: number, after: unknown): Promise<void> {
    const { clock, actor } = this.deps;
    await audit(em, clock.now(), { actor, action, target: globalId('BusyQueueCall', id), after });
  }
}

function clean(field: string, value: string | null | undefined, max: number): string | null {
  const text = value?.trim() ?? '';
  if (text.length > max || /\p{Cc}/u.test(text)) {
    throw badInput(field, `${field} has at most ${max} characters and no control characters.`);
  }
  return text === '' ? null : text;
}
