import type { Sliced } from './slices';

/** A name with the id of who has it. Names are compared by UTF-16 code units, then ids. */
export type NameKey = readonly [name: string, id: number];

/** So many names are sorted or merged between two breaks: a few milliseconds' work. */
const SLICE = 1 << 12;

export function compareNames(left: NameKey, right: NameKey): number {
  if (left[0] !== right[0]) return left[0] < right[0] ? -1 : 1;
  return left[1] - right[1];
}

/** Sorts a list in slices: short runs, then merges of two runs at a time. */
export function* sortedByName(people: readonly NameKey[]): Sliced<NameKey[]> {
  let runs: NameKey[][] = [];
  for (let from = 0; from < people.length; from += SLICE) {
    runs.push(people.slice(from, from + SLICE).sort(compareNames));
    yield;
  }
  while (runs.length > 1) {
    const merged: NameKey[][] = [];
    for (let i = 0; i < runs.length; i += 2) merged.push(yield* mergedByName(runs[i], runs[i + 1] ?? []));
    runs = merged;
  }
  return runs[0] ?? [];
}

function* mergedByName(left: readonly NameKey[], right: readonly NameKey[]): Sliced<NameKey[]> {
  const merged: NameKey[] = [];
  for (let i = 0, j = 0; i < left.length || j < right.length;) {
    const takesLeft = j >= right.length || (i < left.length && compareNames(left[i], right[j]) < 0);
    merged.push(takesLeft ? left[i++] : right[j++]);
    if (merged.length % SLICE === 0) yield;
  }
  return merged;
}
