import type { ProfileChange } from '../../schema/profile-change';
import { Scope } from '../auth/scope';
import type { Context } from '../context';
import type { Database } from '../database';
import { changesAbove, changesByIds, lastChangeKey } from './presence.reads';

/** The table is followed, not a bus: whoever made the change may be another replica. */
const POLL_MS = 250;
const AT_ONCE = 500;
/** How long a key that was passed over may still appear: its transaction was slower than that of a later key. */
const LATE_MS = 60_000;
const MAX_MISSING = 10_000;

/** Follows `profile_change` by its keys, and looks again for those that were missing when later ones appeared. */
export class ChangeFeed {
  private readonly missing = new Map<number, number>();

  private constructor(
    private readonly db: Database,
    private last: number,
  ) {}

  /** A feed of what comes from now on. */
  static async open(db: Database): Promise<ChangeFeed> {
    return new ChangeFeed(db, await lastChangeKey(db));
  }

  /** What has appeared since the last call. */
  async next(now = Date.now()): Promise<ProfileChange[]> {
    const late = this.missing.size > 0 ? [...(await changesByIds(this.db, [...this.missing.keys()])).values()] : [];
    const fresh = await changesAbove(this.db, this.last, AT_ONCE);
    for (const { id } of late) this.missing.delete(id);
    for (const [id, since] of this.missing) if (now - since > LATE_MS) this.missing.delete(id);
    for (const { id } of fresh) {
      for (let gap = this.last + 1; gap < id && this.missing.size < MAX_MISSING; gap++) this.missing.set(gap, now);
      this.last = id;
    }
    return [...late, ...fresh];
  }
}

/**
 * Yields changes of the users that the viewer sees at that moment, of one user where one is named. Each is read with
 * loaders of its own: nothing that a subscription has once loaded is shown again later.
 */
export async function* followChanges(context: Context, userId: number | null): AsyncGenerator<ProfileChange> {
  const feed = await ChangeFeed.open(context.db);
  for (;;) {
    const changes = (await feed.next()).filter((change) => userId === null || change.userId === userId);
    for (const change of changes) {
      context.scope = new Scope(context.db, context.viewer);
      context.loaders.clear();
      if (await context.scope.seesUser(change.userId)) yield change;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
