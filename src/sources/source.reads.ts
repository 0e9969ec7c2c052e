import type { DirectorySource } from '../../schema/directory-source';
import { inList, type Database } from '../database';

type SourceRow = Omit<DirectorySource, 'settings' | 'mapping' | 'matchBy'> & {
  settings: string;
  mapping: string;
  matchBy: string;
};

const COLUMNS = [
  'id',
  'name',
  'nameKey',
  'kind',
  'enabled',
  'priority',
  'schedule',
  'settings',
  'mapping',
  'secretsSealed',
  'groupsFromDepartment',
  'followNestedGroups',
  'matchBy',
  'graceDays',
  'maxRemovalCount',
  'maxRemovalPercent',
  'lastAppliedRunId',
  'lastCompleteReadAt',
  'version',
].join(', ');

/** All sources, by priority and name. */
export async function listSources(db: Database): Promise<DirectorySource[]> {
  return (await db.rows<SourceRow>(`SELECT ${COLUMNS} FROM directory_source ORDER BY priority, nameKey`)).map(parse);
}

export async function sourcesByIds(db: Database, ids: readonly number[]): Promise<Map<number, DirectorySource>> {
  const among = inList(ids);
  const rows = await db.rows<SourceRow>(
    `SELECT ${COLUMNS} FROM directory_source WHERE id IN ${among.sql}`,
    among.params,
  );
  return new Map(rows.map((row) => [row.id, parse(row)]));
}

/** How many people each source knows and groups it owns, vanished ones left out. */
export async function ownedCounts(
  db: Database,
  sources: readonly number[],
): Promise<Map<number, { users: number; groups: number }>> {
  const among = inList(sources);
  const users = await db.rows<{ sourceId: number; n: number }>(
    `SELECT sourceId, COUNT(*) AS n FROM user_entry WHERE sourceId IN ${among.sql} AND vanishedAt IS NULL GROUP BY sourceId`,
    among.params,
  );
  const groups = await db.rows<{ sourceId: number; n: number }>(
    `SELECT sourceId, COUNT(*) AS n FROM user_group WHERE sourceId IN ${among.sql} AND vanishedAt IS NULL GROUP BY sourceId`,
    among.params,
  );
  const counts = new Map(sources.map((id) => [id, { users: 0, groups: 0 }]));
  for (const row of users) Object.assign(counts.get(row.sourceId) ?? {}, { users: Number(row.n) });
  for (const row of groups) Object.assign(counts.get(row.sourceId) ?? {}, { groups: Number(row.n) });
  return counts;
}

function parse(row: SourceRow): DirectorySource {
  return {
    ...row,
    settings: JSON.parse(row.settings) as Record<string, unknown>,
    mapping: JSON.parse(row.mapping) as Record<string, string>,
    matchBy: JSON.parse(row.matchBy) as string[],
  };
}
