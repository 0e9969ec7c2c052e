import type { EntityManager } from 'typeorm';
import { AssignmentKind, AuthType, ClientRole, RowOutcome } from '../../schema/client.enums';
import { CLIENT_ROLES, toMask } from '../../schema/masks';
import { inList, rowsIn } from '../database';
import { insertAssignments } from './assignment.service';
import type { ExistingClient, RowDecision } from './batch.existing';
import type { BatchTemplate } from './batch.template';
import { usernameKey } from './usernames';

/** Only this role is created in bulk (C26). */
const USER_ROLE = toMask([ClientRole.USER], CLIENT_ROLES);
const COLUMNS = [
  'username',
  'usernameKey',
  'authType',
  'passwordHash',
  'rolesMask',
  'permissionsMask',
  'maskAll',
  'maskDigits',
  'fallbackKind',
  'fallbackTimeoutSeconds',
  'fallbackNumber',
  'userId',
  'createdAt',
  'updatedAt',
];

export interface WriteFacts {
  template: BatchTemplate;
  groups: number[];
  /** Groups that existing clients have of the template's. */
  assigned: Map<number, Set<number>>;
  now: number;
}

/** Writes what a chunk decided: new clients, overwritten ones, and the groups of both. Fills in the new clients' keys. */
export async function writeClients(em: EntityManager, decisions: RowDecision[], facts: WriteFacts): Promise<void> {
  const created = decisions.filter((one) => one.outcome === RowOutcome.CREATED);
  const overwritten = decisions.filter((one) => one.outcome === RowOutcome.OVERWRITTEN);
  await insertClients(em, created, facts);
  await overwriteClients(em, overwritten, facts);
  const pairs = new Map<string, [number, number]>();
  for (const { clientId } of [...created, ...overwritten]) {
    if (clientId === null) continue;
    const has = facts.assigned.get(clientId);
    for (const group of facts.groups) if (!has?.has(group)) pairs.set(`${clientId}/${group}`, [clientId, group]);
  }
  await insertAssignments(em, [...pairs.values()], AssignmentKind.ASSIGNEE, facts.now);
}

async function insertClients(em: EntityManager, created: RowDecision[], { template, now }: WriteFacts): Promise<void> {
  if (created.length === 0) return;
  const values = created.flatMap(({ person }) => [
    person.username,
    usernameKey(person.username),
    template.authType,
    template.passwordHash,
    USER_ROLE,
    template.permissionsMask,
    template.maskAll ? 1 : 0,
    template.maskDigits,
    template.fallbackKind,
    template.fallbackTimeoutSeconds,
    template.fallbackNumber,
    person.userId,
    now,
    now,
  ]);
  const row = `(${COLUMNS.map(() => '?').join(',')})`;
  await em.query(`INSERT INTO client (${COLUMNS.join(', ')}) VALUES ${created.map(() => row).join(',')}`, values);
  const names = inList(created.map(({ person }) => usernameKey(person.username)));
  const rows = await rowsIn<{ id: number; usernameKey: string }>(
    em,
    `SELECT id, usernameKey FROM client WHERE usernameKey IN ${names.sql}`,
    names.params,
  );
  const ids = new Map(rows.map((client) => [client.usernameKey, client.id]));
  for (const one of created) one.clientId = ids.get(usernameKey(one.person.username)) ?? null;
}

/** Password and permissions only; an unlinked client gets the person (C31, C36). */
async function overwriteClients(em: EntityManager, rows: RowDecision[], { template, now }: WriteFacts): Promise<void> {
  const isNewPassword = (client: ExistingClient) =>
    client.authType === AuthType.PROXY && template.authType === AuthType.PROXY;
  const pairs = rows.flatMap(({ client, person }) => (client ? [{ client, person }] : []));
  const linked = pairs.filter(({ client }) => client.userId === null);
  const renewed = pairs.filter(({ client }) => isNewPassword(client)).map(({ client }) => client.id);
  const changed = pairs
    .filter(
      ({ client }) =>
        client.userId === null || isNewPassword(client) || client.permissionsMask !== template.permissionsMask,
    )
    .map(({ client }) => client.id);
  if (changed.length > 0) {
    await em.query(
      `UPDATE client SET permissionsMask = ?, version = version + 1, updatedAt = ? WHERE id IN (${changed.join(',')})`,
      [template.permissionsMask, now],
    );
  }
  for (const { client, person } of linked) {
    await em.query('UPDATE client SET userId = ? WHERE id = ? AND userId IS NULL', [person.userId, client.id]);
  }
  if (renewed.length === 0) return;
  const list = renewed.join(',');
  await em.query(`UPDATE client SET passwordHash = ? WHERE id IN (${list})`, [template.passwordHash]);
  await em.query(`DELETE FROM session WHERE realm = 'CLIENT' AND accountId IN (${list})`);
}
