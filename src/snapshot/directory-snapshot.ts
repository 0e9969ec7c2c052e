import { Gauge, register } from 'prom-client';
import { readConsistently } from '../consistent-read';
import type { Database } from '../database';
import type { Logger } from '../logger';
import { currentRevision } from '../revision';
import { DirectoryImage } from './directory-image';
import { readChanges, readDirectory } from './image-reader';

/** Where building failed, it is not tried again for so long. */
const RETRY_MILLISECONDS = 5000;

/**
 * The directory in memory. Never stale: `current` asks the database for its revision, once for all who ask meanwhile, and
 * hands the image out only where it is at least as new. Otherwise the image follows in the background, by the notes of
 * what changed or by reading all anew, and the caller reads SQL.
 */
export class DirectorySnapshot {
  private image: DirectoryImage | null = null;
  private work: Promise<void> | null = null;
  private check: Promise<DirectoryImage | null> | null = null;
  private nextCheck: Promise<DirectoryImage | null> | null = null;
  private notBefore = 0;
  private isStopped = false;

  constructor(
    private readonly db: Database,
    private readonly log: Logger,
  ) {}

  /** Begins to read the directory. */
  start(): void {
    this.follow();
  }

  /** Ends background work; from now on `current` gives null. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.image = null;
    await this.work;
  }

  /**
   * The image, at least as new as what was committed before the call, or null. A check that is under way may have looked
   * too early: one more begins after it, for all who came meanwhile.
   * @param revision the database's, where the caller has read it since its request came: then it is not read again
   */
  current(revision: number | null = null): Promise<DirectoryImage | null> {
    if (revision !== null && this.image?.revision === revision) return Promise.resolve(this.image);
    if (!this.check) return (this.check = this.look().finally(() => (this.check = null)));
    return (this.nextCheck ??= this.check.then(
      () => this.lookNext(),
      () => this.lookNext(),
    ));
  }

  /** Waits until nothing is under way: the image is as new as when this was called. */
  async settle(): Promise<DirectoryImage | null> {
    for (;;) {
      const image = await this.current();
      if (image || this.isStopped || !this.work) return image;
      await this.work;
    }
  }

  get memoryBytes(): number {
    return this.image?.bytes ?? 0;
  }

  private lookNext(): Promise<DirectoryImage | null> {
    this.nextCheck = null;
    // Somebody may have come first and begun one: later than those came who wait here.
    return (this.check ??= this.look().finally(() => (this.check = null)));
  }

  private async look(): Promise<DirectoryImage | null> {
    const before = this.image;
    const known = before?.revision ?? -1;
    if (!before) {
      this.follow();
      return null;
    }
    const revision = await currentRevision(this.db);
    const { image } = this;
    if (image && image.revision >= revision) {
      // Lower than what was known before it was asked: the database was put back to an earlier state.
      if (revision >= known) return image;
      this.image = null;
    }
    this.follow();
    return null;
  }

  private follow(): void {
    if (this.work || this.isStopped || Date.now() < this.notBefore) return;
    this.work = this.catchUp()
      .catch((error: unknown) => {
        if (this.isStopped) return;
        this.notBefore = Date.now() + RETRY_MILLISECONDS;
        this.log.warn({ err: error }, 'the directory could not be read into memory');
      })
      .finally(() => (this.work = null));
  }

  private async catchUp(): Promise<void> {
    const { image } = this;
    if (image && !image.memberships.isWorn) {
      const changes = await readConsistently(this.db, (reader) => readChanges(reader, image));
      if (changes && image === this.image) return image.apply(changes);
    }
    // What is behind and cannot follow is of no use: its memory goes before the new one's comes.
    this.image = null;
    const rows = await readConsistently(this.db, readDirectory);
    if (!this.isStopped) this.image = new DirectoryImage(rows, this.db.dialect === 'mariadb');
  }
}

const snapshots = new Set<DirectorySnapshot>();

/** A snapshot whose memory is in the metrics until it is stopped. */
export function startSnapshot(db: Database, log: Logger): { snapshot: DirectorySnapshot; stop(): Promise<void> } {
  const snapshot = new DirectorySnapshot(db, log);
  snapshots.add(snapshot);
  if (!register.getSingleMetric(METRIC)) {
    new Gauge({
      name: METRIC,
      help: 'Memory of the directory snapshot, estimated; 0 while there is none.',
      collect() {
        this.set([...snapshots].reduce((sum, one) => sum + one.memoryBytes, 0));
      },
    });
  }
  snapshot.start();
  return {
    snapshot,
    stop: async () => {
      snapshots.delete(snapshot);
      await snapshot.stop();
    },
  };
}

const METRIC = 'switchboard_directory_snapshot_bytes';
