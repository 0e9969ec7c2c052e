import { describeWith } from '../../support/availability';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import type { TestDatabase } from '../../support/mariadb';
import { createTestDatabase } from '../../support/shared-mariadb';
import { staffDesk } from './staff-desk';

describeWith('mariadb', 'staff on MariaDB', () => {
  let database: TestDatabase;
  let gateway: TestGateway;
  let desk: ReturnType<typeof staffDesk>;
  beforeAll(async () => {
    database = await createTestDatabase();
    gateway = await startTestGateway({ databaseUrl: database.url });
    desk = staffDesk(gateway);
  });
  afterAll(async () => {
    await gateway.close();
    await database.drop();
  });

  it('XU10: who is created at the same time gets an extension of his own', async () => {
    const staff = await Promise.all(Array.from({ length: 8 }, () => desk.admin()));
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on StaffUser { extension } } }';
    const { nodes } = await gateway.run<{ nodes: { extension: string }[] }>(query, { ids: staff.map(({ id }) => id) });
    expect(nodes.map((node) => node.extension).sort()).toEqual([
      '1001',
      '1002',
      '1003',
      '1004',
      '1005',
      '1006',
      '1007',
      '1008',
    ]);
  });

  it('XU7, XU25: of several who take one name or address at the same time one wins', async () => {
    const create = 'mutation ($i: CreateStaffUserInput!) { createStaffUser(input: $i) { id } }';
    const input = (number: number) => ({
      role: 'ADMIN',
      fullName: 'x',
      username: `racer${number % 2}`,
      email: 'race@example.com',
      password: 'x',
    });
    const answers = await Promise.all(
      [1, 2, 3, 4].map((number) => gateway.send(create, { i: input(number) }, gateway.adminToken)),
    );
    const codes = answers.map((answer) => answer.errors?.[0]?.extensions['code'] ?? 'made');
    expect(codes.sort()).toEqual(['CONFLICT', 'CONFLICT', 'CONFLICT', 'made']);
  });

  it('XU31–XU34: a supervisor sees queues, agents and dashboards as on SQLite', async () => {
    const agents = [await desk.agent('Ann'), await desk.agent('Bob')];
    const queues = [await desk.queue('Sales', 'VOICE', agents), await desk.queue('Chat', 'CHAT', agents.slice(1))];
    const staff = await desk.supervisor(['VOICE', 'AGENTS', 'DASHBOARDS'], { queueIds: queues });
    const dashboard = await desk.dashboard('Live');
    await gateway.run(
      `mutation { setDashboardEnabled(dashboardId: "${dashboard}", staffUserId: "${staff.id}", enabled: true) { id } }`,
    );
    await gateway.run(`mutation { setStaffQueues(staffUserId: "${staff.id}", queueIds: ["${queues[0]}"]) { id } }`);
    const query = `{ queues { name agents { name queues { name } } } agents { name } dashboards { name enabledFor { username } }
      viewer { ... on StaffUser { effectiveQueues { name } directQueues { name } userProfile { staffUserCount queues { name } } } } }`;
    const sales = [{ name: 'Sales' }];
    expect(await gateway.run(query, {}, staff.token)).toEqual({
      queues: [
        {
          name: 'Sales',
          agents: [
            { name: 'Ann', queues: sales },
            { name: 'Bob', queues: sales },
          ],
        },
      ],
      agents: [{ name: 'Ann' }, { name: 'Bob' }],
      dashboards: [{ name: 'Live', enabledFor: [{ username: staff.username }] }],
      viewer: { effectiveQueues: sales, directQueues: sales, userProfile: { staffUserCount: 1, queues: sales } },
    });
  });

  it('XU13, XU23: keys, search and deletion work as on SQLite', async () => {
    const admin = await desk.admin({ fullName: 'Jörg', extension: '7001' });
    const { generateApiKey } = await gateway.run<{ generateApiKey: { key: string } }>(
      `mutation { generateApiKey(staffUserId: "${admin.id}") { key } }`,
    );
    const find =
      '{ staffUsers(filter: { search: "JORG" }) { totalCount nodes { extension builtIn voice { allowedCodecs } apiKey { createdAt } } } }';
    const { staffUsers } = await gateway.run<{ staffUsers: object }>(find, {}, generateApiKey.key);
    expect(staffUsers).toMatchObject({
      totalCount: 1,
      nodes: [{ extension: '7001', builtIn: false, voice: { allowedCodecs: ['ULAW', 'ALAW'] } }],
    });
    await gateway.run(`mutation { deleteStaffUser(id: "${admin.id}") }`);
    expect((await gateway.send(find, {}, generateApiKey.key)).errors?.[0]?.extensions['code']).toBe('UNAUTHENTICATED');
  });
});
