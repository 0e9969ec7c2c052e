import fc from 'fast-check';
import { execute, parse, validate, type ExecutionResult, type GraphQLSchema } from 'graphql';
import type { Viewer } from '../../src/auth/viewer';
import { createContext } from '../../src/context';
import { CompiledExecutor } from '../../src/executor';
import { documents } from '../support/documents';
import { startTestGateway, type TestGateway } from '../support/gateway';
import { ADMIN } from '../support/viewers';

/** What a caller would see, errors in any order: fields of one level may fail in another order. */
function told(result: ExecutionResult) {
  const errors = (result.errors ?? []).map(({ message, path }) => `${path?.join('.') ?? ''}: ${message}`);
  return { data: JSON.parse(JSON.stringify(result.data ?? null)) as unknown, errors: errors.sort() };
}

/** Whether two errors are below the same top field. */
function isNear(known: string, other: string): boolean {
  return known.split(/[.:]/)[0] === other.split(/[.:]/)[0];
}

describe('compiled execution', () => {
  let gateway: TestGateway;
  let schema: GraphQLSchema;
  let executor: CompiledExecutor;
  const contextOf = (viewer: Viewer) => createContext(gateway, { viewer, address: '127.0.0.1' });

  beforeAll(async () => {
    gateway = await startTestGateway({ config: { snapshot: false } });
    schema = gateway.server.schema;
    executor = new CompiledExecutor(schema);
    const { run } = gateway;
    for (const userId of ['ada', 'ben', 'cem']) {
      await run('mutation ($i: CreateUserInput!) { createUser(input: $i) { id } }', {
        i: { userId, displayName: userId },
      });
    }
    for (const name of ['Desk', 'Night']) {
      await run('mutation ($i: CreateGroupInput!) { createGroup(input: $i) { id } }', { i: { name } });
    }
    for (const [g, u] of [
      ['Group_1', ['User_1', 'User_2']],
      ['Group_2', ['User_2', 'User_3']],
    ]) {
      await run('mutation ($g: ID!, $u: [ID!]!) { addMembers(groupId: $g, userIds: $u) { id } }', { g, u });
    }
  });
  afterAll(() => gateway.close());

  const both = async (query: string, variables: Record<string, unknown>, viewer: Viewer = ADMIN) => {
    const document = parse(query);
    const reference = await execute({ schema, document, variableValues: variables, contextValue: contextOf(viewer) });
    const compiled = await executor.execute(document, null, variables, contextOf(viewer));
    return [told(compiled), told(reference)];
  };

  it('answers random documents as graphql-js does', async () => {
    const ids = ['User_1', 'User_2', 'Group_1', 'Group_2', 'Membership_1_2', 'Client_1', 'User_99', 'nothing'];
    await fc.assert(
      fc.asyncProperty(documents(schema, ids), async ({ query, variables }) => {
        fc.pre(validate(schema, parse(query)).length === 0);
        const [compiled, reference] = await both(query, variables);
        expect(compiled?.data).toEqual(reference?.data);
        if (reference?.data === null) {
          // Of several faults that each take the whole answer either may be told (specification, 6.4.4).
          expect(compiled?.errors).not.toEqual([]);
          return;
        }
        // Of several faults that take the same field either may be told, and what fails below it too (specification, 6.4.4):
        // each must have one of the other's near.
        const [told, known] = [compiled?.errors ?? [], reference?.errors ?? []];
        for (const error of told) expect(known.some((other) => isNear(other, error))).toBe(true);
        for (const error of known) expect(told.some((other) => isNear(other, error))).toBe(true);
      }),
      { numRuns: 300 },
    );
    expect(executor.fallbacks).toBe(0);
  }, 120_000);

  it.each([
    ['a null in a list', '{ nodes(ids: ["User_1", "User_99"]) { id } }', {}],
    ['an error in a nullable field', '{ a: groups(first: -1) { totalCount } b: viewer { __typename } }', {}],
    [
      'an interface with fragments',
      '{ node(id: "Group_1") { __typename id ... on Group { name } ... on User { userId } } }',
      {},
    ],
    [
      'fragments in fragments',
      '{ ...A } fragment A on Query { ...B groups { totalCount } } fragment B on Query { users { nodes { id } } }',
      {},
    ],
    ['a default', 'query ($n: Int = 1) { groups(first: $n) { nodes { name } } }', {}],
    ['null against a default', 'query ($n: Int = 1) { groups(first: $n) { nodes { name } } }', { n: null }],
    [
      'a variable in an input object',
      'query ($s: String) { users(filter: { search: $s }) { nodes { userId } } }',
      { s: 'ad' },
    ],
    [
      'a variable not given in an input object',
      'query ($s: String) { users(filter: { search: $s }) { totalCount } }',
      {},
    ],
    [
      'one value for a list',
      'query ($v: [MembershipVia!]) { group(id: "Group_1") { members(via: $v) { totalCount } } }',
      { v: 'DIRECT' },
    ],
    ['the same field twice', '{ groups { nodes { id } nodes { name } } groups { totalCount } }', {}],
    ['introspection', '{ __schema { queryType { name } } __type(name: "User") { kind fields { name } } }', {}],
  ])('answers %s as graphql-js does', async (_what, query, variables) => {
    const [compiled, reference] = await both(query, variables);
    expect(compiled).toEqual(reference);
  });

  it.each([
    ['a missing one', 'query ($id: ID!) { user(id: $id) { id } }', {}],
    ['null', 'query ($id: ID!) { user(id: $id) { id } }', { id: null }],
    ['another type', 'query ($n: Int) { users(first: $n) { totalCount } }', { n: 'many' }],
    ['too large an Int', 'query ($n: Int) { users(first: $n) { totalCount } }', { n: 2 ** 31 }],
    [
      'an unknown enum value',
      'query ($o: UserOrder) { users(orderBy: $o) { totalCount } }',
      { o: { field: 'SHOE_SIZE' } },
    ],
    [
      'an unknown field of an input',
      'query ($f: UserFilter) { users(filter: $f) { totalCount } }',
      { f: { shoeSize: 43 } },
    ],
    [
      'no DateTime',
      'query ($t: DateTime) { group(id: "Group_1") { members(asOf: $t) { totalCount } } }',
      { t: 'noon' },
    ],
    ['an object for a text', 'query ($f: UserFilter) { users(filter: $f) { totalCount } }', { f: { search: {} } }],
  ])('refuses variables: %s, in the words of graphql-js, as BAD_USER_INPUT', async (_what, query, variables) => {
    const [compiled, reference] = await both(query, variables);
    expect(compiled).toEqual(reference);
    expect(compiled?.errors).not.toEqual([]);
    expect(await gateway.refused(query, variables)).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('refuses a literal that a scalar does not take, without repeating it', async () => {
    const error = await gateway.refused('{ group(id: "Group_1") { members(asOf: "noon-1234") { totalCount } } }');
    expect(error).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
    expect(JSON.stringify(error)).not.toContain('noon-1234');
  });

  it('chooses the operation by name, and refuses an unknown one as graphql-js does', async () => {
    const document = parse('query A { groups { totalCount } } query B { users { totalCount } }');
    expect(told(await executor.execute(document, 'B', {}, contextOf(ADMIN)))).toEqual({
      data: { users: { totalCount: 3 } },
      errors: [],
    });
    for (const name of ['C', null]) {
      const reference = await execute({ schema, document, operationName: name, contextValue: contextOf(ADMIN) });
      expect(told(await executor.execute(document, name, {}, contextOf(ADMIN)))).toEqual(told(reference));
    }
  });

  it('keeps few plans of one document: only names that it has', async () => {
    const document = parse('query A { __typename }');
    for (let i = 0; i < 100; i++) await executor.execute(document, `Unknown${i}`, {}, contextOf(ADMIN));
    expect(executor.plansOf(document)).toBeLessThanOrEqual(1);
  });
});
