import type { Page } from '../../schema/connection';
import type { PageArgs } from '../../schema/connection.input';
import { GroupFlag, Service } from '../../schema/group.enums';
import { GROUP_FLAGS, toMask } from '../../schema/masks';
import type { PublicUser } from '../../schema/public-user';
import { inList, type Database } from '../database';
import { servicesToMask } from '../groups/services';
import { fetchPage, whereClause, type SortColumn, type Sql } from '../paging';

/** What is public of a person, and no other column. */
const COLUMNS = [
  'id',
  'displayNameKey',
  'displayName',
  'title',
  'department',
  'email',
  'telephoneNumber',
  'mobileNumber',
]
  .map((column) => `u.${column}`)
  .join(', ');

const BY_NAME: SortColumn<PublicUser>[] = [
  { sql: 'u.displayNameKey', of: (row) => row.displayNameKey },
  { sql: 'u.id', of: (row) => row.id },
];

const ACTIVE: Sql = { sql: "u.state = 'ACTIVE'", params: [] };

/** People in groups of the portal (E28), by name. Only who is ACTIVE is public. */
export function listPortalUsers(db: Database, args: PageArgs): Promise<Page<PublicUser>> {
  const where = [ACTIVE, inGroupsWith('flagsMask', flagOf(GroupFlag.PORTAL_GROUP))];
  return fetchPage<PublicUser>(db, { select: COLUMNS, from: 'user u', where, order: BY_NAME, args });
}

/** Members of LiveChat groups (E29), by name. */
export function listAdvisors(db: Database): Promise<PublicUser[]> {
  return publicPeople(db, [ACTIVE, inGroupsWith('flagsMask', flagOf(GroupFlag.LIVECHAT_ADVISOR))]);
}

/** The person's business card, where the service is granted by whatever way (E27); null otherwise. */
export async function businessCardOf(db: Database, id: number): Promise<PublicUser | null> {
  const bit = servicesToMask([Service.BUSINESS_CARD]);
  return (await publicPeople(db, [ACTIVE, { sql: 'u.id = ?', params: [id] }, mayHave(bit)]))[0] ?? null;
}

/** Those of some people who are public in any of these ways. */
export async function publicUsersByIds(db: Database, ids: readonly number[]): Promise<Map<number, PublicUser>> {
  const among = inList(ids);
  const flags = inGroupsWith('flagsMask', flagOf(GroupFlag.PORTAL_GROUP) | flagOf(GroupFlag.LIVECHAT_ADVISOR));
  const card = mayHave(servicesToMask([Service.BUSINESS_CARD]));
  const isPublic: Sql = { sql: `(${flags.sql}) OR (${card.sql})`, params: [...flags.params, ...card.params] };
  const rows = await publicPeople(db, [ACTIVE, { sql: `u.id IN ${among.sql}`, params: among.params }, isPublic]);
  return new Map(rows.map((row) => [row.id, row]));
}

function publicPeople(db: Database, where: Sql[]): Promise<PublicUser[]> {
  return db.rows<PublicUser>(
    `SELECT ${COLUMNS} FROM user u${whereClause(where)} ORDER BY u.displayNameKey, u.id`,
    where.flatMap((condition) => [...condition.params]),
  );
}

function mayHave(serviceBit: number): Sql {
  const group = inGroupsWith('servicesMask', serviceBit);
  const globally = 'EXISTS (SELECT 1 FROM settings s WHERE s.id = 1 AND (s.globalServicesMask & ?) <> 0)';
  return {
    sql: `(u.servicesAllowed & ?) <> 0 OR ${globally} OR ${group.sql}`,
    params: [serviceBit, serviceBit, ...group.params],
  };
}

function inGroupsWith(column: 'flagsMask' | 'servicesMask', bits: number): Sql {
  return {
    sql: `u.id IN (SELECT m.userId FROM membership m JOIN user_group g ON g.id = m.groupId
      WHERE g.settingsActive = 1 AND g.vanishedAt IS NULL AND (g.${column} & ?) <> 0)`,
    params: [bits],
  };
}

function flagOf(flag: GroupFlag): number {
  return toMask([flag], GROUP_FLAGS);
}
