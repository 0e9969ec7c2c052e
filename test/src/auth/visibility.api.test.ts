import { AssignmentKind } from '../../../schema/client.enums';
import { Origin } from '../../../schema/enums';
import { factories } from '../../support/factories';
import { startTestGateway, type TestGateway } from '../../support/gateway';

interface Lists {
  users: { totalCount: number; nodes: { displayName: string }[] };
  groups: { totalCount: number; nodes: { name: string }[] };
}

const LISTS = '{ users { totalCount nodes { displayName } } groups { totalCount nodes { name } } }';
const FIELDS = `userId displayName externalId lockedFields source { id } client { id } grants { id } services { service }
  effectiveServices { service } visibleUsers { totalCount } visibleTo { totalCount } monitor { title }
  memberships { nodes { group { name } } }`;

describe('V4, V6: what a USER client sees', () => {
  let gateway: TestGateway;
  let make: ReturnType<typeof factories>;
  let me: string, mate: string, stranger: string, mine: string, assigned: string, foreign: string;
  let client: { id: string; token: string };
  beforeAll(async () => {
    gateway = await startTestGateway();
    make = factories(gateway);
    const directory = { origin: Origin.LDAP, sourceId: await make.source(), externalId: 'x' };
    [me, mate] = [await make.person('Me', directory), await make.person('Mate', { ...directory, locked: 'email' })];
    stranger = await make.person('Stranger');
    mine = await make.group('Mine', [me]);
    assigned = await make.group('Assigned', [mate]);
    foreign = await make.group('Foreign', [mate, stranger], { memberRights: 1 });
    client = await make.client('me', me);
    await make.client('mate', mate);
    await make.assign(client.id, assigned);
  });
  afterAll(() => gateway.close());

  const lists = async (token?: string) => {
    const { users, groups } = await gateway.run<Lists>(LISTS, {}, token);
    expect([users.totalCount, groups.totalCount]).toEqual([users.nodes.length, groups.nodes.length]);
    return { users: users.nodes.map((one) => one.displayName), groups: groups.nodes.map((one) => one.name) };
  };
  const user = async (id: string, token?: string) =>
    (
      await gateway.run<{ user: Record<string, unknown> | null }>(
        `query ($id: ID!) { user(id: $id) { ${FIELDS} } }`,
        { id },
        token,
      )
    ).user;

  it('its groups, those of its user, and their users; lists and counts say the same', async () => {
    expect(await lists(client.token)).toEqual({ users: ['Mate', 'Me'], groups: ['Assigned', 'Mine'] });
    expect(await lists()).toEqual({ users: ['Mate', 'Me', 'Stranger'], groups: ['Assigned', 'Foreign', 'Mine'] });
  });

  it('nothing else, as if it did not exist', async () => {
    for (const id of [stranger, foreign, 'User_99999', 'Group_99999', 'nonsense']) {
      const query = 'query ($id: ID!) { node(id: $id) { id } user(id: $id) { id } group(id: $id) { id } }';
      expect(await gateway.run(query, { id }, client.token)).toEqual({ node: null, user: null, group: null });
    }
    const member = 'query ($f: UserFilter) { users(filter: $f) { totalCount } }';
    expect(await gateway.run(member, { f: { memberOf: foreign } }, client.token)).toEqual({ users: { totalCount: 0 } });
    expect(await gateway.refused(member, { f: { hasClient: true } }, client.token)).toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  it('its own user in full, others without what is private or of the directory', async () => {
    expect(await user(me, client.token)).toMatchObject({ externalId: 'x', client: { id: client.id } });
    expect(await user(mate, client.token)).toEqual({
      userId: expect.any(String) as string,
      displayName: 'Mate',
      externalId: null,
      lockedFields: [],
      source: null,
      client: null,
      grants: [],
      services: [],
      effectiveServices: [],
      visibleUsers: { totalCount: 0 },
      visibleTo: { totalCount: 0 },
      monitor: [],
      memberships: { nodes: [{ group: { name: 'Assigned' } }] },
    });
    expect(await user(mate)).toMatchObject({
      externalId: 'x',
      lockedFields: ['email'],
      memberships: { nodes: [{}, {}] },
    });
  });

  it('a leader and whom its user may see, with the same fields', async () => {
    const update = 'mutation ($i: UpdateGroupInput!) { updateGroup(input: $i) { id } }';
    await gateway.run(update, { i: { id: mine, leaderId: stranger } });
    const group = await gateway.run(
      `query ($id: ID!) { group(id: $id) { leader { ${FIELDS} } } }`,
      { id: mine },
      client.token,
    );
    expect(group).toMatchObject({
      group: { leader: { displayName: 'Stranger', client: null, memberships: { nodes: [] } } },
    });
    const seen = await gateway.run(
      `query ($id: ID!) { user(id: $id) { visibleUsers { totalCount nodes { displayName memberships { nodes { id } } } } } }`,
      { id: me },
      client.token,
    );
    expect(seen).toMatchObject({
      user: {
        visibleUsers: {
          totalCount: 2,
          nodes: [{ displayName: 'Mate' }, { displayName: 'Stranger', memberships: { nodes: [] } }],
        },
      },
    });
    await gateway.run(update, { i: { id: mine, leaderId: null } });
  });

  it('V6: an owner of a manual group sees all users, to choose members, but no more groups', async () => {
    await make.assign(client.id, mine, AssignmentKind.OWNER);
    expect(await lists(client.token)).toEqual({ users: ['Mate', 'Me', 'Stranger'], groups: ['Assigned', 'Mine'] });
    expect(await user(stranger, client.token)).toMatchObject({ externalId: null, memberships: { nodes: [] } });
    const add = 'mutation ($g: ID!, $u: [ID!]!) { addMembers(groupId: $g, userIds: $u) { memberCount } }';
    expect(await gateway.run(add, { g: mine, u: [stranger] }, client.token)).toEqual({
      addMembers: { memberCount: 2 },
    });
    expect(await gateway.refused(add, { g: assigned, u: [stranger] }, client.token)).toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await gateway.refused(add, { g: foreign, u: [me] }, client.token)).toMatchObject({ code: 'NOT_FOUND' });
  });
});
