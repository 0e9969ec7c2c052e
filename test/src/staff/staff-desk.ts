import { Realm } from '../../../schema/client.enums';
import { keyIn } from '../../support/factories';
import type { TestGateway } from '../../support/gateway';

export interface Account {
  id: string;
  username: string;
  token: string;
}

export interface ProfileOptions {
  name?: string;
  defaultPermissionType?: string;
  maskSensitiveData?: boolean;
  queueIds?: string[];
}

/** A module, or a module with its permission type: `VOICE`, `VOICE:READ_EDIT`. */
export type ModuleText = string;

export const GOOD_PASSWORD = 'Passw0rd!';

let serial = 0;

/** Makes staff, profiles, queues, agents and dashboards through the API, as an administrator would. */
export function staffDesk(gateway: TestGateway) {
  const idOf = async (field: string, mutation: string, variables: object): Promise<string> =>
    (await gateway.run<Record<string, { id: string }>>(mutation, variables))[field]?.id ?? '';

  const profileInput = (modules: ModuleText[], options: ProfileOptions = {}) => ({
    name: `Profile ${++serial}`,
    defaultPermissionType: 'READ',
    ...options,
    modules: modules.map((text) => {
      const [module, permissionType] = text.split(':');
      return { module, permissionType: permissionType ?? null };
    }),
  });

  const profile = (modules: ModuleText[], options: ProfileOptions = {}) =>
    idOf('createUserProfile', 'mutation ($i: UserProfileInput!) { createUserProfile(input: $i) { id } }', {
      i: profileInput(modules, options),
    });

  async function account(input: object): Promise<Account> {
    const username = `person${++serial}`;
    const id = await idOf(
      'createStaffUser',
      'mutation ($i: CreateStaffUserInput!) { createStaffUser(input: $i) { id } }',
      {
        i: {
          fullName: `Person ${serial}`,
          username,
          email: `${username}@example.com`,
          password: GOOD_PASSWORD,
          ...input,
        },
      },
    );
    return { id, username, token: await gateway.tokenFor(Realm.STAFF, keyIn(id)) };
  }

  return {
    profileInput,
    profile,
    account,
    admin: (input: object = {}) => account({ role: 'ADMIN', ...input }),
    supervisor: async (modules: ModuleText[], options: ProfileOptions = {}) =>
      account({ role: 'USER', userProfileId: await profile(modules, options) }),
    queue: (name: string, channel = 'VOICE', agentIds: string[] = []) =>
      idOf('createQueue', 'mutation ($i: QueueInput!) { createQueue(input: $i) { id } }', {
        i: { name, channel, agentIds },
      }),
    agent: (name: string) =>
      idOf('createAgent', 'mutation ($n: String!) { createAgent(name: $n) { id } }', { n: name }),
    dashboard: (name: string) =>
      idOf('createDashboard', 'mutation ($n: String!) { createDashboard(name: $n) { id } }', { n: name }),
    /** A session of the built-in staff administrator. */
    builtInToken: () => gateway.tokenFor(Realm.STAFF, 1),
    setSecuritySuite: (on: boolean) =>
      gateway.db.write((em) => em.query('UPDATE settings SET securitySuiteEnabled = ? WHERE id = 1', [on])),
  };
}
