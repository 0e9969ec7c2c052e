import { Realm } from '../../../schema/client.enums';
import type { TestGateway } from '../../support/gateway';

interface Id {
  id: string;
}

/** What tests of clients do again and again, through the API as the administrator unless it says otherwise. */
export function consoleOf(gateway: TestGateway) {
  const create = async (operation: string, type: string, input: object): Promise<string> => {
    const document = `mutation ($i: ${type}!) { made: ${operation}(input: $i) { id } }`;
    return (await gateway.run<{ made: Id }>(document, { i: input })).made.id;
  };
  const tokens = new Map<string, string>();
  return {
    user: (userId: string, more: object = {}) =>
      create('createUser', 'CreateUserInput', { userId, displayName: `Person ${userId}`, ...more }),
    group: (name: string) => create('createGroup', 'CreateGroupInput', { name }),
    client: (username: string, more: object = {}) =>
      create('createClient', 'CreateClientInput', {
        username,
        authType: 'PROXY',
        password: 'secret',
        roles: ['USER'],
        ...more,
      }),
    update: (id: string, more: object) =>
      gateway.run('mutation ($i: UpdateClientInput!) { updateClient(input: $i) { id } }', { i: { id, ...more } }),
    addMembers: (groupId: string, userIds: string[]) =>
      gateway.run('mutation ($g: ID!, $u: [ID!]!) { addMembers(groupId: $g, userIds: $u) { id } }', {
        g: groupId,
        u: userIds,
      }),
    assign: (clientIds: string[], groupIds: string[], kind = 'ASSIGNEE') =>
      gateway.run<{ assignGroups: { id: string; kind: string }[] }>(
        'mutation ($i: AssignGroupsInput!) { assignGroups(input: $i) { id kind client { id } group { id } } }',
        { i: { clientIds, groupIds, kind } },
      ),
    /** A session of a client. */
    token: async (id: string) => {
      const token = tokens.get(id) ?? (await gateway.tokenFor(Realm.CLIENT, Number(id.split('_')[1])));
      tokens.set(id, token);
      return token;
    },
  };
}

export type TestConsole = ReturnType<typeof consoleOf>;
