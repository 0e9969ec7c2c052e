import 'reflect-metadata';
import { ALL_RIGHTS, maskToRights } from '../../../src/authorizations/rights';
import type { AuthorizationData, GrantFacts, GroupFacts } from '../../../src/authorizations/authorization-data';
import { DirectoryRights } from '../../../src/authorizations/directory-rights';
import { UserSet } from '../../../src/authorizations/user-set';
import { systemClock } from '../../../src/clock';
import { loadConfig } from '../../../src/config';
import { statementCounter, type Database } from '../../../src/database';
import { globalId } from '../../../src/ids';
import { createLogger } from '../../../src/logger';
import { recordRevision } from '../../../src/revision';
import { createServices, type Services } from '../../../src/services';
import { Right } from '../../../schema/group.enums';
import { NaiveRights } from '../../authorizations/naive-rights';
import { describeWith } from '../../support/availability';
import { openPrepared, sqliteDb } from '../../support/database';
import type { TestDatabase } from '../../support/mariadb';
import { createTestDatabase } from '../../support/shared-mariadb';

/** Numbers that repeat from run to run (a linear congruential generator, Knuth's MMIX constants cut to 32 bits). */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** The rules over the rows as SQL gives them. */
async function naive(db: Database): Promise<NaiveRights> {
  const users = await db.rows<{ id: number; state: string }>('SELECT id, state FROM user');
  const members = await db.rows<{ groupId: number; userId: number }>('SELECT groupId, userId FROM membership');
  const groups = await db.rows<GroupFacts>(
    'SELECT id, settingsActive, memberRights, leaderRights, leaderId, deputyId FROM user_group',
  );
  const settings = await db.first<{ globalRights: number }>('SELECT globalRights FROM settings');
  const data: AuthorizationData = {
    globalRights: settings?.globalRights ?? 0,
    userIds: users.filter((user) => user.state !== 'VANISHED').map((user) => user.id),
    vanishedUserIds: users.filter((user) => user.state === 'VANISHED').map((user) => user.id),
    groups: groups.map((group) => ({ ...group, settingsActive: Boolean(group.settingsActive) })),
    memberships: { groupIds: members.map((row) => row.groupId), userIds: members.map((row) => row.userId) },
    grants: await db.rows<GrantFacts>('SELECT viewerId, targetId, rights FROM individual_grant'),
  };
  return new NaiveRights(data);
}

async function expectExact(db: Database, replicas: readonly DirectoryRights[]): Promise<void> {
  const model = await naive(db);
  const users = [...model.vanishedByUser.keys()];
  for (const replica of replicas) {
    const { index, order } = await replica.current();
    for (const viewer of users) {
      for (const target of users) {
        expect(index.explain(viewer, target).rights).toBe(model.check(viewer, target));
      }
      expect([...index.visibleUsers(viewer)]).toEqual(model.visibleUsers(viewer, ALL_RIGHTS));
      expect([...index.visibleTo(viewer, 0b101)]).toEqual(model.visibleTo(viewer, 0b101));
    }
    const named = await db.rows<{ id: number }>('SELECT id FROM user ORDER BY displayNameKey, id');
    const everybody = new UserSet();
    for (const id of users) everybody.add(index.roster.ordinal(id));
    const page = order.page(everybody, { limit: 1000, backward: false, after: null, before: null });
    expect(page.ids).toEqual(named.map((row) => row.id));
  }
}

/** A random change through the services, as the API makes it, or through SQL as a sync does. */
async function change(db: Database, services: Services, random: (below: number) => number): Promise<void> {
  const users = (await db.rows<{ id: number }>('SELECT id FROM user')).map((row) => globalId('User', row.id));
  const groups = (await db.rows<{ id: number }>('SELECT id FROM user_group')).map((row) => row.id);
  const pick = <T>(list: readonly T[]): T => list[random(list.length)];
  const some = () => users.filter(() => random(3) === 0);
  const rights = () => maskToRights(random(ALL_RIGHTS + 1) & random(ALL_RIGHTS + 1)).map((name) => Right[name]);
  const id = pick(groups);
  const key = Number(pick(users).slice('User_'.length));
  const acts: (() => Promise<unknown>)[] = [
    () => services.users.create({ userId: `u${Date.now()}${random(1e9)}`, displayName: `N${random(99)}` }),
    () => services.users.update({ id: globalId('User', key), displayName: `N${random(99)}` }),
    () => services.users.remove(globalId('User', key)),
    () => services.groups.create({ name: `G${random(99)}` }),
    () => services.groups.remove(id),
    () => services.members.add(id, some()),
    () => services.members.add(id, some()),
    () => services.members.remove(id, some()),
    () =>
      services.groupSettings.update(id, {
        id: '',
        memberAuthorization: { rights: rights() },
        settingsActive: random(4) > 0,
      }),
    () =>
      services.groupSettings.update(id, {
        id: '',
        leaderId: pick(users),
        deputyId: null,
        leaderAuthorization: { rights: rights() },
      }),
    () => services.groupSettings.update(id, { id: '', leaderId: null }),
    () => services.grants.grant({ viewerId: pick(users), targetId: pick(users), authorization: { rights: rights() } }),
    () => services.grants.revoke(pick(users), pick(users)),
    () => written(db, { settings: true }, `UPDATE settings SET globalRights = ${random(8) ? 0 : random(4)}`),
    () =>
      written(
        db,
        random(2) ? { users: [key] } : { all: true },
        `UPDATE user SET state = '${random(2) ? 'VANISHED' : 'ACTIVE'}' WHERE id = ${key}`,
      ),
  ];
  // Some draws are refused (a vanished member, a grant on oneself): nothing has changed then.
  await pick(acts)().catch((error: Error) => expect(error.name).toBe('AppError'));
}

