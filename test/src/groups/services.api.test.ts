import { factories, keyIn } from '../../support/factories';
import { startTestGateway, type TestGateway } from '../../support/gateway';

interface Effective {
  service: string;
  allowed: boolean;
  grantedBy: string[];
  viaGroups: { id: string }[];
  blockedReason: string | null;
}

const SET = `mutation ($u: ID!, $s: [UserServiceInput!]!) { setUserServices(userId: $u, services: $s) {
  services { service allowed } } }`;
const EFFECTIVE = `query ($id: ID!) { user(id: $id) { services { service allowed }
  effectiveServices { service allowed grantedBy viaGroups { id } blockedReason } } }`;

describe('services of people', () => {
  let gateway: TestGateway;
  let make: ReturnType<typeof factories>;
  beforeAll(async () => {
    gateway = await startTestGateway();
    make = factories(gateway);
  });
  afterAll(() => gateway.close());

  const settings = (columns: object) =>
    gateway.db.write((em) => em.getRepository('Settings').update({ id: 1 }, columns));
  const groupServices = (id: string, input: object) =>
    gateway.run('mutation ($i: UpdateGroupInput!) { updateGroup(input: $i) { id } }', { i: { id, ...input } });
  const effective = async (id: string) => {
    const { user } = await gateway.run<{ user: { effectiveServices: Effective[] } }>(EFFECTIVE, { id });
    return Object.fromEntries(user.effectiveServices.map((one) => [one.service, one]));
  };

  it('E12: all eleven, granted by nobody at first', async () => {
    const services = await effective(await make.person('Plain'));
    expect(Object.keys(services)).toHaveLength(11);
    expect(Object.values(services).some((one) => one.allowed || one.grantedBy.length > 0 || one.blockedReason)).toBe(
      false,
    );
  });

  it('E12: allowed by the global setting, any active group or the person; a missing permission is no ban', async () => {
    const user = await make.person('Served');
    const [one, two] = [await make.group('Chatters', [user]), await make.group('Off', [user])];
    await groupServices(one, { services: ['START_CHAT', 'VIDEO_CHAT'] });
    await groupServices(two, { services: ['START_CHAT'], settingsActive: false });
    await gateway.run(SET, {
      u: user,
      s: [
        { service: 'START_CHAT', allowed: false },
        { service: 'INITIATE_SCREEN_SHARE', allowed: true },
      ],
    });
    await settings({ globalServicesMask: 1 });
    expect(await effective(user)).toMatchObject({
      CONFIGURE_PROFILE: { allowed: true, grantedBy: ['GLOBAL'], viaGroups: [] },
      START_CHAT: { allowed: true, grantedBy: ['GROUP'], viaGroups: [{ id: one }] },
      AUDIO_CHAT: { allowed: true, grantedBy: ['IMPLIED'], viaGroups: [] },
      VIDEO_CHAT: { allowed: true, grantedBy: ['GROUP'] },
      ACCEPT_SCREEN_SHARE: { allowed: true, grantedBy: ['IMPLIED'] },
      INITIATE_SCREEN_SHARE: { allowed: true, grantedBy: ['INDIVIDUAL'] },
      USE_PHONE_BOOKS: { allowed: false, grantedBy: [] },
    });
    await settings({ globalServicesMask: 0 });
  });

  it('E19, E20, E38: SMS and recording must be configured too; the reason is told only where something grants them', async () => {
    const user = await make.person('Recorder');
    await gateway.run(SET, { u: user, s: [{ service: 'SEND_SMS', allowed: true }] });
    const before = await effective(user);
    expect(before.SEND_SMS).toMatchObject({ allowed: false, grantedBy: ['INDIVIDUAL'] });
    expect(before.SEND_SMS?.blockedReason).toMatch(/configured/);
    expect(before.RECORD_CALLS?.blockedReason).toBeNull();
    await settings({ smsConfigured: true });
    expect((await effective(user)).SEND_SMS).toMatchObject({ allowed: true, blockedReason: null });
    await settings({ smsConfigured: false });
  });

  it('E38: setUserServices replaces what was set; each service once', async () => {
    const user = await make.person('Set');
    await gateway.run(SET, { u: user, s: [{ service: 'START_CHAT', allowed: true }] });
    const { setUserServices } = await gateway.run(SET, { u: user, s: [{ service: 'USE_APPS', allowed: false }] });
    expect(setUserServices).toEqual({ services: [{ service: 'USE_APPS', allowed: false }] });
    const twice = [true, false].map((allowed) => ({ service: 'USE_APPS', allowed }));
    expect(await gateway.refused(SET, { u: user, s: twice })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'services',
    });
    expect(await gateway.refused(SET, { u: 'User_99999', s: [] })).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('V4: a USER client sees services of its own user only', async () => {
    const [me, mate] = [await make.person('Me'), await make.person('Mate')];
    await make.group('Us', [me, mate], { servicesMask: 1 });
    const { token } = await make.client('me', me);
    const mine = await gateway.run<{ user: { effectiveServices: Effective[] } }>(EFFECTIVE, { id: me }, token);
    expect(mine.user.effectiveServices).toHaveLength(11);
    expect(await gateway.run(EFFECTIVE, { id: mate }, token)).toEqual({
      user: { services: [], effectiveServices: [] },
    });
    expect(await gateway.refused(SET, { u: me, s: [] }, token)).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('adds and removes endpoints, on at first', async () => {
    const userId = await make.person('Phones');
    const create = 'mutation ($i: CreateEndpointInput!) { createEndpoint(input: $i) { id name kind enabled gsmMode } }';
    const { createEndpoint } = await gateway.run<{ createEndpoint: { id: string } }>(create, {
      i: { userId, name: 'Desk', kind: 'DESK' },
    });
    expect(createEndpoint).toMatchObject({ name: 'Desk', kind: 'DESK', enabled: true, gsmMode: false });
    const list = 'query ($id: ID!) { user(id: $id) { endpoints { id } } }';
    expect(await gateway.run(list, { id: userId })).toEqual({ user: { endpoints: [{ id: createEndpoint.id }] } });
    expect(
      await gateway.run('query ($id: ID!) { node(id: $id) { ... on Endpoint { name } } }', { id: createEndpoint.id }),
    ).toEqual({
      node: { name: 'Desk' },
    });
    const remove = 'mutation ($id: ID!) { deleteEndpoint(id: $id) }';
    expect(await gateway.run(remove, { id: createEndpoint.id })).toEqual({ deleteEndpoint: createEndpoint.id });
    expect(await gateway.refused(remove, { id: createEndpoint.id })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await gateway.refused(create, { i: { userId, name: ' ', kind: 'DESK' } })).toMatchObject({ field: 'name' });
    expect(keyIn(userId)).toBeGreaterThan(0);
  });
});
