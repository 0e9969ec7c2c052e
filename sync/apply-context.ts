import type { EntityManager } from 'typeorm';
import type { DirectorySource } from '../schema/directory-source';
import type { SyncRun } from '../schema/sync-run';
import { type MadeKeys } from './change-rows';
import type { MergeSource } from './merge';

/** What the one transaction of apply or revert works on. */
export interface ApplyContext {
  em: EntityManager;
  run: SyncRun;
  source: DirectorySource;
  sources: ReadonlyMap<number, MergeSource>;
  now: number;
  groups: MadeKeys;
  users: MadeKeys;
  touched: Touched;
}

/** Keys of what was changed, for the revision; beyond some thousand only that it was much. */
export class Touched {
  readonly users = new Set<number>();
  readonly groups = new Set<number>();
  readonly memberships: [number, number][] = [];
  private static readonly most = 2_000;

  get isMuch(): boolean {
    return this.users.size + this.groups.size + this.memberships.length > Touched.most;
  }

  user(id: number): void {
    if (!this.isMuch) this.users.add(id);
  }

  group(id: number): void {
    if (!this.isMuch) this.groups.add(id);
  }

  membership(groupId: number, userId: number): void {
    if (!this.isMuch) this.memberships.push([groupId, userId]);
  }
}
