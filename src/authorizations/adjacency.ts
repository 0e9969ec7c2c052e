import type { Sliced } from './slices';

const NOBODY = new Int32Array(0);
/** What a patched row costs beside its values: the typed array, its buffer and the map entry. */
const PATCH_BYTES = 200;
/** So many values are moved between two breaks: less than a millisecond's work. */
const SLICE = 1 << 16;

/** Where a row lies, told without making a view of it. */
export interface RowPlace {
  values: Int32Array;
  from: number;
  end: number;
}

/**
 * Rows of ascending numbers without repetition, packed one behind the other (compressed sparse rows), with single rows
 * replaced until the next packing.
 */
export class Adjacency {
  private readonly patches = new Map<number, Int32Array>();
  private patchedValues = 0;
  /** Scratch of one look-up. */
  private readonly place: RowPlace = { values: NOBODY, from: 0, end: 0 };

  private constructor(
    private offsets: Int32Array,
    private values: Int32Array,
  ) {}

  /** Packs the pairs (rows[i], values[i]) that ascend by row, then by value, none twice. The values are kept. */
  static *ofSorted(rowCount: number, rows: Int32Array, values: Int32Array): Sliced<Adjacency> {
    return new Adjacency(yield* offsetsOf(rowCount, rows), values);
  }

  /** Packs the pairs (rows[i], values[i]), given in any order and possibly more than once. */
  static *ofPairs(rowCount: number, valueCount: number, rows: Int32Array, values: Int32Array): Sliced<Adjacency> {
    // Sorting by value and then, stably, by row leaves each row ascending; both are counting sorts.
    const offsets = yield* offsetsOf(valueCount, values);
    const next = offsets.slice(0, valueCount);
    const packed = new Int32Array(values.length);
    for (let from = 0; from < rows.length; from += SLICE) {
      const end = Math.min(rows.length, from + SLICE);
      for (let i = from; i < end; i++) packed[next[values[i]]++] = rows[i];
      yield;
    }
    const byValue = new Adjacency(offsets, packed);
    return (yield* byValue.transposed(rowCount)).withoutRepetition();
  }

  /** The same pairs, the other way round; patches are not regarded. */
  *transposed(rowCount: number): Sliced<Adjacency> {
    const offsets = yield* offsetsOf(rowCount, this.values);
    const next = offsets.slice(0, rowCount);
    const packed = new Int32Array(this.values.length);
    for (let row = 0; row + 1 < this.offsets.length;) {
      row = this.scatter(row, next, packed);
      yield;
    }
    return new Adjacency(offsets, packed);
  }

  /** A row, to be read only; empty where there is none. */
  row(row: number): Int32Array {
    const patch = this.patches.size > 0 ? this.patches.get(row) : undefined;
    if (patch) return patch;
    return row + 1 < this.offsets.length ? this.values.subarray(this.offsets[row], this.offsets[row + 1]) : NOBODY;
  }

  /** Says where a row lies: what `row` gives, without its allocation. */
  locate(row: number, place: RowPlace): void {
    const patch = this.patches.size > 0 ? this.patches.get(row) : undefined;
    const isPacked = !patch && row + 1 < this.offsets.length;
    place.values = isPacked ? this.values : (patch ?? NOBODY);
    place.from = isPacked ? this.offsets[row] : 0;
    place.end = isPacked ? this.offsets[row + 1] : place.values.length;
  }

  /** Whether a value is in a row. */
  has(row: number, value: number): boolean {
    this.locate(row, this.place);
    const { values, from, end } = this.place;
    const at = placeOf(values, value, from, end);
    return at < end && values[at] === value;
  }

  /** How many values a row has. */
  lengthOf(row: number): number {
    const patch = this.patches.size > 0 ? this.patches.get(row) : undefined;
    if (patch) return patch.length;
    return row + 1 < this.offsets.length ? this.offsets[row + 1] - this.offsets[row] : 0;
  }

  /** How many values all rows have; replaced rows count twice until the next packing. */
  get count(): number {
    return this.values.length + this.patchedValues;
  }

  /** Adds values to a row; those that are there already change nothing. */
  add(row: number, values: readonly number[]): void {
    const missing = [...new Set(values)].filter((value) => !this.has(row, value));
    if (missing.length > 0) this.patch(row, withValues(this.row(row), missing.sort(ascending)));
  }

  /** Takes values out of a row; those that are not there change nothing. */
  remove(row: number, values: readonly number[]): void {
    const present = [...new Set(values)].filter((value) => this.has(row, value));
    if (present.length > 0) this.patch(row, withoutValues(this.row(row), present.sort(ascending)));
  }

