import { Realm } from '../../../schema/client.enums';
import { statementCounter } from '../../../src/database';
import { factories } from '../../support/factories';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { staffDesk, type Account } from './staff-desk';

const FORBIDDEN = { code: 'FORBIDDEN' };
const NOT_FOUND = { code: 'NOT_FOUND' };

describe('what supervisors may see and do', () => {
  let gateway: TestGateway;
  let desk: ReturnType<typeof staffDesk>;
  const queues: Record<string, string> = {};
  const agents: Record<string, string> = {};

  beforeAll(async () => {
    gateway = await startTestGateway();
    desk = staffDesk(gateway);
    for (const name of ['Ann', 'Bob', 'Eve']) agents[name] = await desk.agent(name);
    const of = (...names: string[]) => names.map((name) => agents[name] ?? '');
    queues['sales'] = await desk.queue('Sales', 'VOICE', of('Ann', 'Bob'));
    queues['support'] = await desk.queue('Support', 'VOICE', of('Bob'));
    queues['chat'] = await desk.queue('Chat', 'CHAT', of('Ann', 'Eve'));
    queues['other'] = await desk.queue('Other', 'OTHER', of('Eve'));
  });
  afterAll(() => gateway.close());

  const ids = (...names: string[]) => names.map((name) => queues[name] ?? '');
  const grant = (staff: Account, ...names: string[]) =>
    gateway.run('mutation ($s: ID!, $q: [ID!]!) { setStaffQueues(staffUserId: $s, queueIds: $q) { id } }', {
      s: staff.id,
      q: ids(...names),
    });
  const names = async (list: 'queues' | 'agents' | 'dashboards', token: string) =>
    (await gateway.run<Record<string, { name: string }[]>>(`{ ${list} { name } }`, {}, token))[list]?.map(
      ({ name }) => name,
    );
  const node = async (id: string, token: string) =>
    (await gateway.run<{ node: object | null }>('query ($id: ID!) { node(id: $id) { __typename id } }', { id }, token))
      .node;

  it('XU2, V3: a staff ADMIN has all modules and queues, and may do everything in both realms', async () => {
    const admin = await desk.admin();
    const { viewer } = await gateway.run<{
      viewer: { effectiveModules: { permissionType: string }[]; effectiveQueues: object[] };
    }>(
      '{ viewer { ... on StaffUser { id role effectiveModules { module permissionType } effectiveQueues { name } directQueues { name } } } }',
      {},
      admin.token,
    );
    expect(viewer).toMatchObject({ id: admin.id, role: 'ADMIN', directQueues: [] });
    expect(viewer.effectiveModules).toHaveLength(17);
    expect(new Set(viewer.effectiveModules.map((one) => one.permissionType))).toEqual(new Set(['READ_EDIT_DELETE']));
    expect(viewer.effectiveQueues).toHaveLength(4);
    await gateway.run('mutation { createUser(input: { userId: "v3", displayName: "V3" }) { id } }', {}, admin.token);
    await gateway.run('mutation { createGroup(input: { name: "V3" }) { id } }', {}, admin.token);
    await gateway.run('{ auditLog(first: 1) { totalCount } users { totalCount } }', {}, admin.token);
  });

  it.each([
    ['staffUsers { totalCount }', 'STAFF'],
    ['userProfiles { id }', 'STAFF'],
    ['agents { id }', 'AGENTS'],
    ['dashboards { id }', 'DASHBOARDS'],
    ['queues { id }', 'FAX'],
    ['queues(channel: VOICE) { id }', 'VOICE'],
    ['queues(channel: CHAT) { id }', 'CHAT'],
    ['queues(channel: MAIL) { id }', 'MAIL'],
    ['queues(channel: SMS) { id }', 'SMS'],
    ['queues(channel: FAX) { id }', 'FAX'],
    ['queues(channel: DIALER) { id }', 'DIALER'],
    ['queues(channel: OTHER) { id }', 'OTHER_CHANNELS'],
    ['users { totalCount }', 'CONTACT_MANAGER'],
    ['groups { totalCount }', 'CONTACT_MANAGER'],
  ])('V7, XU26: { %s } needs the module %s', async (query, module) => {
    const with_ = await desk.supervisor([module]);
    const others = [
      'STAFF',
      'AGENTS',
      'TELEPHONES',
      'DASHBOARDS',
      'CONTACT_MANAGER',
      'REALTIME',
      'TOOLS',
      'SETTINGS',
      'REPORTS',
      'MAIL',
    ];
    const isQueueList = query === 'queues { id }';
    const without = await desk.supervisor(others.filter((one) => one !== module && !(isQueueList && one === 'MAIL')));
    await gateway.run(`{ ${query} }`, {}, with_.token);
    expect(await gateway.refused(`{ ${query} }`, {}, without.token)).toMatchObject(FORBIDDEN);
  });

  it('XU31, XU34: queues are those of the profile and those granted, of channels whose module he has', async () => {
    const staff = await desk.supervisor(['VOICE', 'OTHER_CHANNELS', 'AGENTS'], { queueIds: ids('sales', 'chat') });
    await grant(staff, 'other', 'sales');
    expect(await names('queues', staff.token)).toEqual(['Other', 'Sales']);
    const { viewer } = await gateway.run<{ viewer: object }>(
      '{ viewer { ... on StaffUser { directQueues { name } effectiveQueues { name } userProfile { queues { name } staffUserCount } } } }',
      {},
      staff.token,
    );
    expect(viewer).toEqual({
      directQueues: [{ name: 'Other' }, { name: 'Sales' }],
      effectiveQueues: [{ name: 'Other' }, { name: 'Sales' }],
      userProfile: { queues: [{ name: 'Sales' }], staffUserCount: 1 },
    });
    expect(await node(queues['sales'] ?? '', staff.token)).not.toBeNull();
    for (const hidden of ids('chat', 'support')) expect(await node(hidden, staff.token)).toBeNull();
  });

  it('XU32, XU33: agents are those in his queues, and of them only his queues', async () => {
    const staff = await desk.supervisor(['VOICE', 'AGENTS', 'CHAT'], { queueIds: ids('sales') });
    const { agents: seen } = await gateway.run<{ agents: object[] }>(
      '{ agents { name queues { name agents { name } } } }',
      {},
      staff.token,
    );
    const sales = { name: 'Sales', agents: [{ name: 'Ann' }, { name: 'Bob' }] };
    expect(seen).toEqual([
      { name: 'Ann', queues: [sales] },
      { name: 'Bob', queues: [sales] },
    ]);
    expect(await node(agents['Ann'] ?? '', staff.token)).not.toBeNull();
    expect(await node(agents['Eve'] ?? '', staff.token)).toBeNull();
    expect(await node('Agent_99999', staff.token)).toBeNull();
  });

  it('V7: without AGENTS a queue shows no agents, and none by its id', async () => {
    const staff = await desk.supervisor(['VOICE'], { queueIds: ids('sales') });
    const { queues: seen } = await gateway.run<{ queues: object[] }>(
      '{ queues { name agents { name } } }',
      {},
      staff.token,
    );
    expect(seen).toEqual([{ name: 'Sales', agents: [] }]);
    expect(await node(agents['Ann'] ?? '', staff.token)).toBeNull();
  });

  it('XU29: a changed profile, role of a module or grant is effective on the very next request', async () => {
    const userProfileId = await desk.profile(['VOICE'], { queueIds: ids('sales') });
    const staff = await desk.account({ role: 'USER', userProfileId });
    expect(await names('queues', staff.token)).toEqual(['Sales']);
    const update = 'mutation ($id: ID!, $i: UserProfileInput!) { updateUserProfile(id: $id, input: $i) { id } }';
    const change = (modules: string[], options = {}) =>
      gateway.run(update, { id: userProfileId, i: desk.profileInput(modules, options) });
    await change(['VOICE', 'CHAT'], { queueIds: ids('sales', 'chat') });
    expect(await names('queues', staff.token)).toEqual(['Chat', 'Sales']);
    await change(['CHAT'], { queueIds: ids('sales') });
    expect(await names('queues', staff.token)).toEqual([]);
    await grant(staff, 'chat');
    expect(await names('queues', staff.token)).toEqual(['Chat']);
    await change([]);
    expect(await gateway.refused('{ queues { id } }', {}, staff.token)).toMatchObject(FORBIDDEN);
    expect(await node(queues['chat'] ?? '', staff.token)).toBeNull();
  });

  it('XU26–XU28: modules keep their own permission type, others get the default of the profile', async () => {
    const staff = await desk.supervisor(['VOICE', 'CHAT:READ'], {
      defaultPermissionType: 'READ_EDIT_DELETE',
      queueIds: ids('sales', 'chat'),
    });
    const { viewer } = await gateway.run<{ viewer: object }>(
      '{ viewer { ... on StaffUser { effectiveModules { module permissionType } userProfile { modules { module permissionType } } } } }',
      {},
      staff.token,
    );
    const modules = [
      { module: 'VOICE', permissionType: 'READ_EDIT_DELETE' },
      { module: 'CHAT', permissionType: 'READ' },
    ];
    expect(viewer).toEqual({ effectiveModules: modules, userProfile: { modules } });
    const twice = { ...desk.profileInput(['VOICE', 'VOICE:READ']) };
    expect(
      await gateway.refused('mutation ($i: UserProfileInput!) { createUserProfile(input: $i) { id } }', { i: twice }),
    ).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'modules',
    });
  });

  describe('changes', () => {
    const create = 'mutation ($i: QueueInput!) { createQueue(input: $i) { id name agents { name } } }';
    const update =
      'mutation ($id: ID!, $i: QueueInput!) { updateQueue(id: $id, input: $i) { name channel agents { name } } }';
    const remove = 'mutation ($id: ID!) { deleteQueue(id: $id) }';

    it.each([
      ['READ', false, false],
      ['READ_EDIT', true, false],
      ['READ_DELETE', false, true],
      ['READ_EDIT_DELETE', true, true],
    ])('V7: %s creates and updates %s, deletes %s', async (type, edits, deletes) => {
      const own = await desk.queue(`Own ${type}`, 'MAIL');
      const staff = await desk.supervisor([`MAIL:${type}`, `AGENTS:${type}`], { queueIds: [own] });
      const created = await gateway.send(create, { i: { channel: 'MAIL', name: `New ${type}` } }, staff.token);
      expect(created.errors?.[0]?.extensions['code']).toBe(edits ? undefined : 'FORBIDDEN');
      const updated = await gateway.send(update, { id: own, i: { channel: 'MAIL', name: 'Renamed' } }, staff.token);
      expect(updated.errors?.[0]?.extensions['code']).toBe(edits ? undefined : 'FORBIDDEN');
      const agent = await gateway.send('mutation { createAgent(name: "New") { id } }', {}, staff.token);
      expect(agent.errors?.[0]?.extensions['code']).toBe(edits ? undefined : 'FORBIDDEN');
      const removed = await gateway.send(remove, { id: own }, staff.token);
      expect(removed.errors?.[0]?.extensions['code']).toBe(deletes ? undefined : 'FORBIDDEN');
    });

    it('XU36: a queue that he creates is granted to him directly', async () => {
      const staff = await desk.supervisor(['SMS:READ_EDIT']);
      await gateway.run(create, { i: { channel: 'SMS', name: 'Mine' } }, staff.token);
      const { viewer } = await gateway.run<{ viewer: object }>(
        '{ viewer { ... on StaffUser { directQueues { name } } } }',
        {},
        staff.token,
      );
      expect(viewer).toEqual({ directQueues: [{ name: 'Mine' }] });
      expect(await gateway.refused(create, { i: { channel: 'FAX', name: 'No' } }, staff.token)).toMatchObject(
        FORBIDDEN,
      );
    });

    it('V7: a queue that he does not see is NOT_FOUND, also to move one out of his channels is refused', async () => {
      const staff = await desk.supervisor(['VOICE:READ_EDIT_DELETE'], { queueIds: ids('sales') });
      for (const hidden of [...ids('support', 'chat'), 'Queue_9999']) {
        expect(
          await gateway.refused(update, { id: hidden, i: { channel: 'VOICE', name: 'x' } }, staff.token),
        ).toMatchObject(NOT_FOUND);
        expect(await gateway.refused(remove, { id: hidden }, staff.token)).toMatchObject(NOT_FOUND);
      }
      expect(
        await gateway.refused(update, { id: queues['sales'], i: { channel: 'CHAT', name: 'x' } }, staff.token),
      ).toMatchObject(FORBIDDEN);
    });

    it('V7: agents that he does not see can neither be put in nor fall out', async () => {
      const staff = await desk.supervisor(['VOICE:READ_EDIT', 'AGENTS:READ_EDIT'], { queueIds: ids('sales') });
      const change = (agentIds: string[]) => ({
        id: queues['sales'],
        i: { channel: 'VOICE', name: 'Sales', agentIds },
      });
      for (const unseen of [agents['Eve'] ?? '', 'Agent_9999', 'Queue_1']) {
        expect(await gateway.refused(update, change([unseen]), staff.token)).toMatchObject({
          code: 'BAD_USER_INPUT',
          field: 'agentIds',
        });
      }
      const { createAgent } = await gateway.run<{ createAgent: { id: string } }>(
        'mutation { createAgent(name: "Zoe") { id } }',
        {},
        staff.token,
      );
      const all = [agents['Ann'] ?? '', agents['Bob'] ?? '', createAgent.id];
      const updated = await gateway.run<{ updateQueue: { agents: object[] } }>(update, change(all), staff.token);
      expect(updated.updateQueue.agents).toEqual([{ name: 'Ann' }, { name: 'Bob' }, { name: 'Zoe' }]);
      const blind = await desk.supervisor(['VOICE:READ_EDIT'], { queueIds: ids('sales') });
      await gateway.run(update, change([]), blind.token);
      expect(
        (
          await gateway.run<{ node: object }>(
            'query ($id: ID!) { node(id: $id) { ... on Queue { agents { name } } } }',
            { id: queues['sales'] },
          )
        ).node,
      ).toEqual(updated.updateQueue.agents && { agents: updated.updateQueue.agents });
      await gateway.run('mutation ($id: ID!) { deleteAgent(id: $id) }', { id: createAgent.id });
    });

    it('V7: deletes agents that he sees only', async () => {
      const agent = await desk.agent('Temp');
      const queue = await desk.queue('Temp', 'FAX', [agent]);
      const deleteAgent = 'mutation ($id: ID!) { deleteAgent(id: $id) }';
      const staff = await desk.supervisor(['FAX', 'AGENTS:READ_DELETE'], { queueIds: [queue] });
      expect(await gateway.refused(deleteAgent, { id: agents['Eve'] }, staff.token)).toMatchObject(NOT_FOUND);
      expect(await gateway.run(deleteAgent, { id: agent }, staff.token)).toEqual({ deleteAgent: agent });
    });
  });

  it('XU30: a dashboard is visible only if enabled for him', async () => {
    const staff = await desk.supervisor(['DASHBOARDS:READ_EDIT']);
    const other = await desk.supervisor(['DASHBOARDS']);
    const dashboard = await desk.dashboard('Live');
    const enable =
      'mutation ($d: ID!, $s: ID!, $on: Boolean!) { setDashboardEnabled(dashboardId: $d, staffUserId: $s, enabled: $on) { enabledFor { id } } }';
    expect(await names('dashboards', staff.token)).toEqual([]);
    expect(await node(dashboard, staff.token)).toBeNull();
    expect(await gateway.refused(enable, { d: dashboard, s: staff.id, on: true }, staff.token)).toMatchObject(
      NOT_FOUND,
    );
    for (const one of [staff, other]) await gateway.run(enable, { d: dashboard, s: one.id, on: true });
    const { dashboards } = await gateway.run<{ dashboards: object[] }>(
      '{ dashboards { name enabledFor { id } } }',
      {},
      staff.token,
    );
    expect(dashboards).toEqual([{ name: 'Live', enabledFor: [{ id: staff.id }] }]);
    expect(await node(dashboard, staff.token)).not.toBeNull();
    expect(await gateway.run(enable, { d: dashboard, s: staff.id, on: false })).toEqual({
      setDashboardEnabled: { enabledFor: [{ id: other.id }] },
    });
    expect(await names('dashboards', staff.token)).toEqual([]);
    await gateway.run('mutation { createDashboard(name: "Own") { id } }', {}, staff.token);
    expect(await names('dashboards', staff.token)).toEqual(['Own']);
  });

  it('XU30: enabled, but without the module: nothing', async () => {
    const staff = await desk.supervisor(['VOICE']);
    const dashboard = await desk.dashboard('Hidden');
    await gateway.run(
      `mutation { setDashboardEnabled(dashboardId: "${dashboard}", staffUserId: "${staff.id}", enabled: true) { id } }`,
    );
    expect(await node(dashboard, staff.token)).toBeNull();
  });

  it('XU3, V7: he reads the staff list with STAFF, and never manages others', async () => {
    const staff = await desk.supervisor(['STAFF:READ_EDIT_DELETE', 'SETTINGS:READ_EDIT_DELETE']);
    const other = await desk.admin();
    await gateway.run('mutation ($s: ID!) { generateApiKey(staffUserId: $s) { key } }', { s: other.id });
    const { node: seen } = await gateway.run<{ node: object }>(
      'query ($id: ID!) { node(id: $id) { ... on StaffUser { username apiKey { prefix } effectiveQueues { id } } } }',
      { id: other.id },
      staff.token,
    );
    expect(seen).toEqual({ username: other.username, apiKey: null, effectiveQueues: [] });
    const refusals = [
      `createStaffUser(input: { role: ADMIN, fullName: "x", username: "x", email: "x@y", password: "x" }) { id }`,
      `updateStaffUser(input: { id: "${staff.id}", fullName: "x" }) { id }`,
      `deleteStaffUser(id: "${other.id}")`,
      `deleteStaffUser(id: "StaffUser_9999")`,
      `setStaffPassword(id: "${other.id}", newPassword: "x") { id }`,
      `setStaffPassword(id: "StaffUser_9999", newPassword: "x") { id }`,
      `generateApiKey(staffUserId: "${staff.id}") { key }`,
      `removeApiKey(staffUserId: "${other.id}") { id }`,
      `setStaffQueues(staffUserId: "${staff.id}", queueIds: []) { id }`,
      `deleteUserProfile(id: "UserProfile_1")`,
      `createGroup(input: { name: "x" }) { id }`,
      `createUser(input: { userId: "x", displayName: "x" }) { id }`,
    ];
    for (const mutation of refusals) {
      expect({ mutation, ...(await gateway.refused(`mutation { ${mutation} }`, {}, staff.token)) }).toMatchObject({
        mutation,
        ...FORBIDDEN,
      });
    }
  });

  it('V7: without STAFF he sees himself and his profile only', async () => {
    const staff = await desk.supervisor(['VOICE']);
    const other = await desk.supervisor(['VOICE']);
    expect(await node(staff.id, staff.token)).toEqual({ __typename: 'StaffUser', id: staff.id });
    expect(await node(other.id, staff.token)).toBeNull();
    expect(await node('UserProfile_1', staff.token)).toBeNull();
  });

  it('V4: a client of role USER has nothing of staff', async () => {
    const client = await factories(gateway).client('plain');
    for (const list of [
      'staffUsers { totalCount }',
      'userProfiles { id }',
      'queues { id }',
      'agents { id }',
      'dashboards { id }',
    ]) {
      expect(await gateway.refused(`{ ${list} }`, {}, client.token)).toMatchObject(FORBIDDEN);
    }
    for (const id of ['StaffUser_1', 'UserProfile_1', queues['sales'] ?? '', agents['Ann'] ?? ''])
      expect(await node(id, client.token)).toBeNull();
  });

  it('V2: nobody gets UNAUTHENTICATED', async () => {
    for (const list of ['staffUsers { totalCount }', 'queues { id }', 'node(id: "StaffUser_1") { id }']) {
      expect(await gateway.refused(`{ ${list} }`, {}, null)).toMatchObject({ code: 'UNAUTHENTICATED' });
    }
  });

  it('the number of statements does not depend on the number of rows', async () => {
    const token = await gateway.tokenFor(Realm.STAFF, 1);
    const query = `{ staffUsers(first: 1000) { nodes { userProfile { name queues { name } staffUserCount } directQueues { agents { queues { name } } } effectiveQueues { name } effectiveModules { module } apiKey { prefix } securitySuite { lastPasswordResetAt } } } queues { agents { queues { id } } } dashboards { enabledFor { userProfile { name } } } }`;
    const statements = async () => {
      let count = 0;
      statementCounter.count = () => void count++;
      await gateway.run(query, {}, token);
      delete statementCounter.count;
      return count;
    };
    const more = async (name: string) => {
      const staff = await desk.supervisor(['VOICE'], {
        queueIds: [await desk.queue(name, 'VOICE', Object.values(agents))],
      });
      const variables = { d: await desk.dashboard(name), s: staff.id };
      await gateway.run(
        'mutation ($d: ID!, $s: ID!) { setDashboardEnabled(dashboardId: $d, staffUserId: $s, enabled: true) { id } }',
        variables,
      );
      await grant(staff, 'sales');
    };
    await more('Some');
    const before = await statements();
    for (const name of ['More', 'Most']) await more(name);
    expect(await statements()).toBe(before);
    expect(before).toBeLessThan(25);
  });
});
