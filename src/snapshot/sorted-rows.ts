/** What a row is ordered by: a text or number, then its key. */
export type SortKey = readonly [value: string | number, id: number];

interface Keyed {
  id: number;
}

const SPACE = 0x20;
/** Up to so many changes are put in place one by one. */
const FEW = 64;

/**
 * Compares texts as the database does: by code points, which is the order of UTF-8 bytes. MariaDB's `utf8mb4_bin` pads
 * the shorter text with spaces (MariaDB manual, "Supported Character Sets and Collations": PAD SPACE); SQLite does not.
 */
export function compareText(left: string, right: string, padsSpaces: boolean): number {
  const shorter = Math.min(left.length, right.length);
  for (let i = 0; i < shorter; i++) {
    const [a, b] = [left.charCodeAt(i), right.charCodeAt(i)];
    if (a !== b) return weight(a) - weight(b);
  }
  if (!padsSpaces) return left.length - right.length;
  for (let i = shorter; i < left.length; i++) if (left.charCodeAt(i) !== SPACE) return left.charCodeAt(i) - SPACE;
  for (let i = shorter; i < right.length; i++) if (right.charCodeAt(i) !== SPACE) return SPACE - right.charCodeAt(i);
  return 0;
}

/** Surrogates stand for code points above all others, but their numbers are lower than those of U+E000 and up. */
function weight(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** Rows in the order of one sort key. */
export class SortedRows<T extends Keyed> {
  /** @param rows in order already, as the database gave them */
  constructor(
    private rows: T[],
    readonly valueOf: (row: T) => string | number,
    private readonly padsSpaces: boolean,
  ) {}

  get length(): number {
    return this.rows.length;
  }

  at(index: number): T {
    return this.rows[index];
  }

  /** The first index whose row does not precede the key; `beyond`: whose row follows it. */
  indexOf(key: SortKey, beyond: boolean): number {
    let [low, high] = [0, this.rows.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = this.compare(this.at(middle), key);
      if (order < 0 || (beyond && order === 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Takes rows out, given as they were when they were put in, and puts others in. */
  change(removed: readonly T[], added: readonly T[]): void {
    if (removed.length + added.length > FEW) return this.merge(removed, added);
    for (const row of removed) {
      const index = this.indexOf([this.valueOf(row), row.id], false);
      if (this.rows[index]?.id === row.id) this.rows.splice(index, 1);
    }
    for (const row of added) this.rows.splice(this.indexOf([this.valueOf(row), row.id], false), 0, row);
  }

  private merge(removed: readonly T[], added: readonly T[]): void {
    const gone = new Set(removed.map((row) => row.id));
    const arriving = [...added].sort((left, right) => this.compare(left, [this.valueOf(right), right.id]));
    const merged: T[] = [];
    let next = 0;
    for (const row of this.rows) {
      if (gone.has(row.id)) continue;
      for (; next < arriving.length; next++) {
        const candidate = arriving[next];
        if (this.compare(candidate, [this.valueOf(row), row.id]) > 0) break;
        merged.push(candidate);
      }
      merged.push(row);
    }
    for (; next < arriving.length; next++) merged.push(arriving[next]);
    this.rows = merged;
  }

  private compare(row: T, [value, id]: SortKey): number {
    const own = this.valueOf(row);
    const order =
      typeof own === 'string' ? compareText(own, String(value), this.padsSpaces) : Number(own) - Number(value);
    return order === 0 ? row.id - id : order;
  }
}
