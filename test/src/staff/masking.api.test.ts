import { factories } from '../../support/factories';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { staffDesk, type Account } from './staff-desk';

const PERSON = `displayName userId email telephoneNumber mobileNumber userPrincipalName
  primaryLine { number kind } secondaryLine { number kind }`;

describe('XU35: sensitive data of people', () => {
  let gateway: TestGateway;
  let masked: Account;
  let open: Account;
  let boss: string;
  let user: string;
  let group: string;

  beforeAll(async () => {
    gateway = await startTestGateway();
    const desk = staffDesk(gateway);
    const make = factories(gateway);
    masked = await desk.supervisor(['CONTACT_MANAGER', 'STAFF'], { maskSensitiveData: true });
    open = await desk.supervisor(['CONTACT_MANAGER']);
    const create = 'mutation ($i: CreateUserInput!) { createUser(input: $i) { id } }';
    const person = {
      userId: 'keller',
      displayName: 'Anna Keller',
      firstName: 'Anna',
      lastName: 'Keller',
      email: 'secret.person@example.com',
      telephoneNumber: '+41 31 531 11 11',
      mobileNumber: '079 222 33 44',
      userPrincipalName: 'secret.person@corp.example.com',
    };
    user = (await gateway.run<{ createUser: { id: string } }>(create, { i: person })).createUser.id;
    const lines = {
      userId: user,
      primary: { number: '5311', kind: 'SIP' },
      secondary: { number: '*99', kind: 'TAPI' },
    };
    await gateway.run('mutation ($i: SetUserLinesInput!) { setUserLines(input: $i) { id } }', { i: lines });
    boss = await make.person('Boss');
    await gateway.db.write((em) =>
      em.query('UPDATE user SET managerId = ? WHERE id = ?', [Number(user.slice(5)), Number(boss.slice(5))]),
    );
    group = await make.group('Team', [user, boss]);
  });
  afterAll(() => gateway.close());

  const maskedPerson = {
    displayName: 'Anna Keller',
    userId: 'keller',
    email: 'sXXXXXXXXXXXX@example.com',
    telephoneNumber: '+XX XX XXX XX XX',
    mobileNumber: 'XXX XXX XX XX',
    userPrincipalName: 'sXXXXXXXXXXXX@corp.example.com',
    primaryLine: { number: 'XXXX', kind: 'SIP' },
    secondaryLine: { number: '*XX', kind: 'TAPI' },
  };

  it.each([
    ['user', 'user(id: $u) { PERSON }'],
    ['node', 'node(id: $u) { ... on User { PERSON } }'],
    ['users', 'users(filter: { search: "keller" }) { nodes { PERSON } }'],
    ['edges', 'users(filter: { search: "keller" }) { edges { node { PERSON } } }'],
    ['members', 'group(id: $g) { members(search: "keller") { nodes { user { PERSON } } } }'],
    ['manager', 'boss: user(id: $b) { manager { PERSON } }'],
    ['an alias', 'x: user(id: $u) { e: email t: telephoneNumber m: mobileNumber }'],
  ])('masks numbers and addresses for holders, however the person is reached: %s', async (_name, query) => {
    const document = `query ($u: ID! $g: ID! $b: ID!) { ${query.replace('PERSON', PERSON)} u: user(id: $u) { id } g: group(id: $g) { id } b: user(id: $b) { id } }`;
    const variables = { u: user, g: group, b: boss };
    const seen = JSON.stringify(await gateway.run(document, variables, masked.token));
    expect(seen).not.toMatch(/531|222|secret|5311/);
    if (query.includes('PERSON')) expect(seen).toContain(JSON.stringify(maskedPerson));
    expect(JSON.stringify(await gateway.run(document, variables, open.token))).toMatch(/\+41 31 531 11 11/);
    expect(JSON.stringify(await gateway.run(document, variables))).toContain('secret.person@example.com');
  });

  it.each(['secret', 'secret.person@example.com', '+4131', '+41 31 531', '079', '0792223344'])(
    'searches do not match masked fields: %s',
    async (search) => {
      const query =
        'query ($s: String, $g: ID!) { users(filter: { search: $s }) { totalCount nodes { id } } group(id: $g) { members(search: $s) { totalCount } } }';
      const find = (token: string) =>
        gateway.run<{ users: { totalCount: number }; group: { members: { totalCount: number } } }>(
          query,
          { s: search, g: group },
          token,
        );
      const hidden = await find(masked.token);
      expect([hidden.users.totalCount, hidden.group.members.totalCount]).toEqual([0, 0]);
      const visible = await find(open.token);
      expect([visible.users.totalCount, visible.group.members.totalCount]).toEqual([1, 1]);
    },
  );

  it.each(['keller', 'Anna'])('searches still match what is not masked: %s', async (search) => {
    const { users } = await gateway.run<{ users: { totalCount: number } }>(
      'query ($s: String) { users(filter: { search: $s }) { totalCount } }',
      { s: search },
      masked.token,
    );
    expect(users.totalCount).toBe(1);
  });

  it('masks where calls of a person are redirected to', async () => {
    const { roles } = await gateway.run<{ roles: { id: string; builtIn: boolean }[] }>('{ roles { id builtIn } }');
    const all = roles.find((role) => role.builtIn)?.id;
    await gateway.run('mutation ($id: ID!) { updateRole(id: $id, permissions: ["profile.personal"]) { id } }', {
      id: all,
    });
    const onEnter = [{ kind: 'SET_REDIRECT_NUMBER', redirectNumber: '079 531 00 00' }];
    const create = 'mutation ($i: ClientProfileInput!) { createClientProfile(input: $i) { id } }';
    const { createClientProfile } = await gateway.run<{ createClientProfile: { id: string } }>(create, {
      i: { name: 'Away', onEnter },
    });
    const activate = 'mutation ($p: ID!, $u: ID) { activateProfile(profileId: $p, userId: $u) { redirectNumber } }';
    const activated = await gateway.run(activate, { p: createClientProfile.id, u: user });
    expect(activated).toEqual({ activateProfile: { redirectNumber: '079 531 00 00' } });
    const query =
      'query ($u: ID!) { user(id: $u) { presence { redirectNumber } availableProfiles { onEnter { redirectNumber } } } }';
    expect(JSON.stringify(await gateway.run(query, { u: user }, masked.token))).toMatch(/^[^5]*XXX XXX XX XX[^5]*$/);
  });

  it('holds on the very next request after the profile was changed', async () => {
    const { node } = await gateway.run<{ node: { userProfile: { id: string } } }>(
      'query ($id: ID!) { node(id: $id) { ... on StaffUser { userProfile { id } } } }',
      { id: open.id },
    );
    const update =
      'mutation ($id: ID!, $i: UserProfileInput!) { updateUserProfile(id: $id, input: $i) { maskSensitiveData } }';
    await gateway.run(update, {
      id: node.userProfile.id,
      i: {
        name: 'x',
        defaultPermissionType: 'READ',
        maskSensitiveData: true,
        modules: [{ module: 'CONTACT_MANAGER' }],
      },
    });
    const { user: seen } = await gateway.run<{ user: object }>(
      'query ($u: ID!) { user(id: $u) { email } }',
      { u: user },
      open.token,
    );
    expect(seen).toEqual({ email: 'sXXXXXXXXXXXX@example.com' });
  });
});
