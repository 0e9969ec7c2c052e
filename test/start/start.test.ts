import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { chromiumPath, describeWith } from '../support/availability';
import { removeFolder, temporaryFolder } from '../support/folders';
import { freePort } from '../support/ports';
import { startProcess, waitUntilReady, type RunningProcess } from '../support/processes';

const COMMAND = join(__dirname, '../../bin/switchboard.js');
const PASSWORD = 'first-password-1';

/** `npm start` as its user starts it: a bare data folder, the demonstration directory, one process. */
describeWith([], 'a first start', () => {
  let folder: string;
  let url: string;
  let server: RunningProcess;
  let environment: Record<string, string>;
  let token = '';

  beforeAll(async () => {
    folder = await temporaryFolder('start');
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    environment = {
      ...(process.env as Record<string, string>),
      PORT: String(port),
      SWITCHBOARD_DATA_DIR: folder,
      SWITCHBOARD_ADMIN_PASSWORD: PASSWORD,
      LOG_LEVEL: 'warn',
    };
    server = await startProcess(process.execPath, [COMMAND, 'start'], { env: environment });
    await waitUntilReady('the gateway', server, async () => server.output().includes('createClients'), 60_000);
  }, 90_000);

  afterAll(async () => {
    await server.stop();
    await removeFolder(folder);
  });

  const send = async <T>(query: string, variables: object = {}): Promise<T> => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data: T; errors?: unknown };
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  };

  const command = (args: string[], env = environment) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], {
      env,
      encoding: 'utf8',
      timeout: 60_000,
    });
    return { code: status, stdout, stderr };
  };

  it('says in five lines what to do next, and is healthy', async () => {
    const lines = server
      .output()
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('{'));
    expect(lines).toHaveLength(5);
    expect(lines[2]).toContain('60 people');
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    expect(await (await fetch(`${url}/health/ready`)).json()).toMatchObject({ status: 'ok' });
  });

  it('signs the administrator in and shows who is in which group', async () => {
    const { signIn } = await send<{ signIn: { token: string } }>(
      'mutation ($p: String!) { signIn(username: "ADMIN", password: $p) { token } }',
      { p: PASSWORD },
    );
    token = signIn.token;
    const { groups } = await send<{
      groups: {
        totalCount: number;
        nodes: { name: string; memberCount: number; members: { nodes: { flag: string | null }[] } }[];
      };
    }>('{ groups { totalCount nodes { name memberCount members { nodes { flag via user { displayName } } } } } }');
    expect(groups.totalCount).toBe(14);
    const operators = groups.nodes.find((group) => group.name === 'Switchboard Operators');
    // S3: the operators' primary group is this one; `member` does not name them.
    expect(operators?.members.nodes.filter((member) => member.flag === 'P').length).toBeGreaterThanOrEqual(6);
  });

  it('creates clients of the operators in one step, and asks where they exist', async () => {
    const { groups } = await send<{ groups: { nodes: { id: string }[] } }>(
      '{ groups(filter: { search: "switchboard op" }) { nodes { id } } }',
    );
    const [group] = groups.nodes;
    const create = `mutation ($g: ID!, $how: OnConflict) {
      createClients(input: { filter: { memberOf: $g }, authType: PROXY, password: "operator-1", groupIds: [$g], onConflict: $how }) {
        finished needsDecision total done rows { nodes { outcome username client { assignments { nodes { group { name } } } } } } } }`;
    interface Batch {
      createClients: { finished: boolean; needsDecision: boolean; total: number; done: number };
    }
    const first = (await send<Batch>(create, { g: group?.id })).createClients;
    expect(first).toMatchObject({ finished: true, needsDecision: false, done: first.total });
    expect(first.total).toBeGreaterThanOrEqual(6);
    expect((await send<Batch>(create, { g: group?.id })).createClients).toMatchObject({ needsDecision: true, done: 0 });
    expect((await send<Batch>(create, { g: group?.id, how: 'SKIP' })).createClients.needsDecision).toBe(false);
  });

  it('plans a second sync that changes nothing, from another process', async () => {
    const list = command(['--json', 'source', 'list']);
    const [source] = JSON.parse(list.stdout) as { id: string; users: number }[];
    expect(source?.users).toBe(60);
    const plan = command(['sync', 'run', '--source', source?.id ?? '', '--plan', '--json']);
    expect(plan.code).toBe(0);
    expect(JSON.parse(plan.stdout)).toMatchObject({
      state: 'PLANNED',
      complete: true,
      counts: { unchanged: 74, created: 0 },
    });
  }, 60_000);

  it.each([
    [2, ['sync', 'run']],
    [2, ['nonsense']],
    [2, ['clients', 'create', '--auth-type', 'proxy']],
    [1, ['sync', 'explain', '--source', 'DirectorySource_1', 'nobody-at-all']],
    [1, ['sync', 'apply', 'SyncRun_999']],
    [3, ['clients', 'create', '--group', 'Switchboard Operators', '--auth-type', 'proxy', '--password', 'x']],
    [0, ['audit', 'verify']],
  ])(
    'ends with exit code %i for %j',
    async (code, args) => {
      expect(command(args).code).toBe(code);
    },
    60_000,
  );

  it('stops at SIGTERM, and starts again without a demonstration or a new password', async () => {
    const other = await startProcess(process.execPath, [COMMAND, 'start', '--no-demo'], {
      env: { ...environment, PORT: String(await freePort()), SWITCHBOARD_DATA_DIR: `${folder}/empty` },
    });
    await waitUntilReady(
      'an empty gateway',
      other,
      async () => other.output().includes('createDirectorySource'),
      60_000,
    );
    await other.stop();
    expect(other.isRunning).toBe(false);
  }, 90_000);

  it('names every fault of a configuration', async () => {
    const faulty = { ...environment, PORT: 'no', DATABASE_URL: 'oracle://x', SWITCHBOARD_TYPO: '1' };
    const { code, stderr } = command(['migrate'], faulty);
    expect(code).toBe(1);
    for (const name of ['PORT', 'DATABASE_URL', 'SWITCHBOARD_TYPO']) expect(stderr).toContain(name);
  });

  describeWith('chromium', 'the page at /', () => {
    it('is GraphiQL, runs a ready operation, and asks no other host', async () => {
      const browser = await chromium.launch({
        executablePath: chromiumPath() ?? undefined,
        args: [
          '--no-sandbox',
          '--disable-gpu',
          '--disable-quic',
          '--no-first-run',
          '--disable-background-networking',
          '--disable-component-update',
          '--disable-sync',
        ],
      });
      try {
        const page = await browser.newPage();
        const foreign: string[] = [];
        page.on('request', (request) => {
          if (!request.url().startsWith(url) && !/^(data|blob):/.test(request.url())) foreign.push(request.url());
        });
        const refused: string[] = [];
        page.on('console', (message) => {
          if (/Content Security Policy/.test(message.text())) refused.push(message.text());
        });
        await page.goto(url);
        await page.getByText('WhoIsInWhichGroup').first().waitFor({ timeout: 30_000 });
        expect(foreign).toEqual([]);
        expect(refused).toEqual([]);
      } finally {
        await browser.close();
      }
    }, 90_000);
  });
});
