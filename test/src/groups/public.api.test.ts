import { UserState } from '../../../schema/enums';
import { factories } from '../../support/factories';
import { startTestGateway, type TestGateway } from '../../support/gateway';

const PERSON = 'id displayName title department email telephoneNumber mobileNumber';

describe('what is public of people', () => {
  let gateway: TestGateway;
  let make: ReturnType<typeof factories>;
  beforeAll(async () => {
    gateway = await startTestGateway();
    make = factories(gateway);
  });
  afterAll(() => gateway.close());

  const card = async (userId: string) =>
    (
      await gateway.send<{ businessCard: object | null }>(
        `query ($u: ID!) { businessCard(userId: $u) { ${PERSON} } }`,
        { u: userId },
      )
    ).data?.businessCard;

  it('E28: members of active portal groups, by name and page by page, to anybody', async () => {
    const [zoe, abe] = [await make.person('Zoe'), await make.person('Abe', { email: 'abe@example.com' })];
    const gone = await make.person('Gone', { state: UserState.VANISHED });
    const off = await make.person('Off', { state: UserState.DISABLED });
    const hidden = await make.person('Hidden');
    await make.group('Portal', [zoe, abe, gone, off], { flagsMask: 1 << 4 });
    await make.group('Portal too', [abe], { flagsMask: 1 << 4 });
    await make.group('Inactive', [hidden], { flagsMask: 1 << 4, settingsActive: false });
    const { data } = await gateway.send<{ portalUsers: { nodes: { id: string }[] } }>(
      `{ portalUsers(first: 1) { totalCount nodes { ${PERSON} } pageInfo { hasNextPage } } }`,
    );
    expect(data?.portalUsers).toMatchObject({
      totalCount: 2,
      nodes: [{ displayName: 'Abe', email: 'abe@example.com', title: null }],
      pageInfo: { hasNextPage: true },
    });
    const { id } = data?.portalUsers.nodes[0] ?? { id: '' };
    expect(id).not.toBe(abe);
    expect((await gateway.send('query ($id: ID!) { node(id: $id) { id } }', { id })).errors?.[0]?.extensions.code).toBe(
      'UNAUTHENTICATED',
    );
    expect(await gateway.run('query ($id: ID!) { node(id: $id) { __typename id } }', { id })).toEqual({
      node: { __typename: 'PublicUser', id },
    });
    const hiddenId = id.replace(/\d+/, hidden.replace('User_', ''));
    expect(await gateway.run('query ($id: ID!) { node(id: $id) { id } }', { id: hiddenId })).toEqual({ node: null });
  });

  it('E29: members of LiveChat groups, to anybody', async () => {
    const [ada, bob] = [await make.person('Ada'), await make.person('Bob')];
    await make.group('Advisors', [bob, ada], { flagsMask: 1 << 5 });
    const { data } = await gateway.send(`{ livechatAdvisors { displayName } }`);
    expect(data).toEqual({ livechatAdvisors: [{ displayName: 'Ada' }, { displayName: 'Bob' }] });
  });

  it('E27: a business card only where the service is granted', async () => {
    const [alone, grouped, off] = [await make.person('Alone'), await make.person('Grouped'), await make.person('Off')];
    expect(await card(alone)).toBeNull();
    await make.group('Cards', [grouped], { servicesMask: 1 << 10 });
    await make.group('No cards', [off], { servicesMask: 1 << 10, settingsActive: false });
    const set = 'mutation ($u: ID!, $s: [UserServiceInput!]!) { setUserServices(userId: $u, services: $s) { id } }';
    await gateway.run(set, { u: alone, s: [{ service: 'BUSINESS_CARD', allowed: true }] });
    expect(await card(alone)).toMatchObject({ displayName: 'Alone' });
    expect(await card(grouped)).toMatchObject({ displayName: 'Grouped' });
    expect(await card(off)).toBeNull();
    await gateway.db.write((em) => em.getRepository('Settings').update({ id: 1 }, { globalServicesMask: 1 << 10 }));
    expect(await card(off)).toMatchObject({ displayName: 'Off' });
    expect(await card('User_99999')).toBeNull();
    expect(await card('Group_1')).toBeNull();
  });

  it('V2: nothing else of a person is public', async () => {
    const { data, errors } = await gateway.send<{ __type: { fields: { name: string }[] } }>(
      '{ __type(name: "PublicUser") { fields { name } } }',
    );
    expect(errors).toBeUndefined();
    expect(data?.__type.fields.map((field) => field.name).sort()).toEqual(PERSON.split(' ').sort());
  });
});
