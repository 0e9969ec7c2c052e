import {
  IncompleteRead,
  ResyncRequired,
  type DirectoryChange,
  type DirectoryConnector,
  type DirectoryRecord,
  type SourceSettings,
} from '../../../sync/source';
import { ucmFactory } from '../../../sync/sources/ucm';
import { freePort } from '../../support/ports';
import { selfSignedCertificate } from '../../support/ucm-simulator/certificate';
import { fill, uuidOf } from '../../support/ucm-simulator/directory';
import { UcmSimulator } from '../../support/ucm-simulator/server';

const signal = new AbortController().signal;
const certificate = selfSignedCertificate('127.0.0.1');

describe('the UCM connector, against the simulator', () => {
  let ucm: UcmSimulator;
  let url: string;
  let connectors: DirectoryConnector[];

  beforeEach(async () => {
    connectors = [];
    await use(new UcmSimulator({ version: '14.0', certificate }));
  });
  afterEach(async () => {
    await Promise.all(connectors.map((connector) => connector.close()));
    await ucm.stop();
  });

  async function use(simulator: UcmSimulator): Promise<void> {
    if (ucm as UcmSimulator | undefined) await ucm.stop();
    ucm = simulator;
    url = await ucm.start();
  }
  const source = (settings = {}, mapping = {}, secrets: Record<string, unknown> = { password: ucm.password }) =>
    ({
      kind: 'UCM',
      settings: { url, username: ucm.username, caCertificate: certificate.cert, ...settings },
      secrets,
      mapping,
    }) satisfies SourceSettings;
  function connector(settings = {}, mapping = {}, secrets?: Record<string, unknown>): DirectoryConnector {
    const made = ucmFactory.create(source(settings, mapping, secrets), { importDirs: [] });
    connectors.push(made);
    return made;
  }
  async function all<T>(records: AsyncIterable<T> | undefined): Promise<T[]> {
    const told: T[] = [];
    for await (const record of records ?? []) told.push(record);
    return told;
  }
  const read = (settings = {}, mapping = {}, secrets?: Record<string, unknown>) =>
    all(connector(settings, mapping, secrets).read(signal));
  const users = (records: (DirectoryRecord | DirectoryChange)[]) =>
    records.flatMap((record) => (record.kind === 'user' ? [record.fields.userId] : []));
  const asked = (operation: string) => ucm.requests.filter((request) => request.operation === operation);
  const pageSizes = () => asked('listUser').map(({ xml }) => Number(/<first>(\d+)/.exec(xml)?.[1]));
  const withExtension = { returnedTags: /<primaryExtension><pattern\/><\/primaryExtension>/ };

  it('reads a user with all that is known of him', async () => {
    ucm.directory.addUser({
      uuid: '1b1ad2c3-0000-4000-8000-0123456789ab',
      userid: 'Alice',
      firstName: 'Alice',
      lastName: 'Ant & Sons <"Ä">',
      displayName: 'Ant, Alice',
      mailid: 'alice@example.com',
      department: 'Sales',
      manager: 'Bob',
      title: 'Dr.',
      telephoneNumber: '\\+41315310001',
      mobileNumber: '+41791',
      directoryUri: 'alice@voice.example.com',
      primaryExtension: '\\+41315310001',
    });
    ucm.directory.addUser({ userid: 'bob', firstName: 'Bob', lastName: 'Bee', status: '2' });
    const [total, alice, bob] = await read();
    expect(total).toEqual({ kind: 'total', records: 2 });
    expect(alice).toEqual({
      kind: 'user',
      externalId: '1b1ad2c3-0000-4000-8000-0123456789ab',
      refs: ['uuid:1b1ad2c3-0000-4000-8000-0123456789ab', 'uid:alice'],
      disabled: false,
      manager: 'uid:bob',
      fields: {
        userId: 'Alice',
        displayName: 'Ant, Alice',
        firstName: 'Alice',
        lastName: 'Ant & Sons <"Ä">',
        email: 'alice@example.com',
        department: 'Sales',
        title: 'Dr.',
        telephoneNumber: '+41315310001',
        mobileNumber: '+41791',
        userPrincipalName: 'alice@voice.example.com',
        primaryLine: '+41315310001',
      },
    });
    expect(bob).toMatchObject({ disabled: true, manager: null, fields: { displayName: 'Bob Bee', primaryLine: null } });
    expect(asked('listUser')[0]?.xml).toMatch(withExtension.returnedTags);
  });

  it('reads mapped tags', async () => {
    ucm.directory.addUser({ userid: 'ann', mailid: 'ann@example.com', title: 'Lead' });
    const [, ann] = await read({}, { userId: 'mailid', department: 'title', displayName: 'userid' });
    expect(ann).toMatchObject({
      refs: [expect.any(String), 'uid:ann'],
      fields: { userId: 'ann@example.com', department: 'Lead', displayName: 'ann' },
    });
    expect(asked('executeSQLQuery').some(({ xml }) => xml.includes('displayname'))).toBe(false);
  });

  it('quarantines a user without what is required', async () => {
    ucm.directory.addUser({ userid: 'ann' });
    const [, bad] = await read({}, { userId: 'mailid' });
    expect(bad).toMatchObject({ kind: 'bad', of: 'user', externalId: uuidOf('ann'), reason: '"mailid" is empty.' });
  });

  it('reads page by page, every user once', async () => {
    fill(ucm.directory, 250);
    const told = users(await read({ pageSize: 100 }));
    expect(told).toHaveLength(250);
    expect(new Set(told).size).toBe(250);
    expect(pageSizes()).toEqual([100, 100, 100]);
  });

  it('reads access-control groups only where asked to', async () => {
    fill(ucm.directory, 30);
    ucm.directory.setGroup('Agents', ['user000001', 'user000002', 'user000003']);
    ucm.directory.setGroup('Nobody', []);
    expect((await read()).filter(({ kind }) => kind === 'group')).toEqual([]);
    const records = await read({ accessControlGroups: true, pageSize: 2 });
    const agents = uuidOf('group Agents');
    expect(records.filter(({ kind }) => kind === 'group')).toHaveLength(2);
    expect(records).toContainEqual({ kind: 'group', externalId: agents, refs: [`group:${agents}`], name: 'Agents' });
    const members = records.flatMap((record) => (record.kind === 'members' ? record.members : []));
    expect(members.sort()).toEqual(['1', '2', '3'].map((n) => `uuid:${uuidOf(`user00000${n}`)}`).sort());
  });

  describe('agrees on a version', () => {
    it.each(['12.5', '14.0', '15.0'] as const)('with a call manager of version %s', async (version) => {
      await use(new UcmSimulator({ version, certificate }));
      ucm.directory.addUser({ userid: 'ann' });
      expect(users(await read())).toEqual(['ann']);
      expect(ucm.requests.at(-1)?.headers.soapaction).toBe(`"CUCM:DB ver=${version} executeSQLQuery"`);
    });

    it('but not where the settings ask for one it does not speak', async () => {
      await expect(read({ version: '15.0' })).rejects.toThrow(/speaks AXL 12\.x, 14\.0; this source asks for 15\.0/);
      expect(ucm.requests).toHaveLength(1);
    });
  });

  describe('asks for less where an answer would be too large', () => {
    beforeEach(() => fill(ucm.directory, 300));

    it('a fifth of what is suggested', async () => {
      ucm.plan({ kind: 'tooLarge', suggestion: 200, operation: 'listUser' });
      expect(users(await read({ pageSize: 200 }))).toHaveLength(300);
      expect(pageSizes().slice(0, 3)).toEqual([200, 40, 40]);
    });

    it('half where numbers are missing', async () => {
      ucm.plan({ kind: 'tooLarge', suggestion: null, operation: 'listUser', after: 1 });
      expect(users(await read({ pageSize: 200 }))).toHaveLength(300);
      expect(pageSizes()).toEqual([200, 200, 100]);
    });

    it('and gives up where even one row is too large', async () => {
      ucm.plan({ kind: 'tooLarge', suggestion: null, operation: 'listUser', times: 99 });
      await expectIncomplete(read({ pageSize: 4 }), /too large/);
      expect(pageSizes()).toEqual([4, 2, 1]);
    });

    it('as the call manager itself demands for many users', async () => {
      await use(new UcmSimulator({ certificate, responseLimit: 1024 * 1024 }));
      fill(ucm.directory, 3000);
      expect(users(await read({ pageSize: 10_000 }))).toHaveLength(3000);
      expect(pageSizes()[0]).toBe(10_000);
      expect(pageSizes()[1]).toBeLessThan(400);
    });
  });

  describe('waits and tries again where the call manager is busy', () => {
    beforeEach(() => fill(ucm.directory, 10));

    it('with 503', async () => {
      ucm.plan({ kind: 'status', status: 503, operation: 'listUser' });
      expect(users(await read())).toHaveLength(10);
    });

    it('with its memory consumed', async () => {
      ucm.plan({ kind: 'memory', operation: 'listUser' });
      expect(users(await read())).toHaveLength(10);
    });
  });

  describe('keeps its session', () => {
    beforeEach(() => fill(ucm.directory, 10));

    it('by the cookie: the password goes out once', async () => {
      await read({ version: '14.0', pageSize: 5 });
      const withPassword = ucm.requests.filter(({ headers }) => headers.authorization !== undefined);
      expect(withPassword).toEqual([ucm.requests[0]]);
    });

    it('and begins a new one when it is over', async () => {
      ucm.plan({ kind: 'meanwhile', happens: () => ucm.expireSessions(), operation: 'listUser' });
      expect(users(await read({ version: '14.0', pageSize: 5 }))).toHaveLength(10);
      expect(ucm.requests.filter(({ headers }) => headers.authorization !== undefined)).toHaveLength(2);
    });
  });

  async function expectIncomplete(reading: Promise<unknown>, message: RegExp): Promise<void> {
    const error = await reading.then(
      () => new Error('It was told as complete.'),
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(IncompleteRead);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain(ucm.password);
  }

  describe('fails as incomplete', () => {
    beforeEach(() => fill(ucm.directory, 30));
    const paged = { pageSize: 10, version: '14.0' };
    const inThirdPage = { operation: 'listUser', after: 2 };

    it('where the password is wrong, without a second try', async () => {
      await expectIncomplete(read(paged, {}, { password: 'wrong' }), /user name or password/);
      expect(ucm.requests).toHaveLength(1);
    });

    it('where the account may not use AXL, without a second try', async () => {
      ucm.plan({ kind: 'status', status: 403 });
      await expectIncomplete(read(paged), /Standard AXL API Access/);
      expect(ucm.requests).toHaveLength(1);
    });

    it('where a page is cut', async () => {
      ucm.plan({ kind: 'cut', ...inThirdPage });
      await expectIncomplete(read(paged), /connection to .* was lost/);
    });

    it('where a page ends early as if it were all', async () => {
      ucm.plan({ kind: 'short', ...inThirdPage });
      await expectIncomplete(read(paged), /no complete XML/);
    });

    it('where a page stops in the middle', async () => {
      ucm.plan({ kind: 'stall', ...inThirdPage });
      await expectIncomplete(read({ ...paged, operationTimeoutSeconds: 1 }), /did not answer/);
    });

    it('where the call manager hangs', async () => {
      ucm.plan({ kind: 'hang', ...inThirdPage });
      await expectIncomplete(read({ ...paged, operationTimeoutSeconds: 1 }), /did not answer/);
    });

    it('where a page is a web page', async () => {
      ucm.plan({ kind: 'html', ...inThirdPage });
      await expectIncomplete(read(paged), /no AXL service/);
    });

    it('where a page is a fault', async () => {
      ucm.plan({ kind: 'fault', code: -1, message: 'Some database error', ...inThirdPage });
      await expectIncomplete(read(paged), /refuses listUser: Some database error \(AXL code -1\)/);
    });

    it.each([500, 502] as const)('where a page is HTTP %s', async (status) => {
      ucm.plan({ kind: 'status', status, ...inThirdPage });
      await expectIncomplete(read(paged), new RegExp(`HTTP ${status}`));
    });

    it('where there is no AXL at the URL', async () => {
      await expectIncomplete(read({ url: url.replace('/axl/', '/other/') }), /no AXL service at this URL/);
    });

    it('where a user appears between pages', async () => {
      ucm.plan({ kind: 'meanwhile', happens: () => ucm.directory.addUser({ userid: 'late' }), ...inThirdPage });
      await expectIncomplete(read(paged), /changed from 30 to 31/);
    });

    it('where a user vanishes between pages', async () => {
      ucm.plan({ kind: 'meanwhile', happens: () => ucm.directory.removeUser('user000003'), ...inThirdPage });
      await expectIncomplete(read(paged), /changed from 30 to 29/);
    });

    it('where one leaves, another is passed over for it and a third joins: the count alone would not show it', async () => {
      const happens = () => {
        ucm.directory.removeUser('user000003');
        ucm.directory.addUser({ userid: 'late' });
      };
      ucm.plan({ kind: 'meanwhile', happens, ...inThirdPage });
      await expectIncomplete(read(paged), /1 were passed over or went away and 1 joined/);
    });

    it('where members of groups change meanwhile', async () => {
      ucm.directory.setGroup('Agents', ['user000001', 'user000002']);
      const happens = () => ucm.directory.setGroup('Agents', ['user000001']);
      ucm.plan({ kind: 'meanwhile', happens, when: (xml) => xml.includes('fkdirgroup') });
      await expectIncomplete(read({ ...paged, accessControlGroups: true }), /changed/);
    });

    it('where the certificate is another', async () => {
      const { cert } = selfSignedCertificate('127.0.0.1');
      await expectIncomplete(read({ caCertificate: cert }), /certificate of .* is not trusted/);
      await expectIncomplete(read({ caCertificate: null }), /certificate of .* is not trusted/);
    });

    it('where nobody listens', async () => {
      await expectIncomplete(read({ url: `https://127.0.0.1:${await freePort()}/axl/` }), /refuses the connection/);
    });
  });

  it('accepts the pinned certificate whatever name stands in it', async () => {
    const foreign = selfSignedCertificate('ucm.example.com');
    await use(new UcmSimulator({ certificate: foreign }));
    ucm.directory.addUser({ userid: 'ann' });
    expect(users(await read({ caCertificate: foreign.cert }))).toEqual(['ann']);
  });

  it('tells nobody twice who is pushed into the next page, and owns to the one who was missed', async () => {
    fill(ucm.directory, 20);
    ucm.plan({ kind: 'meanwhile', happens: () => lastComesFirst(ucm), operation: 'listUser', after: 1 });
    const told: DirectoryRecord[] = [];
    const reading = async () => {
      for await (const record of connector({ pageSize: 10 }).read(signal)) told.push(record);
    };
    await expectIncomplete(reading(), /1 were passed over or went away and 0 joined/);
    expect(users(told)).toHaveLength(19);
    expect(new Set(users(told)).size).toBe(19);
  });

  it('stops when it is cancelled', async () => {
    fill(ucm.directory, 30);
    const cancel = new AbortController();
    ucm.plan({
      kind: 'meanwhile',
      happens: () => cancel.abort(new Error('cancelled')),
      operation: 'listUser',
      after: 1,
    });
    await expect(all(connector({ pageSize: 10 }).read(cancel.signal))).rejects.toThrow('cancelled');
  });

  describe('tells changes', () => {
    const changes = async (from: DirectoryConnector, cursor: unknown) => all(from.changes?.(String(cursor), signal));
    beforeEach(() => fill(ucm.directory, 5));

    it('who was added, changed and removed since the baseline', async () => {
      const from = connector();
      const cursor = await from.cursor?.(signal);
      ucm.directory.addUser({ userid: 'new', displayName: 'New One' });
      ucm.directory.updateUser('user000001', { department: 'Elsewhere' });
      ucm.directory.updateUser('user000001', { title: 'Chief' });
      ucm.directory.removeUser('user000002');
      const told = await changes(from, cursor);
      expect(told).toMatchObject([
        { kind: 'user', fields: { userId: 'new', displayName: 'New One' } },
        { kind: 'user', fields: { userId: 'user000001', department: 'Elsewhere', title: 'Chief' } },
        { kind: 'gone', of: 'user', externalId: uuidOf('user000002') },
        { kind: 'cursor' },
      ]);
      const last = told.at(-1);
      expect(await changes(from, last?.kind === 'cursor' ? last.cursor : '')).toEqual([last]);
    });

    it('as a full read would tell them', async () => {
      const from = connector();
      const cursor = await from.cursor?.(signal);
      for (let index = 0; index < 5; index += 1) ucm.directory.updateUser(`user00000${index}`, { title: 'x' });
      const told = (await changes(from, cursor)).filter(({ kind }) => kind === 'user');
      expect(told).toEqual((await read()).filter(({ kind }) => kind === 'user'));
    });

    it('over several pages of the queue', async () => {
      const from = connector();
      const cursor = await from.cursor?.(signal);
      for (let index = 0; index < 2500; index += 1)
        ucm.directory.updateUser(`user00000${index % 5}`, { title: `${index}` });
      expect(users(await changes(from, cursor))).toHaveLength(5);
      expect(asked('listChange').length).toBeGreaterThan(3);
    });

    it('with all access-control groups where one may have changed', async () => {
      ucm.directory.setGroup('Agents', ['user000001']);
      ucm.directory.setGroup('Old', []);
      const from = connector({ accessControlGroups: true });
      const cursor = await from.cursor?.(signal);
      expect((await changes(from, cursor)).map(({ kind }) => kind)).toEqual(['cursor']);
      ucm.directory.setGroup('Agents', ['user000002']);
      ucm.directory.removeGroup('Old');
      const agents = uuidOf('group Agents');
      expect(await changes(from, cursor)).toMatchObject([
        { kind: 'group', externalId: agents },
        { kind: 'members', group: agents, members: [`uuid:${uuidOf('user000002')}`] },
        { kind: 'groupEnd', group: agents },
        { kind: 'gone', of: 'group', externalId: uuidOf('group Old') },
        { kind: 'cursor' },
      ]);
    });

    it('not across a restart, a forgotten position or a foreign one: a full read is needed', async () => {
      const from = connector();
      const cursor = await from.cursor?.(signal);
      await expect(changes(from, '{"since":"2026"}')).rejects.toThrow(ResyncRequired);
      await expect(changes(from, '{"queueId":"queue-1","next":0}')).rejects.toThrow(/no longer in the queue/);
      ucm.directory.restart();
      await expect(changes(from, cursor)).rejects.toThrow(ResyncRequired);
      await expect(changes(from, cursor)).rejects.toThrow(/full sync is needed/);
    });

    it('not where thousands changed', async () => {
      const from = connector();
      const cursor = await from.cursor?.(signal);
      for (let index = 0; index < 2001; index += 1) ucm.directory.addUser({ userid: `more${index}` });
      await expect(changes(from, cursor)).rejects.toThrow(/2001 users changed/);
    });

    it('and fails, rather than forgetting someone, where one of them cannot be read', async () => {
      const from = connector();
      const cursor = await from.cursor?.(signal);
      ucm.directory.updateUser('user000001', { title: 'x' });
      ucm.plan({ kind: 'cut', operation: 'getUser' });
      await expectIncomplete(changes(from, cursor), /lost/);
    });

    it('never where the queue cannot be asked', async () => {
      ucm.plan({ kind: 'fault', code: -1, message: 'Not enabled', operation: 'listChange' });
      expect(await connector().cursor?.(signal)).toBeNull();
    });
  });

  describe('signs a user in by UCM itself', () => {
    beforeEach(() => void ucm.directory.addUser({ userid: 'ann', password: 'Sécret<1>' }));
    const signIn = (userId: string, password: string) => connector().authenticate?.(userId, password, signal);

    it('with the right password only', async () => {
      expect(await signIn('ann', 'Sécret<1>')).toBe(true);
      expect(await signIn('ann', 'wrong')).toBe(false);
      expect(await signIn('nobody', 'x')).toBe(false);
    });

    it('never with an empty one, and without asking', async () => {
      expect(await signIn('ann', '')).toBe(false);
      expect(ucm.requests).toEqual([]);
    });

    it('and says so where it cannot be asked', async () => {
      ucm.plan({ kind: 'status', status: 500 });
      await expectIncomplete(signIn('ann', 'Sécret<1>') ?? Promise.resolve(), /HTTP 500/);
    });
  });

  it.each([
    ['settings.url', { url: 'http://ucm.example.com/axl/' }, {}, undefined],
    ['settings.url', { url: 'https://ucm.example.com/axl/?x' }, {}, undefined],
    ['settings.username', { username: '' }, {}, undefined],
    ['settings.version', { version: '9.1' }, {}, undefined],
    ['settings.pageSize', { pageSize: 0 }, {}, undefined],
    ['settings.caCertificate', { caCertificate: 'x' }, {}, undefined],
    ['settings.tls', { tls: false }, {}, undefined],
    ['secrets.password', {}, {}, {}],
    ['secrets.pin', {}, {}, { password: 'x', pin: '1' }],
    ['mapping.email', {}, { email: 'password' }, undefined],
    ['mapping.shoeSize', {}, { shoeSize: 'title' }, undefined],
  ])('refuses bad settings by name: %s', (field, settings, mapping, secrets) => {
    const check = () => ucmFactory.validate(source(settings, mapping, secrets), { importDirs: [] });
    expect(check).toThrow(expect.objectContaining({ name: 'SettingsError', field }));
  });

  describe('diagnoses', () => {
    const statuses = async (settings = {}, secrets?: Record<string, unknown>) => {
      const { checks, sampleUsers } = await connector(settings, {}, secrets).diagnose(signal);
      return { list: checks.map(({ name, status }) => `${name} ${status}`), checks, sampleUsers };
    };

    it('in the order of the contract with a sample', async () => {
      fill(ucm.directory, 7);
      const { list, sampleUsers } = await statuses();
      expect(list).toEqual([
        'dns OK', 'tcp OK', 'tls OK', 'startTls SKIPPED', 'authenticate OK', 'version OK', 'base OK', 'paging OK',
        'range SKIPPED', 'incremental OK', 'sample OK',
      ]); // prettier-ignore
      expect(sampleUsers.map(({ displayName }) => displayName)).toContain('Last1, First1');
    });

    it('a wrong password, a foreign certificate, a version that does not fit, a closed port', async () => {
      expect((await statuses({}, { password: 'wrong' })).list).toContain('authenticate FAILED');
      expect((await statuses({ caCertificate: null })).list).toContain('tls FAILED');
      expect((await statuses({ version: '15.0' })).list).toContain('version FAILED');
      const closed = await statuses({ url: `https://127.0.0.1:${await freePort()}/axl/` });
      expect(closed.list).toContain('tcp FAILED');
      expect(closed.list).toContain('sample SKIPPED');
    });
  });

  it('explains who is in, inactive or not there', async () => {
    ucm.directory.addUser({ userid: 'ann', status: '2' });
    const ann = await connector().explain('ann', signal);
    expect(ann).toMatchObject({ found: true, externalId: uuidOf('ann') });
    expect(ann.steps.at(-1)).toMatchObject({ name: 'disabled', status: 'WARNING' });
    expect(await connector().explain('zoe</userid>', signal)).toMatchObject({ found: false, externalId: null });
  });
});

/** Puts the last user first: everybody moves on by one place. */
function lastComesFirst({ directory }: UcmSimulator): void {
  const entries = [...directory.users];
  const last = entries.pop();
  directory.users.clear();
  for (const [uuid, user] of last ? [last, ...entries] : entries) directory.users.set(uuid, user);
}
