import { createServer } from 'node:http';
import { createPool, type RowDataPacket } from 'mysql2';

/**
 * The limit where the database tells rows: node:http, one prepared statement that joins everything, objects built by
 * hand, JSON.stringify. `GET /q1`, `/q2`, `/q3?id=…`.
 */
const STATEMENTS: Record<string, string> = {
  '/q1': `SELECT g.id, g.name, u.id, u.displayName, u.email
    FROM (SELECT id, name, nameKey FROM user_group WHERE vanishedAt IS NULL ORDER BY nameKey, id LIMIT 50) g
    STRAIGHT_JOIN membership m FORCE INDEX (membership_by_position) ON m.groupId = g.id AND m.position <= 100
    STRAIGHT_JOIN user u ON u.id = m.userId`,
  '/q2': `SELECT u.id, u.userId, u.displayName, g.id, g.name
    FROM (SELECT id, userId, displayName, displayNameKey FROM user WHERE state IN ('ACTIVE', 'DISABLED') ORDER BY displayNameKey, id LIMIT 100) u
    LEFT JOIN (membership m STRAIGHT_JOIN user_group g ON g.id = m.groupId) ON m.userId = u.id
    ORDER BY u.displayNameKey, u.id, g.nameKey, g.id`,
  '/q3': `SELECT u.id, u.userId, u.displayName, u.email, g.id, g.name
    FROM user u LEFT JOIN (membership m STRAIGHT_JOIN user_group g ON g.id = m.groupId) ON m.userId = u.id
    WHERE u.id = ? ORDER BY g.nameKey, g.id`,
};

type Value = string | number | null;
interface Item {
  id: Value;
  [field: string]: unknown;
}

/** Rows of one parent follow each other: `head` takes its own columns, `child` the rest. */
function nested(rows: Value[][], list: string, head: (row: Value[]) => Item, child: (row: Value[]) => Item): Item[] {
  const items: Item[] = [];
  let last: Value = null;
  let children: Item[] = [];
  for (const row of rows) {
    if (row[0] !== last) {
      last = row[0] ?? null;
      children = [];
      items.push({ ...head(row), [list]: children });
    }
    const one = child(row);
    if (one.id !== null) children.push(one);
  }
  return items;
}

const BUILDERS: Record<string, (rows: Value[][]) => unknown> = {
  '/q1': (rows) =>
    nested(
      rows,
      'members',
      ([id = null, name]) => ({ id, name }),
      ([, , id = null, name, mail]) => ({ id, name, mail }),
    ),
  '/q2': (rows) =>
    nested(
      rows,
      'groups',
      ([id = null, userId, name]) => ({ id, userId, name }),
      ([, , , id = null, name]) => ({ id, name }),
    ),
  '/q3': (rows) =>
    nested(
      rows,
      'groups',
      ([id = null, userId, name, mail]) => ({ id, userId, name, mail }),
      ([, , , , id = null, name]) => ({ id, name }),
    )[0],
};

const pool = createPool({ uri: (process.argv[2] ?? '').replace(/^mariadb:/, 'mysql:'), connectionLimit: 10 });
const server = createServer((request, response) => {
  const [path = '', id] = (request.url ?? '').split('?id=');
  const [sql, build] = [STATEMENTS[path], BUILDERS[path]];
  if (!sql || !build) return response.writeHead(404).end();
  const values = id === undefined || path !== '/q3' ? [] : [Number(id)];
  pool.execute<RowDataPacket[][]>({ sql, rowsAsArray: true, values }, (error, rows) => {
    if (error) return response.writeHead(500).end(error.message);
    const text = JSON.stringify({ data: build(rows as unknown as Value[][]) });
    return response.writeHead(200, { 'content-type': 'application/json' }).end(text);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`listening ${typeof address === 'object' ? address?.port : ''}\n`);
});
