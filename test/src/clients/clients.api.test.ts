import { describeEachDatabase, type Prepared } from '../../support/each-database';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { consoleOf, type TestConsole } from './console';

interface Nodes<T> {
  nodes: T[];
  totalCount: number;
}

const UPDATE = 'mutation ($i: UpdateClientInput!) { updateClient(input: $i) { id } }';
const CREATE = 'mutation ($i: CreateClientInput!) { createClient(input: $i) { id } }';
const DELETE = 'mutation ($id: ID!) { deleteClient(id: $id) }';
const SETTINGS =
  'mutation ($i: SettingsInput!) { updateSettings(input: $i) { callManagerTimeoutSeconds maxGroupsPerClient } }';
const FIELDS = `id username authType builtIn roles permissions maskedDigits { all digits } fallback { kind timeoutSeconds number }
  canChangePassword user { userId } version createdAt updatedAt`;

describeEachDatabase('clients', (prepare) => {
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

  const look = async (id: string) =>
    (
      await gateway.run<{ client: Record<string, unknown> }>(`query ($id: ID!) { client(id: $id) { ${FIELDS} } }`, {
        id,
      })
    ).client;
  const names = async (filter: object, orderBy?: object) => {
    const { clients } = await gateway.run<{ clients: Nodes<{ username: string }> }>(
      'query ($f: ClientFilter, $o: ClientOrder) { clients(filter: $f, orderBy: $o) { totalCount nodes { username } } }',
      { f: filter, o: orderBy },
    );
    expect(clients.totalCount).toBe(clients.nodes.length);
    return clients.nodes.map((node) => node.username);
  };
  const signsIn = async (username: string, password: string) => {
    gateway.clock.advance(60_000);
    return (
      (
        await gateway.send('mutation ($u: String!, $p: String!) { signIn(username: $u, password: $p) { token } }', {
          u: username,
          p: password,
        })
      ).data !== null
    );
  };

  it('C9: has username, authentication, roles, permissions, masked digits and fallback', async () => {
    const userId = await console.user('c9');
    const id = await console.client('C9.Client', {
      roles: ['USER', 'ADMINISTRATOR'],
      permissions: ['PARK', 'MODIFY_USER_STATUS'],
      maskedDigits: { digits: 4 },
      fallback: { kind: 'CUSTOM_NUMBER', timeoutSeconds: 29, number: ' +41 31 5 ' },
      userId,
    });
    expect(await look(id)).toMatchObject({
      username: 'C9.Client',
      authType: 'PROXY',
      builtIn: false,
      roles: ['ADMINISTRATOR', 'USER'],
      permissions: ['MODIFY_USER_STATUS', 'PARK'],
      maskedDigits: { all: false, digits: 4 },
      fallback: { kind: 'CUSTOM_NUMBER', timeoutSeconds: 29, number: '+41 31 5' },
      canChangePassword: true,
      user: { userId: 'c9' },
      version: 1,
    });
    const { user } = await gateway.run<{ user: object }>('query ($id: ID!) { user(id: $id) { client { id } } }', {
      id: userId,
    });
    expect(user).toEqual({ client: { id } });
  });

  it('C1, C37: lists all clients by filter and order', async () => {
    const group = await console.group('C1');
    const [ann, anton] = [await console.client('c1_Ann'), await console.client('c1_anton', { authType: 'CALLISTO' })];
    await console.client('c1%x', { roles: ['ADMINISTRATOR'] });
    await console.assign([ann], [group], 'OWNER');
    await console.assign([anton], [group]);
    expect(await names({ search: 'C1_AN' })).toEqual(['c1_Ann', 'c1_anton']);
    expect(await names({ search: 'c1_' }, { field: 'CREATED_AT', direction: 'DESC' })).toEqual(['c1_anton', 'c1_Ann']);
    expect(await names({ search: 'c1%' })).toEqual(['c1%x']);
    expect(await names({ search: 'c1', role: 'ADMINISTRATOR' })).toEqual(['c1%x']);
    expect(await names({ search: 'c1', authType: 'CALLISTO' })).toEqual(['c1_anton']);
    expect(await names({ assignedTo: group })).toEqual(['c1_Ann', 'c1_anton']);
    expect(await names({ assignedTo: 'Group_99999' })).toEqual([]);
  });

  it.each([
    ['C7: PROXY without a password', { password: null }, 'password'],
    ['C7: PROXY with an empty password', { password: '' }, 'password'],
    ['C11: no role', { roles: [] }, 'roles'],
    ['C16: negative digits', { maskedDigits: { digits: -1 } }, 'maskedDigits.digits'],
    ['C20: a fallback without a time-out', { fallback: { kind: 'INITIATOR_NUMBER' } }, 'fallback.timeoutSeconds'],
    [
      'C21: CUSTOM_NUMBER without a number',
      { fallback: { kind: 'CUSTOM_NUMBER', timeoutSeconds: 5 } },
      'fallback.number',
    ],
    ['C22: a time-out of 0', { fallback: { kind: 'INITIATOR_NUMBER', timeoutSeconds: 0 } }, 'fallback.timeoutSeconds'],
    [
      "C22: the call manager's time-out",
      { fallback: { kind: 'INITIATOR_NUMBER', timeoutSeconds: 30 } },
      'fallback.timeoutSeconds',
    ],
    ['C35: an empty username', { username: '' }, 'username'],
    ['C35: control characters', { username: 'a\u0007b' }, 'username'],
    ['C35: 256 characters', { username: 'x'.repeat(256) }, 'username'],
    ['an unknown user', { userId: 'User_99999' }, 'userId'],
  ])('refuses, naming the field, %s', async (_case, more, field) => {
    const i = { username: 'refused', authType: 'PROXY', password: 'x', roles: ['USER'], ...more };
    expect(await gateway.refused(CREATE, { i })).toMatchObject({ code: 'BAD_USER_INPUT', field });
    expect(await names({ search: 'refused' })).toEqual([]);
  });

  it('C6–C8: ignores the password of CALLISTO and holds none; PROXY needs one again', async () => {
    const id = await console.client('c8', { authType: 'CALLISTO', password: 'ignored' });
    expect(await look(id)).toMatchObject({ authType: 'CALLISTO', canChangePassword: false });
    const held = () => gateway.db.first("SELECT passwordHash IS NOT NULL AS held FROM client WHERE usernameKey = 'c8'");
    expect(await held()).toEqual({ held: 0 });
    expect(await gateway.refused(UPDATE, { i: { id, authType: 'PROXY' } })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'password',
    });
    await console.update(id, { authType: 'PROXY', password: 'now here' });
    expect(await signsIn('c8', 'now here')).toBe(true);
    await console.update(id, { authType: 'CALLISTO' });
    expect(await held()).toEqual({ held: 0 });
  });

  describe('C10, C35: the built-in administrator', () => {
    it.each([
      ['its name', { username: 'Admin' }],
      ['CALLISTO', { authType: 'CALLISTO' }],
      ['ADMINISTRATOR', { roles: ['USER'] }],
    ])('does not lose %s', async (_case, change) => {
      expect(await gateway.refused(UPDATE, { i: { id: 'Client_1', ...change } })).toMatchObject({ code: 'BUILT_IN' });
    });
    it('cannot be deleted, and gets another password', async () => {
      expect(await gateway.refused(DELETE, { id: 'Client_1' })).toMatchObject({ code: 'BUILT_IN' });
      await console.update('Client_1', {
        password: 'another one',
        roles: ['USER', 'ADMINISTRATOR'],
        username: 'admin',
      });
      expect(await signsIn('admin', 'another one')).toBe(true);
      expect(await look('Client_1')).toMatchObject({ builtIn: true, roles: ['ADMINISTRATOR', 'USER'] });
    });
  });

  it('C35: usernames are unique whatever the case, and kept as typed', async () => {
    const id = await console.client('Straße');
    expect(
      await gateway.refused(CREATE, { i: { username: 'STRASSE', authType: 'CALLISTO', roles: ['USER'] } }),
    ).toMatchObject({ code: 'CONFLICT', field: 'username' });
    const other = await console.client('c35');
    expect(await gateway.refused(UPDATE, { i: { id: other, username: 'straße' } })).toMatchObject({
      code: 'CONFLICT',
      field: 'username',
    });
    await console.update(id, { username: 'STRASSE' });
    expect(await look(id)).toMatchObject({ username: 'STRASSE', version: 2 });
    expect(await signsIn('strasse', 'secret')).toBe(true);
  });

  it('a person has one client', async () => {
    const userId = await console.user('one client');
    await console.client('first of one', { userId });
    expect(
      await gateway.refused(CREATE, {
        i: { username: 'second of one', authType: 'CALLISTO', roles: ['USER'], userId },
      }),
    ).toMatchObject({ code: 'CONFLICT', field: 'userId' });
  });

  it('C35: version rises with changes only, and a stale one is CONFLICT', async () => {
    const id = await console.client('versions');
    await console.update(id, { version: 1, permissions: ['PARK'] });
    expect(await gateway.refused(UPDATE, { i: { id, version: 1, permissions: [] } })).toMatchObject({
      code: 'CONFLICT',
      field: 'version',
    });
    await console.update(id, { permissions: ['PARK'] });
    expect(await look(id)).toMatchObject({ version: 2, permissions: ['PARK'] });
    await console.update(id, { permissions: null });
    expect(await look(id)).toMatchObject({ version: 3, permissions: [] });
  });

  it('C35: sub-inputs replace the whole value, and all: true ignores digits', async () => {
    const id = await console.client('whole', {
      maskedDigits: { digits: 4 },
      fallback: { kind: 'CUSTOM_NUMBER', timeoutSeconds: 9, number: '1' },
    });
    await console.update(id, {
      maskedDigits: { all: true, digits: 7 },
      fallback: { kind: 'INITIATOR_NUMBER', timeoutSeconds: 8, number: '2' },
    });
    expect(await look(id)).toMatchObject({
      maskedDigits: { all: true, digits: 0 },
      fallback: { kind: 'INITIATOR_NUMBER', timeoutSeconds: 8, number: null },
    });
    await console.update(id, { maskedDigits: {}, fallback: { kind: 'NONE', timeoutSeconds: 8, number: '2' } });
    expect(await look(id)).toMatchObject({
      maskedDigits: { all: false, digits: 0 },
      fallback: { kind: 'NONE', timeoutSeconds: null, number: null },
    });
    await console.update(id, { maskedDigits: { digits: 2 } });
    await console.update(id, { maskedDigits: null, fallback: null });
    expect(await look(id)).toMatchObject({ maskedDigits: { all: false, digits: 0 }, fallback: { kind: 'NONE' } });
  });

  it.each([
    [{ digits: 4 }, { number: '+41 31 531 XX XX', name: null }],
    [{ digits: 99 }, { number: '+XX XX XXX XX XX', name: null }],
    [{ all: true }, { number: '+XX XX XXX XX XX', name: null }],
    [{ digits: 0 }, { number: '+41 31 531 11 11', name: 'Ada' }],
  ])('C16–C18: with %j the console shows %j', async (maskedDigits, shown) => {
    const id = await console.client(`mask ${JSON.stringify(maskedDigits)}`, { maskedDigits });
    const { client } = await gateway.run<{ client: object }>(
      'query ($id: ID!) { client(id: $id) { presentCaller(number: "+41 31 531 11 11", name: "Ada") { number name } } }',
      { id },
    );
    expect(client).toEqual({ presentCaller: shown });
  });

  it('C35: a new password ends the sessions of the client; deleting it does too, and leaves the person', async () => {
    const userId = await console.user('leaver');
    const id = await console.client('leaver', { userId });
    const token = await console.token(id);
    await console.update(id, { permissions: ['PARK'] });
    expect((await gateway.send('{ viewer { __typename } }', {}, token)).errors).toBeUndefined();
    await console.update(id, { password: 'new' });
    expect((await gateway.send('{ viewer { __typename } }', {}, token)).errors?.[0]?.extensions).toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    expect(await gateway.run(DELETE, { id })).toEqual({ deleteClient: id });
    expect(await signsIn('leaver', 'new')).toBe(false);
    expect(await gateway.refused(DELETE, { id })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await gateway.run('query ($id: ID!) { user(id: $id) { userId client { id } } }', { id: userId })).toEqual({
      user: { userId: 'leaver', client: null },
    });
  });

  describe('groups of clients', () => {
    it('C2, C3, C5: owner and assignee see the same users, each once, also while the settings are inactive', async () => {
      const [ada, ben, cem] = await Promise.all(['pane-ada', 'pane-ben', 'pane-cem'].map((name) => console.user(name)));
      const [one, two] = [await console.group('Pane one'), await console.group('Pane two')];
      await console.addMembers(one, [ada ?? '', ben ?? '']);
      await console.addMembers(two, [ben ?? '', cem ?? '']);
      await gateway.db.write((em) =>
        em.query('UPDATE user_group SET settingsActive = 0 WHERE id = ?', [two.split('_')[1]]),
      );
      const [owner, assignee] = [await console.client('pane owner'), await console.client('pane assignee')];
      await console.assign([owner], [one, two], 'OWNER');
      await console.assign([assignee], [one, two]);
      const { clients } = await gateway.run<{
        clients: Nodes<{ visibleUsers: Nodes<{ userId: string }>; assignments: Nodes<object> }>;
      }>(
        '{ clients(filter: { search: "pane " }) { totalCount nodes { visibleUsers(first: 2) { totalCount nodes { userId } } assignments { totalCount nodes { kind group { name } } } } } }',
      );
      for (const { visibleUsers } of clients.nodes) {
        expect(visibleUsers).toEqual({ totalCount: 3, nodes: [{ userId: 'pane-ada' }, { userId: 'pane-ben' }] });
      }
      expect(clients.nodes.map((node) => node.assignments.nodes)).toEqual(
        ['ASSIGNEE', 'OWNER'].map((kind) => [
          { kind, group: { name: 'Pane one' } },
          { kind, group: { name: 'Pane two' } },
        ]),
      );
      const search = await gateway.run(
        'query ($id: ID!) { client(id: $id) { visibleUsers(search: "PANE-C") { nodes { userId } } assignments(kind: ASSIGNEE) { totalCount } } }',
        { id: owner },
      );
      expect(search).toEqual({
        client: { visibleUsers: { nodes: [{ userId: 'pane-cem' }] }, assignments: { totalCount: 0 } },
      });
    });

    it('C37: assigning is repeatable; OWNER raises, ASSIGNEE lowers nothing; unassigning ends that kind only', async () => {
      const [group, client] = [await console.group('C37'), await console.client('c37')];
      const [first] = (await console.assign([client], [group])).assignGroups;
      expect((await console.assign([client], [group])).assignGroups).toEqual([first]);
      const [raised] = (await console.assign([client, client], [group], 'OWNER')).assignGroups;
      expect(raised).toMatchObject({ id: first?.id, kind: 'OWNER' });
      expect((await console.assign([client], [group])).assignGroups).toMatchObject([{ kind: 'OWNER' }]);
      const UNASSIGN = 'mutation ($i: AssignGroupsInput!) { unassignGroups(input: $i) }';
      const i = { clientIds: [client], groupIds: [group] };
      expect(await gateway.run(UNASSIGN, { i: { ...i, kind: 'ASSIGNEE' } })).toEqual({ unassignGroups: [] });
      expect(await gateway.run(UNASSIGN, { i: { ...i, kind: 'OWNER' } })).toEqual({ unassignGroups: [first?.id] });
      const several = [client, await console.client('c37 too')];
      await console.assign(several, [group], 'OWNER');
      const { group: found } = await gateway.run<{ group: { assignments: Nodes<object> } }>(
        'query ($id: ID!) { group(id: $id) { assignments(kind: OWNER) { totalCount nodes { client { username } } } } }',
        { id: group },
      );
      expect(found.assignments).toEqual({
        totalCount: 2,
        nodes: [{ client: { username: 'c37' } }, { client: { username: 'c37 too' } }],
      });
    });

    it('C32, C37: a limit exceeded or something unknown changes nothing; the limit is not lowered under what exists', async () => {
      const groups = await Promise.all(Array.from({ length: 51 }, (_, n) => console.group(`Limit ${n}`)));
      const [full, free] = [await console.client('limit full'), await console.client('limit free')];
      await console.assign([full], groups.slice(0, 25));
      await console.assign([full], groups.slice(20, 50), 'OWNER');
      const ASSIGN = 'mutation ($i: AssignGroupsInput!) { assignGroups(input: $i) { id } }';
      const i = { clientIds: [free, full], groupIds: [groups[50]], kind: 'ASSIGNEE' };
      expect(await gateway.refused(ASSIGN, { i })).toMatchObject({ code: 'LIMIT_EXCEEDED' });
      expect(await gateway.refused(ASSIGN, { i: { ...i, clientIds: [free, 'Client_99999'] } })).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'clientIds',
      });
      expect(await gateway.refused(ASSIGN, { i: { ...i, groupIds: ['User_1'] } })).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'groupIds',
      });
      expect(await names({ assignedTo: groups[50] })).toEqual([]);
      expect(await gateway.refused(SETTINGS, { i: { maxGroupsPerClient: 49 } })).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'maxGroupsPerClient',
        clients: ['limit full'],
      });
    });
  });

  describe('settings', () => {
    it("C22: the call manager's time-out stays above every client's, naming up to ten of them", async () => {
      for (let n = 10; n < 22; n++)
        await console.client(`zz-timeout-${n}`, { fallback: { kind: 'INITIATOR_NUMBER', timeoutSeconds: 25 } });
      const error = await gateway.refused(SETTINGS, { i: { callManagerTimeoutSeconds: 25, maxGroupsPerClient: 60 } });
      expect(error).toMatchObject({ code: 'BAD_USER_INPUT', field: 'callManagerTimeoutSeconds' });
      expect(error['clients']).toHaveLength(10);
      const { settings } = await gateway.run<{ settings: object }>(
        '{ settings { callManagerTimeoutSeconds maxGroupsPerClient timezone } }',
      );
      expect(settings).toEqual({ callManagerTimeoutSeconds: 30, maxGroupsPerClient: 50, timezone: 'UTC' });
    });

    it('are changed as given, and null restores the first value', async () => {
      const revision = async () =>
        (await gateway.db.first<{ value: number }>('SELECT value FROM revision WHERE id = 1'))?.value ?? 0;
      const before = await revision();
      const i = {
        securitySuiteEnabled: true,
        callManagerTimeoutSeconds: 40,
        timezone: 'Europe/Zurich',
        smsConfigured: true,
        recordingConfigured: true,
        globalServices: ['USE_APPS', 'START_CHAT'],
        globalAuthorization: { level: 'TEAM' },
        callGroupLicences: ['VOICE_SERVICES'],
        maxGroupsPerClient: 51,
      };
      const document = `mutation ($i: SettingsInput!) { updateSettings(input: $i) { securitySuiteEnabled callManagerTimeoutSeconds timezone smsConfigured
        recordingConfigured globalServices globalAuthorization { level } callGroupLicences maxGroupsPerClient } }`;
      expect(await gateway.run(document, { i })).toEqual({
        updateSettings: {
          ...i,
          globalServices: ['START_CHAT', 'USE_APPS'],
          callGroupLicences: ['DISABLED', 'VOICE_SERVICES'],
        },
      });
      expect(await revision()).toBe(before + 1);
      const cleared = Object.fromEntries(Object.keys(i).map((name) => [name, null]));
      expect(await gateway.run(document, { i: cleared })).toEqual({
        updateSettings: {
          securitySuiteEnabled: false,
          callManagerTimeoutSeconds: 30,
          timezone: 'UTC',
          smsConfigured: false,
          recordingConfigured: false,
          globalServices: [],
          globalAuthorization: { level: 'PUBLIC' },
          callGroupLicences: ['DISABLED', 'SIP_SOFTPHONE', 'VOICE_SERVICES'],
          maxGroupsPerClient: 50,
        },
      });
      await gateway.run(document, { i: {} });
      expect(await revision()).toBe(before + 2);
    });

    it.each([
      [{ timezone: 'Mars/Olympus' }, 'timezone'],
      [{ timezone: '+01:00' }, 'timezone'],
      [{ callManagerTimeoutSeconds: 0 }, 'callManagerTimeoutSeconds'],
      [{ maxGroupsPerClient: 0 }, 'maxGroupsPerClient'],
      [{ globalAuthorization: {} }, 'globalAuthorization'],
      [{ globalAuthorization: { level: 'SPECIAL' } }, 'globalAuthorization.level'],
    ])('refuse %j', async (i, field) => {
      expect(await gateway.refused(SETTINGS, { i })).toMatchObject({ code: 'BAD_USER_INPUT', field });
    });
  });
});
