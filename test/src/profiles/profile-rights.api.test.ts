import { AVAILABLE_ID, DND_ID, World } from './world';

const redirection = { kind: 'SET_REDIRECT_NUMBER', redirectNumber: '4711' };
const CREATE = 'mutation ($i: ClientProfileInput!) { createClientProfile(input: $i) { id } }';
const UPDATE = 'mutation ($id: ID!, $i: ClientProfileInput!) { updateClientProfile(id: $id, input: $i) { id } }';
const REMOVE = 'mutation ($id: ID!) { deleteClientProfile(id: $id) }';

describe('who may use and set up client profiles', () => {
  let world: World;
  let [ada, ben, cem]: string[] = [];
  let token: string;
  let team: string;
  /** Ada's client sees Ben (they share a team), and not Cem. */
  beforeAll(async () => {
    world = await World.start(false);
    [ada, ben, cem] = [await world.user('ada'), await world.user('ben'), await world.user('cem')];
    team = await world.team('Two', [ada ?? '', ben ?? '']);
    token = await world.client(ada ?? '');
    const role = await world.role('Personal', ['profile.personal']);
    for (const user of [ada, ben, cem]) await world.setRoles(user ?? '', [role]);
  });
  afterAll(() => world.gateway.close());

  const code = async (text: string, variables: object, who = token) =>
    (await world.gateway.refused(text, variables, who))['code'];
  const names = async (who: string) =>
    (
      await world.gateway.run<{ clientProfiles: { name: string }[] }>('{ clientProfiles { name } }', {}, who)
    ).clientProfiles.map(({ name }) => name);

  /** A client of another member of their team. */
  const colleague = async (permission: string) => {
    const user = await world.user();
    await world.gateway.run('mutation ($g: ID!, $u: [ID!]!) { addMembers(groupId: $g, userIds: $u) { id } }', {
      g: team,
      u: [user],
    });
    return world.client(user, [permission]);
  };

  it('P2: without profile.personal only the SYSTEM profiles can be used, and no personal one set up', async () => {
    const user = await world.user();
    const own = await world.client(user);
    const id = await world.profile({ name: 'For all' });
    expect((await world.person(user)).availableProfiles).toEqual([{ name: 'Available' }, { name: 'DND' }]);
    expect(await world.refusedActivation(id, null, own)).toBe('FORBIDDEN');
    expect(await world.refusedActivation(id, user)).toBe('FORBIDDEN');
    expect(await code(CREATE, { i: { name: 'Mine', ownerId: user } }, own)).toBe('FORBIDDEN');
    await world.activate(DND_ID, null, own);
    expect(await world.active(user)).toBe('DND');
    await world.permit();
    await world.activate(id, null, own);
    expect(await world.active(user)).toBe('For all');
    await world.permit([]);
  });

  it('P1, V5: users set up, change and delete profiles of their own', async () => {
    const id = await world.profile({ name: 'Mine', ownerId: ada, onEnter: [redirection] }, token);
    const { node } = await world.gateway.run<{ node: unknown }>(
      'query ($id: ID!) { node(id: $id) { ... on ClientProfile { assignment owner { userId } roles { id } } } }',
      { id },
      token,
    );
    expect(node).toEqual({ assignment: 'PERSONAL', owner: { userId: 'ada' }, roles: [] });
    await world.activate(id, null, token);
    expect(await world.presence(ada ?? '')).toMatchObject({ active: { name: 'Mine' }, redirectNumber: '4711' });
    await world.gateway.run(UPDATE, { id, i: { name: 'Still mine' } }, token);
    expect(await names(token)).toContain('Still mine');
    await world.gateway.run(REMOVE, { id }, token);
    expect(await world.active(ada ?? '')).toBe('Available');
  });

  it('P1: server-side profiles and roles are the administrators’', async () => {
    const id = await world.profile({ name: 'Server side' });
    expect(await code(CREATE, { i: { name: 'Mine for all' } })).toBe('FORBIDDEN');
    expect(await code(UPDATE, { id, i: { name: 'Taken' } })).toBe('FORBIDDEN');
    expect(await code(REMOVE, { id })).toBe('FORBIDDEN');
    for (const text of [
      'mutation { createRole(name: "R", permissions: []) { id } }',
      'mutation { deleteRole(id: "Role_999") }',
      'mutation { createWorkplace(name: "W") { id } }',
      'mutation { deleteWorkplace(id: "Workplace_999") }',
      'mutation { setUserRoles(userId: "User_999", roleIds: []) { id } }',
      'mutation { teamsMeetingEvent(userPrincipalName: "a", inMeeting: true, eventId: "e") { id } }',
    ]) {
      expect([text, await code(text, {})]).toEqual([text, 'FORBIDDEN']);
      expect([text, (await world.gateway.refused(text, {}, null))['code']]).toEqual([text, 'UNAUTHENTICATED']);
    }
  });

  it('P1: a personal profile is for its owner only, and stays his', async () => {
    const id = await world.profile({ name: 'Bens own', ownerId: ben });
    expect(await world.refusedActivation(id, ada ?? '')).toBe('FORBIDDEN');
    expect(await world.refusedActivation(id, null, token)).toBe('FORBIDDEN');
    expect(await code(UPDATE, { id, i: { name: 'Taken' } })).toBe('FORBIDDEN');
    expect(await code(REMOVE, { id })).toBe('FORBIDDEN');
    expect(await names(token)).not.toContain('Bens own');
    expect(await world.gateway.refused(UPDATE, { id, i: { name: 'Adas', ownerId: ada } })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'ownerId',
    });
    expect(await world.gateway.refused(CREATE, { i: { name: 'X', ownerId: ben, roleIds: ['Role_1'] } })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'roleIds',
    });
  });

  it('V4: what the client does not see does not exist for it', async () => {
    const id = await world.profile({ name: 'Cems own', ownerId: cem });
    const { node } = await world.gateway.run<{ node: unknown }>(
      'query ($id: ID!) { node(id: $id) { id } }',
      { id },
      token,
    );
    expect(node).toBeNull();
    expect(await code(UPDATE, { id, i: { name: 'Taken' } })).toBe('NOT_FOUND');
    expect(await code(REMOVE, { id })).toBe('NOT_FOUND');
    expect(await code(CREATE, { i: { name: 'X', ownerId: cem } })).toBe('NOT_FOUND');
    expect(await world.refusedActivation(id, null, token)).toBe('NOT_FOUND');
    expect(await world.refusedActivation(AVAILABLE_ID, cem ?? '', token)).toBe('NOT_FOUND');
    expect(await world.refusedActivation('ClientProfile_9999', null, token)).toBe('NOT_FOUND');
  });

  it('V4: teams and telephones of others cannot be named', async () => {
    const teamId = await world.team('Unseen', [cem ?? '']);
    const endpointId = await world.endpoint(ben ?? '', 'Bens');
    for (const action of [
      { kind: 'TEAM_PAUSE', teamId },
      { kind: 'CHANGE_FOLLOW_ME', endpointId, endpointEnabled: false },
    ]) {
      expect(await code(CREATE, { i: { name: 'X', ownerId: ada, onEnter: [action] } })).toBe('BAD_USER_INPUT');
    }
  });

  it('C13, V8: another’s presence needs MODIFY_USER_STATUS', async () => {
    const changer = await colleague('MODIFY_USER_STATUS');
    expect(await world.refusedActivation(DND_ID, ben ?? '', token)).toBe('FORBIDDEN');
    await world.activate(DND_ID, ben ?? '', changer);
    expect(await world.active(ben ?? '')).toBe('DND');
    expect(await world.refusedActivation(DND_ID, cem ?? '', changer)).toBe('NOT_FOUND');
  });

  it('C12, V8: with FORWARD_USERS redirections, and nothing else, of others’ personal profiles', async () => {
    const forwarder = await colleague('FORWARD_USERS');
    const id = await world.profile({ ownerId: ben, onEnter: [{ kind: 'CHANGE_FOLLOW_ME', endpointEnabled: true }] });
    const kept = { kind: 'CHANGE_FOLLOW_ME', endpointEnabled: true };
    expect(await code(UPDATE, { id, i: { name: 'X', onEnter: [kept, redirection] } })).toBe('FORBIDDEN');
    await world.gateway.run(UPDATE, { id, i: { name: 'X', onEnter: [kept, redirection] } }, forwarder);
    expect(await code(UPDATE, { id, i: { name: 'X', onEnter: [redirection] } }, forwarder)).toBe('FORBIDDEN');
    const trigger = { effect: 'ACTIVATE', at: '08:00' };
    const timed = { name: 'X', onEnter: [kept, redirection], timeTriggers: [trigger] };
    expect(await code(UPDATE, { id, i: timed }, forwarder)).toBe('FORBIDDEN');
    expect(await code(CREATE, { i: { name: 'X', ownerId: cem, onEnter: [redirection] } }, forwarder)).toBe('NOT_FOUND');
    await world.profile({ ownerId: ben, onEnter: [redirection] }, forwarder);
    expect(await code(REMOVE, { id }, forwarder)).toBe('FORBIDDEN');
  });

  it('V4: roles of others are empty, presence is not', async () => {
    const person = await world.person(ben ?? '', token);
    expect([person.roles, person.presence.active.name]).toEqual([[], 'DND']);
    expect((await world.person(ada ?? '', token)).roles.map(({ name }) => name)).toEqual(['All', 'Personal']);
  });

  it('an account that belongs to nobody says for whom', async () => {
    expect(
      await world.gateway.refused('mutation { activateProfile(profileId: "ClientProfile_2") { active { id } } }'),
    ).toMatchObject({ code: 'BAD_USER_INPUT', field: 'userId' });
    expect(await names(await world.client(null))).toContain('Available');
  });

  it('P19: every change stands in the audit log', async () => {
    const { auditLog } = await world.gateway.run<{ auditLog: { nodes: { action: string; actor: string }[] } }>(
      '{ auditLog(first: 500) { nodes { action actor } } }',
    );
    const actions = new Set(auditLog.nodes.map(({ action }) => action));
    for (const action of [
      'activateProfile',
      'createClientProfile',
      'updateClientProfile',
      'deleteClientProfile',
      'createRole',
      'updateRole',
      'setUserRoles',
    ]) {
      expect([...actions]).toContain(action);
    }
  });
});
