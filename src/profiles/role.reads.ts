import { ROLE_ALL, type Role } from '../../schema/role';
import { inList, type Database, type Row } from '../database';
import type { Sql } from '../paging';

const COLUMNS = 'r.id, r.name, r.nameKey, r.builtIn, r.permissions';
/** The role All comes first. */
const ORDER = 'r.builtIn DESC, r.nameKey, r.id';

/** A role as rows have it: permissions are still text. */
function roleOf(row: Row): Role {
  return { ...row, permissions: JSON.parse(String(row['permissions'])) as string[] } as unknown as Role;
}

/** All roles: All, then by name. */
export async function listRoles(db: Database): Promise<Role[]> {
  return (await db.rows(`SELECT ${COLUMNS} FROM role r ORDER BY ${ORDER}`)).map(roleOf);
}

export async function rolesByIds(db: Database, ids: readonly number[]): Promise<Map<number, Role>> {
  const among = inList(ids);
  const rows = await db.rows(`SELECT ${COLUMNS} FROM role r WHERE r.id IN ${among.sql}`, among.params);
  return new Map(rows.map(roleOf).map((role) => [role.id, role]));
}

/** The roles of some users: All, which everybody has, and those given to them (P19). */
export async function rolesOfUsers(db: Database, users: readonly number[]): Promise<Map<number, Role[]>> {
  const among = inList(users);
  const given = await db.rows(
    `SELECT ${COLUMNS}, ur.userId AS parentKey FROM user_role ur JOIN role r ON r.id = ur.roleId
     WHERE ur.userId IN ${among.sql} ORDER BY ${ORDER}`,
    among.params,
  );
  const all = (await rolesByIds(db, [ROLE_ALL])).get(ROLE_ALL);
  const lists = new Map<number, Role[]>(users.map((user) => [user, all ? [all] : []]));
  for (const row of given) lists.get(Number(row['parentKey']))?.push(roleOf(row));
  return lists;
}

/** The roles that some profiles are for. */
export async function rolesOfProfiles(db: Database, profiles: readonly number[]): Promise<Map<number, Role[]>> {
  const among = inList(profiles);
  const rows = await db.rows(
    `SELECT ${COLUMNS}, pr.profileId AS parentKey FROM client_profile_role pr JOIN role r ON r.id = pr.roleId
     WHERE pr.profileId IN ${among.sql} ORDER BY ${ORDER}`,
    among.params,
  );
  const lists = new Map<number, Role[]>(profiles.map((profile) => [profile, []]));
  for (const row of rows) lists.get(Number(row['parentKey']))?.push(roleOf(row));
  return lists;
}

/** How many of the users seen have each of some roles; VANISHED ones do not count. */
export async function userCounts(
  db: Database,
  roles: readonly number[],
  scope: Sql | null,
): Promise<Map<number, number>> {
  const seen = `u.state <> 'VANISHED'${scope ? ` AND (${scope.sql})` : ''}`;
  const params = scope?.params ?? [];
  const among = inList(roles);
  const given = await db.rows<{ id: number; n: number }>(
    `SELECT ur.roleId AS id, COUNT(*) AS n FROM user_role ur JOIN user u ON u.id = ur.userId
     WHERE ur.roleId IN ${among.sql} AND ${seen} GROUP BY ur.roleId`,
    [...among.params, ...params],
  );
  const counts = new Map(given.map((row) => [row.id, Number(row.n)]));
  if (roles.includes(ROLE_ALL)) {
    const all = await db.first<{ n: number }>(`SELECT COUNT(*) AS n FROM user u WHERE ${seen}`, params);
    counts.set(ROLE_ALL, Number(all?.n ?? 0));
  }
  return counts;
}
