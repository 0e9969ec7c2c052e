import {
  getNamedType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { statementCounter } from '../../../src/database';
import { recordRevision } from '../../../src/revision';
import { startTestGateway, type TestGateway } from '../../support/gateway';

type Field = GraphQLField<unknown, unknown>;

/** Lists of the query type that need arguments, and others that stand for a type. */
const ROOTS: Record<string, string> = {
  User: 'users(first: 100) { nodes { id PART } }',
  Group: 'groups(first: 100) { nodes { id PART } }',
  Client: 'clients(first: 100) { nodes { id PART } }',
  StaffUser: 'staffUsers(first: 100) { nodes { id PART } }',
  Queue: 'queues { id PART }',
  Agent: 'agents { id PART }',
  UserProfile: 'userProfiles { id PART }',
  Dashboard: 'dashboards { id PART }',
  DirectorySource: 'directorySources { id PART }',
  ClientProfile: 'clientProfiles { id PART }',
  Role: 'roles { id PART }',
  Membership: 'groups(first: 100) { nodes { members(first: 100) { nodes { id PART } } } }',
  GroupAssignment: 'clients(first: 100) { nodes { assignments(first: 100) { nodes { id PART } } } }',
};

interface Relation {
  type: string;
  field: string;
  document: string;
}

/** Every field without required arguments that leads to objects, of every type that a list reaches. */
function relationsOf(schema: GraphQLSchema): Relation[] {
  return Object.entries(ROOTS).flatMap(([name, list]) => {
    const type = schema.getType(name);
    if (!isObjectType(type) || !isRootThere(schema, list)) return [];
    return Object.values(type.getFields()).flatMap((field) => {
      const part = partOf(field);
      return part ? [{ type: name, field: field.name, document: `{ ${list.replace('PART', part)} }` }] : [];
    });
  });
}

function isRootThere(schema: GraphQLSchema, list: string): boolean {
  const root = schema.getQueryType()?.getFields()[/^\w+/.exec(list)?.[0] ?? ''];
  return root !== undefined && root.args.some((arg) => arg.name === 'first') === /^\w+\(first/.test(list);
}

function partOf(field: Field): string | null {
  if (field.args.some((arg) => isNonNullType(arg.type) && arg.defaultValue === undefined)) return null;
  const type = getNamedType(field.type);
  if (isAbstractType(type)) return `${field.name} { __typename }`;
  if (!isObjectType(type)) return isListType(field.type) ? null : field.name;
  if (!type.name.endsWith('Connection')) return `${field.name} { ${leavesOf(type)} }`;
  const node = getNamedType(type.getFields()['nodes']?.type ?? type);
  const inside = isObjectType(node) ? leavesOf(node) : '__typename';
  return `${field.name} { totalCount nodes { ${inside} } }`;
}

/** Fields that need neither arguments nor a selection. */
function leavesOf(type: GraphQLObjectType): string {
  const leaves = Object.values(type.getFields()).filter(
    (field) => field.args.length === 0 && isLeafType(getNamedType(field.type)),
  );
  return ['__typename', ...leaves.map((field) => field.name)].join(' ');
}

/** Adds so many people, groups, memberships, clients and what hangs on them. */
async function grow({ db }: TestGateway, count: number): Promise<void> {
  await db.write(async (em) => {
    for (let i = 0; i < count; i++) {
      const name = `n${count}-${i}`;
      const insert = async (sql: string, values: unknown[]) => em.query(sql, values);
      await insert(
        "INSERT INTO user (userId, userIdKey, displayName, displayNameKey, origin, state, locked, createdAt, updatedAt) VALUES (?,?,?,?,'MANUAL','ACTIVE','',0,0)",
        [name, name, name, name],
      );
      const [{ id: user }] = await em.query<{ id: number }[]>('SELECT MAX(id) AS id FROM user');
      await em.query('UPDATE user SET managerId = ? WHERE id = ?', [Math.max(1, user - 1), user]);
      await insert(
        "INSERT INTO user_group (name, nameKey, origin, leaderId, deputyId, memberCount, createdAt, updatedAt) VALUES (?,?,'MANUAL',?,?,2,0,0)",
        [name, name, user, user > 1 ? user - 1 : null],
      );
      const [{ id: group }] = await em.query<{ id: number }[]>('SELECT MAX(id) AS id FROM user_group');
      for (const member of new Set([user, Math.max(1, user - 1)])) {
        await insert(
          "INSERT INTO membership (groupId, userId, via, pathIds, origin, position, since) VALUES (?,?,'NESTED',?,'MANUAL',1,0)",
          [group, member, String(group)],
        );
      }
      await insert(
        "INSERT INTO client (username, usernameKey, authType, rolesMask, userId, createdAt, updatedAt) VALUES (?,?,'CALLISTO',2,?,0,0)",
        [name, name, user],
      );
      const [{ id: client }] = await em.query<{ id: number }[]>('SELECT MAX(id) AS id FROM client');
      await insert("INSERT INTO group_assignment (clientId, groupId, kind, createdAt) VALUES (?,?,'OWNER',0)", [
        client,
        group,
      ]);
      await insert('INSERT INTO group_nesting (parentId, childId) VALUES (?,?)', [group, Math.max(1, group - 1)]);
      await insert("INSERT INTO queue (name, nameKey, channel) VALUES (?,?,'VOICE')", [name, name]);
      await insert('INSERT INTO agent (name, nameKey) VALUES (?,?)', [name, name]);
      await em.query(
        'INSERT INTO queue_agent (queueId, agentId) SELECT q.id, a.id FROM queue q, agent a WHERE q.nameKey = ? AND a.nameKey = ?',
        [name, name],
      );
    }
    await recordRevision(em, { all: true });
  });
}

describe('the number of SQL statements does not depend on the number of rows', () => {
  it('of any list or relation of the schema', async () => {
    const gateway = await startTestGateway({ config: { snapshot: false } });
    const relations = relationsOf(gateway.server.schema);
    const countAll = async () => {
      const counts: Record<string, number> = {};
      for (const { type, field, document } of relations) {
        let count = 0;
        statementCounter.count = () => count++;
        const { errors } = await gateway.send(document, {}, gateway.adminToken);
        delete statementCounter.count;
        if (errors) throw new Error(`${document}: ${errors[0]?.message}`);
        counts[`${type}.${field}`] = count;
      }
      return counts;
    };
    try {
      await grow(gateway, 3);
      // The first round after a change also brings what a process keeps in memory up to date.
      await countAll();
      const few = await countAll();
      await grow(gateway, 30);
      await countAll();
      const many = await countAll();
      expect(relations.length).toBeGreaterThan(40);
      expect(many).toEqual(few);
      const most = Math.max(...Object.values(few));
      expect(most).toBeLessThan(12);
    } finally {
      await gateway.close();
    }
  }, 120_000);
});
