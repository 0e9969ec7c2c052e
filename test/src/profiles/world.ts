import { Realm } from '../../../schema/client.enums';
import { keyOf } from '../../../src/ids';
import { TriggerRunner } from '../../../src/profiles/trigger.runner';
import { startTestGateway, type TestGateway, type TestGatewayOptions } from '../../support/gateway';

export const AVAILABLE_ID = 'ClientProfile_1';
export const DND_ID = 'ClientProfile_2';
export const ROLE_ALL_ID = 'Role_1';

export interface Result {
  position: number;
  kind: string;
  ok: boolean;
  error: string | null;
}
export interface Change {
  id: string;
  at: string;
  cause: string;
  outcome: string;
  from: { name: string } | null;
  to: { name: string } | null;
  leaveResults: Result[];
  enterResults: Result[];
}
export interface Presence {
  active: { id: string; name: string };
  previous: { name: string } | null;
  workplace: { name: string } | null;
  redirectNumber: string | null;
  history: { totalCount: number; nodes: Change[] };
}
export interface Person {
  presence: Presence;
  availableProfiles: { name: string }[];
  roles: { id: string; name: string }[];
  endpoints: { name: string; enabled: boolean; gsmMode: boolean }[];
}

const CHANGE = `id at cause outcome from { name } to { name }
  leaveResults { position kind ok error } enterResults { position kind ok error }`;
const PERSON = `query ($id: ID!) { user(id: $id) { availableProfiles { name } roles { id name }
  endpoints { name enabled gsmMode }
  presence { active { id name } previous { name } workplace { name } redirectNumber
    history { totalCount nodes { ${CHANGE} } } } } }`;

/** A gateway with words for what these tests do. */
export class World {
  readonly runner: TriggerRunner;
  private count = 0;

  private constructor(readonly gateway: TestGateway) {
    this.runner = new TriggerRunner(gateway);
  }

  /** All users may use profiles, unless `personal` is false. */
  static async start(personal = true, options: TestGatewayOptions = {}): Promise<World> {
    const world = new World(await startTestGateway(options));
    if (personal) await world.permit();
    return world;
  }

  /** Gives the role All the permission profile.personal. */
  async permit(permissions = ['profile.personal']): Promise<void> {
    const text = 'mutation ($p: [String!]) { updateRole(id: "Role_1", permissions: $p) { id } }';
    await this.gateway.run(text, { p: permissions });
  }

  async user(name = `user${++this.count}`): Promise<string> {
    const input = { userId: name, displayName: `Person ${name}`, userPrincipalName: `${name}@example.com` };
    return this.made('createUser', 'CreateUserInput!', input);
  }

  async profile(input: Record<string, unknown>, token?: string): Promise<string> {
    return this.made(
      'createClientProfile',
      'ClientProfileInput!',
      { name: `Profile ${++this.count}`, ...input },
      token,
    );
  }

  endpoint(userId: string, name: string, kind = 'DESK'): Promise<string> {
    return this.made('createEndpoint', 'CreateEndpointInput!', { userId, name, kind });
  }

  async workplace(name: string): Promise<string> {
    const text = 'mutation ($name: String!) { createWorkplace(name: $name) { id } }';
    return (await this.gateway.run<{ createWorkplace: { id: string } }>(text, { name })).createWorkplace.id;
  }

  async role(name: string, permissions: string[] = [], users: string[] = []): Promise<string> {
    const text = 'mutation ($name: String!, $p: [String!]!) { createRole(name: $name, permissions: $p) { id } }';
    const made = await this.gateway.run<{ createRole: { id: string } }>(text, { name, p: permissions });
    for (const user of users) await this.setRoles(user, [made.createRole.id]);
    return made.createRole.id;
  }

  async setRoles(userId: string, roleIds: string[]): Promise<void> {
    const text = 'mutation ($u: ID!, $r: [ID!]!) { setUserRoles(userId: $u, roleIds: $r) { id } }';
    await this.gateway.run(text, { u: userId, r: roleIds });
  }

  /** A group by hand with these members. */
  async team(name: string, members: string[]): Promise<string> {
    const id = await this.made('createGroup', 'CreateGroupInput!', { name });
    await this.gateway.run('mutation ($g: ID!, $u: [ID!]!) { addMembers(groupId: $g, userIds: $u) { id } }', {
      g: id,
      u: members,
    });
    return id;
  }

  async callState(team: string, user: string): Promise<string> {
    const row = await this.gateway.db.first<{ callState: string }>(
      'SELECT callState FROM membership WHERE groupId = ? AND userId = ?',
      [keyOf('Group', team) ?? 0, keyOf('User', user) ?? 0],
    );
    return row?.callState ?? '';
  }

  /** A token of a client of role USER, linked to a user. */
  async client(userId: string | null, permissions: string[] = []): Promise<string> {
    const username = `client${++this.count}`;
    const input = { username, authType: 'PROXY', password: 'a-long-password-1', roles: ['USER'], permissions, userId };
    const id = await this.made('createClient', 'CreateClientInput!', input);
    return this.gateway.tokenFor(Realm.CLIENT, keyOf('Client', id) ?? 0);
  }

  async person(id: string, token?: string): Promise<Person> {
    return (await this.gateway.run<{ user: Person }>(PERSON, { id }, token)).user;
  }

  async presence(id: string): Promise<Presence> {
    return (await this.person(id)).presence;
  }

  async active(id: string): Promise<string> {
    return (await this.presence(id)).active.name;
  }

  /** Causes and outcomes, newest first. */
  async history(id: string): Promise<string[]> {
    return (await this.presence(id)).history.nodes.map(({ cause, outcome, to }) => `${cause} ${outcome} ${to?.name}`);
  }

  async activate(profileId: string, userId: string | null, token?: string): Promise<void> {
    await this.gateway.run(ACTIVATE, { p: profileId, u: userId }, token);
  }

  async refusedActivation(profileId: string, userId: string | null, token?: string): Promise<unknown> {
    return (await this.gateway.refused(ACTIVATE, { p: profileId, u: userId }, token))['code'];
  }

  async meeting(user: string, inMeeting: boolean, eventId = `event-${++this.count}`): Promise<Change | null> {
    const text = `mutation ($u: String!, $i: Boolean!, $e: String!) {
      teamsMeetingEvent(userPrincipalName: $u, inMeeting: $i, eventId: $e) { ${CHANGE} } }`;
    const variables = { u: `${user}@example.com`, i: inMeeting, e: eventId };
    return (await this.gateway.run<{ teamsMeetingEvent: Change | null }>(text, variables)).teamsMeetingEvent;
  }

  /** Moves the clock to an instant and lets the runner work. */
  async at(instant: string): Promise<void> {
    this.gateway.clock.freeze(Date.parse(instant));
    await this.runner.tick();
  }

  async made(operation: string, type: string, input: Record<string, unknown>, token?: string): Promise<string> {
    const text = `mutation ($input: ${type}) { ${operation}(input: $input) { id } }`;
    const data = await this.gateway.run<Record<string, { id: string }>>(text, { input }, token);
    return data[operation]?.id ?? '';
  }
}

const ACTIVATE = 'mutation ($p: ID!, $u: ID) { activateProfile(profileId: $p, userId: $u) { active { name } } }';
