import type { ApiKey } from '../../schema/api-key';
import type { Page } from '../../schema/connection';
import type { PageArgs } from '../../schema/connection.input';
import type { StaffUserFilter } from '../../schema/staff.input';
import type { StaffUser } from '../../schema/staff-user';
import { inList, type Database } from '../database';
import { keyOf } from '../ids';
import { fetchPage, type SortColumn, type Sql } from '../paging';
import { fold, likePrefix } from '../text';
import { emailKey } from './staff-fields';

/** The columns of a staff user without its password hash; `s` is the table's alias everywhere. */
export const STAFF_COLUMNS = [
  'id',
  'role',
  'fullName',
  'fullNameKey',
  'username',
  'email',
  'extension',
  'builtIn',
  'userProfileId',
  'avatarFile',
  'transport',
  'nat',
  'codecs',
  'context',
  'callGroups',
  'pickupGroups',
  'lastPasswordResetAt',
  'userId',
  'version',
]
  .map((column) => `s.${column}`)
  .join(', ');

const order: SortColumn<StaffUser>[] = [
  { sql: 's.fullNameKey', of: (row) => row.fullNameKey },
  { sql: 's.id', of: (row) => row.id },
];

/** A page of staff users by name. */
export function listStaff(
  db: Database,
  filter: StaffUserFilter | null | undefined,
  args: PageArgs,
): Promise<Page<StaffUser>> {
  return fetchPage<StaffUser>(db, {
    select: STAFF_COLUMNS,
    from: 'staff_user s',
    where: conditions(filter),
    order,
    args,
  });
}

function conditions(filter: StaffUserFilter | null | undefined): Sql[] {
  const where: Sql[] = [];
  if (filter?.role) where.push({ sql: 's.role = ?', params: [filter.role] });
  if (filter?.userProfileId) {
    where.push({ sql: 's.userProfileId = ?', params: [keyOf('UserProfile', filter.userProfileId) ?? 0] });
  }
  if (filter?.search) where.push(staffSearch(filter.search));
  return where;
}

/** Prefix of name, username, e-mail or extension (XU23, XU36). */
function staffSearch(search: string): Sql {
  const folded = likePrefix(fold(search));
  const email = likePrefix(emailKey(search));
  return {
    sql: ['s.fullNameKey', 's.usernameKey', 's.emailKey', 's.extension']
      .map((one) => `${one} LIKE ? ESCAPE '!'`)
      .join(' OR '),
    params: [folded, folded, email, folded],
  };
}

export async function staffByIds(db: Database, ids: readonly number[]): Promise<Map<number, StaffUser>> {
  const among = inList(ids);
  const rows = await db.rows<StaffUser>(
    `SELECT ${STAFF_COLUMNS} FROM staff_user s WHERE s.id IN ${among.sql}`,
    among.params,
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** The staff accounts of some people, by the key of the person. */
export async function staffOfUsers(db: Database, users: readonly number[]): Promise<Map<number, StaffUser>> {
  const among = inList(users);
  const rows = await db.rows<StaffUser>(
    `SELECT ${STAFF_COLUMNS} FROM staff_user s WHERE s.userId IN ${among.sql} ORDER BY s.id DESC`,
    among.params,
  );
  return new Map(rows.map((row) => [row.userId ?? 0, row]));
}

/** The API keys of some staff users. */
export async function apiKeysOf(db: Database, staffUserIds: readonly number[]): Promise<Map<number, ApiKey>> {
  const among = inList(staffUserIds);
  const rows = await db.rows<ApiKey>(
    `SELECT staffUserId, prefix, createdAt, lastUsedAt FROM api_key WHERE staffUserId IN ${among.sql}`,
    among.params,
  );
  return new Map(rows.map((row) => [row.staffUserId, row]));
}

/** Whether the Security Suite is on: its password rules are in force (XU9). */
export async function isSecuritySuiteOn(db: Database): Promise<boolean> {
  const row = await db.first<{ isOn: number }>('SELECT securitySuiteEnabled AS isOn FROM settings WHERE id = 1');
  return Boolean(row?.isOn);
}