async function written(db: Database, note: Parameters<typeof recordRevision>[1], sql: string): Promise<void> {
  await db.write(async (em) => {
    await em.query(sql);
    await recordRevision(em, note);
  });
}

function servicesOf(db: Database): Services {
  const config = loadConfig({ LOG_LEVEL: 'silent' });
  return createServices({ db, config, clock: systemClock, log: createLogger('silent') }, 'test');
}

async function prepared(db: Database): Promise<Services> {
  const services = servicesOf(db);
  for (let n = 0; n < 12; n++) await services.users.create({ userId: `start${n}`, displayName: `N${n}` });
  for (let n = 0; n < 4; n++) await services.groups.create({ name: `G${n}` });
  return services;
}

function suite(open: () => Promise<Database>, close: (db: Database) => Promise<void>): void {
  let db: Database;
  beforeAll(async () => (db = await open()));
  afterAll(() => close(db));

  it('equals the rules over the rows after any changes, in every replica', async () => {
    const services = await prepared(db);
    const replicas = [new DirectoryRights(db), new DirectoryRights(db)];
    const random = randomNumbers(20261124);
    for (let round = 0; round < 60; round++) {
      for (let n = random(4); n >= 0; n--) await change(db, services, random);
      // The second replica looks seldom: it catches up by many notes at once.
      await expectExact(db, round % 7 === 6 ? replicas : replicas.slice(0, 1));
    }
  }, 60_000);

  it('reads all anew where the notes are no longer kept', async () => {
    const replica = new DirectoryRights(db);
    await expectExact(db, [replica]);
    await written(db, { settings: true }, 'UPDATE settings SET globalRights = 2');
    await db.write((em) => em.query('DELETE FROM revision_change'));
    await expectExact(db, [replica]);
  });

  it('is as new as the last commit for each of many callers at once', async () => {
    const replica = new DirectoryRights(db);
    const rounds = Array.from({ length: 8 }, async (_, round) => {
      await written(db, { settings: true }, `UPDATE settings SET globalRights = ${round}`);
      const row = await db.first<{ value: number }>('SELECT value FROM revision WHERE id = 1');
      expect((await replica.current()).revision).toBeGreaterThanOrEqual(row?.value ?? Infinity);
    });
    await Promise.all(rounds);
    await expectExact(db, [replica]);
  });

  it('is exact after changes that go on while others read, and while all is read anew', async () => {
    const services = servicesOf(db);
    const replica = new DirectoryRights(db);
    const random = randomNumbers(20261125);
    for (let round = 0; round < 12; round++) {
      if (round % 3 === 0) await written(db, { all: true }, 'UPDATE settings SET globalRights = 0');
      const readers = Array.from({ length: 3 }, async () => {
        for (let n = 0; n < 4; n++) {
          const before = await db.first<{ value: number }>('SELECT value FROM revision WHERE id = 1');
          expect((await replica.current()).revision).toBeGreaterThanOrEqual(before?.value ?? Infinity);
        }
      });
      const writers = Array.from({ length: 3 }, () => change(db, services, random));
      await Promise.all([...readers, ...writers]);
      await expectExact(db, [replica]);
    }
  }, 60_000);

  it('asks the database once more at most for all who come while it is asked', async () => {
    const replica = new DirectoryRights(db);
    await replica.current();
    let statements = 0;
    statementCounter.count = () => statements++;
    const images = await Promise.all(Array.from({ length: 20 }, () => replica.current()));
    delete statementCounter.count;
    expect(statements).toBe(2);
    expect(new Set(images).size).toBe(1);
  });

  it('is given without asking to those who have just read its revision, and to no others', async () => {
    const replica = new DirectoryRights(db);
    const { revision } = await replica.current();
    expect(replica.asOf(revision)?.revision).toBe(revision);
    expect(replica.asOf(revision - 1)).toBeNull();
    await written(db, { settings: true }, 'UPDATE settings SET globalRights = 1');
    expect(replica.asOf(revision + 1)).toBeNull();
    await replica.current();
    expect(replica.asOf(revision)).toBeNull();
    expect(replica.asOf(revision + 1)?.index.isEveryoneVisible(1)).toBe(true);
  });
}

describe('the rights of the directory in memory, on SQLite', () => {
  let end: () => Promise<void>;
  suite(
    async () => {
      const opened = await sqliteDb();
      end = opened.close;
      return opened.db;
    },
    () => end(),
  );
});

describeWith('mariadb', 'the rights of the directory in memory, on MariaDB', () => {
  let database: TestDatabase;
  suite(
    async () => {
      database = await createTestDatabase();
      return openPrepared(database.url);
    },
    async (db) => {
      await db.close();
      await database.drop();
    },
  );
});
