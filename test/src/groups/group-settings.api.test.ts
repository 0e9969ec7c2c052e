import { AssignmentKind } from '../../../schema/client.enums';
import { LineKind, Origin, UserState } from '../../../schema/enums';
import { factories, keyIn } from '../../support/factories';
import { startTestGateway, type TestGateway } from '../../support/gateway';

const UPDATE = `mutation ($i: UpdateGroupInput!) { updateGroup(input: $i) {
  id name description version settingsActive editable externalId source { name } leader { id } deputy { id }
  memberAuthorization { level rights } leaderAuthorization { level rights } line { number authorization { level } }
  services flags callGroup { mode number strategy stepSeconds } } }`;

interface Settings {
  id: string;
  name: string;
  version: number;
  settingsActive: boolean;
  leader: { id: string } | null;
  deputy: { id: string } | null;
  memberAuthorization: { level: string; rights: string[] };
  leaderAuthorization: { level: string; rights: string[] } | null;
  line: { number: string; authorization: { level: string } } | null;
  services: string[];
  flags: string[];
  callGroup: { mode: string; number: string | null; strategy: string; stepSeconds: number };
}

const PRESETS = {
  BLOCKED: [],
  PUBLIC: ['SEE_PRESENCE'],
  BUSINESS: [
    'SEE_PRESENCE',
    'SEE_PUBLIC_APPOINTMENTS',
    'PRIMARY_SEE_OUTGOING',
    'PRIMARY_SEE_INCOMING',
    'PRIMARY_SEE_FORWARDING',
  ],
  TEAM: [
    'SEE_PRESENCE',
    'SET_PRESENCE',
    'SEE_PUBLIC_APPOINTMENTS',
    'PRIMARY_SEE_OUTGOING',
    'PRIMARY_SEE_INCOMING',
    'PRIMARY_SEE_FORWARDING',
    'PRIMARY_PICKUP',
    'SECONDARY_SEE_OUTGOING',
    'SECONDARY_SEE_INCOMING',
    'SECONDARY_SEE_FORWARDING',
  ],
  PERSONAL: [
    'SEE_PRESENCE',
    'SET_PRESENCE',
    'SEE_PUBLIC_APPOINTMENTS',
    'SEE_PRIVATE_APPOINTMENTS',
    'PRIMARY_SEE_OUTGOING',
    'PRIMARY_SEE_INCOMING',
    'PRIMARY_SEE_FORWARDING',
    'PRIMARY_SET_FORWARDING',
    'PRIMARY_PICKUP',
    'SECONDARY_SEE_OUTGOING',
    'SECONDARY_SEE_INCOMING',
    'SECONDARY_SEE_FORWARDING',
    'SECONDARY_SET_FORWARDING',
    'SECONDARY_PICKUP',
  ],
};