  /** Packs the replaced rows between the others: copies of whole stretches, some milliseconds per million values. */
  pack(): void {
    const patched = [...this.patches.keys()].sort((left, right) => left - right);
    const rowCount = Math.max(this.offsets.length - 1, (patched.at(-1) ?? -1) + 1);
    const offsets = new Int32Array(rowCount + 1);
    for (let row = 1; row < this.offsets.length; row++) offsets[row] = this.offsets[row] - this.offsets[row - 1];
    for (const row of patched) offsets[row + 1] = this.lengthOf(row);
    for (let row = 0; row < rowCount; row++) offsets[row + 1] += offsets[row];
    const values = new Int32Array(offsets[rowCount]);
    let row = 0;
    for (const next of [...patched, rowCount]) {
      const [from, end] = [this.startOf(row), this.startOf(next)];
      if (end > from) values.set(this.values.subarray(from, end), offsets[row]);
      if (next < rowCount) values.set(this.row(next), offsets[next]);
      row = next + 1;
    }
    this.offsets = offsets;
    this.values = values;
    this.patches.clear();
    this.patchedValues = 0;
  }

  /** Bytes of the rows replaced since the last packing. */
  get patchBytes(): number {
    return this.patches.size * PATCH_BYTES + this.patchedValues * 4;
  }

  get bytes(): number {
    return this.offsets.byteLength + this.values.byteLength + this.patchBytes;
  }

  /** Where the packed values of a row begin; behind all others for rows that are newer. */
  private startOf(row: number): number {
    return this.offsets[Math.min(row, this.offsets.length - 1)];
  }

  private patch(row: number, values: Int32Array): void {
    this.patchedValues += values.length - (this.patches.get(row)?.length ?? 0);
    this.patches.set(row, values);
  }

  /** Files rows under their values, as many rows as make a slice. @returns the next row */
  private scatter(first: number, next: Int32Array, packed: Int32Array): number {
    const { offsets, values } = this;
    const last = Math.min(values.length, offsets[first] + SLICE);
    let row = first;
    for (let i = offsets[first]; row + 1 < offsets.length && (i < last || offsets[row + 1] === i); row++) {
      for (const end = offsets[row + 1]; i < end; i++) packed[next[values[i]]++] = row;
    }
    return row;
  }

  private withoutRepetition(): Adjacency {
    const { offsets, values } = this;
    let kept = 0;
    for (let row = 0, from = 0; row + 1 < offsets.length; row++) {
      const end = offsets[row + 1];
      const start = kept;
      for (let i = from; i < end; i++) {
        if (kept === start || values[kept - 1] !== values[i]) values[kept++] = values[i];
      }
      offsets[row + 1] = kept;
      from = end;
    }
    return kept === values.length ? this : new Adjacency(offsets, values.slice(0, kept));
  }
}

/** Where each row begins, from the row of every value. */
function* offsetsOf(rowCount: number, rows: Int32Array): Sliced<Int32Array> {
  const offsets = new Int32Array(rowCount + 1);
  for (let from = 0; from < rows.length; from += SLICE) {
    const end = Math.min(rows.length, from + SLICE);
    for (let i = from; i < end; i++) offsets[rows[i] + 1]++;
    yield;
  }
  for (let row = 0; row < rowCount; row++) offsets[row + 1] += offsets[row];
  return offsets;
}

/** An ascending row with further, ascending values that it lacks: copies of the stretches between them. */
function withValues(row: Int32Array, values: readonly number[]): Int32Array {
  const result = new Int32Array(row.length + values.length);
  let from = 0;
  values.forEach((value, i) => {
    const at = placeOf(row, value, from, row.length);
    result.set(row.subarray(from, at), from + i);
    result[at + i] = value;
    from = at;
  });
  result.set(row.subarray(from), from + values.length);
  return result;
}

/** An ascending row without some ascending values of its own. */
function withoutValues(row: Int32Array, values: readonly number[]): Int32Array {
  const result = new Int32Array(row.length - values.length);
  let from = 0;
  values.forEach((value, i) => {
    const at = placeOf(row, value, from, row.length);
    result.set(row.subarray(from, at), from - i);
    from = at + 1;
  });
  result.set(row.subarray(from), from - values.length);
  return result;
}

/** Where in a stretch of ascending values the first one lies that is not less. */
function placeOf(values: Int32Array, value: number, from: number, end: number): number {
  let [low, high] = [from, end];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function ascending(left: number, right: number): number {
  return left - right;
}
