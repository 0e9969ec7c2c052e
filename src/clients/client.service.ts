import type { EntityManager } from 'typeorm';
import { Client } from '../../schema/client';
import { AuthType, ClientRole, Realm } from '../../schema/client.enums';
import type { CreateClientInput, UpdateClientInput } from '../../schema/client.input';
import { CLIENT_ROLES, toMask } from '../../schema/masks';
import { audit } from '../audit/audit';
import { hashPassword } from '../auth/passwords';
import { endSessions } from '../auth/session.service';
import { forUpdate, isDuplicateKey, rowsIn } from '../database';
import { AppError, badInput, conflict, notFound } from '../errors';
import type { ServiceDeps } from '../gateway';
import { globalId, keyOf } from '../ids';
import { lockSettings } from '../settings/settings.reads';
import {
  fallbackColumns,
  heldPassword,
  maskColumns,
  permissionsMask,
  rolesMask,
  usernameColumns,
} from './client.input';
import { describeClient, lockClient } from './client.rows';

const ADMINISTRATOR = toMask([ClientRole.ADMINISTRATOR], CLIENT_ROLES);

/** Clients, one at a time. Each method is one transaction and returns the key of the client. */
export class ClientService {
  constructor(private readonly deps: ServiceDeps) {}

  /** @throws BAD_USER_INPUT naming the field; CONFLICT where the name is taken or the person has a client. */
  async create(input: CreateClientInput): Promise<number> {
    const columns = {
      ...usernameColumns(input.username),
      ...maskColumns(input.maskedDigits),
      authType: input.authType,
      rolesMask: rolesMask(input.roles),
      permissionsMask: permissionsMask(input.permissions),
    };
    const password = heldPassword(input.authType, input.password);
    const passwordHash = password === null ? null : await hashPassword(password);
    return this.write(async (em, now) => {
      const settings = await lockSettings(em);
      const fallback = fallbackColumns(input.fallback, settings.callManagerTimeoutSeconds);
      const userId = await this.requirePerson(em, input.userId ?? null);
      await this.requireFreeName(em, columns.usernameKey);
      const times = { createdAt: now, updatedAt: now };
      const client = em.create(Client, { ...columns, ...fallback, passwordHash, userId, ...times });
      await em.save(client);
      await this.record(em, 'createClient', client.id, undefined, describeClient(client));
      return client.id;
    });
  }

  /**
   * Changes the given fields; null clears. A new password, or another authentication, ends the client's sessions.
   * @param session the token hash of the caller's own session, which goes on.
   * @throws NOT_FOUND, CONFLICT, BUILT_IN, BAD_USER_INPUT naming the field.
   */
  async update(input: UpdateClientInput, session: string | null = null): Promise<number> {
    const { password } = input;
    const given = typeof password === 'string' && password !== '' ? heldPassword(AuthType.PROXY, password) : null;
    const newHash = given === null || (await this.willPassThrough(input)) ? null : await hashPassword(given);
    return this.write(async (em, now) => {
      const { callManagerTimeoutSeconds } = await lockSettings(em);
      const client = await lockClient(em, input.id);
      if (typeof input.version === 'number' && input.version !== client.version) {
        throw conflict('The client has been changed meanwhile.', 'version', { version: client.version });
      }
      const wanted = {
        ...fieldsOf(input, callManagerTimeoutSeconds),
        ...authenticationOf(input, client, newHash),
      };
      if (client.builtIn) requireBuiltIn(client, wanted);
      const changes = differences(client, wanted);
      if (Object.keys(changes).length === 0) return client.id;
      if (changes.usernameKey !== undefined) await this.requireFreeName(em, changes.usernameKey);
      await em.update(Client, client.id, { ...changes, version: client.version + 1, updatedAt: now });
      if ('passwordHash' in changes) await endSessions(em, Realm.CLIENT, client.id, session);
      const after = { ...describeClient({ ...client, ...changes }), signsInAnew: 'passwordHash' in changes };
      await this.record(em, 'updateClient', client.id, describeClient(client), after);
      return client.id;
    });
  }

  /** Removes a client with its assignments and sessions; the person stays. @throws NOT_FOUND, BUILT_IN */
  async remove(id: string): Promise<number> {
    return this.write(async (em) => {
      const client = await lockClient(em, id);
      if (client.builtIn) throw new AppError('BUILT_IN', 'The built-in administrator cannot be deleted.');
      await em.delete(Client, client.id);
      await endSessions(em, Realm.CLIENT, client.id);
      await this.record(em, 'deleteClient', client.id, describeClient(client), undefined);
      return client.id;
    });
  }