describe('settings of groups', () => {
  let gateway: TestGateway;
  let make: ReturnType<typeof factories>;
  beforeAll(async () => {
    gateway = await startTestGateway();
    make = factories(gateway);
  });
  afterAll(() => gateway.close());

  const update = async (input: object, token?: string) =>
    (await gateway.run<{ updateGroup: Settings }>(UPDATE, { i: input }, token)).updateGroup;
  const refused = (input: object, token?: string) => gateway.refused(UPDATE, { i: input }, token);
  const settings = (columns: object) =>
    gateway.db.write((em) => em.getRepository('Settings').update({ id: 1 }, columns));

  it('E37: a new group is active, BLOCKED, takes no calls and has no leader', async () => {
    const id = await make.group('New');
    const { version, ...group } = await update({ id, description: null });
    expect(version).toBe(1);
    expect(group).toMatchObject({
      settingsActive: true,
      leader: null,
      deputy: null,
      memberAuthorization: { level: 'BLOCKED', rights: [] },
      leaderAuthorization: null,
      line: null,
      services: [],
      flags: [],
      callGroup: { mode: 'DISABLED', number: null, strategy: 'PARALLEL', stepSeconds: 15 },
    });
  });

  it.each(Object.entries(PRESETS))('E32: the level %s stands for exactly its rights', async (level, rights) => {
    const id = await make.group(`Preset ${level}`);
    const byLevel = await update({ id, memberAuthorization: { level } });
    expect(byLevel.memberAuthorization).toEqual({ level, rights });
    const byRights = await update({ id, memberAuthorization: { rights: [...rights].reverse() } });
    expect(byRights.memberAuthorization).toEqual({ level, rights });
  });

  it('E33: rights that equal no preset are SPECIAL, and null goes back to BLOCKED', async () => {
    const id = await make.group('Special');
    const special = await update({ id, memberAuthorization: { rights: ['SET_PRESENCE', 'SEE_PRESENCE'] } });
    expect(special.memberAuthorization).toEqual({ level: 'SPECIAL', rights: ['SEE_PRESENCE', 'SET_PRESENCE'] });
    expect((await update({ id, memberAuthorization: null })).memberAuthorization.level).toBe('BLOCKED');
  });

  it.each([
    ['E39: SPECIAL as input', { level: 'SPECIAL' }, 'memberAuthorization.level'],
    ['both level and rights', { level: 'TEAM', rights: ['SET_PRESENCE'] }, 'memberAuthorization'],
    ['neither', {}, 'memberAuthorization'],
  ])('refuses an authorization: %s', async (_title, memberAuthorization, field) => {
    const id = await make.group('Refusing');
    expect(await refused({ id, memberAuthorization })).toMatchObject({ code: 'BAD_USER_INPUT', field });
  });

  it('E4–E6: leader and deputy need not be members; their authorization is null without a leader', async () => {
    const [leaderId, deputyId] = [await make.person('Lea'), await make.person('Dan')];
    const id = await make.group('Led');
    const led = await update({ id, leaderId, deputyId, leaderAuthorization: { level: 'TEAM' } });
    expect(led).toMatchObject({
      leader: { id: leaderId },
      deputy: { id: deputyId },
      leaderAuthorization: { level: 'TEAM' },
    });
    const unled = await update({ id, leaderId: null });
    expect(unled).toMatchObject({ leader: null, deputy: null, leaderAuthorization: null });
    expect((await update({ id, leaderId })).leaderAuthorization).toEqual({ level: 'BLOCKED', rights: [] });
  });

  it('E5, E37: refuses what needs a leader without one, leader = deputy, and nobody', async () => {
    const person = await make.person('Only');
    const gone = await make.person('Gone', { state: UserState.VANISHED });
    const id = await make.group('Leaderless');
    expect(await refused({ id, deputyId: person })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'deputyId' });
    expect(await refused({ id, leaderAuthorization: { level: 'TEAM' } })).toMatchObject({
      field: 'leaderAuthorization',
    });
    expect(await refused({ id, leaderId: person, deputyId: person })).toMatchObject({ field: 'deputyId' });
    expect(await refused({ id, leaderId: gone })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'leaderId' });
    expect(await refused({ id, leaderId: 'User_99999' })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'leaderId' });
    const deputy = await make.person('Second');
    await update({ id, leaderId: person, deputyId: deputy });
    expect(await refused({ id, leaderId: deputy })).toMatchObject({ field: 'leaderId' });
  });

  it('E7: a group has a line of its own with rights towards the members', async () => {
    const id = await make.group('With a line');
    const { line } = await update({ id, line: { number: ' 700 ', authorization: { level: 'BUSINESS' } } });
    expect(line).toEqual({ number: '700', authorization: { level: 'BUSINESS' } });
    expect((await update({ id, line: null })).line).toBeNull();
    expect(await refused({ id, line: { number: ' ', authorization: { level: 'TEAM' } } })).toMatchObject({
      field: 'line.number',
    });
    expect(await refused({ id, line: { number: '7', authorization: {} } })).toMatchObject({
      field: 'line.authorization',
    });
  });

  it('E9–E11, E37: only licensed modes with a number of their own', async () => {
    const [id, other] = [await make.group('Calls'), await make.group('Other calls')];
    const { callGroup } = await update({
      id,
      callGroup: { mode: 'VOICE_SERVICES', number: '500', strategy: 'SEQUENTIAL' },
    });
    expect(callGroup).toEqual({ mode: 'VOICE_SERVICES', number: '500', strategy: 'SEQUENTIAL', stepSeconds: 15 });
    expect(await refused({ id: other, callGroup: { mode: 'SIP_SOFTPHONE', number: '500' } })).toMatchObject({
      code: 'CONFLICT',
      field: 'callGroup.number',
    });
    expect(await refused({ id: other, callGroup: { mode: 'SIP_SOFTPHONE' } })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'callGroup.number',
    });
    expect(await refused({ id, callGroup: { mode: 'VOICE_SERVICES', number: '500', stepSeconds: 0 } })).toMatchObject({
      field: 'callGroup.stepSeconds',
    });
    await settings({ callGroupLicencesMask: 0b011 });
    expect(await refused({ id: other, callGroup: { mode: 'VOICE_SERVICES', number: '501' } })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'callGroup.mode',
    });
    await settings({ callGroupLicencesMask: 0b111 });
    expect((await update({ id, callGroup: null })).callGroup.mode).toBe('DISABLED');
    expect((await update({ id: other, callGroup: { mode: 'SIP_SOFTPHONE', number: '500' } })).callGroup.number).toBe(
      '500',
    );
  });

  it('E22: USE_APPS cannot be changed on a group while everybody has it', async () => {
    const id = await make.group('Apps');
    expect((await update({ id, services: ['USE_APPS', 'START_CHAT'] })).services).toEqual(['START_CHAT', 'USE_APPS']);
    await settings({ globalServicesMask: 1 << 9 });
    expect(await refused({ id, services: ['START_CHAT'] })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'services',
    });
    expect((await update({ id, services: ['USE_APPS', 'SEND_SMS'] })).services).toEqual(['SEND_SMS', 'USE_APPS']);
    await settings({ globalServicesMask: 0 });
    expect((await update({ id, services: null })).services).toEqual([]);
  });

  it('keeps what is omitted, counts versions and refuses a stale one', async () => {
    const id = await make.group('Versions');
    const first = await update({ id, flags: ['PORTAL_GROUP'], settingsActive: false });
    expect(first).toMatchObject({ version: 2, flags: ['PORTAL_GROUP'], settingsActive: false, name: 'Versions' });
    const second = await update({ id, version: 2, name: 'Renamed' });
    expect(second).toMatchObject({ version: 3, flags: ['PORTAL_GROUP'], settingsActive: false, name: 'Renamed' });
    expect(await refused({ id, version: 2, name: 'Again' })).toMatchObject({ code: 'CONFLICT', field: 'version' });
    expect(await refused({ id, settingsActive: null })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'settingsActive',
    });
    expect(await refused({ id, name: null })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'name' });
    expect(await refused({ id: 'Group_99999', name: 'x' })).toMatchObject({ code: 'NOT_FOUND' });
    expect((await update({ id, flags: ['PORTAL_GROUP'] })).version).toBe(3);
  });

  it('E39, C34: of an imported group everything can be set but name, description and members', async () => {
    const sourceId = await make.source();
    const imported = { origin: Origin.LDAP, sourceId, externalId: 'cn=imported' };
    const id = await make.group('Imported', [], imported);
    for (const input of [{ name: 'Other' }, { description: 'Other' }]) {
      expect(await refused({ id, ...input })).toMatchObject({ code: 'DIRECTORY_OWNED' });
    }
    const set = await update({
      id,
      name: 'Imported',
      memberAuthorization: { level: 'TEAM' },
      flags: ['JOURNAL_MODIFIABLE'],
    });
    expect(set).toMatchObject({
      editable: false,
      externalId: 'cn=imported',
      version: 2,
      memberAuthorization: { level: 'TEAM' },
    });
  });

  it('V6: an owner changes name and description of its manual group, and nothing else', async () => {
    const [owner, assignee] = [await make.client('owner'), await make.client('assignee')];
    const mine = await make.group('Mine');
    const imported = await make.group('Directory', [], {
      origin: Origin.LDAP,
      sourceId: await make.source(),
      externalId: 'd',
    });
    const foreign = await make.group('Foreign');
    for (const group of [mine, imported]) await make.assign(owner.id, group, AssignmentKind.OWNER);
    await make.assign(assignee.id, mine);
    expect(await update({ id: mine, name: 'Ours', description: 'Of us' }, owner.token)).toMatchObject({ name: 'Ours' });
    expect(await refused({ id: mine, flags: [] }, owner.token)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await refused({ id: mine, leaderId: null }, owner.token)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await refused({ id: imported, name: 'No' }, owner.token)).toMatchObject({ code: 'DIRECTORY_OWNED' });
    expect(await refused({ id: foreign, name: 'No' }, owner.token)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refused({ id: mine, name: 'No' }, assignee.token)).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('V4: source and externalId of a group are shown to administrators only', async () => {
    const reader = await make.client('reader');
    const id = await make.group('Known', [], {
      origin: Origin.LDAP,
      sourceId: await make.source('Corp'),
      externalId: 'x-1',
    });
    await make.assign(reader.id, id);
    const query = 'query ($id: ID!) { group(id: $id) { externalId source { name } memberAuthorization { level } } }';
    expect((await gateway.run(query, { id })).group).toMatchObject({ externalId: 'x-1', source: { name: 'Corp' } });
    expect((await gateway.run(query, { id }, reader.token)).group).toEqual({
      externalId: null,
      source: null,
      memberAuthorization: { level: 'BLOCKED' },
    });
  });

  describe('E9–E11: who rings', () => {
    const plan = async (number: string) =>
      (
        await gateway.run<{ ringPlan: { userId: string }[][] }>(
          'query ($n: String!) { ringPlan(number: $n) { userId } }',
          { n: number },
        )
      ).ringPlan.map((step) => step.map((user) => user.userId));

    it('rings members in order, without those who cannot', async () => {
      const sip = { primaryLineNumber: '1', primaryLineKind: LineKind.SIP };
      const tapi = { secondaryLineNumber: '2', secondaryLineKind: LineKind.TAPI };
      const ringing = [
        await make.person('Zoe', { userId: 'zoe', ...sip }),
        await make.person('Tap', { userId: 'tap', ...tapi }),
        await make.person('None', { userId: 'none' }),
        await make.person('Off', { userId: 'off', ...sip, state: UserState.DISABLED }),
        await make.person('Abe', { userId: 'abe', ...sip }),
      ];
      const id = await make.group('Ringing', ringing);
      await update({ id, callGroup: { mode: 'VOICE_SERVICES', number: '600', strategy: 'SEQUENTIAL' } });
      expect(await plan(' 600')).toEqual([['zoe'], ['tap'], ['abe']]);
      await update({ id, callGroup: { mode: 'VOICE_SERVICES', number: '600' } });
      expect(await plan('600')).toEqual([['zoe', 'tap', 'abe']]);
      await update({ id, callGroup: { mode: 'SIP_SOFTPHONE', number: '600', strategy: 'SEQUENTIAL' } });
      expect(await plan('600')).toEqual([['zoe', 'abe']]);
      const state =
        'mutation ($g: ID!, $u: ID!) { setCallState(groupId: $g, userId: $u, state: PAUSED) { callState user { id } } }';
      const paused = await gateway.run(state, { g: id, u: ringing[0] });
      expect(paused.setCallState).toEqual({ callState: 'PAUSED', user: { id: ringing[0] } });
      expect(await plan('600')).toEqual([['abe']]);
      await update({ id, settingsActive: false });
      expect(await plan('600')).toEqual([]);
      expect(await plan('unknown')).toEqual([]);
    });

    it('V5: a client sets the call state of its own user only', async () => {
      const [me, mate, stranger] = [await make.person('Me'), await make.person('Mate'), await make.person('Stranger')];
      const [shared, foreign] = [await make.group('Shared', [me, mate]), await make.group('Far', [stranger])];
      const { token } = await make.client('caller', me);
      const set =
        'mutation ($g: ID!, $u: ID!) { setCallState(groupId: $g, userId: $u, state: LOGGED_OUT) { callState } }';
      expect(await gateway.run(set, { g: shared, u: me }, token)).toEqual({
        setCallState: { callState: 'LOGGED_OUT' },
      });
      expect(await gateway.refused(set, { g: shared, u: mate }, token)).toMatchObject({ code: 'FORBIDDEN' });
      expect(await gateway.refused(set, { g: shared, u: stranger }, token)).toMatchObject({ code: 'NOT_FOUND' });
      expect(await gateway.refused(set, { g: foreign, u: me }, token)).toMatchObject({ code: 'NOT_FOUND' });
      const plan = await gateway.refused('{ ringPlan(number: "600") { id } }', {}, token);
      expect(plan).toMatchObject({ code: 'FORBIDDEN' });
    });
  });

  it('writes every change to the audit log with what it was before', async () => {
    const id = await make.group('Audited');
    await update({ id, name: 'Audited twice' });
    const { auditLog } = await gateway.run<{
      auditLog: { nodes: { action: string; target: string; detail: object }[] };
    }>('{ auditLog(first: 1) { nodes { at actor action target detail } } }');
    expect(auditLog.nodes[0]).toMatchObject({
      actor: 'client:admin',
      action: 'updateGroup',
      target: id,
      detail: { before: { name: 'Audited' }, after: { name: 'Audited twice' } },
    });
    expect(keyIn(id)).toBeGreaterThan(0);
  });
});
