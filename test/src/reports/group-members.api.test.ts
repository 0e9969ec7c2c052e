import { Realm } from '../../../schema/client.enums';
import { describeWith } from '../../support/availability';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { createTestDatabase } from '../../support/shared-mariadb';

const PATH = '/reports/group-members.csv';
const HEAD = 'group,userId,displayName,email,via,path,origin,since';

interface Setting {
  gateway: TestGateway;
  groups: string[];
  since: string;
}

/** Two groups; "Front, desk" holds ada (direct), ben (nested through "=Back") and cem until an hour ago. */
async function fill(gateway: TestGateway): Promise<Setting> {
  const { db, clock } = gateway;
  const now = Math.trunc(clock.now() / 1000) * 1000 - 7_200_000;
  await db.write(async (em) => {
    const group = (name: string) =>
      em.query(
        `INSERT INTO user_group (name, nameKey, origin, memberCount, createdAt, updatedAt) VALUES (?, ?, 'LDAP', 2, 0, 0)`,
        [name, name.toLowerCase()],
      );
    await group('Front, desk');
    await group('=Back');
    for (const [userId, email] of [
      ['ada', 'ada@example.com'],
      ['ben', null],
      ['cem', '+cem@example.com'],
    ]) {
      await em.query(
        `INSERT INTO user (userId, userIdKey, displayName, displayNameKey, email, origin, state, createdAt, updatedAt)
         VALUES (?, ?, ?, ?, ?, 'LDAP', 'ACTIVE', 0, 0)`,
        [userId, userId, `Person "${userId}"`, userId, email],
      );
    }
    const columns = 'groupId, userId, via, pathIds, origin, position, since';
    await em.query(`INSERT INTO membership (${columns}) VALUES (1,1,'DIRECT',NULL,'LDAP',2,?)`, [now]);
    await em.query(`INSERT INTO membership (${columns}) VALUES (1,2,'NESTED','2,1','LDAP',1,?)`, [now]);
    await em.query(`INSERT INTO membership (${columns}) VALUES (2,2,'PRIMARY',NULL,'LDAP',1,?)`, [now + 1000]);
    await em.query(`INSERT INTO membership_history (${columns}, until) VALUES (1,3,'DIRECT',NULL,'LDAP',3,?,?)`, [
      now,
      now + 3_600_000,
    ]);
  });
  return { gateway, groups: ['Group_1', 'Group_2'], since: new Date(now).toISOString() };
}

const get = ({ gateway }: Setting, query = '', token: string | null = gateway.adminToken) =>
  fetch(`${gateway.url}${PATH}${query}`, { headers: token ? { authorization: `Bearer ${token}` } : {} });

function behaves(open: () => Promise<{ gateway: TestGateway; close(): Promise<void> }>): void {
  let setting: Setting;
  let close: () => Promise<void>;
  beforeAll(async () => {
    const opened = await open();
    close = opened.close;
    setting = await fill(opened.gateway);
  });
  afterAll(() => close());

  it('lists members in member order, with ways, paths and neutral formulas (XU36)', async () => {
    const response = await get(setting);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const { since } = setting;
    const later = new Date(Date.parse(since) + 1000).toISOString();
    expect((await response.text()).split('\r\n')).toEqual([
      HEAD,
      `"Front, desk",ben,"Person ""ben""",,NESTED,=Back > Front, desk,LDAP,${since}`.replace(
        '=Back > Front, desk',
        `"'=Back > Front, desk"`,
      ),
      `"Front, desk",ada,"Person ""ada""",ada@example.com,DIRECT,,LDAP,${since}`,
      `'=Back,ben,"Person ""ben""",,PRIMARY,,LDAP,${later}`,
      '',
    ]);
  });

  it('tells a past instant from what has ended since (S11)', async () => {
    const at = (offset: number) => encodeURIComponent(new Date(Date.parse(setting.since) + offset).toISOString());
    const users = async (query: string) =>
      (await (await get(setting, query)).text())
        .split('\r\n')
        .slice(1, -1)
        .map((line) => /,(\w+),"Person/.exec(line)?.[1]);
    expect(await users(`?asOf=${at(500)}`)).toEqual(['ben', 'ada', 'cem']);
    expect(await users(`?asOf=${at(3_600_000)}`)).toEqual(['ben', 'ada', 'ben']);
    expect(await users(`?asOf=${at(-1)}`)).toEqual([]);
    expect(await users(`?asOf=${at(500)}&via=NESTED&via=PRIMARY`)).toEqual(['ben']);
    expect(await users('?groupId=Group_2')).toEqual(['ben']);
  });

  it.each([
    ['groupId=Group_99', 'groupId'],
    ['groupId=User_1', 'groupId'],
    ['groupId=Group_1&groupId=Group_2', 'groupId'],
    ['asOf=yesterday', 'asOf'],
    ['asOf=2999-01-01T00:00:00Z', 'asOf'],
    ['via=direct', 'via'],
    ['vias=DIRECT', 'vias'],
  ])('refuses %s, naming the parameter', async (query, field) => {
    const response = await get(setting, `?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT', field } }] });
  });
}

describe('the report of group members', () => {
  behaves(async () => {
    const gateway = await startTestGateway();
    return { gateway, close: () => gateway.close() };
  });

  describe('and who may have it (V7)', () => {
    let setting: Setting;
    beforeAll(async () => (setting = await fill(await startTestGateway())));
    afterAll(() => setting.gateway.close());

    const supervisor = async (username: string, module: string, maskSensitiveData: boolean) => {
      const { createUserProfile } = await setting.gateway.run<{ createUserProfile: { id: string } }>(
        'mutation ($input: UserProfileInput!) { createUserProfile(input: $input) { id } }',
        {
          input: {
            name: `Profile of ${username}`,
            defaultPermissionType: 'READ',
            maskSensitiveData,
            modules: [{ module, permissionType: 'READ' }],
          },
        },
      );
      const { createStaffUser } = await setting.gateway.run<{ createStaffUser: { id: string } }>(
        'mutation ($input: CreateStaffUserInput!) { createStaffUser(input: $input) { id } }',
        {
          input: {
            role: 'USER',
            userProfileId: createUserProfile.id,
            fullName: username,
            username,
            email: `${username}@example.com`,
            password: 'Long-enough-1',
          },
        },
      );
      return setting.gateway.tokenFor(Realm.STAFF, Number(createStaffUser.id.split('_')[1]));
    };

    it('nobody: 401; without REPORTS: 403; both as JSON', async () => {
      const nobody = await get(setting, '', null);
      expect([nobody.status, await nobody.json()]).toMatchObject([
        401,
        { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
      ]);
      const other = await get(setting, '', await supervisor('eve', 'AGENTS', false));
      expect([other.status, await other.json()]).toMatchObject([
        403,
        { errors: [{ extensions: { code: 'FORBIDDEN' } }] },
      ]);
    });

    it('supervisors with REPORTS; masked where their profile masks (XU35)', async () => {
      const open = await get(setting, '?groupId=Group_1', await supervisor('sam', 'REPORTS', false));
      expect(await open.text()).toContain('ada@example.com');
      const masked = await get(setting, '?groupId=Group_1', await supervisor('mia', 'REPORTS', true));
      expect(await masked.text()).toContain('aXX@example.com');
    });
  });
});

describeWith('mariadb', 'the report of group members on MariaDB', () => {
  behaves(async () => {
    const database = await createTestDatabase();
    const gateway = await startTestGateway({ databaseUrl: database.url });
    return {
      gateway,
      close: async () => {
        await gateway.close();
        await database.drop();
      },
    };
  });
});
