import type { Database } from '../database';
import { changesSince, currentRevision } from '../revision';
import { AuthorizationIndex } from './authorization-index';
import { NameOrder } from './name-order';
import { applyChanges, namedBy, readChanges } from './rights-changes';
import { readAll } from './rights.reads';
import { inSlices } from './slices';

/** Everybody's rights and names as of one revision of the directory. */
export interface RightsImage {
  revision: number;
  index: AuthorizationIndex;
  order: NameOrder;
}

/** Notes that name more rows than this are not followed: all is read anew, which then costs no more. */
const MAX_NAMED = 20_000;

/**
 * The rights of the whole directory in memory, for one process. Never stale: every use compares the revision that the
 * database holds, whoever raised it, and first catches up by the notes of what changed, or reads all anew, in slices
 * that leave the event loop to others.
 */
export class DirectoryRights {
  private image: RightsImage | null = null;
  /** Whether the image was compared with the database since it last changed: nothing of it is newer than the rest. */
  private isSettled = false;
  private check: Promise<RightsImage> | null = null;
  private nextCheck: Promise<RightsImage> | null = null;

  constructor(private readonly db: Database) {}

  /**
   * The image, at least as new as what was committed before the call. Use it at once: it goes on changing. The database
   * is asked once for all who come while it is: a look that is under way may have been too early, one more follows it.
   * @throws what the database throws; the next call tries again.
   */
  current(): Promise<RightsImage> {
    if (!this.check) return this.startCheck();
    const next = () => {
      this.nextCheck = null;
      // Somebody may have come first and begun one: later than those came who wait here.
      return this.check ?? this.startCheck();
    };
    return (this.nextCheck ??= this.check.then(next, next));
  }

  /** The image where it is exactly as of a revision that the caller has just read; null where it is not. */
  asOf(revision: number): RightsImage | null {
    return this.isSettled && this.image?.revision === revision ? this.image : null;
  }

  /** Bytes of the image; 0 before its first use. */
  memoryBytes(): number {
    return this.image ? this.image.index.memoryBytes() + this.image.order.bytes : 0;
  }

  private startCheck(): Promise<RightsImage> {
    return (this.check = this.look().finally(() => (this.check = null)));
  }

  /** Ends when the revision, read after the last row, is the one the image has: then nothing was mixed. */
  private async look(): Promise<RightsImage> {
    for (;;) {
      const revision = await currentRevision(this.db);
      if (this.image?.revision === revision) {
        this.isSettled = true;
        return this.image;
      }
      await this.catchUp(revision);
    }
  }

  private async catchUp(revision: number): Promise<void> {
    const { db, image } = this;
    if (image && revision > image.revision && !image.index.isWorn) {
      const notes = await changesSince(db, image.revision, revision);
      if (notes && namedBy(notes) <= MAX_NAMED) {
        const changes = await readChanges(db, notes);
        this.isSettled = false;
        applyChanges(image.index, image.order, changes);
        image.revision = revision;
        return;
      }
    }
    const built = await readImage(db, revision);
    this.isSettled = false;
    this.image = built;
  }
}

async function readImage(db: Database, revision: number): Promise<RightsImage> {
  const { data, names } = await readAll(db);
  const index = await inSlices(AuthorizationIndex.building(data));
  return { revision, index, order: await inSlices(NameOrder.building(names, index.roster)) };
}

const byDatabase = new WeakMap<Database, DirectoryRights>();

/** The rights of a database: one image for all requests of the process. */
export function directoryRights(db: Database): DirectoryRights {
  let rights = byDatabase.get(db);
  if (!rights) byDatabase.set(db, (rights = new DirectoryRights(db)));
  return rights;
}
