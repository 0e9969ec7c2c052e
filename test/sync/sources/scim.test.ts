import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

import type { Request, Response } from 'express';

import {
  IncompleteRead,
  ResyncRequired,
  type DirectoryChange,
  type DirectoryConnector,
  type SourceSettings,
} from '../../../sync/source';
import { scimFactory } from '../../../sync/sources/scim';
import { issueCertificate } from '../../support/certificates';
import { removeFolder, temporaryFolder } from '../../support/folders';
import { ScimServer } from '../../support/scim-server';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const signal = new AbortController().signal;

describe('the SCIM connector, against SCIMMY', () => {
  let server: ScimServer;
  let url: string;
  let connectors: DirectoryConnector[];

  beforeEach(async () => {
    server = new ScimServer();
    url = await server.start();
    connectors = [];
  });
  afterEach(async () => {
    await Promise.all(connectors.map((connector) => connector.close()));
    await server.stop();
  });

  const source = (
    settings = {},
    mapping = {},
    secrets: Record<string, unknown> = { token: 'secret-token' },
  ): SourceSettings => ({
    kind: 'SCIM',
    settings: { url, ...settings },
    secrets,
    mapping,
  });
  function connector(settings = {}, mapping = {}, secrets?: Record<string, unknown>): DirectoryConnector {
    const made = scimFactory.create(source(settings, mapping, secrets), { importDirs: [] });
    connectors.push(made);
    return made;
  }
  async function all<T>(records: AsyncIterable<T>): Promise<T[]> {
    const told: T[] = [];
    for await (const record of records) told.push(record);
    return told;
  }
  const read = (settings = {}, mapping = {}, secrets?: Record<string, unknown>) =>
    all(connector(settings, mapping, secrets).read(signal));
  const changes = (from: DirectoryConnector, cursor: string) => all(from.changes?.(cursor, signal) ?? noChanges());
  async function* noChanges(): AsyncGenerator<DirectoryChange> {
    throw new Error('The connector tells no changes.');
  }
  const fill = (count: number) => {
    for (let index = 0; index < count; index += 1) server.addUser({ id: `u${index}`, userName: `user${index}` });
  };
  /** Answers the n-th request to an endpoint otherwise. */
  function onRequest(n: number, endpoint: string, answer: (response: Response, request: Request) => boolean | void) {
    let seen = 0;
    server.intercept = (request, response) => {
      if (!request.path.endsWith(endpoint) || ++seen !== n) return false;
      return answer(response, request) ?? true;
    };
  }

  it('reads a user with all that is known of him', async () => {
    server.addUser({
      id: 'a-1',
      userName: 'alice@example.com',
      displayName: 'Alice Ant',
      name: { givenName: 'Alice', familyName: 'Ant' },
      title: 'Dr.',
      active: true,
      emails: [
        { value: 'home@example.org', type: 'home' },
        { value: 'alice@example.com', type: 'work', primary: true },
      ],
      phoneNumbers: [
        { value: 'tel:+41-79-1', type: 'mobile' },
        { value: 'tel:+41-31-1', type: 'work' },
      ],
      [ENTERPRISE]: { department: 'Sales', manager: { value: 'b-2' } },
    });
    const [total, alice] = await read();
    expect(total).toEqual({ kind: 'total', records: 1 });
    expect(alice).toEqual({
      kind: 'user',
      externalId: 'a-1',
      refs: ['id:a-1'],
      disabled: false,
      manager: 'id:b-2',
      fields: {
        userId: 'alice@example.com',
        displayName: 'Alice Ant',
        firstName: 'Alice',
        lastName: 'Ant',
        email: 'alice@example.com',
        department: 'Sales',
        title: 'Dr.',
        telephoneNumber: '+41-31-1',
        mobileNumber: '+41-79-1',
        userPrincipalName: 'alice@example.com',
        primaryLine: null,
      },
    });
  });

  it('reads who is not active as disabled, and a mapped attribute', async () => {
    server.addUser({ userName: 'bob', active: false, name: { formatted: 'Bob B.' }, nickName: 'Bobby' });
    const [, bob] = await read({}, { displayName: 'nickName', department: `${ENTERPRISE}:costCenter` });
    expect(bob).toMatchObject({ disabled: true, fields: { displayName: 'Bobby', department: null } });
  });

  it('reads groups after users, large ones in chunks, groups within groups', async () => {
    fill(1);
    const members = Array.from({ length: 2500 }, (_, index) => ({ value: `u${index}`, type: 'User' }));
    server.addGroup({ id: 'g1', displayName: 'All', members });
    server.addGroup({ id: 'g2', displayName: 'Outer', members: [{ value: 'g1', type: 'Group' }] });
    const records = await read();
    expect(records.map(({ kind }) => kind)).toEqual(
      ['total', 'user', 'group', 'members', 'members', 'members', 'group', 'members'], // prettier-ignore
    );
    expect(records[2]).toEqual({ kind: 'group', externalId: 'g1', refs: ['id:g1'], name: 'All' });
    expect(records[7]).toEqual({ kind: 'members', group: 'g2', members: ['id:g1'] });
  });

  it('advances by what the server really sent', async () => {
    fill(25);
    server.maxPage = 10;
    expect((await read()).filter(({ kind }) => kind === 'user')).toHaveLength(25);
    const starts = server.requests.map((request) => /Users\?startIndex=(\d+)&count=100/.exec(request)?.[1]);
    expect(starts.filter(Boolean)).toEqual(['1', '11', '21']);
  });

  it('trusts an imported certificate over https, and none else', async () => {
    const folder = await temporaryFolder('scim');
    const tls = await issueCertificate(folder, ['127.0.0.1']);
    const [key, cert] = [readFileSync(tls.keyFile, 'utf8'), readFileSync(tls.certFile, 'utf8')];
    const secure = new ScimServer({ tls: { key, cert } });
    const secureUrl = await secure.start();
    try {
      secure.addUser({ userName: 'ann' });
      expect(await read({ url: secureUrl, caCertificate: tls.ca })).toHaveLength(2);
      await expect(read({ url: secureUrl })).rejects.toThrow(/certificate of 127\.0\.0\.1:\d+ is not trusted/);
    } finally {
      await secure.stop();
      await removeFolder(folder);
    }
  });

  it('quarantines resources without what is required', async () => {
    // SCIMMY itself sends no such resources.
    const lists: Record<string, object[]> = {
      Users: [{ id: 'x', displayName: 'No Name' }, { userName: 'no-id' }],
      Groups: [{ id: 'g', members: [] }],
    };
    server.intercept = (request, response) => {
      const list = lists[request.path.split('/').pop() ?? ''];
      response.json({ totalResults: list?.length, Resources: list });
      return true;
    };
    const bad = await read();
    expect(bad).toMatchObject([
      { kind: 'total' },
      { kind: 'bad', of: 'user', externalId: 'x', label: 'No Name', reason: '"userName" is empty.' },
      { kind: 'bad', of: 'user', externalId: null, label: 'no-id', reason: 'The resource has no id.' },
      { kind: 'bad', of: 'group', externalId: 'g', reason: '"displayName" is empty.' },
    ]);
  });

  describe('fails as incomplete', () => {
    const expectIncomplete = async (reading: Promise<unknown>, message: RegExp) => {
      const error = await reading.then(
        () => new Error('It was told as complete.'),
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(IncompleteRead);
      expect((error as Error).message).toMatch(message);
      expect((error as Error).message).not.toContain('secret-token');
    };
    beforeEach(() => {
      fill(30);
      server.maxPage = 10;
    });

    it('where the token is wrong, after one attempt', async () => {
      await expectIncomplete(read({}, {}, { token: 'wrong' }), /does not accept the token/);
      expect(server.requests).toHaveLength(1);
    });

    it('where a page fails', async () => {
      onRequest(3, '/Users', (response) => void response.status(500).end());
      await expectIncomplete(read(), /HTTP 500/);
    });

    it('where a page is cut', async () => {
      onRequest(3, '/Users', (response) => {
        response.writeHead(200, { 'content-length': '5000' }).write('{"totalResults":30,"Resources":[');
        setTimeout(() => response.destroy(), 50);
      });
      await expectIncomplete(read(), /connection to .* was lost/);
    });

    it('where a page is no list', async () => {
      onRequest(3, '/Users', (response) => void response.send('<html>Sign in</html>'));
      await expectIncomplete(read(), /no JSON object/);
    });

    it('where a redirect leads elsewhere', async () => {
      onRequest(3, '/Users', (response) => void response.redirect('https://elsewhere.example.com/'));
      await expectIncomplete(read(), /HTTP 302/);
    });

    it('where the server hangs', async () => {
      onRequest(3, '/Users', () => true);
      await expectIncomplete(read({ operationTimeoutSeconds: 1 }), /did not answer (in time|completely within 1 s)/);
    });

    it('where fewer come than announced', async () => {
      onRequest(4, '/Users', (response) => void response.json({ totalResults: 30, Resources: [] }));
      await expectIncomplete(read(), /announced 30 Users and sent 20/);
    });

    it('where a user vanishes between pages', async () => {
      onRequest(3, '/Users', () => !server.users.delete('u0'));
      await expectIncomplete(read(), /changed from 30 to 29/);
    });

    it('where a user appears after the last page', async () => {
      onRequest(5, '/Users', () => !server.addUser({ userName: 'late' }));
      await expectIncomplete(read(), /changed from 30 to 31/);
    });

    it('where the same user comes twice, for another was passed over', async () => {
      onRequest(4, '/Users', (_response, request) => {
        Object.assign(request, { url: request.url.replace('startIndex=21', 'startIndex=20') });
        return false;
      });
      await expectIncomplete(read(), /29 different ones/);
    });

    it('where nobody listens', async () => {
      const port = await new Promise<number>((resolve) => {
        const probe = createServer().listen(0, '127.0.0.1', () => {
          const address = probe.address();
          probe.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
        });
      });
      await expectIncomplete(read({ url: `http://127.0.0.1:${port}/scim/v2` }), /refuses the connection/);
    });
  });

  it('tries again where the server is busy', async () => {
    fill(3);
    onRequest(1, '/Users', (response) => void response.status(429).end());
    expect(await read()).toHaveLength(4);
  });

  it('stops when it is cancelled', async () => {
    fill(3);
    const cancel = new AbortController();
    server.intercept = () => {
      cancel.abort(new Error('cancelled'));
      return true;
    };
    await expect(all(connector().read(cancel.signal))).rejects.toThrow('cancelled');
  });

  describe('tells changes', () => {
    it('what was modified, every id that is still there, and where to go on', async () => {
      const long = new Date('2020-01-01');
      server.addUser({ id: 'old', userName: 'old' }, long);
      server.addGroup({ id: 'g-old', displayName: 'Old' }, long);
      const from = connector();
      const cursor = await from.cursor?.(signal);
      server.addUser({ id: 'new', userName: 'new' });
      server.addGroup({ id: 'g-new', displayName: 'New', members: [{ value: 'new' }] });
      expect(await changes(from, String(cursor))).toMatchObject([
        { kind: 'user', externalId: 'new' },
        { kind: 'group', externalId: 'g-new' },
        { kind: 'members', group: 'g-new', members: ['id:new'] },
        { kind: 'groupEnd', group: 'g-new' },
        { kind: 'present', of: 'user', externalIds: ['old', 'new'] },
        { kind: 'present', of: 'group', externalIds: ['g-old', 'g-new'] },
        { kind: 'cursor', cursor: expect.stringContaining('since') },
      ]);
    });

    it('has no cursor where the server cannot filter, or only claims to', async () => {
      fill(2);
      server.intercept = (request, response) => {
        if (!request.path.endsWith('ServiceProviderConfig')) return false;
        response.json({ filter: { supported: false } });
        return true;
      };
      expect(await connector().cursor?.(signal)).toBeNull();
      server.intercept = (request, response) => {
        if (typeof request.query.filter !== 'string') return false;
        response.json({ totalResults: 0 });
        return true;
      };
      expect(await connector().cursor?.(signal)).toBeNull();
    });

    it('asks for a full read where the position is foreign or the filter is refused', async () => {
      fill(2);
      const from = connector();
      await expect(changes(from, '{"usn":"1"}')).rejects.toThrow(ResyncRequired);
      const cursor = String(await from.cursor?.(signal));
      server.intercept = (request, response) => {
        if (request.query.filter === undefined) return false;
        response.status(400).end();
        return true;
      };
      await expect(changes(from, cursor)).rejects.toThrow(ResyncRequired);
    });
  });

  it.each([
    ['settings.url', { url: 'ftp://idp.example.com' }, {}, undefined],
    ['settings.url', { url: 'http://idp.example.com/scim' }, {}, undefined],
    ['settings.caCertificate', { caCertificate: 'nonsense' }, {}, undefined],
    ['settings.insecure', { insecure: true }, {}, undefined],
    ['secrets.token', {}, {}, {}],
    ['secrets.token', {}, {}, { token: 'a\nb' }],
    ['mapping.shoeSize', {}, { shoeSize: 'x' }, undefined],
  ])('refuses bad settings by name: %s', (field, settings, mapping, secrets) => {
    const check = () => scimFactory.validate(source(settings, mapping, secrets), { importDirs: [] });
    expect(check).toThrow(expect.objectContaining({ name: 'SettingsError', field }));
  });

  it('diagnoses in the order of the contract with a sample', async () => {
    fill(7);
    const { checks, sampleUsers } = await connector().diagnose(signal);
    expect(checks.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'dns OK', 'tcp OK', 'tls SKIPPED', 'startTls SKIPPED', 'bind OK', 'base OK', 'paging OK', 'range SKIPPED',
      'incremental OK', 'sample OK',
    ]); // prettier-ignore
    expect(sampleUsers).toHaveLength(5);
  });

  it('diagnoses a wrong token without throwing', async () => {
    const { checks } = await connector({}, {}, { token: 'wrong' }).diagnose(signal);
    expect(checks.find(({ name }) => name === 'bind')).toMatchObject({ status: 'FAILED' });
    expect(checks.find(({ name }) => name === 'sample')).toMatchObject({ status: 'SKIPPED' });
  });

  it('explains who is in, disabled or not there', async () => {
    server.addUser({ id: 'a', userName: 'Ann', active: false });
    const from = connector();
    const ann = await from.explain('ann', signal);
    expect(ann).toMatchObject({ found: true, externalId: 'a' });
    expect(ann.steps.at(-1)).toMatchObject({ name: 'disabled', status: 'WARNING' });
    expect(await from.explain('a" or userName pr or "', signal)).toMatchObject({ found: false });
  });
});
