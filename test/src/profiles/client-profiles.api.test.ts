import { statementCounter } from '../../../src/database';
import { AVAILABLE_ID, DND_ID, ROLE_ALL_ID, World, type Result } from './world';

const followMe = (enabled: boolean) => ({ kind: 'CHANGE_FOLLOW_ME', endpointEnabled: enabled });
const redirect = (redirectNumber: string) => ({ kind: 'SET_REDIRECT_NUMBER', redirectNumber });

describe('client profiles', () => {
  let world: World;
  beforeAll(async () => (world = await World.start()));
  afterAll(() => world.gateway.close());

  const brief = (results: Result[]) => results.map(({ position, kind, ok }) => `${position} ${kind} ${ok}`);
  const refused = async (input: object, token?: string) => {
    const text = 'mutation ($i: ClientProfileInput!) { createClientProfile(input: $i) { id } }';
    const { code, field } = await world.gateway.refused(text, { i: { name: 'Refused', ...input } }, token);
    return [code, field];
  };

  it('P3: two SYSTEM profiles exist; a user without any history is in Available', async () => {
    const { clientProfiles } = await world.gateway.run<{ clientProfiles: unknown[] }>(
      '{ clientProfiles { id name assignment deletable sticky roles { name builtIn } triggers { id } } }',
    );
    const system = { assignment: 'SYSTEM', deletable: false, sticky: false, roles: [{ name: 'All', builtIn: true }] };
    expect(clientProfiles.slice(0, 2)).toEqual([
      { id: AVAILABLE_ID, name: 'Available', ...system, triggers: [] },
      { id: DND_ID, name: 'DND', ...system, triggers: [] },
    ]);
    const presence = await world.presence(await world.user());
    expect(presence).toMatchObject({ active: { name: 'Available' }, previous: null, history: { totalCount: 0 } });
  });

  it('P4: DND disables all endpoints of the user, Available enables them, and nobody else is touched', async () => {
    const [user, other] = [await world.user(), await world.user()];
    for (const name of ['a', 'b']) await world.endpoint(user, name);
    await world.endpoint(other, 'c');
    const states = async (id: string) => (await world.person(id)).endpoints.map(({ enabled }) => enabled);
    await world.activate(DND_ID, user);
    expect([await states(user), await states(other)]).toEqual([[false, false], [true]]);
    await world.activate(AVAILABLE_ID, user);
    expect(await states(user)).toEqual([true, true]);
  });

  it('P5, P17, P19: defaults; assignment ADMIN, usable at once', async () => {
    const user = await world.user();
    const id = await world.profile({ name: 'Plain' });
    const { node } = await world.gateway.run<{ node: unknown }>(
      `query ($id: ID!) { node(id: $id) { ... on ClientProfile { name color icon iconVisible sticky assignment version
        deletable owner { id } roles { id } triggers { id } onEnter { kind } onLeave { kind } } } }`,
      { id },
    );
    expect(node).toEqual({
      name: 'Plain',
      color: '#808080',
      icon: 'user',
      iconVisible: true,
      sticky: false,
      assignment: 'ADMIN',
      version: 1,
      deletable: true,
      owner: null,
      roles: [{ id: ROLE_ALL_ID }],
      triggers: [],
      onEnter: [],
      onLeave: [],
    });
    await world.activate(id, user);
    expect(await world.presence(user)).toMatchObject({ active: { name: 'Plain' }, previous: { name: 'Available' } });
  });

  it('P7: only for users of its roles', async () => {
    const [insider, outsider] = [await world.user(), await world.user()];
    const role = await world.role('Agents', [], [insider]);
    const id = await world.profile({ name: 'For agents', roleIds: [role] });
    await world.activate(id, insider);
    expect(await world.refusedActivation(id, outsider)).toBe('FORBIDDEN');
    const names = async (user: string) => (await world.person(user)).availableProfiles.map(({ name }) => name);
    expect(await names(insider)).toContain('For agents');
    expect(await names(outsider)).not.toContain('For agents');
    expect((await world.presence(outsider)).history.totalCount).toBe(0);
  });

  it('P14, P16: onLeave runs fully before onEnter, each from top to bottom', async () => {
    const user = await world.user();
    const first = await world.profile({ onLeave: [redirect('1'), redirect('2')] });
    const second = await world.profile({ onEnter: [redirect('3'), { kind: 'UNSET_REDIRECTION' }, redirect('4')] });
    await world.activate(first, user);
    await world.activate(second, user);
    const { redirectNumber, history } = await world.presence(user);
    expect(redirectNumber).toBe('4');
    const [change] = history.nodes;
    expect([brief(change?.leaveResults ?? []), brief(change?.enterResults ?? [])]).toEqual([
      ['1 SET_REDIRECT_NUMBER true', '2 SET_REDIRECT_NUMBER true'],
      ['1 SET_REDIRECT_NUMBER true', '2 UNSET_REDIRECTION true', '3 SET_REDIRECT_NUMBER true'],
    ]);
  });

  it('P16: a failing action is recorded and the chain goes on', async () => {
    const [user, other] = [await world.user(), await world.user()];
    const team = await world.team('Strangers', [other]);
    const foreign = await world.endpoint(other, 'not his');
    const gone = await world.workplace('Soon gone');
    const id = await world.profile({
      onEnter: [
        { kind: 'TEAM_LOGIN', teamId: team },
        { kind: 'CHANGE_FOLLOW_ME', endpointId: foreign, endpointEnabled: false },
        { kind: 'SET_WORKPLACE', workplaceId: gone },
        redirect('99'),
      ],
    });
    await world.gateway.run('mutation ($id: ID!) { deleteWorkplace(id: $id) }', { id: gone });
    await world.activate(id, user);
    const { redirectNumber, history, workplace } = await world.presence(user);
    expect([redirectNumber, workplace]).toEqual(['99', null]);
    expect(history.nodes[0]).toMatchObject({ outcome: 'APPLIED' });
    expect(history.nodes[0]?.enterResults.map(({ ok, error }) => [ok, error])).toEqual([
      [false, 'The user is not in the team.'],
      [false, 'The telephone is not one of this user.'],
      [false, 'The workplace no longer exists.'],
      [true, null],
    ]);
    expect((await world.person(other)).endpoints[0]?.enabled).toBe(true);
  });

  it.each([
    [['TEAM_LOGOUT'], 'LOGGED_OUT'],
    [['TEAM_PAUSE'], 'PAUSED'],
    [['TEAM_PAUSE', 'TEAM_UNPAUSE'], 'LOGGED_IN'],
    [['TEAM_LOGOUT', 'TEAM_LOGIN'], 'LOGGED_IN'],
    [['TEAM_LOGOUT', 'TEAM_UNPAUSE'], 'LOGGED_OUT'],
  ])('P15: %j leaves the member %s', async (kinds, expected) => {
    const user = await world.user();
    const team = await world.team(`Team ${kinds.join()}`, [user]);
    const revision = async () => (await world.gateway.db.first<{ value: number }>('SELECT value FROM revision'))?.value;
    const id = await world.profile({ onEnter: kinds.map((kind) => ({ kind, teamId: team })) });
    const before = Number(await revision());
    await world.activate(id, user);
    expect([await world.callState(team, user), await revision()]).toEqual([expected, before + 1]);
  });

  it('P15: telephones, the mobile network, the workplace and the redirection', async () => {
    const user = await world.user();
    const desk = await world.endpoint(user, 'desk');
    await world.endpoint(user, 'mobile', 'MOBILE');
    const [first, second] = [await world.workplace('First'), await world.workplace('Second')];
    const id = await world.profile({
      onEnter: [
        { kind: 'CHANGE_FOLLOW_ME', endpointId: desk, endpointEnabled: false },
        { kind: 'SET_GSM_MODE', gsmMode: true },
        { kind: 'SET_WORKPLACE', workplaceId: first },
        { kind: 'SET_WORKPLACE', workplaceId: second },
        redirect('+41 31 531 11 11'),
      ],
      onLeave: [{ kind: 'UNSET_WORKPLACE' }, { kind: 'UNSET_REDIRECTION' }, { kind: 'SET_GSM_MODE', gsmMode: false }],
    });
    await world.activate(id, user);
    expect(await world.person(user)).toMatchObject({
      endpoints: [
        { name: 'desk', enabled: false, gsmMode: false },
        { name: 'mobile', enabled: true, gsmMode: true },
      ],
      presence: { workplace: { name: 'Second' }, redirectNumber: '+41 31 531 11 11' },
    });
    await world.activate(AVAILABLE_ID, user);
    expect(await world.person(user)).toMatchObject({
      endpoints: [
        { enabled: true, gsmMode: false },
        { enabled: true, gsmMode: false },
      ],
      presence: { workplace: null, redirectNumber: null },
    });
  });

  it('P15: an action shows what it names', async () => {
    const user = await world.user();
    const team = await world.team('Named', [user]);
    const [endpointId, workplaceId] = [await world.endpoint(user, 'named'), await world.workplace('Named')];
    const id = await world.profile({
      onEnter: [
        { kind: 'SET_GSM_MODE', endpointId, gsmMode: true },
        { kind: 'TEAM_PAUSE', teamId: team },
        { kind: 'SET_WORKPLACE', workplaceId },
      ],
    });
    const { node } = await world.gateway.run<{ node: { onEnter: unknown[] } }>(
      `query ($id: ID!) { node(id: $id) { ... on ClientProfile { onEnter { kind endpoint { name } endpointEnabled gsmMode
        team { name } workplace { name } redirectNumber } } } }`,
      { id },
    );
    const nothing = { endpoint: null, endpointEnabled: null, gsmMode: null, team: null, workplace: null };
    expect(node.onEnter).toEqual([
      { ...nothing, kind: 'SET_GSM_MODE', endpoint: { name: 'named' }, gsmMode: true, redirectNumber: null },
      { ...nothing, kind: 'TEAM_PAUSE', team: { name: 'Named' }, redirectNumber: null },
      { ...nothing, kind: 'SET_WORKPLACE', workplace: { name: 'Named' }, redirectNumber: null },
    ]);
  });

  it('P18: SYSTEM profiles can be neither changed nor deleted', async () => {
    const update = 'mutation ($id: ID!) { updateClientProfile(id: $id, input: { name: "Mine" }) { id } }';
    const remove = 'mutation ($id: ID!) { deleteClientProfile(id: $id) }';
    for (const text of [update, remove]) {
      expect(await world.gateway.refused(text, { id: DND_ID })).toMatchObject({ code: 'BUILT_IN' });
    }
  });

  it('P18: deleting an active profile runs its onLeave and returns to the previous one, else to Available', async () => {
    const [user, other] = [await world.user(), await world.user()];
    const kept = await world.profile({ name: 'Kept' });
    const id = await world.profile({ name: 'Deleted', onLeave: [redirect('7')] });
    await world.activate(kept, user);
    await world.activate(id, user);
    await world.activate(id, other);
    await world.gateway.run('mutation ($id: ID!) { deleteClientProfile(id: $id) }', { id });
    expect(await world.presence(user)).toMatchObject({ active: { name: 'Kept' }, previous: null, redirectNumber: '7' });
    const { active, history } = await world.presence(other);
    expect(active.name).toBe('Available');
    expect(history.nodes[0]).toMatchObject({ cause: 'PROFILE_DELETED', outcome: 'APPLIED', from: null });
    expect(brief(history.nodes[0]?.leaveResults ?? [])).toEqual(['1 SET_REDIRECT_NUMBER true']);
  });

  it('P16, P19: history newest first, in pages', async () => {
    const user = await world.user();
    for (const id of [DND_ID, AVAILABLE_ID, DND_ID, DND_ID]) await world.activate(id, user);
    expect(await world.history(user)).toEqual([
      'MANUAL ALREADY_ACTIVE DND',
      'MANUAL APPLIED DND',
      'MANUAL APPLIED Available',
      'MANUAL APPLIED DND',
    ]);
    const text = `query ($id: ID!, $after: String) { user(id: $id) { presence { history(first: 3, after: $after) {
      totalCount pageInfo { endCursor hasNextPage } nodes { outcome user { id } } } } } }`;
    interface Paged {
      user: { presence: { history: { pageInfo: { endCursor: string; hasNextPage: boolean }; nodes: unknown[] } } };
    }
    const { pageInfo } = (await world.gateway.run<Paged>(text, { id: user })).user.presence.history;
    expect(pageInfo.hasNextPage).toBe(true);
    const rest = await world.gateway.run<Paged>(text, { id: user, after: pageInfo.endCursor });
    expect(rest.user.presence.history.nodes).toEqual([{ outcome: 'APPLIED', user: { id: user } }]);
  });

  it('updates replace the whole profile and raise its version', async () => {
    const id = await world.profile({ name: 'Before', sticky: true, onEnter: [followMe(false)] });
    const { updateClientProfile } = await world.gateway.run<{ updateClientProfile: unknown }>(
      `mutation ($id: ID!, $i: ClientProfileInput!) { updateClientProfile(id: $id, input: $i) {
        id name color sticky version onEnter { kind } onLeave { kind } } }`,
      { id, i: { name: 'After', color: '#FF0000', onLeave: [{ kind: 'UNSET_REDIRECTION' }] } },
    );
    expect(updateClientProfile).toEqual({
      id,
      name: 'After',
      color: '#FF0000',
      sticky: false,
      version: 2,
      onEnter: [],
      onLeave: [{ kind: 'UNSET_REDIRECTION' }],
    });
  });

  it.each([
    [{ name: ' ' }, 'name'],
    [{ color: 'rgb(0)' }, 'color'],
    [{ roleIds: [] }, 'roleIds'],
    [{ roleIds: ['Role_999'] }, 'roleIds'],
    [{ ownerId: 'User_9999' }, 'ownerId'],
    [{ timeTriggers: [{ effect: 'ACTIVATE', at: '08:00', timezone: 'Mars/Base' }] }, 'timeTriggers.0.timezone'],
    [{ onEnter: [{ kind: 'CHANGE_FOLLOW_ME' }] }, 'onEnter.0.endpointEnabled'],
    [{ onEnter: [{ kind: 'SET_GSM_MODE' }] }, 'onEnter.0.gsmMode'],
    [{ onEnter: [{ kind: 'TEAM_LOGIN' }] }, 'onEnter.0.teamId'],
    [{ onLeave: [{ kind: 'TEAM_LOGIN', teamId: 'Group_9999' }] }, 'onLeave.0.teamId'],
    [{ onLeave: [followMe(true), { kind: 'SET_WORKPLACE', workplaceId: 'Group_1' }] }, 'onLeave.1.workplaceId'],
    [{ onEnter: [redirect('call me')] }, 'onEnter.0.redirectNumber'],
    [{ onEnter: [{ kind: 'UNSET_REDIRECTION', redirectNumber: '1' }] }, 'onEnter.0.redirectNumber'],
  ])('refuses %j by the name of the field', async (input, field) => {
    const before = await world.gateway.run<{ clientProfiles: unknown[] }>('{ clientProfiles { id } }');
    expect(await refused(input)).toEqual(['BAD_USER_INPUT', field]);
    expect(await world.gateway.run('{ clientProfiles { id } }')).toEqual(before);
  });

  it('P19: the role All belongs to everybody, is named first and cannot be deleted or renamed', async () => {
    const user = await world.user();
    const role = await world.role('Also', [], [user]);
    expect((await world.person(user)).roles).toEqual([
      { id: ROLE_ALL_ID, name: 'All' },
      { id: role, name: 'Also' },
    ]);
    const refusals = [
      await world.gateway.refused('mutation { deleteRole(id: "Role_1") }'),
      await world.gateway.refused('mutation { updateRole(id: "Role_1", name: "Some") { id } }'),
    ];
    expect(refusals.map(({ code }) => code)).toEqual(['BUILT_IN', 'BUILT_IN']);
    const { roles } = await world.gateway.run<{ roles: { name: string; userCount: number }[] }>(
      '{ roles { name userCount } }',
    );
    const people = await world.gateway.db.first<{ n: number }>('SELECT COUNT(*) AS n FROM user');
    expect(roles[0]).toEqual({ name: 'All', userCount: people?.n });
    expect(roles).toContainEqual({ name: 'Also', userCount: 1 });
  });

  it('a role goes from its users and profiles; not where a profile would be left without any', async () => {
    const user = await world.user();
    const role = await world.role('Doomed', [], [user]);
    const remove = () =>
      world.gateway.send('mutation ($id: ID!) { deleteRole(id: $id) }', { id: role }, world.gateway.adminToken);
    const id = await world.profile({ roleIds: [role] });
    expect((await remove()).errors?.[0]?.extensions).toMatchObject({ code: 'CONFLICT' });
    await world.gateway.run('mutation ($id: ID!) { deleteClientProfile(id: $id) }', { id });
    expect((await remove()).data).toEqual({ deleteRole: role });
    expect((await world.person(user)).roles).toEqual([{ id: ROLE_ALL_ID, name: 'All' }]);
  });

  it('who is at a workplace that is removed is at none', async () => {
    const user = await world.user();
    const workplaceId = await world.workplace('Closing');
    await world.activate(await world.profile({ onEnter: [{ kind: 'SET_WORKPLACE', workplaceId }] }), user);
    await world.gateway.run('mutation ($id: ID!) { deleteWorkplace(id: $id) }', { id: workplaceId });
    expect((await world.presence(user)).workplace).toBeNull();
  });

  it('reads people with their profiles in as many statements for many as for one', async () => {
    const user = await world.user();
    for (let more = 0; more < 12; more++) await world.activate(DND_ID, await world.user());
    await world.activate(DND_ID, user);
    const text = `query ($n: Int!) { users(first: $n) { nodes { roles { name permissions userCount } availableProfiles {
      name roles { name } triggers { id } onEnter { kind team { name } endpoint { name } } } presence { active { name }
      previous { name } workplace { name } history(first: 2) { nodes { outcome from { name } to { name } user { id } } } } } } }`;
    const count = async (n: number) => {
      let statements = 0;
      statementCounter.count = () => statements++;
      await world.gateway.run(text, { n });
      delete statementCounter.count;
      return statements;
    };
    await count(1);
    expect(await count(12)).toBe(await count(1));
  });
});
