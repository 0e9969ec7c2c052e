import { join } from 'node:path';
import { describeWith } from '../support/availability';
import { directoryLdif, userDn } from '../support/directory-ldif';
import { removeFolder, temporaryFolder } from '../support/folders';
import { freePort } from '../support/ports';
import { startProcess, waitUntilReady, type RunningProcess } from '../support/processes';
import type { TestDatabase } from '../support/mariadb';
import { createTestDatabase } from '../support/shared-mariadb';
import { startSlapd, type Slapd } from '../support/slapd';

const COMMAND = join(__dirname, '../../bin/switchboard.js');

interface Run {
  id: string;
  state: string;
  mode: string;
  modeReason: string | null;
  complete: boolean;
  error: string | null;
  counts: Record<string, number>;
}

/** The main job against OpenLDAP and MariaDB, through the API only: server and worker are another process. */
describeWith(['slapd', 'mariadb'], 'the main job on a real directory', () => {
  let folder: string;
  let url: string;
  let slapd: Slapd;
  let database: TestDatabase;
  let server: RunningProcess;
  let token: string | null = null;
  let sourceId: string;

  beforeAll(async () => {
    folder = await temporaryFolder('real');
    slapd = await startSlapd({
      ldif: directoryLdif({ users: 300, groups: 20, memberships: 1500, hasMemberOf: false }),
    });
    database = await createTestDatabase();
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    server = await startProcess(process.execPath, [COMMAND, 'start', '--no-demo'], {
      env: {
        ...process.env,
        PORT: String(port),
        DATABASE_URL: database.url,
        SWITCHBOARD_DATA_DIR: folder,
        SWITCHBOARD_ADMIN_PASSWORD: 'first-password-1',
        LOG_LEVEL: 'warn',
      },
    });
    await waitUntilReady(
      'the gateway',
      server,
      () => Promise.resolve(server.output().includes('createClients')),
      60_000,
    );
    token = await signIn('admin', 'first-password-1');
  }, 120_000);

  afterAll(async () => {
    await server.stop();
    await slapd.stop();
    await database.drop();
    await removeFolder(folder);
  });

  const post = async (query: string, variables: object, as: string | null) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(as ? { authorization: `Bearer ${as}` } : {}) },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as { data: never; errors?: { message: string; extensions: { code: string } }[] };
  };
  const send = async <T>(query: string, variables: object = {}): Promise<T> => {
    const { data, errors } = await post(query, variables, token);
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  };
  const signIn = async (username: string, password: string): Promise<string> => {
    const query = 'mutation ($u: String!, $p: String!) { signIn(username: $u, password: $p) { token } }';
    const { data, errors } = await post(query, { u: username, p: password }, null);
    if (errors?.[0]) throw new Error(errors[0].extensions.code);
    return (data as { signIn: { token: string } }).signIn.token;
  };

  const RUN =
    'id state mode modeReason complete error counts { created updated vanished revived unchanged membershipsAdded membershipsRemoved }';
  const ended = async (id: string): Promise<Run> => {
    for (;;) {
      const { syncRun } = await send<{ syncRun: Run }>(`query ($id: ID!) { syncRun(id: $id) { ${RUN} } }`, { id });
      if (!['QUEUED', 'READING', 'APPLYING'].includes(syncRun.state)) return syncRun;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const sync = async (mode: string, planOnly = false): Promise<Run> => {
    const { startSync } = await send<{ startSync: Run }>(
      `mutation ($s: ID!, $m: RunMode, $p: Boolean) { startSync(sourceId: $s, mode: $m, planOnly: $p) { ${RUN} } }`,
      { s: sourceId, m: mode, p: planOnly },
    );
    return ended(startSync.id);
  };
  const settings = () => ({
    urls: [slapd.url],
    startTls: true,
    caCertificate: slapd.ca,
    bindDn: slapd.readerDn,
    baseDn: slapd.baseDn,
    pageSize: 100,
  });
  const input = () => ({
    name: 'OpenLDAP',
    kind: 'LDAP',
    settings: settings(),
    secrets: { bindPassword: slapd.readerPassword },
  });

  it('is diagnosed before anything is stored', async () => {
    const { diagnoseSource } = await send<{
      diagnoseSource: { ok: boolean; checks: { name: string; status: string }[]; sampleUsers: object[] };
    }>(
      'mutation ($i: DirectorySourceInput) { diagnoseSource(input: $i) { ok checks { name status detail } sampleUsers } }',
      { i: input() },
    );
    expect(diagnoseSource.ok).toBe(true);
    expect(diagnoseSource.checks.map((check) => check.name)).toEqual([
      'dns',
      'tcp',
      'tls',
      'startTls',
      'bind',
      'base',
      'paging',
      'range',
      'incremental',
      'sample',
    ]);
    expect(diagnoseSource.sampleUsers.length).toBeGreaterThan(0);
  }, 60_000);

  it('is planned, shown and applied', async () => {
    const created = await send<{ createDirectorySource: { id: string; settings: object } }>(
      'mutation ($i: DirectorySourceInput!) { createDirectorySource(input: $i) { id settings } }',
      { i: input() },
    );
    sourceId = created.createDirectorySource.id;
    expect(JSON.stringify(created)).not.toContain(slapd.readerPassword);
    const plan = await sync('FULL', true);
    expect(plan).toMatchObject({ state: 'PLANNED', complete: true });
    expect((await send<{ users: { totalCount: number } }>('{ users { totalCount } }')).users.totalCount).toBe(0);
    const { applySync } = await send<{ applySync: Run }>('mutation ($r: ID!) { applySync(runId: $r) { id } }', {
      r: plan.id,
    });
    expect(await ended(applySync.id)).toMatchObject({ state: 'SUCCEEDED', error: null });
    const { users } = await send<{ users: { totalCount: number } }>('{ users(first: 1) { totalCount } }');
    // The two accounts that read are people as well.
    expect(users.totalCount).toBe(302);
  }, 60_000);

  it('follows renames, deletions, returns and moves, in INCREMENTAL and AUTO runs alike', async () => {
    const id = async () =>
      (
        await send<{ users: { nodes: { id: string; userId: string }[] } }>(
          '{ users(filter: { search: "user7" }, first: 1, orderBy: { field: USER_ID }) { nodes { id userId } } }',
        )
      ).users.nodes[0];
    const before = await id();
    await slapd.rename(userDn(7), 'uid=renamed7');
    const first = await sync('AUTO');
    expect(first).toMatchObject({ state: 'SUCCEEDED', complete: true });
    const renamed = await send<{ user: { userId: string; memberships: { totalCount: number } } }>(
      'query ($id: ID!) { user(id: $id) { userId memberships { totalCount } } }',
      { id: before?.id },
    );
    expect(renamed.user.userId).toBe('renamed7');
    expect(renamed.user.memberships.totalCount).toBeGreaterThan(0);
    await slapd.delete(userDn(8));
    const second = await sync('INCREMENTAL');
    expect(second).toMatchObject({ state: 'SUCCEEDED', counts: { vanished: 1 } });
    const full = await sync('FULL');
    expect(full.counts).toMatchObject({
      created: 0,
      updated: 0,
      vanished: 0,
      membershipsAdded: 0,
      membershipsRemoved: 0,
    });
  }, 90_000);

  it('checks passwords of CALLISTO clients by the directory (C8)', async () => {
    await slapd.modify(`dn: ${userDn(9)}\nchangetype: modify\nreplace: userPassword\nuserPassword: her-own-password\n`);
    const { users } = await send<{ users: { nodes: { id: string }[] } }>(
      '{ users(filter: { search: "user9" }, orderBy: { field: USER_ID }, first: 1) { nodes { id } } }',
    );
    const { createClients } = await send<{
      createClients: { rows: { nodes: { outcome: string; username: string }[] } };
    }>(
      'mutation ($u: [ID!]) { createClients(input: { userIds: $u, authType: CALLISTO, password: "ignored" }) { rows { nodes { outcome username } } } }',
      { u: users.nodes.map((user) => user.id) },
    );
    expect(createClients.rows.nodes).toEqual([{ outcome: 'CREATED', username: 'user9' }]);
    expect(await signIn('USER9', 'her-own-password')).toMatch(/^sbs_/);
    await expect(signIn('user9', 'ignored')).rejects.toThrow('UNAUTHENTICATED');
    await expect(signIn('user9', '')).rejects.toThrow('UNAUTHENTICATED');
  }, 60_000);

  it('removes nobody when the directory is gone, and goes on when it is back', async () => {
    await slapd.kill();
    const failed = await sync('FULL');
    expect(failed).toMatchObject({ state: 'FAILED', complete: false });
    expect(failed.error).toBeTruthy();
    await expect(send('mutation ($r: ID!) { applySync(runId: $r) { id } }', { r: failed.id })).rejects.toThrow(
      'SYNC_REFUSED',
    );
    await slapd.restart();
    expect(await sync('AUTO')).toMatchObject({ state: 'SUCCEEDED', counts: { vanished: 0 } });
  }, 90_000);

  it('asks before it removes more than the limit', async () => {
    for (let user = 20; user < 110; user++) await slapd.delete(userDn(user));
    const refused = await sync('FULL');
    expect(refused.state).toBe('REFUSED');
    await expect(send('mutation ($r: ID!) { applySync(runId: $r) { id } }', { r: refused.id })).rejects.toThrow(
      'SYNC_REFUSED',
    );
    await send('mutation ($r: ID!) { applySync(runId: $r, confirmRemovals: true) { id } }', { r: refused.id });
    expect(await ended(refused.id)).toMatchObject({ state: 'SUCCEEDED' });
    await send('mutation ($r: ID!) { revertSync(runId: $r) { state } }', { r: refused.id });
    const { users } = await send<{ users: { totalCount: number } }>('{ users(first: 1) { totalCount } }');
    expect(users.totalCount).toBe(301);
  }, 120_000);
});
