import type { EntityManager } from 'typeorm';
import { AuthType, OnConflict, RowOutcome } from '../../schema/client.enums';
import { chunks, inList, rowsIn } from '../database';
import { assignmentCounts, assignmentsAmong } from './assignment.service';
import { existingClients, standingOf, type ExistingClient, type RowDecision } from './batch.existing';
import type { BatchTemplate } from './batch.template';
import { writeClients } from './batch.writes';
import { fallbackFault } from './fallback';

export interface ChunkResult {
  done: number;
  conflicts: number;
  isLast: boolean;
  /** For the audit log: one entry a chunk tells which names had which outcome. */
  summary: Record<string, unknown>;
}

interface PendingRow {
  position: number;
  userId: number;
  username: string;
  state: string | null;
  error: string | null;
}

/** What the decisions of a chunk depend on. */
interface Facts {
  template: BatchTemplate;
  /** Groups of the template that still exist. */
  groups: number[];
  maxGroups: number;
  /** What is wrong with the whole template by now. */
  fault: string | null;
  counts: Map<number, number>;
  assigned: Map<number, Set<number>>;
}

/** Decides and does the next pending rows of a batch, in the transaction of its lease. */
export async function doRows(
  em: EntityManager,
  batchId: number,
  template: BatchTemplate,
  now: number,
  limit: number,
): Promise<ChunkResult> {
  const pending = await rowsIn<PendingRow>(
    em,
    `SELECT r.position, r.userId, r.username, r.error, u.state FROM client_batch_row r LEFT JOIN user u ON u.id = r.userId
     WHERE r.batchId = ? AND r.outcome = 'PENDING' ORDER BY r.position LIMIT ${limit + 1}`,
    [batchId],
  );
  const rows = pending.slice(0, limit);
  const existing = await existingClients(em, rows);
  const facts = await factsOf(em, template, [...existing.byName.values(), ...existing.byUser.values()]);
  const decisions = rows.map((row) => {
    const standing = row.error === null ? standingOf(row, existing) : { client: null, fault: row.error };
    return decide(row, standing.client, standing.fault, facts);
  });
  await writeClients(em, decisions, { template, groups: facts.groups, assigned: facts.assigned, now });
  await replaceRows(em, batchId, decisions);
  return {
    done: decisions.length,
    conflicts: decisions.filter((one) => one.outcome === RowOutcome.CONFLICT).length,
    isLast: pending.length <= limit,
    summary: summaryOf(decisions),
  };
}

/** Gives up the next pending row: something unexpected is wrong with it alone. */
export async function failFirstRow(em: EntityManager, batchId: number): Promise<ChunkResult> {
  const rows = await rowsIn<{ position: number; username: string }>(
    em,
    "SELECT position, username FROM client_batch_row WHERE batchId = ? AND outcome = 'PENDING' ORDER BY position LIMIT 2",
    [batchId],
  );
  const [first] = rows;
  if (!first) return { done: 0, conflicts: 0, isLast: true, summary: {} };
  await em.query("UPDATE client_batch_row SET outcome = 'FAILED', error = ? WHERE batchId = ? AND position = ?", [
    'Something went wrong here. It has been logged.',
    batchId,
    first.position,
  ]);
  return { done: 1, conflicts: 0, isLast: rows.length === 1, summary: { [RowOutcome.FAILED]: [first.username] } };
}

