import { spawn } from 'node:child_process';
import { createClient } from 'graphql-ws';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import WebSocket from 'ws';
import { AuthType, OnConflict } from '../../../schema/client.enums';
import { systemClock } from '../../../src/clock';
import { runBatch } from '../../../src/clients/batch.runner';
import { loadConfig } from '../../../src/config';
import { Database } from '../../../src/database';
import { prepareFirstStart } from '../../../src/first-start';
import { createLogger } from '../../../src/logger';
import { createServices } from '../../../src/services';
import { startTestGateway } from '../../support/gateway';
import { people } from './people';

interface Progress {
  done: number;
  total: number;
  finished: boolean;
  rows: { totalCount: number };
}

describe('a large bulk creation', () => {
  it('C33: goes on in the background, with live progress by a subscription', async () => {
    const gateway = await startTestGateway();
    const userIds = await people(gateway.db, 2000);
    const { createGroup } = await gateway.run<{ createGroup: { id: string } }>(
      'mutation { createGroup(input: { name: "All" }) { id } }',
    );
    const { createClients } = await gateway.run<{ createClients: { id: string; finished: boolean; done: number } }>(
      'mutation ($i: CreateClientsInput!) { createClients(input: $i) { id finished done total } }',
      { i: { userIds, authType: 'PROXY', password: 'one for all', groupIds: [createGroup.id] } },
    );
    expect(createClients).toMatchObject({ finished: false, done: 0, total: 2000 });
    const follow = (id: string) => {
      const client = createClient({
        url: `${gateway.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: { authorization: `Bearer ${gateway.adminToken}` },
      });
      const query =
        'subscription ($id: ID!) { clientBatch(id: $id) { done total finished rows(outcome: CREATED, first: 0) { totalCount } } }';
      return { client, events: client.iterate<{ clientBatch: Progress }>({ query, variables: { id } }) };
    };
    const { client, events } = follow(createClients.id);
    const told: Progress[] = [];
    for await (const event of events) if (event.data) told.push(event.data.clientBatch);
    expect(told.length).toBeGreaterThan(1);
    expect(told.map((one) => one.done)).toEqual([...told.map((one) => one.done)].sort((a, b) => a - b));
    expect(told.every((one) => one.rows.totalCount >= one.done)).toBe(true);
    expect(told.at(-1)).toEqual({ done: 2000, total: 2000, finished: true, rows: { totalCount: 2000 } });
    expect(await gateway.db.first('SELECT COUNT(*) AS n FROM group_assignment')).toEqual({ n: 2000 });
    const unknown = follow('ClientBatch_99999');
    const answer = await unknown.events.next().catch((errors: unknown) => errors);
    expect(JSON.stringify(answer)).toContain('NOT_FOUND');
    await client.dispose();
    await unknown.client.dispose();
    await gateway.close();
  });

  describe('that is interrupted', () => {
    const folder = mkdtempSync(join(tmpdir(), 'switchboard-batch-'));
    const config = loadConfig({ SWITCHBOARD_DATA_DIR: folder, LOG_LEVEL: 'silent' });
    const log = createLogger('silent');
    let db: Database;
    let now = Date.now();
    const clock = { now: () => now };
    let users: string[];

    beforeAll(async () => {
      db = await Database.open(config.databaseUrl, { migrate: true });
      await prepareFirstStart(db, systemClock, 'admin-password-1');
      users = await people(db, 4000);
    });
    afterAll(async () => {
      await db.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const start = async (userIds: string[]) =>
      createServices({ db, config, clock, log }, 'test').clientBatches.create({
        userIds,
        authType: AuthType.PROXY,
        password: 'secret',
        onConflict: OnConflict.ASK,
      });
    const state = async (id: number) => db.first('SELECT done, finished FROM client_batch WHERE id = ?', [id]);
    const count = async () =>
      (await db.first<{ n: number }>('SELECT COUNT(*) AS n FROM client WHERE builtIn = 0'))?.n ?? 0;

    it('C33: goes on after an error between two chunks, and creates nobody twice', async () => {
      const id = await start(users.slice(0, 1000));
      const crash = runBatch({ db, clock, log }, id, {
        onProgress: () => {
          throw new Error('the process dies here');
        },
      });
      await expect(crash).rejects.toThrow('dies');
      const first = await count();
      expect(first).toBeGreaterThan(0);
      expect(await state(id)).toEqual({ done: first, finished: 0 });
      await runBatch({ db, clock, log }, id);
      expect(await state(id)).toEqual({ done: first, finished: 0 });
      now += 20_000;
      await Promise.all([runBatch({ db, clock, log }, id), runBatch({ db, clock, log }, id)]);
      expect(await state(id)).toEqual({ done: 1000, finished: 1 });
      expect(await count()).toBe(1000);
      const outcomes = await db.rows('SELECT outcome, COUNT(*) AS n FROM client_batch_row GROUP BY outcome');
      expect(outcomes).toEqual([{ outcome: 'CREATED', n: 1000 }]);
    });

    it('C33: who has lost the lease does nothing more', async () => {
      const id = await start(users.slice(1000, 1600));
      const stopped = new AbortController();
      await runBatch({ db, clock, log }, id, { signal: stopped.signal, onProgress: () => stopped.abort() });
      const before = await state(id);
      await runBatch({ db, clock, log }, id, { token: 99 });
      expect(await state(id)).toEqual(before);
      now += 20_000;
      await runBatch({ db, clock, log }, id);
      expect(await state(id)).toEqual({ done: 600, finished: 1 });
    });

    it('C33: survives kill -9 of its process', async () => {
      const id = await start(users.slice(1600));
      const child = spawn(
        process.execPath,
        ['-r', '@swc-node/register', join(__dirname, 'run-batch.child.ts'), config.databaseUrl, String(id)],
        {
          cwd: join(__dirname, '../../..'),
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
      child.kill('SIGKILL');
      await new Promise<void>((resolve) => child.once('exit', () => resolve()));
      const killed = (await state(id)) as { done: number; finished: number };
      expect(killed.finished).toBe(0);
      expect(killed.done).toBeGreaterThan(0);
      now = Date.now() + 20_000;
      await runBatch({ db, clock, log }, id);
      expect(await state(id)).toEqual({ done: 2400, finished: 1 });
      expect(await count()).toBe(4000);
    });
  });
});
