import type { Group } from '../../schema/group';
import type { User } from '../../schema/user';
import type { ConsistentReader } from '../consistent-read';
import { inList } from '../database';
import { GROUP_COLUMNS } from '../groups/group.reads';
import { MEMBERSHIP_COLUMNS } from '../groups/membership.reads';
import type { RevisionNote } from '../revision';
import { USER_COLUMNS } from '../users/user.reads';
import type { DirectoryChanges, DirectoryImage, DirectoryRows } from './directory-image';
import { MembershipColumns, type MembershipFacts } from './membership-columns';

/** Small enough that a chunk of rows keeps no request waiting for long. */
const CHUNK = 5000;
const NAMED = 256;

/** The whole directory. */
export async function readDirectory(reader: ConsistentReader): Promise<DirectoryRows> {
  const order = (table: string, column: string) => readOrder(reader, table, column);
  return {
    revision: await readRevision(reader),
    users: await readUsers(reader),
    userOrders: {
      DISPLAY_NAME: await order('user', 'displayNameKey'),
      USER_ID: await order('user', 'userIdKey'),
      DEPARTMENT: await order('user', 'departmentKey'),
      UPDATED_AT: await order('user', 'updatedAt'),
    },
    groups: await reader.rows<Group>(`SELECT ${GROUP_COLUMNS} FROM user_group g`),
    groupOrders: {
      NAME: await order('user_group', 'nameKey'),
      MEMBER_COUNT: await order('user_group', 'memberCount'),
    },
    memberships: await readMemberships(reader),
  };
}

/** What the notes since the image's revision name, or null where they do not tell or are not kept. */
export async function readChanges(reader: ConsistentReader, image: DirectoryImage): Promise<DirectoryChanges | null> {
  const revision = await readRevision(reader);
  const rows = await reader.rows<{ note: string }>(
    'SELECT note FROM revision_change WHERE value > ? AND value <= ? ORDER BY value',
    [image.revision, revision],
  );
  const notes = rows.map((row) => JSON.parse(row.note) as RevisionNote);
  if (notes.length !== revision - image.revision || notes.some((note) => note.all)) return null;
  const userIds = [...new Set(notes.flatMap((note) => note.users ?? []))];
  const users = await readById<User>(reader, `SELECT ${USER_COLUMNS} FROM user u WHERE u.id IN`, userIds);
  const named = notes.flatMap((note) => note.memberships ?? []);
  const pairs = [...new Map(named.map((pair) => [pair.join('/'), pair])).values()];
  const groupIds = affectedGroups(image, notes, pairs, new Set(userIds.filter((id) => !users.has(id))));
  const groups = await readById<Group>(reader, `SELECT ${GROUP_COLUMNS} FROM user_group g WHERE g.id IN`, groupIds);
  return { revision, userIds, users, groupIds, groups, pairs, memberships: await readPairs(reader, pairs) };
}

/** Named groups, those whose members changed (they count them), and those whose leader or deputy is gone. */
function affectedGroups(
  image: DirectoryImage,
  notes: readonly RevisionNote[],
  pairs: readonly [number, number][],
  gone: ReadonlySet<number>,
): number[] {
  const named = notes.flatMap((note) => note.groups ?? []);
  const counted = pairs.map(([groupId]) => groupId);
  const heldByGone = [...gone].flatMap((userId) =>
    [...image.memberships.ofUser(userId)].map((slot) => image.memberships.columns.groupId(slot)),
  );
  return [...new Set([...named, ...counted, ...heldByGone, ...(gone.size > 0 ? image.ledBy(gone) : [])])];
}

async function readRevision(reader: ConsistentReader): Promise<number> {
  const [row] = await reader.rows<{ value: number | string }>('SELECT value FROM revision WHERE id = 1');
  return Number(row?.value ?? 0);
}

async function readUsers(reader: ConsistentReader): Promise<User[]> {
  const users: User[] = [];
  const texts = new Map<string, string>();
  for (let last = 0; ;) {
    const rows = await reader.rows<User>(
      `SELECT ${USER_COLUMNS} FROM user u WHERE u.id > ? ORDER BY u.id LIMIT ${CHUNK}`,
      [last],
    );
    for (const row of rows) users.push(shareTexts(row, texts));
    if (rows.length < CHUNK) return users;
    last = rows[rows.length - 1].id;
  }
}

/** What many people have in common is kept once. */
function shareTexts(row: User, texts: Map<string, string>): User {
  const shared = (text: string) => texts.get(text) ?? (texts.set(text, text), text);
  row.origin = shared(row.origin) as User['origin'];
  row.state = shared(row.state) as User['state'];
  row.departmentKey = shared(row.departmentKey);
  row.locked = shared(row.locked);
  if (row.department !== null) row.department = shared(row.department);
  if (row.title !== null) row.title = shared(row.title);
  return row;
}

async function readOrder(reader: ConsistentReader, table: string, column: string): Promise<number[]> {
  const rows = await reader.rows<{ id: number }>(`SELECT id FROM ${table} ORDER BY ${column}, id`);
  return rows.map((row) => row.id);
}

async function readMemberships(reader: ConsistentReader): Promise<MembershipColumns> {
  const columns = new MembershipColumns();
  for (let [group, position, user] = [0, 0, 0]; ;) {
    const rows = await reader.rows<MembershipFacts>(
      `SELECT ${MEMBERSHIP_COLUMNS} FROM membership m
       WHERE m.groupId >= ? AND (m.groupId > ? OR m.position > ? OR (m.position = ? AND m.userId > ?))
       ORDER BY m.groupId, m.position, m.userId LIMIT ${CHUNK}`,
      [group, group, position, position, user],
    );
    for (const row of rows) columns.add(row);
    if (rows.length < CHUNK) return columns;
    ({ groupId: group, position, userId: user } = rows[rows.length - 1]);
  }
}

async function readById<T extends { id: number }>(
  reader: ConsistentReader,
  select: string,
  ids: readonly number[],
): Promise<Map<number, T>> {
  const found = new Map<number, T>();
  for (let start = 0; start < ids.length; start += NAMED) {
    const among = inList(ids.slice(start, start + NAMED));
    for (const row of await reader.rows<T>(`${select} ${among.sql}`, among.params)) found.set(row.id, row);
  }
  return found;
}

async function readPairs(
  reader: ConsistentReader,
  pairs: readonly [number, number][],
): Promise<Map<string, MembershipFacts>> {
  const found = new Map<string, MembershipFacts>();
  const byGroup = [...pairs].sort((left, right) => left[0] - right[0]);
  for (let start = 0; start < byGroup.length; start += NAMED) {
    const part = byGroup.slice(start, start + NAMED);
    const groups = inList([...new Set(part.map(([groupId]) => groupId))]);
    const users = inList([...new Set(part.map(([, userId]) => userId))]);
    const rows = await reader.rows<MembershipFacts>(
      `SELECT ${MEMBERSHIP_COLUMNS} FROM membership m WHERE m.groupId IN ${groups.sql} AND m.userId IN ${users.sql}`,
      [...groups.params, ...users.params],
    );
    for (const row of rows) found.set(`${row.groupId}/${row.userId}`, row);
  }
  return found;
}
