import { createServer } from 'node:http';
import { createPool, type RowDataPacket } from 'mysql2';

/**
 * The limit: nothing between HTTP and MariaDB but one prepared statement, which builds the whole answer as JSON.
 * `GET /q1`, `/q2`, `/q3?id=…`.
 */
const STATEMENTS: Record<string, string> = {
  '/q1': `SELECT JSON_ARRAYAGG(JSON_OBJECT('id', g.id, 'name', g.name, 'members', JSON_EXTRACT(x.members, '$'))) AS answer
    FROM (SELECT id, name FROM user_group WHERE vanishedAt IS NULL ORDER BY nameKey, id LIMIT 50) g
    JOIN (SELECT m.groupId, CONCAT('[', GROUP_CONCAT(JSON_OBJECT('id', u.id, 'name', u.displayName, 'mail', u.email)
        ORDER BY m.position SEPARATOR ','), ']') AS members
      FROM membership m JOIN user u ON u.id = m.userId
      JOIN (SELECT id FROM user_group WHERE vanishedAt IS NULL ORDER BY nameKey, id LIMIT 50) f ON f.id = m.groupId
      WHERE m.position <= 100 GROUP BY m.groupId) x ON x.groupId = g.id`,
  '/q2': `SELECT JSON_ARRAYAGG(JSON_OBJECT('id', x.id, 'userId', x.userId, 'name', x.displayName, 'groups', JSON_EXTRACT(x.memberships, '$'))) AS answer
    FROM (SELECT u.id, u.userId, u.displayName, CONCAT('[', GROUP_CONCAT(JSON_OBJECT('id', g.id, 'name', g.name) SEPARATOR ','), ']') AS memberships
      FROM (SELECT id, userId, displayName FROM user WHERE state IN ('ACTIVE', 'DISABLED') ORDER BY displayNameKey, id LIMIT 100) u
      JOIN membership m ON m.userId = u.id JOIN user_group g ON g.id = m.groupId GROUP BY u.id) x`,
  '/q3': `SELECT JSON_OBJECT('id', u.id, 'userId', u.userId, 'name', u.displayName, 'mail', u.email,
      'groups', JSON_ARRAYAGG(JSON_OBJECT('id', g.id, 'name', g.name))) AS answer
    FROM user u JOIN membership m ON m.userId = u.id JOIN user_group g ON g.id = m.groupId WHERE u.id = ? GROUP BY u.id`,
};

const url = new URL(process.argv[2] ?? '');
const pool = createPool({
  host: url.hostname,
  port: Number(url.port),
  user: url.username,
  password: url.password,
  database: url.pathname.slice(1),
  connectionLimit: 10,
  jsonStrings: true,
});
pool.on('connection', (connection) => void connection.query('SET SESSION group_concat_max_len = 16777216'));

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const sql = STATEMENTS[pathname];
  if (!sql) return response.writeHead(404).end();
  const params = pathname === '/q3' ? [Number(searchParams.get('id'))] : [];
  pool.execute<RowDataPacket[]>(sql, params, (error, rows) => {
    if (error) return response.writeHead(500).end(error.message);
    return response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(`{"data":${rows[0]?.['answer'] as string}}`);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`listening ${typeof address === 'object' ? address?.port : ''}\n`);
});
