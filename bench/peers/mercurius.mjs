import Fastify from 'fastify';
import mercurius from 'mercurius';
import { createPool } from 'mysql2/promise';

/**
 * The peer: mercurius on Fastify with graphql-jit, mysql2 and SQL by hand. Relations are loaders, one statement a level
 * for all parents, prepared; people and groups of a membership are joined into it.
 */
const pool = createPool({
  uri: process.argv[2].replace(/^mariadb:/, 'mysql:'),
  connectionLimit: 10,
  jsonStrings: true,
});

const schema = `
  type User { id: ID!, userId: String!, displayName: String!, email: String, memberships: [Membership!]! }
  type Group { id: ID!, name: String!, members(first: Int!): [Membership!]! }
  type Membership { user: User!, group: Group! }
  type Query { groups(first: Int!): [Group!]!, users(first: Int!): [User!]!, user(id: ID!): User }
`;

const rowsOf = async (sql, params) => (await pool.execute(sql, params))[0];
const marks = (list) => list.map(() => '?').join(',');

/** @returns for each id its rows in the order they came, made into memberships */
function byParent(ids, rows, parent, toMembership) {
  const lists = new Map(ids.map((id) => [id, []]));
  for (const row of rows) lists.get(row[parent]).push(toMembership(row));
  return ids.map((id) => lists.get(id));
}

const resolvers = {
  Query: {
    groups: (_, { first }) =>
      rowsOf('SELECT id, name FROM user_group WHERE vanishedAt IS NULL ORDER BY nameKey, id LIMIT ?', [String(first)]),
    users: (_, { first }) =>
      rowsOf(
        "SELECT id, userId, displayName, email FROM user WHERE state IN ('ACTIVE', 'DISABLED') ORDER BY displayNameKey, id LIMIT ?",
        [String(first)],
      ),
    user: async (_, { id }) =>
      (await rowsOf('SELECT id, userId, displayName, email FROM user WHERE id = ?', [Number(id)]))[0],
  },
};

const loaders = {
  Group: {
    // The first of each group: one limited read of the index a group, all in one statement.
    members: {
      async loader(queries) {
        const ids = queries.map(({ obj }) => obj.id);
        const { first } = queries[0].params;
        const one = `(SELECT groupId, userId, position FROM membership WHERE groupId = ? ORDER BY position, userId LIMIT ?)`;
        const rows = await rowsOf(
          `SELECT m.groupId, u.id, u.userId, u.displayName, u.email FROM (${ids.map(() => one).join(' UNION ALL ')}) m
           JOIN user u ON u.id = m.userId ORDER BY m.groupId, m.position, m.userId`,
          ids.flatMap((id) => [id, String(first)]),
        );
        return byParent(ids, rows, 'groupId', (user) => ({ user }));
      },
      opts: { cache: false },
    },
  },
  User: {
    memberships: {
      async loader(queries) {
        const ids = queries.map(({ obj }) => obj.id);
        const rows = await rowsOf(
          `SELECT m.userId, g.id, g.name FROM membership m JOIN user_group g ON g.id = m.groupId
           WHERE m.userId IN (${marks(ids)}) ORDER BY m.userId, g.nameKey, g.id`,
          ids,
        );
        return byParent(ids, rows, 'userId', (group) => ({ group }));
      },
      opts: { cache: false },
    },
  },
};

const app = Fastify();
await app.register(mercurius, { schema, resolvers, loaders, jit: 1, graphiql: false });
await app.listen({ port: 0, host: '127.0.0.1' });
process.stdout.write(`listening ${app.server.address().port}\n`);
