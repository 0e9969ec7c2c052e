import type { EntityManager } from 'typeorm';
import type { Row } from '../src/database';

/** A row of a stored plan, as apply and revert read it. */
export interface ChangeRow<Body> {
  seq: number;
  action: string;
  entityId: number | null;
  externalId: string;
  label: string;
  body: Body;
  edges: Buffer | null;
}

const PAGE = 1_000;

/** Rows of one kind and action in their order, a page at a time. */
export async function* changePages<Body>(
  em: EntityManager,
  runId: number,
  kind: string,
  action: string,
  pageSize = PAGE,
): AsyncGenerator<ChangeRow<Body>[]> {
  for (let after = 0; ;) {
    const rows = await em.query<(Row & { seq: number; body: string | null })[]>(
      `SELECT seq, action, entityId, externalId, label, body, edges FROM sync_change
       WHERE runId = ? AND kind = ? AND action = ? AND seq > ? ORDER BY seq LIMIT ${pageSize}`,
      [runId, kind, action, after],
    );
    if (rows.length === 0) return;
    yield rows.map(
      (row) => ({ ...row, body: row.body === null ? null : JSON.parse(row.body) }) as unknown as ChangeRow<Body>,
    );
    after = rows[rows.length - 1]?.seq ?? after;
    if (rows.length < pageSize) return;
  }
}

/** Refs of a packed row: keys above zero, numbers of rows below. */
export function unpackRefs(edges: Buffer | null): Int32Array {
  const refs = new Int32Array((edges?.length ?? 0) / 4);
  for (let index = 0; index < refs.length; index++) refs[index] = edges?.readInt32LE(index * 4) ?? 0;
  return refs;
}

/** What refs stand for once rows have been made. */
export class MadeKeys {
  private readonly keys = new Map<number, number>();

  set(seq: number, id: number): void {
    this.keys.set(seq, id);
  }

  get size(): number {
    return this.keys.size;
  }

  ids(): number[] {
    return [...this.keys.values()];
  }

  /** The key of a ref, or undefined where its row has not been made. */
  find(ref: number): number | undefined {
    return ref >= 0 ? ref : this.keys.get(ref & 0x7fffffff);
  }

  /** @throws Error where the plan names a row that made nothing. */
  get(ref: number): number {
    const id = this.find(ref);
    if (id === undefined) throw new Error(`Row ${ref & 0x7fffffff} of the plan made nothing.`);
    return id;
  }
}
