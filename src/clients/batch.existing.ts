import type { EntityManager } from 'typeorm';
import type { AuthType, RowOutcome } from '../../schema/client.enums';
import { chunks, forUpdate, inList, rowsIn } from '../database';
import { usernameFault, usernameKey } from './usernames';

/** A person of a batch. */
export interface BatchPerson {
  userId: number;
  /** The user id, which becomes the username (C28). */
  username: string;
  /** Null: purged meanwhile. */
  state: string | null;
}

/** A client that exists already. */
export interface ExistingClient {
  id: number;
  usernameKey: string;
  authType: AuthType;
  builtIn: boolean | number;
  permissionsMask: number;
  userId: number | null;
}

export interface ExistingClients {
  byName: Map<string, ExistingClient>;
  byUser: Map<number, ExistingClient>;
}

/** What is to become, or has become, of one row. */
export interface RowDecision {
  position: number;
  person: BatchPerson;
  outcome: RowOutcome;
  client: ExistingClient | null;
  clientId: number | null;
  warnings: string[];
  error: string | null;
}

/** What stands where a person's client is to be made: nothing, a client to decide about, or what makes it impossible. */
export interface Standing {
  client: ExistingClient | null;
  fault: string | null;
}

/** Clients of these names or of these people, locked until the transaction ends. */
export async function existingClients(em: EntityManager, people: readonly BatchPerson[]): Promise<ExistingClients> {
  const byName = new Map<string, ExistingClient>();
  const byUser = new Map<number, ExistingClient>();
  const columns = 'id, usernameKey, authType, builtIn, permissionsMask, userId';
  for (const part of chunks(people, 500)) {
    const names = inList(part.map((person) => usernameKey(person.username)));
    const users = inList(part.map((person) => person.userId));
    const find = (where: string, params: (string | number)[]) =>
      rowsIn<ExistingClient>(em, `SELECT ${columns} FROM client WHERE ${where}${forUpdate(em)}`, params);
    for (const row of await find(`usernameKey IN ${names.sql}`, names.params)) byName.set(row.usernameKey, row);
    for (const row of await find(`userId IN ${users.sql} ORDER BY id DESC`, users.params))
      byUser.set(row.userId ?? 0, row);
  }
  return { byName, byUser };
}

/** The rules of C36 for one person. */
export function standingOf(person: BatchPerson, existing: ExistingClients): Standing {
  const fault = (text: string): Standing => ({ client: null, fault: text });
  if (person.state === null) return fault('The user does not exist any more.');
  if (person.state === 'VANISHED') return fault('The user has vanished from its directory.');
  const wrongName = usernameFault(person.username);
  if (wrongName) return fault(wrongName);
  const named = existing.byName.get(usernameKey(person.username)) ?? null;
  const own = existing.byUser.get(person.userId) ?? null;
  if (named?.builtIn) return fault('This is the name of a built-in client.');
  if (own?.builtIn) return fault('The client of this user is built-in.');
  if (named && own && named.id !== own.id) {
    return fault('A client has this name, and the user has another client.');
  }
  return { client: named ?? own, fault: null };
}
