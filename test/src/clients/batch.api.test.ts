import { describeEachDatabase, type Prepared } from '../../support/each-database';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { consoleOf, type TestConsole } from './console';

interface Row {
  username: string;
  outcome: string;
  client: { id: string; username: string } | null;
  warnings: string[];
  error: string | null;
}
interface Batch {
  id: string;
  needsDecision: boolean;
  finished: boolean;
  done: number;
  total: number;
  rows: { nodes: Row[] };
}
interface ClientView {
  username: string;
  authType: string;
  roles: string[];
  permissions: string[];
  maskedDigits: { all: boolean; digits: number };
  fallback: { kind: string; timeoutSeconds: number | null; number: string | null };
  version: number;
  user: { userId: string } | null;
  assignments: { nodes: { kind: string; group: { name: string } }[] };
}

const FIELDS =
  'id needsDecision finished done total rows(first: 1000) { nodes { username outcome client { id username } warnings error } }';
const CREATE = `mutation ($i: CreateClientsInput!) { createClients(input: $i) { ${FIELDS} } }`;
const CLIENT = `query ($id: ID!) { client(id: $id) { username authType roles permissions maskedDigits { all digits }
  fallback { kind timeoutSeconds number } version user { userId } assignments { nodes { kind group { name } } } } }`;

