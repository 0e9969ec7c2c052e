import { factories } from '../../support/factories';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { GOOD_PASSWORD, staffDesk } from './staff-desk';

const CREATE = 'mutation ($i: CreateStaffUserInput!) { createStaffUser(input: $i) { id } }';
const UPDATE =
  'mutation ($i: UpdateStaffUserInput!) { updateStaffUser(input: $i) { id version fullName email extension } }';
const VOICE = 'voice { transport nat allowedCodecs context callGroups pickupGroups }';

describe('staff users', () => {
  let gateway: TestGateway;
  let desk: ReturnType<typeof staffDesk>;
  beforeAll(async () => {
    gateway = await startTestGateway();
    desk = staffDesk(gateway);
  });
  afterAll(() => gateway.close());

  const input = (fields: object = {}) => ({
    role: 'ADMIN',
    fullName: 'Ada Byron',
    username: 'ada',
    email: 'ada@example.com',
    password: GOOD_PASSWORD,
    ...fields,
  });
  const one = async (id: string, fields: string) =>
    (
      await gateway.run<{ node: Record<string, unknown> }>(
        `query ($id: ID!) { node(id: $id) { ... on StaffUser { ${fields} } } }`,
        { id },
      )
    ).node;

  it('XU21: the administrator `admin` exists from the first start and cannot be deleted', async () => {
    expect(await one('StaffUser_1', 'username role builtIn userProfile { id }')).toEqual({
      username: 'admin',
      role: 'ADMIN',
      builtIn: true,
      userProfile: null,
    });
    const refusal = await gateway.refused('mutation { deleteStaffUser(id: "StaffUser_1") }');
    expect(refusal).toMatchObject({ code: 'BUILT_IN' });
    const { signIn } = await gateway.run<{ signIn: { viewer: unknown } }>(
      'mutation { signIn(realm: STAFF, username: "Admin", password: "admin-password-1") { viewer { ... on StaffUser { id } } } }',
    );
    expect(signIn.viewer).toEqual({ id: 'StaffUser_1' });
  });

  it('XU5: a built-in profile without permissions exists, and stays so', async () => {
    const { userProfiles } = await gateway.run<{
      userProfiles: { id: string; builtIn: boolean; modules: unknown[] }[];
    }>('{ userProfiles { id builtIn modules { module } queues { id } } }');
    const builtIn = userProfiles.filter((profile) => profile.builtIn);
    expect(builtIn).toEqual([{ id: builtIn[0]?.id, builtIn: true, modules: [], queues: [] }]);
    const update = 'mutation ($id: ID!, $i: UserProfileInput!) { updateUserProfile(id: $id, input: $i) { id } }';
    expect(await gateway.refused(update, { id: builtIn[0]?.id, i: desk.profileInput(['VOICE']) })).toMatchObject({
      code: 'BUILT_IN',
    });
    expect(
      await gateway.refused('mutation ($id: ID!) { deleteUserProfile(id: $id) }', { id: builtIn[0]?.id }),
    ).toMatchObject({ code: 'BUILT_IN' });
  });

  it.each([
    ['USER without a profile', { role: 'USER' }, 'userProfileId'],
    ['USER with an unknown profile', { role: 'USER', userProfileId: 'UserProfile_999' }, 'userProfileId'],
    ['USER with an id of another type', { role: 'USER', userProfileId: 'Queue_1' }, 'userProfileId'],
    ['ADMIN with a profile', { userProfileId: 'UserProfile_1' }, 'userProfileId'],
    ['no name', { fullName: '  ' }, 'fullName'],
    ['no address', { email: 'nobody' }, 'email'],
    ['two addresses', { email: 'a@example.com,b@example.com' }, 'email'],
    ['an address with a line break', { email: 'a@example.com\r\nBcc: b@example.com' }, 'email'],
    ['an extension with letters', { extension: '12a' }, 'extension'],
    ['call group 64', { voice: { callGroups: [64] } }, 'voice.callGroups'],
    ['pickup group -1', { voice: { pickupGroups: [-1] } }, 'voice.pickupGroups'],
    ['no codec', { voice: { allowedCodecs: [] } }, 'voice.allowedCodecs'],
    ['an unknown person', { userId: 'User_999' }, 'userId'],
    ['an empty password', { password: '' }, 'password'],
  ])('XU5, XU6, XU36: %s is refused, and nothing is written', async (_what, fields, field) => {
    expect(await gateway.refused(CREATE, { i: input(fields) })).toMatchObject({ code: 'BAD_USER_INPUT', field });
    const { staffUsers } = await gateway.run<{ staffUsers: { totalCount: number } }>(
      '{ staffUsers(filter: { search: "ada" }) { totalCount } }',
    );
    expect(staffUsers.totalCount).toBe(0);
  });

  it.each(['a b', 'a-b', 'a@b', 'ä', '', 'a\n', 'a/b'])('XU7: the username %j is refused', async (username) => {
    expect(await gateway.refused(CREATE, { i: input({ username }) })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'username',
    });
  });

  it.each(['A.b_9', '.', '_', '0'])('XU7: the username %j is good', async (username) => {
    await desk.admin({ username, email: `u${username}@example.com` });
  });

  it('XU7: a username is taken whatever its case, and cannot be changed', async () => {
    await desk.admin({ username: 'Grace', email: 'g1@example.com' });
    expect(await gateway.refused(CREATE, { i: input({ username: 'gRACE' }) })).toMatchObject({
      code: 'CONFLICT',
      field: 'username',
    });
    const { errors } = await gateway.send(UPDATE, { i: { id: 'StaffUser_1', username: 'other' } }, gateway.adminToken);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('XU10: the extension is the next free one unless given, and unique', async () => {
    const given = await desk.admin({ extension: '1777' });
    expect((await one(given.id, 'extension')).extension).toBe('1777');
    expect(await gateway.refused(CREATE, { i: input({ extension: '1777' }) })).toMatchObject({
      code: 'CONFLICT',
      field: 'extension',
    });
    const many = await Promise.all([1, 2, 3, 4].map(() => desk.admin()));
    const extensions = await Promise.all(many.map(async ({ id }) => Number((await one(id, 'extension')).extension)));
    expect(new Set(extensions).size).toBe(4);
    await gateway.run('mutation ($id: ID!) { deleteStaffUser(id: $id) }', { id: many[0]?.id });
    const next = await desk.admin();
    expect(Number((await one(next.id, 'extension')).extension)).toBe(extensions[0]);
  });

  it('XU25, XU36: an e-mail is unique among staff whatever its case, also on update', async () => {
    const first = await desk.admin({ email: 'Unique@example.com' });
    const second = await desk.admin();
    expect(await gateway.refused(CREATE, { i: input({ email: 'unique@EXAMPLE.com' }) })).toMatchObject({
      code: 'CONFLICT',
      field: 'email',
    });
    expect(await gateway.refused(UPDATE, { i: { id: second.id, email: 'UNIQUE@example.com' } })).toMatchObject({
      code: 'CONFLICT',
    });
    const { updateStaffUser } = await gateway.run<{ updateStaffUser: object }>(UPDATE, {
      i: { id: first.id, email: 'unique@example.com' },
    });
    expect(updateStaffUser).toMatchObject({ email: 'unique@example.com' });
  });

  it('XU15–XU20, XU36: telephones have defaults, keep the order of codecs, and keep what is omitted', async () => {
    const { id } = await desk.admin();
    const defaults = {
      transport: 'UDP',
      nat: 'FORCE_RPORT',
      allowedCodecs: ['ULAW', 'ALAW'],
      context: 'from-sip',
      callGroups: [],
      pickupGroups: [],
    };
    expect(await one(id, VOICE)).toEqual({ voice: defaults });
    const set = (voice: object | null) => gateway.run(UPDATE, { i: { id, voice } });
    await set({
      transport: 'WSS',
      nat: 'COMEDIA',
      allowedCodecs: ['OPUS', 'G722', 'ULAW'],
      callGroups: [63, 0],
      pickupGroups: [5],
    });
    await set({ context: 'internal' });
    const changed = {
      transport: 'WSS',
      nat: 'COMEDIA',
      allowedCodecs: ['OPUS', 'G722', 'ULAW'],
      context: 'internal',
      callGroups: [0, 63],
      pickupGroups: [5],
    };
    expect(await one(id, VOICE)).toEqual({ voice: changed });
    await set({ transport: null });
    expect(await one(id, VOICE)).toEqual({ voice: { ...changed, transport: 'UDP' } });
    await set(null);
    expect(await one(id, VOICE)).toEqual({ voice: defaults });
  });

  it("XU20: picks up where the other's call group is among one's pickup groups, which is not symmetric", async () => {
    const ringing = await desk.admin({ voice: { callGroups: [1, 2] } });
    const picking = await desk.admin({ voice: { pickupGroups: [2, 3] } });
    expect(await one(picking.id, `canPickUp(staffUserId: "${ringing.id}")`)).toEqual({ canPickUp: true });
    expect(await one(ringing.id, `canPickUp(staffUserId: "${picking.id}")`)).toEqual({ canPickUp: false });
    expect(await one(picking.id, 'canPickUp(staffUserId: "StaffUser_99999")')).toEqual({ canPickUp: false });
  });

  it('XU23, XU36: finds by prefix of name, username, e-mail and extension', async () => {
    const { id } = await desk.admin({
      fullName: 'Élise 100% Meier',
      username: 'em_x',
      email: 'mail.em@example.com',
      extension: '4711',
    });
    const find = async (search: string) =>
      (
        await gateway.run<{ staffUsers: { nodes: { id: string }[]; totalCount: number } }>(
          'query ($s: String) { staffUsers(filter: { search: $s }) { totalCount nodes { id } } }',
          { s: search },
        )
      ).staffUsers;
    for (const search of ['elise', 'ÉLISE 100%', 'EM_', 'mail.EM', '471']) {
      expect({ search, ...(await find(search)) }).toEqual({ search, totalCount: 1, nodes: [{ id }] });
    }
    for (const search of ['meier', 'e%', 'em.x', '711']) expect((await find(search)).totalCount).toBe(0);
  });

  it('XU23: filters by role and profile, and pages through the list by name', async () => {
    const userProfileId = await desk.profile([]);
    const names = ['Cy', 'Al', 'Bo'];
    for (const fullName of names) await desk.account({ role: 'USER', userProfileId, fullName });
    const query = `query ($p: ID, $after: String) { staffUsers(filter: { userProfileId: $p, role: USER }, first: 2, after: $after) {
      totalCount pageInfo { hasNextPage endCursor } nodes { fullName userProfile { staffUserCount } } } }`;
    interface Answer {
      staffUsers: { totalCount: number; pageInfo: { hasNextPage: boolean; endCursor: string }; nodes: object[] };
    }
    const first = (await gateway.run<Answer>(query, { p: userProfileId })).staffUsers;
    const holder = (fullName: string) => ({ fullName, userProfile: { staffUserCount: 3 } });
    expect(first).toMatchObject({
      totalCount: 3,
      pageInfo: { hasNextPage: true },
      nodes: [holder('Al'), holder('Bo')],
    });
    const second = (await gateway.run<Answer>(query, { p: userProfileId, after: first.pageInfo.endCursor })).staffUsers;
    expect(second.nodes).toEqual([holder('Cy')]);
  });

  it('XU36: a stale version is a CONFLICT; an update that changes nothing leaves the version', async () => {
    const { id } = await desk.admin({ fullName: 'Before' });
    const update = (fields: object) => gateway.run<{ updateStaffUser: object }>(UPDATE, { i: { id, ...fields } });
    expect(await update({ version: 1, fullName: 'After' })).toMatchObject({
      updateStaffUser: { version: 2, fullName: 'After' },
    });
    expect(await update({ version: 2, fullName: 'After' })).toMatchObject({ updateStaffUser: { version: 2 } });
    expect(await gateway.refused(UPDATE, { i: { id, version: 1, fullName: 'Lost' } })).toMatchObject({
      code: 'CONFLICT',
    });
    expect(await gateway.refused(UPDATE, { i: { id: 'StaffUser_9999', fullName: 'x' } })).toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('XU36: a profile in use cannot be deleted; a supervisor cannot be left without one', async () => {
    const userProfileId = await desk.profile(['VOICE']);
    const { id } = await desk.account({ role: 'USER', userProfileId });
    const remove = 'mutation ($id: ID!) { deleteUserProfile(id: $id) }';
    expect(await gateway.refused(remove, { id: userProfileId })).toMatchObject({ code: 'CONFLICT' });
    expect(await gateway.refused(UPDATE, { i: { id, userProfileId: null } })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'userProfileId',
    });
    await gateway.run(UPDATE, { i: { id, userProfileId: await desk.profile([]) } });
    expect(await gateway.run(remove, { id: userProfileId })).toEqual({ deleteUserProfile: userProfileId });
  });

  it('deleting ends the sessions at once; its person stays', async () => {
    const user = await factories(gateway).person('Linked Person');
    const staff = await desk.admin({ userId: user });
    const link = 'query ($u: ID!) { user(id: $u) { displayName staffUser { id user { id } } } }';
    expect(await gateway.run(link, { u: user })).toEqual({
      user: { displayName: 'Linked Person', staffUser: { id: staff.id, user: { id: user } } },
    });
    expect(await gateway.refused(CREATE, { i: input({ userId: user }) })).toMatchObject({
      code: 'CONFLICT',
      field: 'userId',
    });
    await gateway.run('mutation ($id: ID!) { deleteStaffUser(id: $id) }', { id: staff.id });
    expect((await gateway.send('{ viewer { __typename } }', {}, staff.token)).errors?.[0]?.extensions).toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    expect(await gateway.run(link, { u: user })).toEqual({ user: { displayName: 'Linked Person', staffUser: null } });
  });

  it('every change is in the audit log, without secrets', async () => {
    const { id } = await desk.admin({ username: 'audited' });
    const { auditLog } = await gateway.run<{
      auditLog: { nodes: { action: string; target: string; actor: string; detail: object }[] };
    }>('{ auditLog(first: 1) { nodes { action target actor detail } } }');
    expect(auditLog.nodes[0]).toMatchObject({
      action: 'createStaffUser',
      target: id,
      actor: 'client:admin',
      detail: { after: { username: 'audited' } },
    });
    expect(JSON.stringify(auditLog)).not.toMatch(/argon|password/i);
  });
});
