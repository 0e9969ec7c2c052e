import type { EntityManager } from 'typeorm';
import { AssignmentKind } from '../../schema/client.enums';
import type { AssignGroupsInput } from '../../schema/client.input';
import { audit } from '../audit/audit';
import { chunks, forUpdate, inList, rowsIn } from '../database';
import { AppError } from '../errors';
import type { ServiceDeps } from '../gateway';
import { globalId } from '../ids';
import { lockSettings } from '../settings/settings.reads';
import { requireAll } from './client.rows';

export interface AssignmentKeys {
  id: number;
  clientId: number;
  groupId: number;
  kind: AssignmentKind;
}

/** Clients attached to groups as owners or assignees. Each method is one transaction, all or nothing. */
export class AssignmentService {
  constructor(private readonly deps: ServiceDeps) {}

  /**
   * Attaches each client to each group. Repeatable; OWNER raises an ASSIGNEE, ASSIGNEE leaves an OWNER alone (C37).
   * @returns keys of the assignments of all pairs, by client and group in the order given.
   * @throws BAD_USER_INPUT naming `clientIds` or `groupIds`; LIMIT_EXCEEDED beyond `maxGroupsPerClient`.
   */
  async assign(input: AssignGroupsInput): Promise<number[]> {
    return this.deps.db.write(async (em) => {
      const { maxGroupsPerClient } = await lockSettings(em);
      const clients = await requireAll(em, 'clientIds', input.clientIds, 'Client', forUpdate(em));
      const groups = await requireAll(em, 'groupIds', input.groupIds, 'Group', ' AND vanishedAt IS NULL');
      const before = pairMap(await assignmentsAmong(em, clients, groups));
      const pairs = clients.flatMap((client) => groups.map((group): [number, number] => [client, group]));
      const added = pairs.filter(([client, group]) => !before.has(`${client}/${group}`));
      await this.requireRoom(em, clients, added, maxGroupsPerClient);
      await insertAssignments(em, added, input.kind, this.deps.clock.now());
      const raised =
        input.kind === AssignmentKind.OWNER ? [...before.values()].filter((row) => row.kind !== input.kind) : [];
      await raise(
        em,
        raised.map((row) => row.id),
      );
      if (added.length + raised.length > 0)
        await this.record(em, 'assignGroups', input, { added: added.length, raised: raised.length });
      const after = pairMap(await assignmentsAmong(em, clients, groups));
      return pairs.map(([client, group]) => after.get(`${client}/${group}`)?.id ?? 0);
    });
  }

  /** Ends the assignments of the kind between the clients and the groups. @returns their keys. */
  async unassign(input: AssignGroupsInput): Promise<number[]> {
    return this.deps.db.write(async (em) => {
      const clients = await requireAll(em, 'clientIds', input.clientIds, 'Client', forUpdate(em));
      const groups = await requireAll(em, 'groupIds', input.groupIds, 'Group');
      const rows = (await assignmentsAmong(em, clients, groups)).filter((row) => row.kind === input.kind);
      const ids = rows.map((row) => row.id).sort((a, b) => a - b);
      for (const part of chunks(ids, 1000)) {
        await em.query(`DELETE FROM group_assignment WHERE id IN (${part.join(',')})`);
      }
      if (ids.length > 0) await this.record(em, 'unassignGroups', input, { removed: ids.length });
      return ids;
    });
  }

  private async requireRoom(
    em: EntityManager,
    clients: number[],
    added: [number, number][],
    max: number,
  ): Promise<void> {
    const counts = await assignmentCounts(em, clients);
    for (const [client] of added) counts.set(client, (counts.get(client) ?? 0) + 1);
    const over = [...new Set(added.map(([client]) => client))].filter((client) => (counts.get(client) ?? 0) > max);
    if (over.length === 0) return;
    const named = over.slice(0, 10).map((client) => globalId('Client', client));
    throw new AppError('LIMIT_EXCEEDED', `A client has at most ${max} groups.`, { field: 'groupIds', clients: named });
  }

  private async record(em: EntityManager, action: string, input: AssignGroupsInput, outcome: object): Promise<void> {
    const { clientIds, groupIds, kind } = input;
    const target = clientIds.length === 1 ? (clientIds[0] ?? '-') : '-';
    const { actor, clock } = this.deps;
    await audit(em, clock.now(), { actor, action, target, after: { clientIds, groupIds, kind, ...outcome } });
  }
}

/** Assignments between some clients and some groups. */
export async function assignmentsAmong(
  em: EntityManager,
  clients: readonly number[],
  groups: readonly number[],
): Promise<AssignmentKeys[]> {
  const result: AssignmentKeys[] = [];
  if (groups.length === 0) return result;
  const among = inList(groups);
  for (const part of chunks(clients, 500)) {
    const some = inList(part);
    const sql = `SELECT id, clientId, groupId, kind FROM group_assignment WHERE clientId IN ${some.sql} AND groupId IN ${among.sql}`;
    for (const row of await rowsIn<AssignmentKeys>(em, sql, [...some.params, ...among.params])) result.push(row);
  }
  return result;
}

/** How many groups each client has, of both kinds; clients without any are left out. */
export async function assignmentCounts(em: EntityManager, clients: readonly number[]): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  for (const part of chunks(clients, 500)) {
    const some = inList(part);
    const sql = `SELECT clientId, COUNT(*) AS n FROM group_assignment WHERE clientId IN ${some.sql} GROUP BY clientId`;
    for (const row of await rowsIn<{ clientId: number; n: number }>(em, sql, some.params)) {
      counts.set(row.clientId, Number(row.n));
    }
  }
  return counts;
}

/** Writes assignments that do not exist yet. */
export async function insertAssignments(
  em: EntityManager,
  pairs: readonly [number, number][],
  kind: AssignmentKind,
  now: number,
): Promise<void> {
  for (const part of chunks(pairs, 500)) {
    await em.query(
      `INSERT INTO group_assignment (clientId, groupId, kind, createdAt) VALUES ${part.map(() => '(?,?,?,?)').join(',')}`,
      part.flatMap(([client, group]) => [client, group, kind, now]),
    );
  }
}

async function raise(em: EntityManager, ids: number[]): Promise<void> {
  for (const part of chunks(ids, 1000)) {
    await em.query(`UPDATE group_assignment SET kind = 'OWNER' WHERE id IN (${part.join(',')})`);
  }
}

function pairMap(rows: AssignmentKeys[]): Map<string, AssignmentKeys> {
  return new Map(rows.map((row) => [`${row.clientId}/${row.groupId}`, row]));
}
