import fc from 'fast-check';
import { register } from 'prom-client';
import { buildASTSchema, execute, Kind, parse, printSchema, validate, visit, type GraphQLSchema } from 'graphql';
import { DirectAnswers } from '../../../src/answers/direct-answers';
import type { StaffViewer, Viewer } from '../../../src/auth/viewer';
import { createContext } from '../../../src/context';
import { statementCounter } from '../../../src/database';
import { recordRevision } from '../../../src/revision';
import { documents } from '../../support/documents';
import { describeWith } from '../../support/availability';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { createTestDatabase } from '../../support/shared-mariadb';
import { ADMIN } from '../../support/viewers';

const MASKED: StaffViewer = {
  kind: 'staff',
  id: 1,
  username: 'eve',
  isAdmin: false,
  userId: null,
  modules: new Map([['CONTACT_MANAGER', 'READ']]),
  masksSensitiveData: true,
  tokenHash: '',
};

/** What the plan is to know: all the rest of the API is left out of the generated documents. */
const KEPT: Record<string, string[]> = {
  Query: ['users', 'groups', 'user', 'group', 'node'],
  User: [
    'id',
    'userId',
    'displayName',
    'email',
    'state',
    'origin',
    'vanishedAt',
    'department',
    'manager',
    'memberships',
  ],
  Group: ['id', 'name', 'description', 'memberCount', 'settingsActive', 'editable', 'leader', 'deputy', 'members'],
  Membership: ['id', 'via', 'origin', 'position', 'callState', 'since', 'flag', 'editable', 'user', 'group'],
};
const PAGES = ['UserConnection', 'GroupConnection', 'MembershipConnection', 'UserEdge', 'GroupEdge', 'MembershipEdge'];
const TYPES = [...Object.keys(KEPT), ...PAGES, 'PageInfo', 'Node'];

/** The part of the schema that is answered directly. */
function directPart(schema: GraphQLSchema): GraphQLSchema {
  const whole = parse(printSchema(schema));
  const part = visit(whole, {
    ObjectTypeDefinition: (node) => {
      if (!TYPES.includes(node.name.value)) return null;
      const kept = KEPT[node.name.value];
      const fields = (node.fields ?? []).filter((field) => !kept || kept.includes(field.name.value));
      return { ...node, fields };
    },
    InterfaceTypeDefinition: (node) => (TYPES.includes(node.name.value) ? undefined : null),
    UnionTypeDefinition: () => null,
    SchemaDefinition: () => null,
  });
  return buildASTSchema({ kind: Kind.DOCUMENT, definitions: part.definitions }, { assumeValid: true });
}

