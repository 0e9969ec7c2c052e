import 'reflect-metadata';
import { rmSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClientProfile, ClientProfileRole } from '../../../schema/client-profile';
import { ProfileAction } from '../../../schema/profile-action';
import { ProfileTriggerRow } from '../../../schema/profile-trigger';
import { Role, ROLE_ALL } from '../../../schema/role';
import { systemClock } from '../../../src/clock';
import { loadConfig } from '../../../src/config';
import { Database, rowsIn } from '../../../src/database';
import type { Gateway } from '../../../src/gateway';
import { createLogger } from '../../../src/logger';
import { TriggerRunner } from '../../../src/profiles/trigger.runner';
import { createServices } from '../../../src/services';
import { describeWith } from '../../support/availability';
import { openPrepared, sqliteDb } from '../../support/database';
import { startProcess, waitUntilReady } from '../../support/processes';
import { createTestDatabase } from '../../support/shared-mariadb';

const PEOPLE = 450;
const CHILD = join(__dirname, 'trigger-child.ts');

interface Prepared {
  db: Database;
  url: string;
  close(): Promise<void>;
}

const onSqlite = async (): Promise<Prepared> => sqliteDb();
const onMariadb = async (): Promise<Prepared> => {
  const database = await createTestDatabase();
  const db = await openPrepared(database.url);
  const close = async () => {
    await db.close();
    await database.drop();
  };
  return { db, url: database.url, close };
};

