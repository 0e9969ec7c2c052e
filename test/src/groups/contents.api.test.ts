import { UserState } from '../../../schema/enums';
import { factories } from '../../support/factories';
import { startTestGateway, type TestGateway } from '../../support/gateway';

interface Content {
  title: string;
  locked: boolean;
  users: { displayName: string }[];
  keys: { label: string; number: string }[];
  source: { id: string } | null;
}

const CONTENT = 'title locked users { displayName } keys { label number } source { id }';
const ADD = `mutation ($i: MonitorGroupInput!) { addMonitorGroup(input: $i) {
  monitorGroups { id placement registeredGroup { id } } } }`;
const ADD_KEY = 'mutation ($i: KeyInput!) { addKey(input: $i) { keys { id label number kind placement } } }';

describe('what groups put into monitor and favorites', () => {
  let gateway: TestGateway;
  let make: ReturnType<typeof factories>;
  beforeAll(async () => {
    gateway = await startTestGateway();
    make = factories(gateway);
  });
  afterAll(() => gateway.close());

  const contents = async (id: string, token?: string) => {
    const query = `query ($id: ID!) { user(id: $id) { monitor { ${CONTENT} } favorites { ${CONTENT} } } }`;
    return (await gateway.run<{ user: { monitor: Content[]; favorites: Content[] } }>(query, { id }, token)).user;
  };
  const update = (id: string, input: object) =>
    gateway.run('mutation ($i: UpdateGroupInput!) { updateGroup(input: $i) { id } }', { i: { id, ...input } });

  it("E26, E38: one locked group of all users of one's flagged groups, oneself among them, without a source", async () => {
    const [me, bea] = [await make.person('Me'), await make.person('Bea')];
    const [cem, dot] = [await make.person('Cem'), await make.person('Dot')];
    const gone = await make.person('Gone', { state: UserState.VANISHED });
    const groups = [await make.group('One', [me, bea, gone]), await make.group('Two', [cem, me, bea])];
    await make.group('Three', [me, dot]);
    expect((await contents(me)).monitor).toEqual([]);
    for (const id of groups) await update(id, { flags: ['SHOW_ON_MEMBERS_MONITOR'] });
    const { monitor, favorites } = await contents(me);
    expect(monitor).toHaveLength(1);
    expect(monitor[0]).toMatchObject({ locked: true, keys: [], source: null });
    expect(monitor[0]?.users.map((user) => user.displayName)).toEqual(['Bea', 'Cem', 'Me']);
    expect(favorites).toEqual([]);
    await update(groups[1] ?? '', { settingsActive: false });
    expect((await contents(me)).monitor[0]?.users.map((user) => user.displayName)).toEqual(['Bea', 'Me']);
  });

  it("E34, E35, E38: a registered group's members, in the monitor or the favorites or both", async () => {
    const [me, shown] = [await make.person('Watcher'), await make.person('Shown')];
    const groupId = await make.group('Registering', [me]);
    const registeredGroupId = await make.group('Registered', [shown], { settingsActive: false });
    const add = (placement: string) =>
      gateway.run<{ addMonitorGroup: { monitorGroups: { id: string }[] } }>(ADD, {
        i: { groupId, registeredGroupId, placement },
      });
    const { addMonitorGroup } = await add('MONITOR');
    expect(addMonitorGroup.monitorGroups).toMatchObject([
      { placement: 'MONITOR', registeredGroup: { id: registeredGroupId } },
    ]);
    const shownGroup = {
      title: 'Registered',
      locked: true,
      users: [{ displayName: 'Shown' }],
      keys: [],
      source: { id: registeredGroupId },
    };
    expect(await contents(me)).toEqual({ monitor: [shownGroup], favorites: [] });
    expect((await add('FAVORITES')).addMonitorGroup.monitorGroups).toHaveLength(1);
    expect(await contents(me)).toEqual({ monitor: [], favorites: [shownGroup] });
    await add('BOTH');
    expect(await contents(me)).toEqual({ monitor: [shownGroup], favorites: [shownGroup] });
    await update(groupId, { settingsActive: false });
    expect(await contents(me)).toEqual({ monitor: [], favorites: [] });
    const remove = 'mutation ($id: ID!) { removeMonitorGroup(id: $id) { id monitorGroups { id } } }';
    const linkId = addMonitorGroup.monitorGroups[0]?.id;
    expect(await gateway.run(remove, { id: linkId })).toEqual({
      removeMonitorGroup: { id: groupId, monitorGroups: [] },
    });
    expect(await gateway.refused(remove, { id: linkId })).toMatchObject({ code: 'NOT_FOUND' });
    expect(
      await gateway.refused(ADD, { i: { groupId, registeredGroupId: 'Group_999', placement: 'BOTH' } }),
    ).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'registeredGroupId',
    });
  });

  it('E36, E38: keys stand in a locked group titled as their group', async () => {
    const me = await make.person('Dialler');
    const groupId = await make.group('Numbers', [me]);
    const key = { groupId, label: ' Taxi ', number: ' 1313 ', kind: 'SPEED_DIAL', placement: 'FAVORITES' };
    const { addKey } = await gateway.run<{ addKey: { keys: { id: string }[] } }>(ADD_KEY, { i: key });
    expect(addKey.keys).toMatchObject([{ label: 'Taxi', number: '1313', kind: 'SPEED_DIAL', placement: 'FAVORITES' }]);
    const { monitor, favorites } = await contents(me);
    expect(monitor).toEqual([]);
    expect(favorites).toEqual([
      { title: 'Numbers', locked: true, users: [], keys: [{ label: 'Taxi', number: '1313' }], source: { id: groupId } },
    ]);
    expect(await gateway.refused(ADD_KEY, { i: { ...key, label: '' } })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'label',
    });
    expect(await gateway.refused(ADD_KEY, { i: { ...key, number: '' } })).toMatchObject({ field: 'number' });
    const remove = 'mutation ($id: ID!) { removeKey(id: $id) { keys { id } } }';
    expect(await gateway.run(remove, { id: addKey.keys[0]?.id })).toEqual({ removeKey: { keys: [] } });
    expect(await gateway.refused(remove, { id: addKey.keys[0]?.id })).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('V4, V5: a USER client sees them for its own user, and no group it does not see', async () => {
    const [me, mate, far] = [await make.person('Own'), await make.person('Other'), await make.person('Far')];
    const groupId = await make.group('Ours', [me, mate], { flagsMask: 1 << 3 });
    const registeredGroupId = await make.group('Theirs', [far]);
    await gateway.run(ADD, { i: { groupId, registeredGroupId, placement: 'MONITOR' } });
    const { token } = await make.client('own', me);
    const { monitor } = await contents(me, token);
    expect(monitor.map((group) => [group.title, group.source, group.users.length])).toEqual([
      ['Members of my groups', null, 2],
      ['Theirs', null, 1],
    ]);
    expect(await contents(mate, token)).toEqual({ monitor: [], favorites: [] });
    const links = 'query ($id: ID!) { group(id: $id) { monitorGroups { id } keys { id } } }';
    expect(await gateway.run(links, { id: groupId }, token)).toEqual({ group: { monitorGroups: [], keys: [] } });
    expect(await gateway.refused(ADD, { i: { groupId, registeredGroupId, placement: 'BOTH' } }, token)).toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});
