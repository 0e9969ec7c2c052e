import type { Page } from '../../schema/connection';
import type { PageArgs } from '../../schema/connection.input';
import type { MembershipVia } from '../../schema/enums';
import type { GroupFilter, GroupOrder } from '../../schema/group.input';
import type { UserFilter, UserOrder } from '../../schema/user.input';
import { inList, type Database } from '../database';
import { listGroups } from '../groups/group.reads';
import { membershipsOfUsers, membersOfGroups } from '../groups/membership.reads';
import type { Variables } from '../input-defaults';
import { resolvePaging, type Shape } from '../paging';
import { listUsers } from '../users/user.reads';
import type { CountedPage } from './page-writer';
import type { PlanList } from './plan';
import type { SqlRow } from './sql-rows';

/** Tables and aliases of the statements that the lists read with. */
export const TABLES_OF = {
  User: { from: 'user u', alias: 'u', keys: ['u.id'] },
  Group: { from: 'user_group g', alias: 'g', keys: ['g.id'] },
  Membership: { from: 'membership m', alias: 'm', keys: ['m.groupId', 'm.userId'] },
} as const;

/** Parent of lists that have none. */
export const ROOT = 0;

/** The pages of a list for all its parents, by one statement; for viewers who see everything unmasked. */
export async function readPages(
  db: Database,
  { name }: PlanList,
  args: Variables,
  parents: readonly number[],
  shape: Shape,
): Promise<Map<number, Page<SqlRow>>> {
  if (parents.length === 0) return new Map<number, Page<SqlRow>>();
  const page = args as PageArgs;
  const query = { page, via: args['via'] as MembershipVia[] | null, scope: null, shape };
  switch (name) {
    case 'users': {
      const [filter, order] = [args['filter'] as UserFilter, args['orderBy'] as UserOrder];
      return shaped(new Map([[ROOT, await listUsers(db, filter, order, page, null, false, shape)]]));
    }
    case 'groups': {
      const [filter, order] = [args['filter'] as GroupFilter, args['orderBy'] as GroupOrder];
      return shaped(new Map([[ROOT, await listGroups(db, filter, order, page, null, shape)]]));
    }
    case 'memberships':
      return shaped(await membershipsOfUsers(db, parents, query));
    case 'members': {
      const [search, asOf] = [args['search'] as string | null, args['asOf'] as number | null];
      return shaped(await membersOfGroups(db, parents, { ...query, search, asOf, masked: false }));
    }
  }
}

/** The lists of all parents, each as one row of its parent's key and its elements in one text. */
export async function readElements(
  db: Database,
  statement: (limit: number, parents: number) => string,
  args: Variables,
  parents: readonly number[],
): Promise<Map<number, CountedPage<SqlRow>>> {
  if (parents.length === 0) return new Map<number, CountedPage<SqlRow>>();
  const { limit } = resolvePaging(args, 2);
  const { params } = inList(parents);
  const rows = await db.arrays(statement(limit, params.length), params);
  return new Map(rows.map((row) => [Number(row[0]), { ...EMPTY, nodes: [row] }]));
}

const EMPTY: Omit<CountedPage<SqlRow>, 'nodes'> = {
  hasNextPage: false,
  hasPreviousPage: false,
  cursorOf: () => '',
  total: () => 0,
};

/** What was read has the columns of the shape, not those of its noun. */
function shaped(pages: Map<number, Page<object>>): Map<number, Page<SqlRow>> {
  return pages as unknown as Map<number, Page<SqlRow>>;
}