/** What the suites of both databases prove. */
function exactlyOnce(prepare: () => Promise<Prepared>, replicas: 'processes' | 'runners'): void {
  let folder: string;
  let prepared: Prepared;
  let gateway: Gateway;
  const others: Database[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'switchboard-triggers-'));
    prepared = await prepare();
    const config = loadConfig({ SWITCHBOARD_DATA_DIR: folder });
    gateway = { db: prepared.db, config, clock: systemClock, log: createLogger('silent') };
    await prepared.db.write(async (em) => {
      await em.update(Role, ROLE_ALL, { permissions: ['profile.personal'] });
      const rows = Array.from(
        { length: PEOPLE },
        (_, i) => `('u${i}', 'u${i}', 'MANUAL', 'ACTIVE', 'u${i}', 'u${i}', 0, 0)`,
      );
      await em.query(
        `INSERT INTO user (userId, userIdKey, origin, state, displayName, displayNameKey, createdAt, updatedAt) VALUES ${rows.join(',')}`,
      );
    });
  });
  afterAll(async () => {
    for (const db of others) await db.close();
    await prepared.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => clear());

  /** No user has any history, and no trigger is left. */
  const clear = () =>
    prepared.db.write(async (em) => {
      for (const table of ['trigger_firing', 'profile_change', 'presence']) await em.query(`DELETE FROM ${table}`);
      await em.query("DELETE FROM client_profile WHERE assignment = 'ADMIN'");
    });

  /** A profile for everybody whose trigger became due `ago` milliseconds ago. */
  const dueProfile = (name: string, ago: number) =>
    prepared.db.write(async (em) => {
      const now = Date.now();
      const stamps = { createdAt: now, updatedAt: now };
      const profile = { name, nameKey: name, color: '#808080', icon: 'user', assignment: 'ADMIN' as const, ...stamps };
      const profileId = Number((await em.insert(ClientProfile, profile)).identifiers[0]?.['id']);
      await em.insert(ClientProfileRole, { profileId, roleId: ROLE_ALL });
      const common = { profileId, position: 1 };
      await em.insert(ProfileAction, { ...common, chain: 'ENTER', kind: 'SET_REDIRECT_NUMBER', redirectNumber: name });
      const times = { at: '08:00', timezone: 'UTC', nextFireAt: now - ago };
      await em.insert(ProfileTriggerRow, { ...common, kind: 'TIME', effect: 'ACTIVATE', ...times });
      return profileId;
    });

  const anotherReplica = async () => {
    const db = await Database.open(prepared.url, { poolSize: 4 });
    others.push(db);
    return new TriggerRunner({ ...gateway, db });
  };

  const child = (place: string, after = '0') =>
    startProcess(process.execPath, ['-r', '@swc-node/register', CHILD, prepared.url, place, after], {
      env: { ...process.env, SWITCHBOARD_DATA_DIR: folder },
    });

  /** How often each trigger had its effect, on how many people. */
  const effects = async () =>
    (
      await prepared.db.rows<{ toId: number; n: number; people: number }>(
        `SELECT toId, COUNT(*) AS n, COUNT(DISTINCT userId) AS people FROM profile_change WHERE outcome = 'APPLIED' GROUP BY toId ORDER BY toId`,
      )
    ).map((row) => [Number(row.toId), Number(row.n), Number(row.people)]);

  const raceOfRunners = async () => {
    const runners = [new TriggerRunner(gateway), await anotherReplica(), await anotherReplica()];
    for (let tries = 0; tries < 50; tries++) {
      await Promise.all(runners.map((runner) => runner.tick().catch(() => undefined)));
      if (!(await prepared.db.first('SELECT id FROM trigger_firing'))) return;
    }
  };

  /** SQLite waits for a lock by blocking its thread: replicas in one process would wait for each other. */
  const raceOfProcesses = async () => {
    const children = await Promise.all([child('never'), child('never'), child('never')]);
    for (const one of children) {
      await waitUntilReady('a runner', null, async () => !one.isRunning);
      expect(one.output()).toBe('done\n');
    }
  };

  it('three replicas that race: each trigger takes effect once, in the order in which they were due', async () => {
    const later = await dueProfile('2', 1_000);
    const earlier = await dueProfile('1', 5_000);
    await (replicas === 'processes' ? raceOfProcesses() : raceOfRunners());
    expect(await effects()).toEqual([
      [later, PEOPLE, PEOPLE],
      [earlier, PEOPLE, PEOPLE],
    ]);
    const standing = await prepared.db.rows(
      'SELECT activeProfileId AS active, previousProfileId AS previous, redirectNumber, COUNT(*) AS n FROM presence GROUP BY activeProfileId, previousProfileId, redirectNumber',
    );
    expect(standing.map((row) => ({ ...row, n: Number(row['n']) }))).toEqual([
      { active: later, previous: earlier, redirectNumber: '2', n: PEOPLE },
    ]);
    const fired = await prepared.db.rows("SELECT id FROM audit_entry WHERE action = 'fireTimeTrigger'");
    expect(fired).toHaveLength(2);
  });

  it.each([
    ['after the claim, before any effect', 'claimed', '0'],
    ['in the middle of the first batch', 'acting', '57'],
    ['in the middle of a later batch', 'acting', '300'],
  ])('kill -9 %s: nothing is lost, nothing is done twice', async (_, place, after) => {
    const profile = await dueProfile('7', 1_000);
    const killed = await child(place, after);
    await waitUntilReady('the runner', killed, async () => killed.output().includes('here'));
    await killed.kill();
    const [first] = await prepared.db.rows<{ n: number }>('SELECT COUNT(*) AS n FROM profile_change');
    expect(Number(first?.n)).toBeLessThan(PEOPLE);
    expect(Number(first?.n) % 200).toBe(0);
    const runner = await anotherReplica();
    await runner.tick();
    await runner.tick();
    expect(await effects()).toEqual([[profile, PEOPLE, PEOPLE]]);
    const [trigger] = await prepared.db.rows('SELECT enabled, nextFireAt FROM profile_trigger');
    expect([Boolean(trigger?.['enabled']), trigger?.['nextFireAt']]).toEqual([false, null]);
  });

  it('changes of one user by many at once come one after the other', async () => {
    const services = await Promise.all(
      [prepared.url, prepared.url].map(async (url) => {
        const db = await Database.open(url, { poolSize: 4 });
        others.push(db);
        return createServices({ ...gateway, db }, 'test');
      }),
    );
    const [user] = await prepared.db.rows<{ id: number }>('SELECT MIN(id) AS id FROM user');
    const userId = Number(user?.id);
    const jobs = Array.from({ length: 20 }, (_, i) =>
      services[i % 2]?.activation.activate(userId, i % 3 === 0 ? 1 : 2),
    );
    await Promise.all(jobs);
    const history = await prepared.db.rows<{ fromId: number; toId: number; outcome: string }>(
      'SELECT fromId, toId, outcome FROM profile_change WHERE userId = ? ORDER BY id',
      [userId],
    );
    expect(history).toHaveLength(20);
    let active = 1;
    for (const change of history) {
      expect([change.fromId, change.outcome]).toEqual([active, change.toId === active ? 'ALREADY_ACTIVE' : 'APPLIED']);
      active = change.toId;
    }
  });

  it('a user who fails is passed over in the end, and the others are done', async () => {
    const profile = await dueProfile('9', 1_000);
    const [user] = await prepared.db.rows<{ id: number }>('SELECT MIN(id) + 3 AS id FROM user');
    const failing = Number(user?.id);
    const runner = new TriggerRunner(gateway, {
      perform: async (em, step) => {
        if (step.userId === failing) throw new Error('broken');
        await rowsIn(em, 'SELECT 1');
        return { error: null };
      },
    });
    for (let tries = 0; tries < 40; tries++) {
      await runner.tick().catch(() => undefined);
      if (!(await prepared.db.first('SELECT id FROM trigger_firing'))) break;
    }
    expect(await effects()).toEqual([[profile, PEOPLE - 1, PEOPLE - 1]]);
  });
}

describe('time triggers take effect exactly once: SQLite', () => exactlyOnce(onSqlite, 'processes'));
describeWith('mariadb', 'time triggers take effect exactly once: MariaDB', () => exactlyOnce(onMariadb, 'runners'));