describeEachDatabase('bulk creation of clients', (prepare) => {
  let prepared: Prepared;
  let gateway: TestGateway;
  let console: TestConsole;
  beforeAll(async () => {
    prepared = await prepare();
    gateway = await startTestGateway({ databaseUrl: prepared.url });
    console = consoleOf(gateway);
  });
  afterAll(async () => {
    await gateway.close();
    await prepared.close();
  });

  const input = (userIds: string[], more: object = {}) => ({
    userIds,
    authType: 'PROXY',
    password: 'batch password',
    ...more,
  });
  const createClients = async (i: object) => (await gateway.run<{ createClients: Batch }>(CREATE, { i })).createClients;
  const look = async (id: string) => (await gateway.run<{ client: ClientView }>(CLIENT, { id })).client;
  const outcomes = (batch: Batch) => batch.rows.nodes.map((row) => `${row.username} ${row.outcome}`);
  const users = (...names: string[]) => Promise.all(names.map((name) => console.user(name)));
  const signIn = async (username: string, password: string) =>
    (
      await gateway.send('mutation ($u: String!, $p: String!) { signIn(username: $u, password: $p) { token } }', {
        u: username,
        p: password,
      })
    ).data !== null;
  const imported = async (userId: string, state: string) => {
    const id = await console.user(userId);
    await gateway.db.write((em) => em.query('UPDATE user SET state = ? WHERE id = ?', [state, id.split('_')[1]]));
    return id;
  };

  it('C23, C24, C26–C28: makes clients of role USER with the same values, assigned to all groups, named by user id', async () => {
    const ids = await users('c23-Ada', 'c23-ben');
    const groups = [await console.group('C27 one'), await console.group('C27 two')];
    const batch = await createClients(
      input(ids, {
        permissions: ['PARK', 'FORWARD_USERS'],
        maskedDigits: { digits: 3 },
        fallback: { kind: 'CUSTOM_NUMBER', timeoutSeconds: 20, number: '+41 31 1' },
        groupIds: groups,
      }),
    );
    expect(batch).toMatchObject({ needsDecision: false, finished: true, done: 2, total: 2 });
    expect(outcomes(batch)).toEqual(['c23-Ada CREATED', 'c23-ben CREATED']);
    expect(await look(batch.rows.nodes[0]?.client?.id ?? '')).toEqual({
      username: 'c23-Ada',
      authType: 'PROXY',
      roles: ['USER'],
      permissions: ['FORWARD_USERS', 'PARK'],
      maskedDigits: { all: false, digits: 3 },
      fallback: { kind: 'CUSTOM_NUMBER', timeoutSeconds: 20, number: '+41 31 1' },
      version: 1,
      user: { userId: 'c23-Ada' },
      assignments: {
        nodes: [
          { kind: 'ASSIGNEE', group: { name: 'C27 one' } },
          { kind: 'ASSIGNEE', group: { name: 'C27 two' } },
        ],
      },
    });
    expect(await signIn('C23-ADA', 'batch password')).toBe(true);
  });

  it('C33: uses one password hash for a batch, keeps it nowhere once done, and writes few audit entries', async () => {
    const batch = await createClients(input(await users('c33-a', 'c33-b', 'c33-c')));
    const hashes = await gateway.db.rows("SELECT DISTINCT passwordHash FROM client WHERE usernameKey LIKE 'c33-%'");
    expect(hashes).toHaveLength(1);
    const rows = await gateway.db.rows<{ template: string }>('SELECT template FROM client_batch WHERE id = ?', [
      batch.id.split('_')[1] ?? '',
    ]);
    expect(JSON.parse(rows[0]?.template ?? '{}')).toMatchObject({ passwordHash: null });
    const entries = await gateway.db.rows<{ detail: string }>('SELECT detail FROM audit_entry WHERE target = ?', [
      batch.id,
    ]);
    expect(entries).toHaveLength(2);
    expect(JSON.stringify(entries)).not.toContain('argon2');
  });

  it('C33: a repeated call never creates a client twice', async () => {
    const ids = await users('c33-again');
    await createClients(input(ids));
    const again = await createClients(input(ids, { onConflict: 'SKIP' }));
    expect(outcomes(again)).toEqual(['c33-again SKIPPED']);
  });

  it('C30, C36: ASK writes nothing where any client exists, and returns every conflict', async () => {
    const ids = await users('c30-free', 'c30-Taken', 'c30-own');
    await console.client('C30-TAKEN');
    await console.client('another name', { userId: ids[2] });
    const batch = await createClients(input(ids));
    expect(batch).toMatchObject({ needsDecision: true, finished: true, done: 0, total: 3 });
    expect(batch.rows.nodes.map((row) => [row.username, row.outcome, row.client?.username])).toEqual([
      ['c30-free', 'PENDING', undefined],
      ['c30-Taken', 'CONFLICT', 'C30-TAKEN'],
      ['c30-own', 'CONFLICT', 'another name'],
    ]);
    const { clients } = await gateway.run<{ clients: { totalCount: number } }>(
      '{ clients(filter: { search: "c30-free" }) { totalCount } }',
    );
    expect(clients.totalCount).toBe(0);
    const again = await createClients(input(ids, { onConflict: 'SKIP' }));
    expect(outcomes(again)).toEqual(['c30-free CREATED', 'c30-Taken SKIPPED', 'c30-own SKIPPED']);
  });

  it('C31: OVERWRITE replaces password and permissions only, adds groups, and never lowers an owner', async () => {
    const [user] = await users('c31');
    const [owned, kept, fresh] = [
      await console.group('C31 owned'),
      await console.group('C31 kept'),
      await console.group('C31 fresh'),
    ];
    const id = await console.client('C31', {
      roles: ['USER', 'ADMINISTRATOR'],
      permissions: ['PARK'],
      maskedDigits: { digits: 2 },
      fallback: { kind: 'INITIATOR_NUMBER', timeoutSeconds: 5 },
    });
    await console.assign([id], [owned], 'OWNER');
    await console.assign([id], [kept]);
    const token = await console.token(id);
    const batch = await createClients(
      input([user ?? ''], {
        permissions: ['SHOW_ALL_BUSY_QUEUE'],
        maskedDigits: { all: true },
        groupIds: [owned, fresh],
        onConflict: 'OVERWRITE',
      }),
    );
    expect(batch.rows.nodes).toMatchObject([{ outcome: 'OVERWRITTEN', client: { id }, warnings: [] }]);
    const after = await look(id);
    expect(after).toMatchObject({
      username: 'C31',
      roles: ['ADMINISTRATOR', 'USER'],
      permissions: ['SHOW_ALL_BUSY_QUEUE'],
      maskedDigits: { all: false, digits: 2 },
      fallback: { kind: 'INITIATOR_NUMBER', timeoutSeconds: 5 },
      version: 2,
      user: { userId: 'c31' },
    });
    expect(after.assignments.nodes.map((one) => `${one.group.name} ${one.kind}`)).toEqual([
      'C31 fresh ASSIGNEE',
      'C31 kept ASSIGNEE',
      'C31 owned OWNER',
    ]);
    expect([await signIn('c31', 'secret'), await signIn('c31', 'batch password')]).toEqual([false, true]);
    expect((await gateway.send('{ __typename }', {}, token)).errors?.[0]?.extensions).toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });

  it.each([
    ['CALLISTO', 'PROXY', /directory holds/],
    ['PROXY', 'CALLISTO', /holds its own/],
  ])('C31: existing %s under a dialog of %s keeps its password, with a warning', async (existing, dialog, warning) => {
    const name = `c31-${existing}`;
    const ids = await users(name);
    const id = await console.client(name, { authType: existing });
    const [row] = (
      await createClients(input(ids, { authType: dialog, permissions: ['PARK'], onConflict: 'OVERWRITE' }))
    ).rows.nodes;
    expect(row).toMatchObject({ outcome: 'OVERWRITTEN', warnings: [expect.stringMatching(warning)] });
    expect(await look(id)).toMatchObject({ authType: existing, permissions: ['PARK'] });
    if (existing === 'PROXY') expect(await signIn(name, 'secret')).toBe(true);
  });

  it('C32: a row that would exceed maxGroupsPerClient is FAILED and nothing of it is written; others go on', async () => {
    const ids = await users('c32-full', 'c32-free');
    const groups = await Promise.all(Array.from({ length: 50 }, (_, i) => console.group(`C32 ${i}`)));
    const id = await console.client('c32-full');
    await console.assign([id], groups.slice(0, 49));
    const batch = await createClients(
      input(ids, { permissions: ['PARK'], groupIds: groups.slice(48), onConflict: 'OVERWRITE' }),
    );
    expect(outcomes(batch)).toEqual(['c32-full OVERWRITTEN', 'c32-free CREATED']);
    const extra = await console.group('C32 extra');
    const second = await createClients(input(ids, { permissions: [], groupIds: [extra], onConflict: 'OVERWRITE' }));
    expect(second.rows.nodes).toMatchObject([
      { outcome: 'FAILED', error: expect.stringContaining('at most 50') },
      { outcome: 'OVERWRITTEN' },
    ]);
    expect((await look(id)).permissions).toEqual(['PARK']);
    const third = await createClients(input(await users('c32-new'), { groupIds: [...groups, extra] }));
    expect(third.rows.nodes).toMatchObject([{ outcome: 'FAILED', client: null }]);
  });

  it('C36: fails vanished users, repeated and built-in names, invalid names and users with two candidates; warns of disabled ones', async () => {
    const [twice, both] = [await console.user('c36-twice'), await console.user('c36-both')];
    const repeated = await imported('c36-other', 'ACTIVE');
    await gateway.db.write((em) =>
      em.query("UPDATE user SET userId = 'C36-TWICE' WHERE id = ?", [repeated.split('_')[1]]),
    );
    await console.client('c36-both');
    await console.client('c36-both-own', { userId: both });
    const ids = [
      await imported('c36-gone', 'VANISHED'),
      await imported('c36-disabled', 'DISABLED'),
      twice,
      repeated,
      both,
      await console.user('Admin'),
    ];
    const batch = await createClients(input(ids, { onConflict: 'OVERWRITE' }));
    expect(outcomes(batch)).toEqual([
      'c36-gone FAILED',
      'c36-disabled CREATED',
      'c36-twice CREATED',
      'C36-TWICE FAILED',
      'c36-both FAILED',
      'Admin FAILED',
    ]);
    expect(batch.rows.nodes[1]?.warnings).toEqual([expect.stringContaining('disabled')]);
    expect(batch.rows.nodes.filter((row) => row.outcome === 'FAILED').every((row) => row.error)).toBe(true);
    expect(await signIn('admin', 'admin-password-1')).toBe(true);
  });

  it('C36: takes all users that a filter selects', async () => {
    await console.user('c36-f1', { department: 'C36 Sales' });
    await console.user('c36-f2', { department: 'c36 sales' });
    const i = { filter: { department: 'C36 SALES' }, authType: 'CALLISTO', password: 'ignored' };
    const batch = await createClients(i);
    expect(outcomes(batch)).toEqual(['c36-f1 CREATED', 'c36-f2 CREATED']);
    const rows = await gateway.db.rows("SELECT passwordHash FROM client WHERE usernameKey LIKE 'c36-f%'");
    expect(rows).toEqual([{ passwordHash: null }, { passwordHash: null }]);
  });

  it.each([
    ['neither users nor a filter', {}, 'userIds'],
    ['no user', { userIds: [] }, 'userIds'],
    ['both', { userIds: ['User_1'], filter: {} }, 'filter'],
    ['an unknown user', { userIds: ['User_99999'] }, 'userIds'],
    ['an unknown group', { userIds: ['User_1'], groupIds: ['Group_99999'] }, 'groupIds'],
    ['no password with PROXY', { userIds: ['User_1'], password: '' }, 'password'],
    [
      'a fallback that is too late',
      { userIds: ['User_1'], fallback: { kind: 'INITIATOR_NUMBER', timeoutSeconds: 30 } },
      'fallback.timeoutSeconds',
    ],
    ['negative digits', { userIds: ['User_1'], maskedDigits: { digits: -1 } }, 'maskedDigits.digits'],
  ])('C36: refuses %s, and writes nothing', async (_case, more, field) => {
    const count = () => gateway.db.first('SELECT COUNT(*) AS n FROM client_batch');
    const before = await count();
    const error = await gateway.refused(CREATE, { i: { authType: 'PROXY', password: 'x', ...more } });
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', field });
    expect(await count()).toEqual(before);
  });

  it('shows a batch and its rows by id and outcome, to administrators only', async () => {
    const batch = await createClients(input(await users('node-a', 'node-b')));
    const query = `query ($id: ID!) { clientBatch(id: $id) { rows(outcome: CREATED, first: 1) { totalCount nodes { id username user { userId } } pageInfo { hasNextPage } } } node(id: $id) { __typename } }`;
    const data = await gateway.run<{ clientBatch: { rows: { nodes: { id: string }[] } } }>(query, { id: batch.id });
    expect(data).toMatchObject({
      clientBatch: {
        rows: {
          totalCount: 2,
          nodes: [{ username: 'node-a', user: { userId: 'node-a' } }],
          pageInfo: { hasNextPage: true },
        },
      },
      node: { __typename: 'ClientBatch' },
    });
    const row = data.clientBatch.rows.nodes[0]?.id;
    expect(
      await gateway.run('query ($id: ID!) { node(id: $id) { ... on ClientBatchRow { username } } }', { id: row }),
    ).toEqual({ node: { username: 'node-a' } });
    const token = await console.token(batch.rows.nodes[0]?.client?.id ?? '');
    expect(
      await gateway.run('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: [batch.id, row] }, token),
    ).toEqual({ nodes: [null, null] });
    expect(
      await gateway.refused('query ($id: ID!) { clientBatch(id: $id) { id } }', { id: batch.id }, token),
    ).toMatchObject({ code: 'FORBIDDEN' });
    expect(await gateway.refused(CREATE, { i: input(['User_99999']) }, token)).toMatchObject({ code: 'FORBIDDEN' });
  });
});
