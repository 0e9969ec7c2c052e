import type { Page } from '../../schema/connection';
import type { PageArgs } from '../../schema/connection.input';
import { GroupOrderField, SortDirection, UserOrderField, UserState, type MembershipVia } from '../../schema/enums';
import type { Group } from '../../schema/group';
import type { GroupFilter, GroupOrder } from '../../schema/group.input';
import { GROUP_FLAGS, toMask } from '../../schema/masks';
import type { Membership } from '../../schema/membership';
import type { User } from '../../schema/user';
import type { UserFilter, UserOrder } from '../../schema/user.input';
import { keyOf } from '../ids';
import { encodeCursor, resolvePaging } from '../paging';
import { fold } from '../text';
import { keys } from '../users/user.reads';
import type { DirectoryImage } from './directory-image';
import type { MembershipTable } from './membership-table';
import { MembershipView } from './membership-view';
import type { SortedRows } from './sorted-rows';

type Cursor = (string | number)[];
type Paging = ReturnType<typeof resolvePaging>;

/** A list in memory, from its first element to its last. */
interface List<T> {
  length: number;
  at(index: number): T;
  keyOf(row: T): Cursor;
  /** The first index that does not precede the cursor; `beyond`: that follows it. */
  indexOf(cursor: Cursor, beyond: boolean): number;
  includes?(row: T): boolean;
}

/** A page that is in memory: its total is known without waiting. */
export interface ImagePage<T> extends Page<T> {
  total(): number;
}

/** The page that `fetchPage` would read, or null where a cursor is of another kind than the list's keys. */
function pageOfList<T>(list: List<T>, args: PageArgs): ImagePage<T> | null {
  const paging = resolvePaging(args, 2);
  if (list.length > 0 && !fits(list, paging)) return null;
  const first = paging.after ? list.indexOf(paging.after, true) : 0;
  const end = paging.before ? list.indexOf(paging.before, false) : list.length;
  const step = paging.backward ? -1 : 1;
  const nodes: T[] = [];
  let more = false;
  for (let i = paging.backward ? end - 1 : first; i >= first && i < end; i += step) {
    const row = list.at(i);
    if (list.includes && !list.includes(row)) continue;
    if ((more = nodes.length === paging.limit)) break;
    nodes.push(row);
  }
  if (paging.backward) nodes.reverse();
  return {
    nodes,
    hasNextPage: paging.backward ? paging.before !== null : more,
    hasPreviousPage: paging.backward ? more : paging.after !== null,
    cursorOf: (row) => encodeCursor(list.keyOf(row)),
    count: () => Promise.resolve(count(list)),
    total: () => count(list),
  };
}

function fits<T>(list: List<T>, { after, before }: Paging): boolean {
  const key = list.keyOf(list.at(0));
  return [after, before].every((cursor) => !cursor || cursor.every((value, i) => typeof value === typeof key[i]));
}

function count<T>(list: List<T>): number {
  if (!list.includes) return list.length;
  let found = 0;
  for (let i = 0; i < list.length; i++) if (list.includes(list.at(i))) found++;
  return found;
}

function ordered<T extends { id: number }>(rows: SortedRows<T>, isDescending: boolean): List<T> {
  const keyOfRow = (row: T): Cursor => [rows.valueOf(row), row.id];
  if (!isDescending) {
    return {
      length: rows.length,
      at: (index) => rows.at(index),
      keyOf: keyOfRow,
      indexOf: ([value, id], beyond) => rows.indexOf([value, Number(id)], beyond),
    };
  }
  return {
    length: rows.length,
    at: (index) => rows.at(rows.length - 1 - index),
    keyOf: keyOfRow,
    indexOf: ([value, id], beyond) => rows.length - rows.indexOf([value, Number(id)], !beyond),
  };
}

/** What `listUsers` would read, or null where the image does not tell: searches, clients and sources. */
export function pageOfUsers(
  image: DirectoryImage,
  filter: UserFilter | null | undefined,
  order: UserOrder | null | undefined,
  args: PageArgs,
): ImagePage<User> | null {
  const asksForClients = filter?.hasClient !== null && filter?.hasClient !== undefined;
  if (filter?.search || filter?.sourceId || asksForClients) return null;
  const rows = image.usersBy[order?.field ?? UserOrderField.DISPLAY_NAME];
  const list = ordered(rows, order?.direction === SortDirection.DESC);
  return pageOfList({ ...list, includes: userPredicate(image, filter) }, args);
}

