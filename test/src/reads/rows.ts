import type { EntityManager } from 'typeorm';

export type Value = string | number | Buffer | null;
export type Values = Record<string, Value>;
/** Keys of two rows to be linked; undefined where there is none. */
export type Pair = [number | undefined, number | undefined];

/** Keys of the rows that stand for one number. */
export interface Grown {
  user: number;
  group: number;
  client: number;
  queue: number;
  agent: number;
  userProfile: number;
  staffUser: number;
  role: number;
  clientProfile: number;
  dashboard: number;
  source: number;
  run: number;
  workplace: number;
  batch: number;
}

/** The number whose rows are being written, and what they are linked to. */
export interface Step {
  em: EntityManager;
  /** Unique name of the rows. */
  name: string;
  /** Milliseconds since 1970. */
  at: number;
  /** The rows of the number before; empty for the first. */
  previous: Partial<Grown>;
  /** The rows of the very first number, to which all others are linked; empty for the first itself. */
  hub: Partial<Grown>;
}

/** All bits of any mask of the schema. */
export const ALL_BITS = 0x7ff;

/** Writes one row of a table (SQLite); its key, where the table makes one. */
export async function insert({ em }: Step, table: string, values: Values): Promise<number> {
  const columns = Object.keys(values);
  const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
  await em.query(sql, Object.values(values));
  const [row] = await em.query<{ id: number }[]>('SELECT last_insert_rowid() AS id');
  return Number(row?.id);
}

/** Writes a row for each pair that has both sides, each pair once. */
export async function link(
  step: Step,
  table: string,
  [left, right]: readonly [string, string],
  pairs: readonly Pair[],
  values: Values = {},
): Promise<void> {
  for (const [a, b] of new Map(pairs.map((pair) => [pair.join(), pair])).values()) {
    if (a !== undefined && b !== undefined) await insert(step, table, { [left]: a, [right]: b, ...values });
  }
}
