import type { AuditEntry } from '../../schema/audit-entry';
import type { Page } from '../../schema/connection';
import type { PageArgs } from '../../schema/connection.input';
import { inList, type Database } from '../database';
import { fetchPage, type SortColumn } from '../paging';
import type { ChainEntry, ChainHead } from './verify';

const COLUMNS = 'a.id, a.at, a.actor, a.action, a.target, a.detail';
const CHUNK = 1000;

/** A row as the driver gives it: `detail` is text still. */
type AuditRow = Omit<ChainEntry, 'detail'> & { detail: string };

const NEWEST_FIRST: SortColumn<AuditEntry>[] = [{ sql: 'a.id', of: (row) => row.id, descending: true }];

/** A page of the log, newest first. */
export function listAudit(db: Database, args: PageArgs): Promise<Page<AuditEntry>> {
  return fetchPage<AuditEntry>(db, { select: COLUMNS, from: 'audit_entry a', where: [], order: NEWEST_FIRST, args });
}

/** Entries by their keys. */
export async function auditEntriesByIds(db: Database, ids: readonly number[]): Promise<Map<number, AuditEntry>> {
  const among = inList(ids);
  const sql = `SELECT ${COLUMNS} FROM audit_entry a WHERE a.id IN ${among.sql}`;
  return new Map((await db.rows<AuditEntry>(sql, among.params)).map((row) => [row.id, row]));
}

/** The whole chain from its beginning up to an id, in chunks. */
export async function* auditChain(db: Database, upTo: number): AsyncGenerator<ChainEntry> {
  for (let last = 0; ;) {
    const rows = await db.rows<AuditRow>(
      `SELECT ${COLUMNS}, a.hash FROM audit_entry a WHERE a.id > ? AND a.id <= ? ORDER BY a.id LIMIT ${CHUNK}`,
      [last, upTo],
    );
    for (const row of rows) yield { ...row, at: Number(row.at), detail: parsed(row.detail) };
    if (rows.length < CHUNK) return;
    last = rows[rows.length - 1]?.id ?? last;
  }
}

/** Where the chain ends. @throws Error where the database was never prepared. */
export async function auditHead(db: Database): Promise<ChainHead> {
  const head = await db.first<ChainHead>('SELECT lastId, lastHash FROM audit_head WHERE id = 1');
  if (!head) throw new Error('The audit chain has no head: the first start was not completed.');
  return head;
}

/** Text that is no JSON any more was tampered with: as it is, it does not give the hash. */
function parsed(detail: string): unknown {
  try {
    return JSON.parse(detail);
  } catch {
    return detail;
  }
}