function userPredicate(image: DirectoryImage, filter: UserFilter | null | undefined): (user: User) => boolean {
  const states = new Set<UserState>(filter?.state ?? [UserState.ACTIVE, UserState.DISABLED]);
  const ids = filter?.ids ? new Set(keys('User', filter.ids)) : null;
  const origins = filter?.origin ? new Set(filter.origin) : null;
  const hasDepartment = filter?.department !== null && filter?.department !== undefined;
  const department = hasDepartment ? fold(filter.department) : null;
  const members = filter?.memberOf ? membersOf(image, keyOf('Group', filter.memberOf) ?? 0) : null;
  return (user) =>
    states.has(user.state) &&
    (ids === null || ids.has(user.id)) &&
    (origins === null || origins.has(user.origin)) &&
    (department === null || user.departmentKey === department) &&
    (members === null || members.has(user.id));
}

function membersOf(image: DirectoryImage, groupId: number): Set<number> {
  const { memberships } = image;
  const users = new Set<number>();
  for (const slot of memberships.ofGroup(groupId)) users.add(memberships.columns.userId(slot));
  return users;
}

/** What `listGroups` would read; null where a cursor is not of this list. */
export function pageOfGroups(
  image: DirectoryImage,
  filter: GroupFilter | null | undefined,
  order: GroupOrder | null | undefined,
  args: PageArgs,
): ImagePage<Group> | null {
  const rows = image.groupsBy[order?.field ?? GroupOrderField.NAME];
  const list = ordered(rows, order?.direction === SortDirection.DESC);
  return pageOfList({ ...list, includes: groupPredicate(filter) }, args);
}

function groupPredicate(filter: GroupFilter | null | undefined): (group: Group) => boolean {
  const isVanished = Boolean(filter?.vanished);
  const ids = filter?.ids ? new Set(keys('Group', filter.ids)) : null;
  const origins = filter?.origin ? new Set(filter.origin) : null;
  const source = filter?.sourceId ? (keyOf('DirectorySource', filter.sourceId) ?? 0) : null;
  const empty = filter?.empty ?? null;
  const flag = filter?.flag ? toMask([filter.flag], GROUP_FLAGS) : 0;
  const prefix = filter?.search ? fold(filter.search) : '';
  return (group) =>
    (group.vanishedAt !== null) === isVanished &&
    (ids === null || ids.has(group.id)) &&
    (origins === null || origins.has(group.origin)) &&
    (source === null || group.sourceId === source) &&
    (empty === null || (group.memberCount === 0) === empty) &&
    (!filter?.callGroupMode || group.callMode === filter.callGroupMode) &&
    (flag === 0 || (group.flagsMask & flag) !== 0) &&
    group.nameKey.startsWith(prefix);
}

/** Slots of what `membersOfGroups` would read of one group, now and without a search; null where a cursor is not of this list. */
export function pageOfMembers(
  image: DirectoryImage,
  groupId: number,
  args: PageArgs,
  via: readonly MembershipVia[] | null | undefined,
): ImagePage<number> | null {
  const { columns } = image.memberships;
  return pageOfSlots(image, image.memberships.ofGroup(groupId), args, via, (slot) => [
    columns.position(slot),
    columns.userId(slot),
  ]);
}

/** Slots of what `membershipsOfUsers` would read of one person; null where a cursor is not of this list. */
export function pageOfMemberships(
  image: DirectoryImage,
  userId: number,
  args: PageArgs,
  via: readonly MembershipVia[] | null | undefined,
): ImagePage<number> | null {
  const { columns } = image.memberships;
  return pageOfSlots(image, image.memberships.ofUser(userId), args, via, (slot) => {
    const id = columns.groupId(slot);
    return [image.groups.get(id)?.nameKey ?? '', id];
  });
}

/** The memberships in a page's slots. */
export function viewsOf({ columns }: MembershipTable, page: ImagePage<number>): Page<Membership> {
  const views = page.nodes.map((slot) => new MembershipView(columns, slot));
  return {
    ...page,
    nodes: views as unknown as Membership[],
    cursorOf: (row) => page.cursorOf((row as unknown as MembershipView).slot),
  };
}

function pageOfSlots(
  { memberships }: DirectoryImage,
  slots: Int32Array,
  args: PageArgs,
  via: readonly MembershipVia[] | null | undefined,
  keyOf: (slot: number) => Cursor,
): ImagePage<number> | null {
  const wanted = via ? new Set<string>(via) : null;
  return pageOfList<number>(
    {
      length: slots.length,
      at: (index) => slots[index],
      keyOf,
      // A cursor is looked for from the front: its place follows from the order the slots have.
      indexOf: (cursor, beyond) => memberships.indexOf(slots, keyOf, cursor, beyond),
      ...(wanted ? { includes: (slot: number) => wanted.has(memberships.columns.via(slot)) } : {}),
    },
    args,
  );
}
