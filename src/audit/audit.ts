import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { AuditEntry } from '../../schema/audit-entry';
import { forUpdate, rowsIn } from '../database';

/** Who did it: `client:admin`, `staff:admin`, `api-key:…`, `sync:3`, `cli`. */
export type Actor = string;

export interface AuditNote {
  actor: Actor;
  /** Name of the operation: `createClient`. */
  action: string;
  /** Global id of what it was done to; `-` where there is none. */
  target: string;
  before?: unknown;
  after?: unknown;
}

const SECRET = /password|secret|token|hash|sealed|apikey/i;
/** Text columns hold 64 KiB; longer details are cut and say so. */
const MAX_DETAIL = 60_000;

/** Writes one entry of the hash chain in the transaction of what it tells. Secrets are left out by name. */
export async function audit(em: EntityManager, at: number, note: AuditNote): Promise<void> {
  const [head] = await rowsIn<{ lastId: number; lastHash: string }>(
    em,
    `SELECT lastId, lastHash FROM audit_head WHERE id = 1${forUpdate(em)}`,
  );
  if (!head) throw new Error('The audit chain has no head: the first start was not completed.');
  const id = Number(head.lastId) + 1;
  const detail = detailOf(note);
  const entry = { id, at, actor: note.actor, action: note.action, target: note.target, detail };
  const hash = chainHash(head.lastHash, entry);
  await em.save(em.create(AuditEntry, { ...entry, hash }), { reload: false });
  await em.query('UPDATE audit_head SET lastId = ?, lastHash = ? WHERE id = 1', [id, hash]);
}

/** The hash of an entry: SHA-256 over the previous hash and the entry's canonical JSON. */
export function chainHash(
  previous: string,
  entry: { id: number; at: number; actor: string; action: string; target: string; detail: unknown },
): string {
  const text = JSON.stringify([entry.id, entry.at, entry.actor, entry.action, entry.target, entry.detail]);
  return createHash('sha256').update(previous).update('\n').update(text).digest('hex');
}

function detailOf(note: AuditNote): unknown {
  const detail = withoutSecrets({
    ...(note.before === undefined ? {} : { before: note.before }),
    ...(note.after === undefined ? {} : { after: note.after }),
  });
  const text = JSON.stringify(detail);
  return text.length <= MAX_DETAIL ? JSON.parse(text) : { cut: true, beginning: text.slice(0, MAX_DETAIL / 2) };
}

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !SECRET.test(name))
      .map(([name, inner]) => [name, withoutSecrets(inner)]),
  );
}
