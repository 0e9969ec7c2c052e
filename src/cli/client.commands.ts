import { AuthType, ClientPermission, OnConflict, RowOutcome } from '../../schema/client.enums';
import { inList, type Database } from '../database';
import { badInput } from '../errors';
import { globalId, keyOf } from '../ids';
import { fold } from '../text';
import { finishBatch } from '../clients/batch.runner';
import { EXIT, type Command } from './command';
import { renderTable } from './render';

export interface CreateClientsOptions {
  group?: string;
  user?: string[];
  authType: string;
  password?: string;
  permission: string[];
  assign: string[];
  onConflict: string;
}

interface RowShown {
  username: string;
  outcome: RowOutcome;
  warnings: string | null;
  error: string | null;
}

/** Creates clients of the members of a group, or of users by their user ids. */
export async function createClients(
  { gateway, services, print }: Command,
  options: CreateClientsOptions,
): Promise<number> {
  const { db } = gateway;
  if (!options.group === !options.user?.length) throw badInput('--group', 'Give --group or --user, one of the two.');
  const onConflict = oneOf('--on-conflict', options.onConflict, Object.values(OnConflict));
  const input = {
    authType: oneOf('--auth-type', options.authType, Object.values(AuthType)),
    permissions: options.permission.map((one) => oneOf('--permission', one, Object.values(ClientPermission))),
    groupIds: await Promise.all(options.assign.map((name) => groupIdOf(db, name))),
    onConflict,
    ...(options.password === undefined ? {} : { password: options.password }),
    ...(options.group
      ? { filter: { memberOf: await groupIdOf(db, options.group) } }
      : { userIds: await userIdsOf(db, options.user ?? []) }),
  };
  const id = await services.clientBatches.create(input);
  await finishBatch(gateway, id);
  const rows = await db.rows<RowShown>(
    'SELECT username, outcome, warnings, error FROM client_batch_row WHERE batchId = ? ORDER BY position',
    [id],
  );
  const cells = rows.map((row) => [
    row.username,
    row.outcome,
    row.error ?? (JSON.parse(row.warnings ?? '[]') as string[]).join(' '),
  ]);
  print({ id: globalId('ClientBatch', id), rows }, renderTable(['username', 'outcome', 'note'], cells));
  if (rows.some((row) => row.outcome === RowOutcome.CONFLICT)) return EXIT.refused;
  return rows.some((row) => row.outcome === RowOutcome.FAILED) ? EXIT.failed : EXIT.done;
}

function oneOf<T extends string>(option: string, value: string, all: T[]): T {
  const found = all.find((one) => one === value.toUpperCase().replace(/-/g, '_'));
  if (!found) throw badInput(option, `${option} must be one of ${all.join(', ')}.`);
  return found;
}

/** A group by its id, or by its name where that is one group's only. */
async function groupIdOf(db: Database, name: string): Promise<string> {
  if (keyOf('Group', name) !== null) return name;
  const rows = await db.rows<{ id: number }>('SELECT id FROM user_group WHERE nameKey = ? AND vanishedAt IS NULL', [
    fold(name),
  ]);
  const [row] = rows;
  if (!row) throw badInput('--group', `No group is called "${name}".`);
  if (rows.length > 1) throw badInput('--group', `${rows.length} groups are called "${name}": give the id of one.`);
  return globalId('Group', row.id);
}

async function userIdsOf(db: Database, names: string[]): Promise<string[]> {
  const among = inList(names.map(fold));
  const rows = await db.rows<{ id: number; userIdKey: string }>(
    `SELECT id, userIdKey FROM user WHERE userIdKey IN ${among.sql} AND state <> 'VANISHED'`,
    among.params,
  );
  return names.map((name) => {
    if (keyOf('User', name) !== null) return name;
    const found = rows.filter((row) => row.userIdKey === fold(name));
    const [row] = found;
    if (!row) throw badInput('--user', `No user has the user id "${name}".`);
    if (found.length > 1)
      throw badInput('--user', `${found.length} users have the user id "${name}": give the id of one.`);
    return globalId('User', row.id);
  });
}
