const NOBODY = new Int32Array(0);
/** What a patched row costs beside its values: the typed array, its buffer and the map entry. */
const PATCH_BYTES = 200;

/**
 * Rows of ascending numbers without repetition, packed one behind the other (compressed sparse rows), with single rows
 * replaced until the next rebuild.
 */
export class Adjacency {
  private readonly patches = new Map<number, Int32Array>();
  private patchedValues = 0;

  private constructor(
    private readonly offsets: Int32Array,
    private readonly values: Int32Array,
  ) {}

  /** Packs the pairs (rows[i], values[i]), given in any order and possibly more than once. */
  static ofPairs(rowCount: number, valueCount: number, rows: Int32Array, values: Int32Array): Adjacency {
    // Sorting by value and then, stably, by row leaves each row ascending; both are counting sorts.
    return Adjacency.bucket(valueCount, values, rows).transposed(rowCount);
  }

  /** Counting sort by row; within a row the order of the input stays. */
  private static bucket(rowCount: number, rows: Int32Array, values: Int32Array): Adjacency {
    const offsets = new Int32Array(rowCount + 1);
    for (let i = 0; i < rows.length; i++) offsets[rows[i] + 1]++;
    for (let row = 0; row < rowCount; row++) offsets[row + 1] += offsets[row];
    const next = offsets.slice(0, rowCount);
    const packed = new Int32Array(values.length);
    for (let i = 0; i < rows.length; i++) packed[next[rows[i]]++] = values[i];
    return new Adjacency(offsets, packed);
  }

  /** The same pairs, the other way round; patches are not regarded. */
  transposed(rowCount: number): Adjacency {
    const rows = new Int32Array(this.values.length);
    for (let row = 0, i = 0; row + 1 < this.offsets.length; row++) {
      for (const end = this.offsets[row + 1]; i < end; i++) rows[i] = row;
    }
    return Adjacency.bucket(rowCount, this.values, rows).withoutRepetition();
  }

  /** A row, to be read only; empty where there is none. */
  row(row: number): Int32Array {
    const patch = this.patches.size > 0 ? this.patches.get(row) : undefined;
    if (patch) return patch;
    return row + 1 < this.offsets.length ? this.values.subarray(this.offsets[row], this.offsets[row + 1]) : NOBODY;
  }

  /** Adds values to a row; those that are there already change nothing. */
  add(row: number, values: readonly number[]): void {
    this.patch(row, union(this.row(row), Int32Array.from(values).sort()));
  }

  /** Takes values out of a row; those that are not there change nothing. */
  remove(row: number, values: readonly number[]): void {
    const gone = new Set(values);
    this.patch(
      row,
      this.row(row).filter((value) => !gone.has(value)),
    );
  }

  /** Bytes of the rows replaced since the last rebuild. */
  get patchBytes(): number {
    return this.patches.size * PATCH_BYTES + this.patchedValues * 4;
  }

  get bytes(): number {
    return this.offsets.byteLength + this.values.byteLength + this.patchBytes;
  }

  private patch(row: number, values: Int32Array): void {
    this.patchedValues += values.length - (this.patches.get(row)?.length ?? 0);
    this.patches.set(row, values);
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

/** Merges two ascending lists; the result holds nothing twice. */
function union(left: Int32Array, right: Int32Array): Int32Array {
  const merged = new Int32Array(left.length + right.length);
  let count = 0;
  for (let i = 0, j = 0; i < left.length || j < right.length;) {
    const value = j >= right.length || left[i] < right[j] ? left[i++] : right[j++];
    if (count === 0 || merged[count - 1] !== value) merged[count++] = value;
  }
  return merged.slice(0, count);
}
