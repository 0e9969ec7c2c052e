import type { SimulatedDirectory } from './directory';

export type SqlRow = Record<string, string>;

/** What Informix would say of a statement that the simulator does not know. */
export class SqlFault extends Error {}

/**
 * Answers the few statements that matter: counts, keyset pages and look-ups by pkid over `enduser`, `dirgroup` and
 * `enduserdirgroupmap`. Anything else is a syntax error, so that no client gets an answer that a real one might refuse.
 */
export function runSql(directory: SimulatedDirectory, statement: string): SqlRow[] {
  const text = statement.trim().replace(/\s+/g, ' ');
  const counted = /^select count\(\*\) from (\w+)$/i.exec(text)?.[1];
  if (counted !== undefined) return [{ count: String(table(directory, counted).rows.length) }];
  const match =
    /^select (?:first (\d+) )?([\w, ]+) from (\w+)(?: where pkid (?:> '([^']*)'|in \(([^)]*)\)))? order by pkid$/i.exec(
      text,
    );
  if (!match) throw new SqlFault('A syntax error has occurred.');
  const [, first, columns = '', name = '', after, list] = match;
  let { rows } = table(directory, name);
  if (list !== undefined) {
    const { byId } = table(directory, name);
    const wanted = [...list.matchAll(/'([^']*)'/g)].map(([, pkid]) => pkid ?? '').sort();
    rows = wanted.map((pkid) => byId.get(pkid)).filter((row) => row !== undefined);
  }
  if (after !== undefined) rows = rows.slice(firstAfter(rows, after));
  if (first !== undefined) rows = rows.slice(0, Number(first));
  return rows.map((row) => picked(row, columns));
}

function picked(row: SqlRow, columns: string): SqlRow {
  const names = columns.split(',').map((column) => column.trim().toLowerCase());
  return Object.fromEntries(
    names.map((name) => {
      const value = row[name];
      if (value === undefined) throw new SqlFault(`Column (${name}) not found in any table in the query.`);
      return [name, value];
    }),
  );
}

/** By halving: pages over 100,000 rows must not cost a scan each. */
function firstAfter(rows: SqlRow[], after: string): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.pkid ?? '') > after) high = middle;
    else low = middle + 1;
  }
  return low;
}

interface Table {
  /** By ascending pkid. */
  rows: SqlRow[];
  byId: Map<string, SqlRow>;
}

const known = new WeakMap<SimulatedDirectory, { state: string; tables: Map<string, Table> }>();

/** A table, made anew only after the directory changed: hundreds of pages ask for the same one. */
function table(directory: SimulatedDirectory, name: string): Table {
  const state = `${directory.queueId} ${directory.nextChangeId}`;
  let cache = known.get(directory);
  if (cache?.state !== state) {
    cache = { state, tables: new Map() };
    known.set(directory, cache);
  }
  const found = cache.tables.get(name);
  if (found) return found;
  const rows = rowsOf(directory, name).sort((left, right) => ((left.pkid ?? '') < (right.pkid ?? '') ? -1 : 1));
  const made = { rows, byId: new Map(rows.map((row) => [row.pkid ?? '', row])) };
  cache.tables.set(name, made);
  return made;
}

function rowsOf(directory: SimulatedDirectory, name: string): SqlRow[] {
  switch (name.toLowerCase()) {
    case 'enduser':
      return [...directory.users.values()].map((user) => ({
        pkid: user.uuid,
        userid: user.userid,
        firstname: user.firstName,
        lastname: user.lastName,
        displayname: user.displayName,
        status: user.status,
      }));
    case 'dirgroup':
      return [...directory.groups.values()].map(({ uuid, name: groupName }) => ({ pkid: uuid, name: groupName }));
    case 'enduserdirgroupmap':
      return [...directory.groups.values()].flatMap(({ uuid, members }) =>
        [...members].map(([pkid, fkenduser]) => ({ pkid, fkdirgroup: uuid, fkenduser })),
      );
    default:
      throw new SqlFault(`The specified table (${name}) is not in the database.`);
  }
}
