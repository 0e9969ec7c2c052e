import { Group } from '../../schema/group';
import { User } from '../../schema/user';
import { type GroupOrderField, type UserOrderField } from '../../schema/enums';
import type { MembershipFacts } from './membership-columns';
import { MembershipTable } from './membership-table';
import { SortedRows } from './sorted-rows';

/** Everything an image is made of, read as of one revision. */
export interface DirectoryRows {
  revision: number;
  /** As `USER_COLUMNS` reads them. */
  users: User[];
  /** Keys of users in each order. */
  userOrders: Record<UserOrderField, number[]>;
  groups: Group[];
  groupOrders: Record<GroupOrderField, number[]>;
  memberships: MembershipTable['columns'];
}

/** What a catch-up read anew; a key without a row is gone. */
export interface DirectoryChanges {
  revision: number;
  userIds: number[];
  users: Map<number, User>;
  groupIds: number[];
  groups: Map<number, Group>;
  pairs: [groupId: number, userId: number][];
  memberships: Map<string, MembershipFacts>;
}

const USER_KEYS: Record<UserOrderField, (user: User) => string | number> = {
  DISPLAY_NAME: (user) => user.displayNameKey,
  USER_ID: (user) => user.userIdKey,
  DEPARTMENT: (user) => user.departmentKey,
  UPDATED_AT: (user) => Number(user.updatedAt),
};
const GROUP_KEYS: Record<GroupOrderField, (group: Group) => string | number> = {
  NAME: (group) => group.nameKey,
  MEMBER_COUNT: (group) => group.memberCount,
};
/** An object of about thirty fields with its texts. */
const ROW_BYTES = 700;

/** Users, groups and memberships in memory, as of one revision of the directory. */
export class DirectoryImage {
  revision: number;
  /** Rises with each change: what was derived from the image before is old. */
  version = 0;
  readonly users: Map<number, User>;
  readonly groups: Map<number, Group>;
  readonly usersBy: Record<UserOrderField, SortedRows<User>>;
  readonly groupsBy: Record<GroupOrderField, SortedRows<Group>>;
  readonly memberships: MembershipTable;

  /** @param padsSpaces how the database compares texts, see `compareText` */
  constructor(rows: DirectoryRows, padsSpaces: boolean) {
    this.revision = rows.revision;
    this.users = new Map(rows.users.map((row) => [row.id, userRow(row)]));
    this.groups = new Map(rows.groups.map((row) => [row.id, groupRow(row)]));
    this.usersBy = sortedBy(this.users, rows.userOrders, USER_KEYS, padsSpaces);
    this.groupsBy = sortedBy(this.groups, rows.groupOrders, GROUP_KEYS, padsSpaces);
    this.memberships = new MembershipTable(
      rows.memberships,
      rows.groupOrders.NAME,
      (id) => this.groups.get(id)?.nameKey ?? '',
      padsSpaces,
    );
  }

  /** Puts changes in place. Synchronous: nobody sees half of it. */
  apply(changes: DirectoryChanges): void {
    this.version++;
    this.revision = changes.revision;
    this.replaceUsers(changes);
    const renamed = this.replaceGroups(changes);
    for (const [groupId, userId] of changes.pairs) {
      const facts = changes.memberships.get(`${groupId}/${userId}`) ?? null;
      // With its user or group a membership is gone already.
      const exists = this.users.has(userId) && this.groups.has(groupId);
      this.memberships.change(groupId, userId, exists ? facts : null);
    }
    for (const groupId of renamed) this.memberships.reorder(groupId);
  }

  /** Groups that a person leads or deputises. */
  ledBy(userIds: ReadonlySet<number>): number[] {
    const isAmong = (id: number | null) => id !== null && userIds.has(id);
    return [...this.groups.values()]
      .filter((row) => isAmong(row.leaderId) || isAmong(row.deputyId))
      .map((row) => row.id);
  }

  /** Bytes held: exact for the columns of memberships, estimated for the rest. */
  get bytes(): number {
    return this.memberships.bytes + (this.users.size + this.groups.size) * ROW_BYTES;
  }

  private replaceUsers({ userIds, users }: DirectoryChanges): void {
    for (const id of userIds) {
      if (users.has(id)) continue;
      for (const slot of [...this.memberships.ofUser(id)]) {
        this.memberships.change(this.memberships.columns.groupId(slot), id, null);
      }
    }
    replaceRows(this.users, Object.values(this.usersBy), userIds, users, userRow);
  }

  /** @returns groups whose name is another now */
  private replaceGroups({ groupIds, groups }: DirectoryChanges): number[] {
    const renamed = groupIds.filter((id) => groups.has(id) && groups.get(id)?.nameKey !== this.groups.get(id)?.nameKey);
    for (const id of groupIds) {
      if (groups.has(id)) continue;
      for (const slot of [...this.memberships.ofGroup(id)]) {
        this.memberships.change(id, this.memberships.columns.userId(slot), null);
      }
    }
    replaceRows(this.groups, Object.values(this.groupsBy), groupIds, groups, groupRow);
    return renamed;
  }
}

/** Instances of their class with their `__typename`: neither type-graphql nor abstract types need to copy or mark them. */
function userRow(row: User): User {
  return Object.assign(new User(), row, { __typename: 'User' });
}

function groupRow(row: Group): Group {
  return Object.assign(new Group(), row, { __typename: 'Group' });
}

function sortedBy<F extends string, T extends { id: number }>(
  rows: ReadonlyMap<number, T>,
  orders: Record<F, number[]>,
  keys: Record<F, (row: T) => string | number>,
  padsSpaces: boolean,
): Record<F, SortedRows<T>> {
  const entries = (Object.keys(keys) as F[]).map((field): [F, SortedRows<T>] => {
    const inOrder = orders[field].map((id) => rows.get(id)).filter((row) => row !== undefined);
    return [field, new SortedRows(inOrder, keys[field], padsSpaces)];
  });
  return Object.fromEntries(entries) as Record<F, SortedRows<T>>;
}

function replaceRows<T extends { id: number }>(
  rows: Map<number, T>,
  orders: SortedRows<T>[],
  ids: readonly number[],
  found: ReadonlyMap<number, T>,
  prepare: (row: T) => T,
): void {
  const removed = ids.map((id) => rows.get(id)).filter((row) => row !== undefined);
  const added = ids
    .map((id) => found.get(id))
    .filter((row) => row !== undefined)
    .map(prepare);
  for (const order of orders) order.change(removed, added);
  for (const id of ids) rows.delete(id);
  for (const row of added) rows.set(row.id, row);
}
