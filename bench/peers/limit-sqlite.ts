import SqliteDatabase from 'better-sqlite3';
import { createServer } from 'node:http';

/**
 * The limit on SQLite: node:http and one prepared statement that builds the whole answer as JSON
 * text (a nested JSON function would parse the inner text again). `GET /q1`, `/q2`,
 * `/q3?id=…`.
 */
const GROUPS_OF_USER = `(SELECT json_group_array(json_object('id', g.id, 'name', g.name) ORDER BY g.nameKey, g.id)
  FROM membership m CROSS JOIN user_group g ON g.id = m.groupId WHERE m.userId = u.id)`;
const STATEMENTS: Record<string, string> = {
  '/q1': `SELECT '{"data":[' || group_concat('{"id":' || g.id || ',"name":' || json_quote(g.name) || ',"members":' ||
      (SELECT json_group_array(json_object('id', u.id, 'name', u.displayName, 'mail', u.email))
        FROM membership m INDEXED BY membership_by_position CROSS JOIN user u ON u.id = m.userId WHERE m.groupId = g.id AND m.position <= 100)
      || '}', ',' ORDER BY g.nameKey, g.id) || ']}'
    FROM (SELECT id, name, nameKey FROM user_group WHERE vanishedAt IS NULL ORDER BY nameKey, id LIMIT 50) g`,
  '/q2': `SELECT '{"data":[' || group_concat('{"id":' || u.id || ',"userId":' || json_quote(u.userId) || ',"name":' ||
      json_quote(u.displayName) || ',"groups":' || ${GROUPS_OF_USER} || '}', ',' ORDER BY u.displayNameKey, u.id) || ']}'
    FROM (SELECT id, userId, displayName, displayNameKey FROM user WHERE state IN ('ACTIVE', 'DISABLED') ORDER BY displayNameKey, id LIMIT 100) u`,
  '/q3': `SELECT '{"data":{"id":' || u.id || ',"userId":' || json_quote(u.userId) || ',"name":' || json_quote(u.displayName) ||
      ',"mail":' || json_quote(u.email) || ',"groups":' || ${GROUPS_OF_USER} || '}}'
    FROM user u WHERE u.id = ?`,
};

const database = new SqliteDatabase((process.argv[2] ?? '').replace(/^sqlite:/, ''));
const statements = new Map(Object.entries(STATEMENTS).map(([path, sql]) => [path, database.prepare(sql).pluck()]));

const server = createServer((request, response) => {
  const [path = '', id] = (request.url ?? '').split('?id=');
  const statement = statements.get(path);
  if (!statement) return response.writeHead(404).end();
  const answer = statement.get(...(path === '/q3' ? [Number(id)] : [])) as string;
  return response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`listening ${typeof address === 'object' ? address?.port : ''}\n`);
});
