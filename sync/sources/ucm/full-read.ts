import { IncompleteRead, type DirectoryPage, type DirectoryRecord } from '../../source';
import { readAhead } from '../read-ahead';
import type { UcmDirectory } from './directory';
import { needsDisplayNames, plainUuid, userRecord, uuidRef, type UcmMapping } from './users';
import type { AxlRow } from './xml';

/** Ids in a page for each user in one. */
const IDS_A_PAGE = 5;

/** Every end user once, page by page, then proof that these were all. */
export async function* allUsers(
  directory: UcmDirectory,
  mapping: UcmMapping,
  signal: AbortSignal,
): AsyncGenerator<DirectoryPage> {
  const count = await directory.count('enduser', signal);
  yield [{ kind: 'total', records: count }];
  const seen = new Set<string>();
  for await (const page of readAhead(userPages(directory, count, mapping, signal))) yield records(page, mapping, seen);
  await refuseDifference(directory, 'enduser', count, signal);
  await refusePassedOver(directory, seen, signal);
}

/** The users of a page who were not on one before; their uuids go into `seen`. */
function* records(page: readonly AxlRow[], mapping: UcmMapping, seen: Set<string>): Generator<DirectoryRecord> {
  for (const row of page) {
    const uuid = plainUuid(row['@uuid']);
    // Pages are taken by offset: a user who appears meanwhile pushes another into the next page a second time.
    if (uuid !== null && seen.has(uuid)) continue;
    if (uuid !== null) seen.add(uuid);
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

/** Rows with their display names. The offset counts rows as sent: pages may shrink on the way. */
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
    if (needsDisplayNames(mapping)) await addDisplayNames(directory, rows, signal);
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
async function refusePassedOver(directory: UcmDirectory, seen: Set<string>, signal: AbortSignal): Promise<void> {
  let [existing, missed] = [0, 0];
  for await (const page of readAhead(directory.table('pkid', 'enduser', signal, IDS_A_PAGE))) {
    for (const row of page) {
      existing += 1;
      if (!seen.has(plainUuid(row.pkid) ?? '')) missed += 1;
    }
  }
  if (missed > 0 || existing !== seen.size) {
    const gone = seen.size - (existing - missed);
    throw new IncompleteRead(`While users were read ${missed} were passed over and ${gone} went away.`);
  }
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
