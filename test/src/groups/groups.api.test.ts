import { startTestGateway, type TestGateway } from '../../support/gateway';

interface Ids {
  id: string;
}

describe('groups and members by hand', () => {
  let gateway: TestGateway;
  beforeAll(async () => (gateway = await startTestGateway()));
  afterAll(() => gateway.close());

  const createUser = async (userId: string) =>
    (
      await gateway.run<{ createUser: Ids }>('mutation ($i: CreateUserInput!) { createUser(input: $i) { id } }', {
        i: { userId, displayName: `Person ${userId}` },
      })
    ).createUser.id;

  it('makes a group, fills it, orders it and pages through it', async () => {
    const users = await Promise.all(['ada', 'ben', 'cem'].map(createUser));
    const { createGroup } = await gateway.run<{ createGroup: Ids }>(
      'mutation { createGroup(input: { name: "Front desk" }) { id editable version } }',
    );
    await gateway.run('mutation ($g: ID!, $u: [ID!]!) { addMembers(groupId: $g, userIds: $u) { memberCount } }', {
      g: createGroup.id,
      u: users,
    });
    await gateway.run('mutation ($g: ID!, $u: [ID!]!) { reorderMembers(groupId: $g, userIds: $u) { id } }', {
      g: createGroup.id,
      u: [users[2]],
    });
    const query = `query ($g: ID!, $after: String) { group(id: $g) { __typename memberCount members(first: 2, after: $after) {
      totalCount pageInfo { hasNextPage endCursor } nodes { id position via editable user { userId memberships { nodes { group { name } } } } } } } }`;
    interface Page {
      group: {
        members: {
          totalCount: number;
          pageInfo: { hasNextPage: boolean; endCursor: string };
          nodes: { id: string; user: { userId: string } }[];
        };
      };
    }
    const first = (await gateway.run<Page>(query, { g: createGroup.id })).group.members;
    expect(first.totalCount).toBe(3);
    expect(first.nodes.map((node) => node.user.userId)).toEqual(['cem', 'ada']);
    expect(first.pageInfo.hasNextPage).toBe(true);
    const second = (await gateway.run<Page>(query, { g: createGroup.id, after: first.pageInfo.endCursor })).group
      .members;
    expect(second.nodes.map((node) => node.user.userId)).toEqual(['ben']);
    const { node } = await gateway.run<{ node: { via: string } }>(
      'query ($id: ID!) { node(id: $id) { ... on Membership { via } } }',
      {
        id: second.nodes[0]?.id,
      },
    );
    expect(node.via).toBe('DIRECT');
  });

  it('refuses unknown users by the name of the field, and writes nothing', async () => {
    const { createGroup } = await gateway.run<{ createGroup: Ids }>(
      'mutation { createGroup(input: { name: "Empty" }) { id } }',
    );
    const error = await gateway.refused(
      'mutation ($g: ID!) { addMembers(groupId: $g, userIds: ["User_999"]) { id } }',
      { g: createGroup.id },
    );
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', field: 'userIds' });
  });

  it('shows nothing to nobody, and ends a request with a dead token', async () => {
    expect((await gateway.send('{ groups { totalCount } }')).errors?.[0]?.extensions).toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer sbs_dead' },
      body: '{"query":"{ __typename }"}',
    });
    expect(response.status).toBe(401);
  });
});
