import type { ClientBatch, ClientBatchRow } from '../../schema/client-batch';
import type { RowOutcome } from '../../schema/client.enums';
import type { Page } from '../../schema/connection';
import type { PageArgs } from '../../schema/connection.input';
import type { Database } from '../database';
import { fetchPages } from '../parented-pages';

const BATCH_COLUMNS = 'b.id, b.needsDecision, b.finished, b.done, b.total';
const ROW_COLUMNS = 'r.batchId, r.position, r.userId, r.username, r.outcome, r.clientId, r.warnings, r.error';

/** A row as it is read: its warnings are JSON text. */
export type BatchRowRow = Omit<ClientBatchRow, 'warnings'> & { warnings: string | null; nodeKey: number[] };

export function batchById(db: Database, id: number): Promise<ClientBatch | null> {
  return db.first<ClientBatch>(`SELECT ${BATCH_COLUMNS} FROM client_batch b WHERE b.id = ?`, [id]);
}

/** The rows of some batches in their order. */
export async function rowsOfBatches(
  db: Database,
  batches: readonly number[],
  query: { outcome: RowOutcome | null; page: PageArgs },
): Promise<Map<number, Page<BatchRowRow>>> {
  const pages = await fetchPages<BatchRowRow>(
    db,
    {
      select: ROW_COLUMNS,
      from: 'client_batch_row r',
      where: query.outcome === null ? [] : [{ sql: 'r.outcome = ?', params: [query.outcome] }],
      order: [{ sql: 'r.position', of: (row) => row.position }],
      args: query.page,
      parent: 'r.batchId',
    },
    batches,
  );
  for (const page of pages.values()) page.nodes.forEach(withKey);
  return pages;
}

export async function batchRowByKey(db: Database, batchId: number, position: number): Promise<BatchRowRow | null> {
  const sql = `SELECT ${ROW_COLUMNS} FROM client_batch_row r WHERE r.batchId = ? AND r.position = ?`;
  const row = await db.first<BatchRowRow>(sql, [batchId, position]);
  return row ? withKey(row) : null;
}

function withKey(row: BatchRowRow): BatchRowRow {
  row.nodeKey = [row.batchId, row.position];
  return row;
}
