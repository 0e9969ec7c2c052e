import { statementCounter } from '../../../src/database';
import { describeEachDatabase, type Prepared } from '../../support/each-database';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { consoleOf, type TestConsole } from './console';

const REPORT =
  'mutation ($i: BusyQueueCallInput!) { reportBusyQueueCall(input: $i) { id number name initiatedByUsername initiatedBy { username } since } }';
const CLEAR = 'mutation ($id: ID!) { clearBusyQueueCall(id: $id) }';
const CALLS = '{ busyQueueCalls { id number name initiatedByUsername initiatedBy { username } } }';

interface Call {
  id: string;
  number: string;
  name: string | null;
  initiatedByUsername: string;
  initiatedBy: { username: string } | null;
}

describeEachDatabase('what clients see', (prepare) => {
  let prepared: Prepared;
  let gateway: TestGateway;
  let console: TestConsole;
  let ids: Record<'user' | 'other' | 'group' | 'foreign' | 'one' | 'two', string>;
  let one: string;
  let two: string;

  beforeAll(async () => {
    prepared = await prepare();
    gateway = await startTestGateway({ databaseUrl: prepared.url });
    console = consoleOf(gateway);
    const [user, other] = [await console.user('self'), await console.user('other')];
    const [group, foreign] = [await console.group('Own'), await console.group('Foreign')];
    await console.addMembers(group, [other]);
    const clients = [
      await console.client('one', { userId: user, maskedDigits: { digits: 2 } }),
      await console.client('two', { userId: other, permissions: ['SHOW_ALL_BUSY_QUEUE'] }),
    ] as const;
    await console.assign([...clients], [group]);
    await console.assign([clients[1]], [foreign], 'OWNER');
    ids = { user, other, group, foreign, one: clients[0], two: clients[1] };
    [one, two] = [await console.token(ids.one), await console.token(ids.two)];
  });
  afterAll(async () => {
    await gateway.close();
    await prepared.close();
  });

  it('V4: a client sees itself, with its own assignments and panes; others are null', async () => {
    const data = await gateway.run(
      `query ($one: ID!, $two: ID!, $ids: [ID!]!) {
        viewer { ... on Client { username user { userId client { username } } visibleUsers { nodes { userId client { id } } } assignments { nodes { group { name } } } } }
        own: client(id: $one) { username presentCaller(number: "123", name: "Ada") { number name } }
        other: client(id: $two) { username }
        nodes(ids: $ids) { __typename }
      }`,
      { one: ids.one, two: ids.two, ids: [ids.two, ids.one, 'Client_99999', 'Client_x'] },
      one,
    );
    expect(data).toEqual({
      viewer: {
        username: 'one',
        user: { userId: 'self', client: { username: 'one' } },
        visibleUsers: { nodes: [{ userId: 'other', client: null }] },
        assignments: { nodes: [{ group: { name: 'Own' } }] },
      },
      own: { username: 'one', presentCaller: { number: '1XX', name: null } },
      other: null,
      nodes: [null, { __typename: 'Client' }, null, null],
    });
  });

  it('V4: of a group it sees only its own assignment, also by id', async () => {
    const document =
      'query ($id: ID!) { group(id: $id) { assignments { totalCount nodes { id client { username } } } } }';
    interface Found {
      group: { assignments: { totalCount: number; nodes: { id: string; client: { username: string } }[] } };
    }
    const all = (await gateway.run<Found>(document, { id: ids.group })).group.assignments;
    expect(all.nodes.map((node) => node.client.username)).toEqual(['one', 'two']);
    const own = (await gateway.run<Found>(document, { id: ids.group }, one)).group.assignments;
    expect(own).toEqual({ totalCount: 1, nodes: [all.nodes[0]] });
    const { nodes } = await gateway.run<{ nodes: unknown[] }>(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
      { ids: all.nodes.map((node) => node.id) },
      one,
    );
    expect(nodes).toEqual([{ id: all.nodes[0]?.id }, null]);
  });

  it.each([
    ['clients', '{ clients { totalCount } }'],
    ['settings', '{ settings { timezone } }'],
    ['clientBatch', '{ clientBatch(id: "ClientBatch_1") { id } }'],
    ['createClient', 'mutation { createClient(input: { username: "x", authType: CALLISTO, roles: [USER] }) { id } }'],
    ['updateClient of itself', 'mutation { updateClient(input: { id: "Client_2", roles: [ADMINISTRATOR] }) { id } }'],
    ['deleteClient of nothing', 'mutation { deleteClient(id: "Client_99999") }'],
    ['assignGroups', 'mutation { assignGroups(input: { clientIds: [], groupIds: [], kind: OWNER }) { id } }'],
    ['unassignGroups', 'mutation { unassignGroups(input: { clientIds: [], groupIds: [], kind: OWNER }) }'],
    ['updateSettings', 'mutation { updateSettings(input: {}) { timezone } }'],
  ])('V4, C11: %s is FORBIDDEN for a USER client, UNAUTHENTICATED for nobody', async (_case, document) => {
    expect(await gateway.refused(document, {}, one)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await gateway.refused(document, {}, null)).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('V3, C11: a client of both roles is an administrator, from the very next request', async () => {
    const id = await console.client('both');
    const token = await console.token(id);
    expect(await gateway.refused('{ clients { totalCount } }', {}, token)).toMatchObject({ code: 'FORBIDDEN' });
    await console.update(id, { roles: ['USER', 'ADMINISTRATOR'] });
    expect(await gateway.run('{ clients(first: 1) { nodes { id } } }', {}, token)).toMatchObject({
      clients: { nodes: [{}] },
    });
  });

  describe('the busy queue', () => {
    const report = async (initiatedById: string, number: string, token?: string) =>
      (
        await gateway.run<{ reportBusyQueueCall: Call }>(
          REPORT,
          { i: { initiatedById, number, name: 'Caller' } },
          token,
        )
      ).reportBusyQueueCall;
    const calls = async (token?: string) =>
      (await gateway.run<{ busyQueueCalls: Call[] }>(CALLS, {}, token)).busyQueueCalls;

    it('C15, C37, V4: shows own calls, with SHOW_ALL_BUSY_QUEUE those of others, masked for the viewing client', async () => {
      const own = await report(ids.one, '+41 31 11', one);
      expect(own).toMatchObject({
        number: '+41 31 XX',
        name: null,
        initiatedBy: { username: 'one' },
        initiatedByUsername: 'one',
      });
      const foreign = await report(ids.two, '+41 31 22', two);
      expect((await calls(one)).map((call) => call.id)).toEqual([own.id]);
      expect(
        (await calls(two)).map((call) => [
          call.number,
          call.name,
          call.initiatedBy?.username,
          call.initiatedByUsername,
        ]),
      ).toEqual([
        ['+41 31 11', 'Caller', undefined, 'one'],
        ['+41 31 22', 'Caller', 'two', 'two'],
      ]);
      expect((await calls()).map((call) => [call.number, call.initiatedBy?.username])).toEqual([
        ['+41 31 11', 'one'],
        ['+41 31 22', 'two'],
      ]);
      const nodes = await gateway.run(
        'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
        { ids: [own.id, foreign.id] },
        one,
      );
      expect(nodes).toEqual({ nodes: [{ id: own.id }, null] });
    });

    it('V5: a client reports for itself and clears its own', async () => {
      expect(await gateway.refused(REPORT, { i: { initiatedById: ids.two, number: '1' } }, one)).toMatchObject({
        code: 'NOT_FOUND',
      });
      expect(await gateway.refused(REPORT, { i: { initiatedById: 'Client_99999', number: '1' } })).toMatchObject({
        code: 'NOT_FOUND',
      });
      const [own, foreign] = (await calls()).map((call) => call.id);
      expect(await gateway.refused(CLEAR, { id: foreign }, one)).toMatchObject({ code: 'NOT_FOUND' });
      expect(await gateway.refused(CLEAR, { id: own }, two)).toMatchObject({ code: 'FORBIDDEN' });
      expect(await gateway.run(CLEAR, { id: own }, one)).toEqual({ clearBusyQueueCall: own });
      expect(await gateway.run(CLEAR, { id: foreign })).toEqual({ clearBusyQueueCall: foreign });
      expect(await gateway.refused(CLEAR, { id: own }, one)).toMatchObject({ code: 'NOT_FOUND' });
    });

    it('refuses an empty number', async () => {
      expect(await gateway.refused(REPORT, { i: { initiatedById: ids.one, number: ' ' } }, one)).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'number',
      });
    });
  });

  it('reads clients with groups and panes by as many statements for many as for few', async () => {
    const groups = await Promise.all(['Few', 'Many'].map((name) => console.group(name)));
    for (let n = 0; n < 20; n++)
      await console.assign([await console.client(`count ${String(n).padStart(2, '0')}`)], groups);
    const count = async (first: number) => {
      const statements: string[] = [];
      statementCounter.count = (sql) => statements.push(sql);
      const { clients } = await gateway.run<{ clients: { nodes: { assignments: { nodes: object[] } }[] } }>(
        `query ($n: Int!) { clients(filter: { search: "count" }, first: $n) { totalCount nodes { username user { userId }
          assignments { totalCount nodes { kind group { name assignments { nodes { client { username } } } } } } visibleUsers { totalCount nodes { userId } } } } }`,
        { n: first },
      );
      delete statementCounter.count;
      expect(clients.nodes.map((node) => node.assignments.nodes.length)).toEqual(new Array(first).fill(2));
      return statements.length;
    };
    expect(await count(20)).toBe(await count(2));
  });
});
