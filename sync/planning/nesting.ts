/** One group inside another, however deep, with the way to it: ordinals outermost first, itself last. */
export interface Inner {
  group: number;
  path: number[];
}

/** The directory's groups as a graph; cycles are allowed. */
export interface GroupGraph {
  childrenOf(group: number): readonly number[];
  /** The order of children: by name, then by something unique. */
  compare(one: number, other: number): number;
}

/** Deeper chains are cut: a path must fit its column, and no directory means them. */
const MAX_DEPTH = 60;

/**
 * Every group inside a group, breadth first with children in name order: the first way found to a group is the shortest,
 * and of the shortest the first by names. A group is told once, itself never, so that cycles end.
 */
export function* innerGroups(start: number, graph: GroupGraph): Generator<Inner> {
  const visited = new Set([start]);
  let level: Inner[] = [{ group: start, path: [] }];
  for (let depth = 0; level.length > 0 && depth < MAX_DEPTH; depth++) {
    const next: Inner[] = [];
    for (const outer of level) {
      for (const child of [...graph.childrenOf(outer.group)].sort((one, other) => graph.compare(one, other))) {
        if (visited.has(child)) continue;
        visited.add(child);
        const inner = { group: child, path: [...outer.path, child] };
        yield inner;
        next.push(inner);
      }
    }
    level = next;
  }
}

/** The groups themselves and all that they are in, at any depth. */
export function withAncestors(groups: Iterable<number>, parentsOf: (group: number) => readonly number[]): Set<number> {
  const result = new Set(groups);
  const queue = [...result];
  for (let group = queue.pop(); group !== undefined; group = queue.pop()) {
    for (const parent of parentsOf(group)) {
      if (result.has(parent)) continue;
      result.add(parent);
      queue.push(parent);
    }
  }
  return result;
}
