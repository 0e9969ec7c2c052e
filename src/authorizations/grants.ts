const ENTRY_BYTES = 100;

/** Rights granted to one viewer on one target, found from either side. Keys are user ids. */
export class Grants {
  private readonly byViewer = new Map<number, Map<number, number>>();
  private readonly byTarget = new Map<number, Map<number, number>>();
  private count = 0;

  /** The rights granted, 0 where nothing is. */
  rights(viewerId: number, targetId: number): number {
    return this.byViewer.size > 0 ? (this.byViewer.get(viewerId)?.get(targetId) ?? 0) : 0;
  }

  /** Grants exactly these rights; a second grant replaces the first (E39). */
  set(viewerId: number, targetId: number, rights: number): void {
    if (put(this.byViewer, viewerId, targetId, rights)) this.count++;
    put(this.byTarget, targetId, viewerId, rights);
  }

  delete(viewerId: number, targetId: number): void {
    if (drop(this.byViewer, viewerId, targetId)) this.count--;
    drop(this.byTarget, targetId, viewerId);
  }

  /** Deletes every grant that the user holds or is the target of. */
  deleteUser(userId: number): void {
    for (const targetId of [...this.ofViewer(userId).keys()]) this.delete(userId, targetId);
    for (const viewerId of [...this.onTarget(userId).keys()]) this.delete(viewerId, userId);
  }

  /** Target → rights, for one viewer. */
  ofViewer(viewerId: number): ReadonlyMap<number, number> {
    return this.byViewer.get(viewerId) ?? NONE;
  }

  /** Viewer → rights, for one target. */
  onTarget(targetId: number): ReadonlyMap<number, number> {
    return this.byTarget.get(targetId) ?? NONE;
  }

  get bytes(): number {
    return this.count * 2 * ENTRY_BYTES;
  }
}

const NONE: ReadonlyMap<number, number> = new Map();

function put(side: Map<number, Map<number, number>>, from: number, to: number, rights: number): boolean {
  const row = side.get(from) ?? new Map<number, number>();
  const isNew = !row.has(to);
  row.set(to, rights);
  side.set(from, row);
  return isNew;
}

function drop(side: Map<number, Map<number, number>>, from: number, to: number): boolean {
  const row = side.get(from);
  if (!row?.delete(to)) return false;
  if (row.size === 0) side.delete(from);
  return true;
}
