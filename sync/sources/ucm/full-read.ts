import { IncompleteRead, type DirectoryPage, type DirectoryRecord } from '../../source';
import { readAhead } from '../read-ahead';
import type { UcmDirectory } from './directory';
import { needsDisplayNames, plainUuid, userRecord, uuidRef, type UcmMapping } from './users';
import type { AxlRow } from './xml';

/** Ids and names in a page for each user in one. */
const LISTED_A_PAGE = 5;

/** Display names by uuid of the users that exist; null once the user was read. */
type Listed = Map<string, string | null>;

/**
 * Every end user once, page by page, and proof that these were all: before, the ids are listed in their order, which
 * passes nobody over. The same list tells the display names, which listUser does not from schema 12.5 on.
 */
export async function* allUsers(
  directory: UcmDirectory,
  mapping: UcmMapping,
  signal: AbortSignal,
): AsyncGenerator<DirectoryPage> {
  const count = await directory.count('enduser', signal);
  yield [{ kind: 'total', records: count }];
  const listed = await listUsers(directory, mapping, signal);
  let joined = 0;
  for await (const page of readAhead(userPages(directory, count, mapping, signal))) {
    yield records(page, mapping, listed, () => joined++);
  }
  await refuseDifference(directory, 'enduser', count, signal);
  refusePassedOver(listed, joined);
}

async function listUsers(directory: UcmDirectory, mapping: UcmMapping, signal: AbortSignal): Promise<Listed> {
  const listed: Listed = new Map();
  const columns = needsDisplayNames(mapping) ? 'pkid, displayname' : 'pkid';
  for await (const page of readAhead(directory.table(columns, 'enduser', signal, LISTED_A_PAGE))) {
    for (const row of page) {
      const uuid = plainUuid(row.pkid);
      if (uuid === null) throw new IncompleteRead('A row of enduser has no id.');
      listed.set(uuid, row.displayname ?? '');
    }
  }
  return listed;
}

/** The users of a page who were not on one before, with their display names. */
function* records(
  page: readonly AxlRow[],
  mapping: UcmMapping,
  listed: Listed,
  onJoined: () => void,
): Generator<DirectoryRecord> {
  for (const row of page) {
    const uuid = plainUuid(row['@uuid']);
    const name = uuid === null ? '' : listed.get(uuid);
    // Pages are taken by offset: a user who appears meanwhile pushes another into the next page a second time.
    if (name === null) continue;
    if (name === undefined) onJoined();
    else if (name !== '') row.displayName = name;
    if (uuid !== null) listed.set(uuid, null);
    yield userRecord(row, mapping);
  }
}

/** UCM's access-control groups and their members among the end users: by SQL, for AXL's own list has no members. */
export async function* accessControlGroups(
  directory: UcmDirectory,
  signal: AbortSignal,
): AsyncGenerator<Exclude<DirectoryRecord, { kind: 'user' | 'total' }>> {
  const [groups, memberships] = [
    await directory.count('dirgroup', signal),
    await directory.count('enduserdirgroupmap', signal),
  ];
  let [groupsTold, membershipsTold] = [0, 0];
  for await (const page of readAhead(directory.table('pkid, name', 'dirgroup', signal))) {
    groupsTold += page.length;
    for (const row of page) yield groupRecord(row);
  }
  const columns = 'pkid, fkdirgroup, fkenduser';
  for await (const page of readAhead(directory.table(columns, 'enduserdirgroupmap', signal))) {
    membershipsTold += page.length;
    for (const [group, members] of membersByGroup(page)) yield { kind: 'members', group, members };
  }
  if (groupsTold !== groups || membershipsTold !== memberships) {
    throw new IncompleteRead('Access-control groups or their members changed while they were read.');
  }
  await refuseDifference(directory, 'dirgroup', groups, signal);
  await refuseDifference(directory, 'enduserdirgroupmap', memberships, signal);
}

/** Rows as listUser tells them. The offset counts rows as sent: pages may shrink on the way. */
async function* userPages(
  directory: UcmDirectory,
  count: number,
  mapping: UcmMapping,
  signal: AbortSignal,
): AsyncGenerator<AxlRow[]> {
  for (let skip = 0; skip < count;) {
    const rows = await directory.users(skip, mapping, signal);
    if (rows.length === 0) return;
    skip += rows.length;
    yield rows;
  }
}

/** Fills `displayName` in, which listUser does not tell from schema 12.5 on. */
export async function addDisplayNames(directory: UcmDirectory, rows: AxlRow[], signal: AbortSignal): Promise<void> {
  const uuids = rows.flatMap((row) => plainUuid(row['@uuid']) ?? []);
  const names = await directory.displayNames(uuids, signal);
  for (const row of rows) {
    const name = names.get(plainUuid(row['@uuid']) ?? '');
    if (name !== undefined) row.displayName = name;
  }
}

async function refuseDifference(
  directory: UcmDirectory,
  table: 'enduser' | 'dirgroup' | 'enduserdirgroupmap',
  before: number,
  signal: AbortSignal,
): Promise<void> {
  const after = await directory.count(table, signal);
  if (after === before) return;
  const what = { enduser: 'users', dirgroup: 'groups', enduserdirgroupmap: 'group members' }[table];
  throw new IncompleteRead(`The number of ${what} changed from ${before} to ${after} while they were read.`);
}

/**
 * One who leaves between two pages lets another slip through the offset unread, and if a third joins the count is as
 * before: only the ids show it.
 */
function refusePassedOver(listed: Listed, joined: number): void {
  let missed = 0;
  for (const name of listed.values()) if (name !== null) missed += 1;
  if (missed === 0 && joined === 0) return;
  throw new IncompleteRead(`While users were read ${missed} were passed over or went away and ${joined} joined.`);
}

function groupRecord(row: AxlRow): Exclude<DirectoryRecord, { kind: 'user' | 'total' }> {
  const id = plainUuid(row.pkid);
  if (id !== null && row.name) return { kind: 'group', externalId: id, refs: [`group:${id}`], name: row.name };
  const reason = id === null ? 'The group has no pkid.' : 'The group has no name.';
  return { kind: 'bad', of: 'group', externalId: id, label: row.name ?? null, reason, raw: { ...row } };
}

function membersByGroup(rows: AxlRow[]): Map<string, string[]> {
  const members = new Map<string, string[]>();
  for (const row of rows) {
    const [group, user] = [plainUuid(row.fkdirgroup), plainUuid(row.fkenduser)];
    if (group === null || user === null) throw new IncompleteRead('A row of enduserdirgroupmap has no ids.');
    const known = members.get(group);
    if (known) known.push(uuidRef(user));
    else members.set(group, [uuidRef(user)]);
  }
  return members;
}
