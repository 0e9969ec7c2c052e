/** Rows that carry their parent's key, as one list for each parent. */
export function byParent<T>(parents: readonly number[], rows: (T & { parentKey: number })[]): Map<number, T[]> {
  const lists = new Map<number, T[]>(parents.map((parent) => [parent, []]));
  for (const row of rows) lists.get(Number(row.parentKey))?.push(row);
  return lists;
}