function answersDirectly(open: () => Promise<TestGateway>): void {
  let gateway: TestGateway;
  /** The same database without a snapshot. */
  let reference: TestGateway;
  let answers: DirectAnswers;
  /** Without an image. */
  let fromSql: DirectAnswers;
  const contextOf = (viewer: Viewer) => createContext(gateway, { viewer, address: '127.0.0.1' });
  const direct = async (
    query: string,
    variables: Record<string, unknown> = {},
    viewer: Viewer = ADMIN,
    by: DirectAnswers = answers,
  ) => {
    await gateway.server.snapshot?.settle();
    const answer = await by.answer(parse(query), '', variables, contextOf(viewer));
    return answer && (JSON.parse(answer.body.toString()) as { data: unknown }).data;
  };

  beforeAll(async () => {
    gateway = await open();
    reference = await startTestGateway({ databaseUrl: gateway.config.databaseUrl, config: { snapshot: false } });
    const { schema, snapshot } = gateway.server;
    if (!snapshot) throw new Error('there is no snapshot');
    answers = new DirectAnswers(schema, snapshot, 1 << 20, gateway.log);
    fromSql = new DirectAnswers(schema, null, 0, gateway.log);
    for (const [userId, displayName] of [
      ['ada', 'Ada "Countess" Lovelace'],
      ['ben', 'Ben\\ 𝔹'],
      ['cem', 'Çem Öztürk'],
    ]) {
      const input = { userId, displayName, email: userId === 'cem' ? null : `${userId}@example.com` };
      await gateway.run('mutation ($i: CreateUserInput!) { createUser(input: $i) { id } }', { i: input });
    }
    for (const name of ['Desk', 'Night']) {
      await gateway.run('mutation ($i: CreateGroupInput!) { createGroup(input: $i) { id } }', { i: { name } });
    }
    for (const [g, u] of [
      ['Group_1', ['User_1', 'User_2']],
      ['Group_2', ['User_2', 'User_3']],
    ]) {
      await gateway.run('mutation ($g: ID!, $u: [ID!]!) { addMembers(groupId: $g, userIds: $u) { id } }', { g, u });
    }
    await gateway.run('mutation { updateGroup(input: { id: "Group_1", leaderId: "User_3" }) { id } }');
  });
  afterAll(async () => {
    await reference.close();
    await gateway.close();
  });

  it.each(['from the image', 'from SQL'])(
    'say what graphql-js says, of random documents, %s',
    async (from) => {
      const by = from === 'from SQL' ? fromSql : answers;
      const part = directPart(gateway.server.schema);
      const ids = ['User_1', 'User_2', 'Group_1', 'Group_2', 'Membership_1_2', 'Membership_9_9', 'User_99', 'nothing'];
      let told = 0;
      await fc.assert(
        fc.asyncProperty(documents(part, ids), async ({ query, variables }) => {
          const document = parse(query);
          fc.pre(validate(gateway.server.schema, document).length === 0);
          const data = await direct(query, variables, ADMIN, by);
          if (data === null) return;
          told++;
          const known = await execute({
            schema: reference.server.schema,
            document,
            variableValues: variables,
            contextValue: createContext(reference, { viewer: ADMIN, address: '127.0.0.1' }),
          });
          expect(known.errors).toBeUndefined();
          // The order of fields is part of the answer.
          expect(JSON.stringify(data)).toBe(JSON.stringify(known.data));
        }),
        { numRuns: 400 },
      );
      expect(told).toBeGreaterThan(100);
    },
    60_000,
  );

  it.each([
    ['a field with a rule of its own', '{ users { nodes { client { id } } } }'],
    ['what is not of the directory', '{ users { totalCount } viewer { __typename } }'],
    ['a mutation', 'mutation { deleteUser(id: "User_1") }'],
    ['a refused argument', '{ users(first: 100000) { totalCount } }'],
    ['what is no cursor', '{ users(after: "nonsense") { totalCount } }'],
    ['introspection', '{ __schema { queryType { name } } }'],
  ])('leave %s to the executor', async (_, query) => {
    expect(await direct(query)).toBeNull();
    expect(await direct(query, {}, ADMIN, fromSql)).toBeNull();
  });

  it.each([
    ['a search', '{ users(filter: { search: "ada" }) { totalCount } }', { users: { totalCount: 1 } }],
    [
      'the past',
      '{ group(id: "Group_1") { members(asOf: "2020-01-01T00:00:00Z") { totalCount } } }',
      { group: { members: { totalCount: 0 } } },
    ],
  ])('read %s, which the image does not tell, from SQL', async (_, query, expected) => {
    const { written, read } = answers.counts;
    expect(await direct(query)).toEqual(expected);
    expect(answers.counts).toMatchObject({ written, read: read + 1 });
  });

  it.each<[string, Viewer]>([
    ['nobody', { kind: 'nobody', isAdmin: false, userId: null }],
    ['a USER client', { ...ADMIN, isAdmin: false }],
    ['somebody from whom contacts are masked', MASKED],
  ])('leave the questions of %s to the executor', async (_, viewer) => {
    expect(await direct('{ users { nodes { email } } }', {}, viewer)).toBeNull();
    expect(await direct('{ users { nodes { email } } }', {}, { ...MASKED, masksSensitiveData: false })).not.toBeNull();
  });

  it('keep few plans of one document: only operations that it has, and both values of a condition', async () => {
    const document = parse('query A($yes: Boolean!) { users { totalCount @include(if: $yes) } }');
    for (let i = 0; i < 10; i++) {
      await answers.answer(document, `Unknown${i}`, {}, contextOf(ADMIN));
      await answers.answer(document, 'A', { yes: i % 2 === 0 }, contextOf(ADMIN));
    }
    expect(answers.plansOf(document)).toBe(2);
  });

  it('are given again only while nothing has changed', async () => {
    const query = '{ user(id: "User_1") { displayName } }';
    const document = parse(query);
    const ask = async () => {
      await gateway.server.snapshot?.settle();
      return (await answers.answer(document, '', {}, contextOf(ADMIN)))?.body.toString();
    };
    const first = await ask();
    const repeated = answers.counts.repeated;
    expect(await ask()).toBe(first);
    expect(answers.counts.repeated).toBe(repeated + 1);
    await gateway.run('mutation { updateUser(input: { id: "User_1", displayName: "Other" }) { id } }');
    expect(await ask()).toBe('{"data":{"user":{"displayName":"Other"}}}\n');
    expect(answers.counts.repeated).toBe(repeated + 1);
  });

  describe('of documents that are known', () => {
    const query = 'query Known($id: ID!, $yes: Boolean = true) { user(id: $id) { userId state @include(if: $yes) } }';
    const post = (body: unknown, headers: Record<string, string> = {}) =>
      fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${gateway.adminToken}`, ...headers },
        body: JSON.stringify(body),
      });
    const facts = async (response: Response) => ({
      status: response.status,
      type: response.headers.get('content-type'),
      body: await response.text(),
    });
    beforeAll(async () => {
      await gateway.server.snapshot?.settle();
      await (await post({ query, variables: { id: 'User_1' } })).text();
    });

    it.each<[string, object, Record<string, string>, number]>([
      ['as before', { query, variables: { id: 'User_1' } }, {}, 200],
      ['with other variables', { query, variables: { id: 'User_2', yes: false }, operationName: 'Known' }, {}, 200],
      ['with a variable too few', { query, variables: {} }, {}, 400],
      ['with variables of another kind', { query, variables: [] }, {}, 400],
      ['with an unknown operation', { query, operationName: 'Other', variables: { id: 'User_1' } }, {}, 400],
      ['with extensions', { query, variables: { id: 'User_1' }, extensions: { tool: 'x' } }, {}, 200],
      ['accepting something else', { query, variables: { id: 'User_1' } }, { accept: 'text/plain' }, 406],
      ['as nobody', { query, variables: { id: 'User_1' } }, { authorization: '' }, 200],
    ])('is what Apollo says: %s', async (_, body, headers, status) => {
      const answer = await facts(await post(body, headers));
      expect(answer.status).toBe(status);
      // A text of its own is not known: it takes the long way.
      const other = { ...body, query: `${query} # ${JSON.stringify([body, headers])}` };
      const { body: text, ...rest } = await facts(await post(other, headers));
      expect({ ...answer, body: JSON.parse(answer.body) as unknown }).toEqual({
        ...rest,
        body: JSON.parse(text) as unknown,
      });
    });

    it('is refused to a dead session', async () => {
      const response = await post({ query, variables: { id: 'User_1' } }, { authorization: 'Bearer sbs_dead' });
      expect(response.status).toBe(401);
    });
  });

  it('are in the metrics', async () => {
    await gateway.run('{ groups { totalCount } }');
    const text = await register.metrics();
    expect(text).toMatch(/^switchboard_direct_answers_total\{from="sql"\} \d+$/m);
    expect(text).toMatch(/^switchboard_kept_answers_bytes \d+$/m);
    const counted = [...text.matchAll(/^switchboard_direct_answers_total\{from="\w+"\} (\d+)$/gm)];
    expect(counted.reduce((sum, [, n]) => sum + Number(n), 0)).toBeGreaterThan(0);
  });

  it('go over HTTP as JSON like any other', async () => {
    await gateway.server.snapshot?.settle();
    const before = gateway.server.answers?.counts.written ?? 0;
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${gateway.adminToken}` },
      body: JSON.stringify({ query: 'query Q { group(id: "Group_2") { name } }', operationName: 'Q' }),
    });
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.text()).toBe('{"data":{"group":{"name":"Night"}}}\n');
    expect(gateway.server.answers?.counts.written).toBe(before + 1);
  });
}

describe('direct answers', () => {
  answersDirectly(() => startTestGateway());
});

describeWith('mariadb', 'direct answers on MariaDB', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let gateway: TestGateway;
  afterAll(() => database.drop());
  answersDirectly(async () => {
    database = await createTestDatabase();
    gateway = await startTestGateway({ databaseUrl: database.url, environment: { DATABASE_URL: database.url } });
    return gateway;
  });

  const LISTS = `{ users { nodes { userId some: memberships(first: 1) { nodes { id group { name description settingsActive memberCount } } }
    all: memberships { __typename nodes { __typename via group { id name } } } } } }`;
  const told = async (document: string) => {
    const fromSql = new DirectAnswers(gateway.server.schema, null, 0, gateway.log);
    const context = createContext(gateway, { viewer: ADMIN, address: '127.0.0.1' });
    const answer = await fromSql.answer(parse(document), '', {}, context);
    return answer && (JSON.parse(answer.body.toString()) as { data: unknown }).data;
  };
  const executed = async (document: string) => {
    const { data } = await gateway.send(document.replace(/\}$/, ' viewer { __typename } }'), {}, gateway.adminToken);
    return { ...data, viewer: undefined };
  };

  it('have the first members of groups made by the database', async () => {
    const document = `{ groups { nodes { name some: members(first: 1) { nodes { id user { displayName email state } } }
      all: members { __typename nodes { via position user { id __typename } } } none: members(first: 0) { nodes { id } } } } }`;
    // Places that are not unique and leave gaps.
    await gateway.db.write(async (em) => {
      await em.query('UPDATE membership SET position = 7 WHERE groupId = 2');
      await recordRevision(em, { all: true });
    });
    const data = await told(document.replace(/none: .*? \} \}/, ''));
    const statements: string[] = [];
    statementCounter.count = (sql) => statements.push(sql);
    expect(await told(document.replace(/none: .*? \} \}/, ''))).toEqual(data);
    delete statementCounter.count;
    expect(statements.filter((sql) => sql.includes('GROUP_CONCAT'))).toHaveLength(2);
    expect(data).toEqual(await executed(document.replace(/none: .*? \} \}/, '')));
    expect(await told(document)).toEqual(await executed(document));
  });

  it('have short lists made by the database, whatever is in their texts', async () => {
    const name = `"Quoted", 'single', back\\slash, Zoë, 中, \u{1f600}, a/b`;
    await gateway.run('mutation { updateGroup(input: { id: "Group_2", description: null }) { id } }');
    await gateway.run('mutation ($i: UpdateGroupInput!) { updateGroup(input: $i) { id } }', {
      i: { id: 'Group_1', name },
    });
    const statements: string[] = [];
    statementCounter.count = (sql) => statements.push(sql);
    const data = await told(LISTS);
    delete statementCounter.count;
    expect(data).toEqual(await executed(LISTS));
    expect(JSON.stringify(data)).toContain('\u{1f600}');
    expect(statements).toHaveLength(1);
  });

  it('leave lists that the database would cut to the executor', async () => {
    const narrow = Object.assign(Object.create(gateway.db) as typeof gateway.db, { longestAggregate: 60 });
    const fromSql = new DirectAnswers(gateway.server.schema, null, 0, gateway.log);
    const context = createContext({ ...gateway, db: narrow }, { viewer: ADMIN, address: '127.0.0.1' });
    expect(await fromSql.answer(parse(LISTS), '', {}, context)).toBeNull();
  });
});
