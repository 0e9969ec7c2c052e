import type { Control, Filter } from 'ldapts';

import type { Position } from './cursor';
import type { LdapSession } from './session';

export type ChangedIds = Map<string, 'user' | 'group' | null>;

/**
 * How one family of directories tells what changed. The filters are for entries that are there; what is gone is either
 * told by the directory (`changedIds`) or found by a sweep.
 */
export interface History {
  /** Where the server stands now; null where it cannot tell. Throws IncompleteRead. */
  position(session: LdapSession): Promise<Position | null>;
  /** Throws ResyncRequired where changes since `from` cannot be had of a server that stands at `now`. */
  verify(from: Position, now: Position): void;
  /** Entries created or changed since. */
  changed(from: Position): Filter;
  /** Organizational units that existed before and were changed since: what lies below may have moved with them. */
  changedUnits(from: Position): Filter;
  /**
   * Every id that changed between the two, deleted ones and those that left the source's filters too, with its kind, as
   * far as it is known: what of it is not told is gone. Null where the directory cannot tell.
   */
  changedIds(session: LdapSession, from: Position, now: Position): Promise<ChangedIds | null>;
  /** Entries that have one of these refs; null where the server cannot search by them quickly. After `changedIds`. */
  byRefs(refs: string[]): Filter | null;
  /** Whether the names alone, without the source's filters, are searched for much more quickly. */
  readonly findsNamesAlone: boolean;
  /** How many refs one search takes, and beyond how many in all it is quicker to read all ids. */
  readonly refsAtOnce: number;
  readonly maxLookedUp: number;
  /** How many searches for groups by their members are quicker than reading all groups. */
  readonly maxHolderSearches: number;
  /** Controls of every search. */
  readonly controls: Control[];
}