async function factsOf(em: EntityManager, template: BatchTemplate, clients: ExistingClient[]): Promise<Facts> {
  const among = inList(template.groupIds);
  const live = await rowsIn<{ id: number }>(
    em,
    `SELECT id FROM user_group WHERE id IN ${among.sql} AND vanishedAt IS NULL`,
    among.params,
  );
  const [settings] = await rowsIn<{ maxGroupsPerClient: number; callManagerTimeoutSeconds: number }>(
    em,
    'SELECT maxGroupsPerClient, callManagerTimeoutSeconds FROM settings WHERE id = 1',
  );
  const groups = template.groupIds.filter((id) => live.some((group) => group.id === id));
  const ids = [...new Set(clients.map((client) => client.id))];
  const assigned = new Map<number, Set<number>>();
  for (const { clientId, groupId } of await assignmentsAmong(em, ids, groups)) {
    assigned.set(clientId, (assigned.get(clientId) ?? new Set()).add(groupId));
  }
  const { fallbackKind: kind, fallbackTimeoutSeconds: timeoutSeconds, fallbackNumber: number } = template;
  const fault = fallbackFault({ kind, timeoutSeconds, number }, settings?.callManagerTimeoutSeconds ?? 0);
  return {
    template,
    groups,
    maxGroups: settings?.maxGroupsPerClient ?? 0,
    fault: fault?.message ?? null,
    counts: await assignmentCounts(em, ids),
    assigned,
  };
}

function decide(row: PendingRow, client: ExistingClient | null, fault: string | null, facts: Facts): RowDecision {
  const { template } = facts;
  const as = (outcome: RowOutcome, error: string | null = null, warnings: string[] = []): RowDecision => ({
    position: row.position,
    person: { userId: row.userId, username: row.username, state: row.state },
    outcome,
    client,
    clientId: client?.id ?? null,
    warnings,
    error,
  });
  if (fault) return as(RowOutcome.FAILED, fault);
  if (client && template.onConflict === OnConflict.ASK) return as(RowOutcome.CONFLICT);
  if (client && template.onConflict === OnConflict.SKIP) return as(RowOutcome.SKIPPED);
  if (!client && facts.fault) return as(RowOutcome.FAILED, facts.fault);
  const has = client ? (facts.assigned.get(client.id) ?? new Set<number>()) : new Set<number>();
  const added = facts.groups.filter((group) => !has.has(group)).length;
  const total = (client ? (facts.counts.get(client.id) ?? 0) : 0) + added;
  if (added > 0 && total > facts.maxGroups) {
    return as(RowOutcome.FAILED, `It would have ${total} groups; a client has at most ${facts.maxGroups}.`);
  }
  return as(client ? RowOutcome.OVERWRITTEN : RowOutcome.CREATED, null, warningsOf(row, client, facts));
}

function warningsOf(row: PendingRow, client: ExistingClient | null, { template, groups }: Facts): string[] {
  const warnings: string[] = [];
  if (row.state === 'DISABLED') warnings.push('The user is disabled in its directory.');
  if (client && client.authType !== template.authType) {
    warnings.push(
      client.authType === AuthType.CALLISTO
        ? 'The directory holds the password of this client: the given one is ignored.'
        : 'This client holds its own password: it stays.',
    );
  }
  if (groups.length < template.groupIds.length) warnings.push('Some of the groups do not exist any more.');
  return warnings;
}

/** Outcomes by deleting and inserting the rows: two statements for any number of them, in both databases. */
async function replaceRows(em: EntityManager, batchId: number, decisions: RowDecision[]): Promise<void> {
  for (const part of chunks(decisions, 200)) {
    const positions = part.map(({ position }) => position).join(',');
    await em.query(`DELETE FROM client_batch_row WHERE batchId = ? AND position IN (${positions})`, [batchId]);
    await em.query(
      `INSERT INTO client_batch_row (batchId, position, userId, username, outcome, clientId, warnings, error) VALUES ${part.map(() => '(?,?,?,?,?,?,?,?)').join(',')}`,
      part.flatMap((one) => [
        batchId,
        one.position,
        one.person.userId,
        one.person.username,
        one.outcome,
        one.clientId,
        one.warnings.length > 0 ? JSON.stringify(one.warnings) : null,
        one.error,
      ]),
    );
  }
}

function summaryOf(decisions: RowDecision[]): Record<string, unknown> {
  const summary: Record<string, string[]> = {};
  for (const { outcome, person } of decisions) (summary[outcome] ??= []).push(person.username);
  return summary;
}