  /** Hashing costs: not for a password that CALLISTO ignores. */
  private async willPassThrough(input: UpdateClientInput): Promise<boolean> {
    if (input.authType) return input.authType === AuthType.CALLISTO;
    const key = keyOf('Client', input.id) ?? 0;
    const row = await this.deps.db.first<Client>('SELECT authType FROM client WHERE id = ?', [key]);
    if (!row) throw notFound('Client', 'id');
    return row.authType === AuthType.CALLISTO;
  }

  private async requirePerson(em: EntityManager, id: string | null): Promise<number | null> {
    if (id === null) return null;
    const [user] = await rowsIn<{ id: number }>(
      em,
      `SELECT id FROM user WHERE id = ? AND state <> 'VANISHED'${forUpdate(em)}`,
      [keyOf('User', id) ?? 0],
    );
    if (!user) throw badInput('userId', 'There is no such user.');
    const taken = await rowsIn(em, 'SELECT id FROM client WHERE userId = ?', [user.id]);
    if (taken.length > 0) throw conflict('This user has a client already.', 'userId');
    return user.id;
  }

  private async requireFreeName(em: EntityManager, key: string): Promise<void> {
    const taken = await rowsIn(em, 'SELECT id FROM client WHERE usernameKey = ?', [key]);
    if (taken.length > 0) throw nameTaken();
  }

  private async write<T>(work: (em: EntityManager, now: number) => Promise<T>): Promise<T> {
    try {
      return await this.deps.db.write((em) => work(em, this.deps.clock.now()));
    } catch (error) {
      throw isDuplicateKey(error) ? nameTaken() : error;
    }
  }

  private async record(em: EntityManager, action: string, id: number, before: unknown, after: unknown): Promise<void> {
    const { clock, actor } = this.deps;
    await audit(em, clock.now(), { actor, action, target: globalId('Client', id), before, after });
  }
}

type Columns = Partial<
  ReturnType<typeof usernameColumns> &
    ReturnType<typeof maskColumns> &
    ReturnType<typeof fallbackColumns> &
    Pick<Client, 'authType' | 'passwordHash' | 'rolesMask' | 'permissionsMask'>
>;

/** The columns of what an update gives, authentication apart. */
function fieldsOf(input: UpdateClientInput, callManagerTimeoutSeconds: number): Columns {
  return {
    ...(input.username === undefined ? {} : usernameColumns(input.username)),
    ...(input.roles === undefined ? {} : { rolesMask: rolesMask(input.roles) }),
    ...(input.permissions === undefined ? {} : { permissionsMask: permissionsMask(input.permissions) }),
    ...(input.maskedDigits === undefined ? {} : maskColumns(input.maskedDigits)),
    ...(input.fallback === undefined ? {} : fallbackColumns(input.fallback, callManagerTimeoutSeconds)),
  };
}

/** Exactly one authentication (C6): with CALLISTO nothing is held, with PROXY a password always is. */
function authenticationOf(input: UpdateClientInput, client: Client, newHash: string | null): Columns {
  if (input.authType === null) throw badInput('authType', 'A client has an authentication type.');
  const authType = input.authType ?? client.authType;
  if (authType === AuthType.CALLISTO) return { authType, passwordHash: null };
  if (newHash !== null) return { authType, passwordHash: newHash };
  if (input.password === null || input.password === '' || client.passwordHash === null) {
    throw badInput('password', 'PROXY needs a password.');
  }
  return { authType };
}

/** What makes the built-in administrator built-in (C10, C35). @throws BUILT_IN */
function requireBuiltIn(client: Client, wanted: Columns): void {
  const name = wanted.username ?? client.username;
  const roles = wanted.rolesMask ?? client.rolesMask;
  const isKept = name === client.username && wanted.authType === AuthType.PROXY && (roles & ADMINISTRATOR) !== 0;
  if (!isKept) throw new AppError('BUILT_IN', 'The built-in administrator keeps its name, PROXY and ADMINISTRATOR.');
}

function differences(client: Client, wanted: Columns): Columns {
  const differs = Object.entries(wanted).filter(([column, value]) => client[column as keyof Client] !== value);
  return Object.fromEntries(differs);
}

function nameTaken(): AppError {
  return conflict('This username is taken.', 'username');
}
