import { hostname } from 'node:os';
import type { EntityManager } from 'typeorm';
import { ClientBatch } from '../../schema/client-batch';
import { OnConflict, RowOutcome } from '../../schema/client.enums';
import type { CreateClientsInput } from '../../schema/client.input';
import { audit } from '../audit/audit';
import { hashPassword } from '../auth/passwords';
import { chunks, inList, rowsIn } from '../database';
import { badInput } from '../errors';
import type { ServiceDeps } from '../gateway';
import { globalId } from '../ids';
import { whereClause } from '../paging';
import { lockSettings } from '../settings/settings.reads';
import { userConditions } from '../users/user.reads';
import { existingClients, standingOf, type BatchPerson } from './batch.existing';
import { LEASE, runBatch } from './batch.runner';
import { templateOf, type BatchTemplate } from './batch.template';
import { heldPassword } from './client.input';
import { requireAll } from './client.rows';
import { usernameKey } from './usernames';

/** Up to so many rows are done before the caller gets its answer; more are left to the background. */
const AT_ONCE = 500;
export const REPEATED = 'Another user of this batch has the same user id.';

interface PlannedRow {
  person: BatchPerson;
  outcome: RowOutcome;
  clientId: number | null;
  error: string | null;
}

/** Bulk creation of clients (C23–C36). */
export class ClientBatchService {
  constructor(private readonly deps: ServiceDeps) {}

  /**
   * Writes the batch with all its rows, and does it at once or leaves it to the background. With ASK, where any client
   * exists, nothing but the answer is written.
   * @returns the key of the batch.
   * @throws BAD_USER_INPUT naming the field.
   */
  async create(input: CreateClientsInput): Promise<number> {
    const password = heldPassword(input.authType, input.password);
    const passwordHash = password === null ? null : await hashPassword(password);
    const { id, isLeft } = await this.deps.db.write(async (em) => {
      const { callManagerTimeoutSeconds } = await lockSettings(em);
      const groupIds = await requireAll(em, 'groupIds', input.groupIds ?? [], 'Group', ' AND vanishedAt IS NULL');
      const onConflict = input.onConflict ?? OnConflict.ASK;
      const template = templateOf(input, onConflict, { passwordHash, groupIds, callManagerTimeoutSeconds });
      const rows = await this.plan(em, await selectPeople(em, input), onConflict);
      return this.store(em, template, rows);
    });
    if (isLeft) await runBatch(this.deps, id, { token: 1 });
    return id;
  }

  /** The rows as they are stored before the work; with ASK and conflicts these are the answer. */
  private async plan(em: EntityManager, people: BatchPerson[], onConflict: OnConflict): Promise<PlannedRow[]> {
    const names = new Set<string>();
    const rows = people.map((person): PlannedRow => {
      const isRepeated = names.has(usernameKey(person.username));
      names.add(usernameKey(person.username));
      return { person, outcome: RowOutcome.PENDING, clientId: null, error: isRepeated ? REPEATED : null };
    });
    if (onConflict !== OnConflict.ASK) return rows;
    const existing = await existingClients(em, people);
    for (const row of rows.filter(({ error }) => error === null)) {
      const { client } = standingOf(row.person, existing);
      if (client) Object.assign(row, { outcome: RowOutcome.CONFLICT, clientId: client.id });
    }
    return rows;
  }

  private async store(
    em: EntityManager,
    template: BatchTemplate,
    rows: PlannedRow[],
  ): Promise<{ id: number; isLeft: boolean }> {
    const now = this.deps.clock.now();
    const needsDecision = rows.some((row) => row.outcome === RowOutcome.CONFLICT);
    const finished = needsDecision || rows.length === 0;
    const isLeft = !finished && rows.length <= AT_ONCE;
    const batch = em.create(ClientBatch, {
      needsDecision,
      finished,
      total: rows.length,
      template: { ...template, passwordHash: finished ? null : template.passwordHash },
      startedBy: this.deps.actor,
      leaseOwner: isLeft ? `${hostname()}:${process.pid}` : null,
      leaseUntil: isLeft ? now + LEASE : null,
      leaseToken: isLeft ? 1 : 0,
      createdAt: now,
    });
    await em.save(batch);
    for (const [index, part] of chunks(rows, 500).entries()) await insertRows(em, batch.id, part, index * 500);
    await this.record(em, batch, template);
    return { id: batch.id, isLeft };
  }

  private async record(em: EntityManager, batch: ClientBatch, template: BatchTemplate): Promise<void> {
    const { actor, clock } = this.deps;
    const { total, needsDecision } = batch;
    const after = { ...template, total, needsDecision };
    await audit(em, clock.now(), { actor, action: 'createClients', target: globalId('ClientBatch', batch.id), after });
  }
}

async function insertRows(em: EntityManager, batchId: number, rows: PlannedRow[], offset: number): Promise<void> {
  await em.query(
    `INSERT INTO client_batch_row (batchId, position, userId, username, outcome, clientId, error) VALUES ${rows.map(() => '(?,?,?,?,?,?,?)').join(',')}`,
    rows.flatMap(({ person, outcome, clientId, error }, index) => [
      batchId,
      offset + index + 1,
      person.userId,
      person.username,
      outcome,
      clientId,
      error,
    ]),
  );
}

/** Exactly one of userIds and filter (C36). @throws BAD_USER_INPUT */
async function selectPeople(em: EntityManager, input: CreateClientsInput): Promise<BatchPerson[]> {
  const { userIds, filter } = input;
  if (userIds && filter) throw badInput('filter', 'Give userIds or filter, not both.');
  if (filter) {
    const conditions = userConditions(filter, false);
    return rowsIn<BatchPerson>(
      em,
      `SELECT u.id AS userId, u.userId AS username, u.state FROM user u${whereClause(conditions)} ORDER BY u.displayNameKey, u.id`,
      conditions.flatMap((condition) => [...condition.params]),
    );
  }
  if (!userIds || userIds.length === 0) throw badInput('userIds', 'Give userIds or filter.');
  const ids = await requireAll(em, 'userIds', userIds, 'User');
  const people = new Map<number, BatchPerson>();
  for (const part of chunks(ids, 1000)) {
    const among = inList(part);
    const sql = `SELECT id AS userId, userId AS username, state FROM user WHERE id IN ${among.sql}`;
    for (const row of await rowsIn<BatchPerson>(em, sql, among.params)) people.set(row.userId, row);
  }
  return ids.map((id) => people.get(id)).filter((person) => person !== undefined);
}
