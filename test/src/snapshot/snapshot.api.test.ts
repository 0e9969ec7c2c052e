import fc from 'fast-check';
import { recordRevision } from '../../../src/revision';
import { describeWith } from '../../support/availability';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { createTestDatabase } from '../../support/shared-mariadb';

/** Texts whose order differs between UTF-16, code points and padded comparison, after folding too. */
const NAMES = [
  'ada',
  'Ada B',
  'ada-b',
  'Ärzte',
  'zoë',
  '𐐷 astral',
  '｡ half',
  'ﬁn',
  '',
  'a',
  'aa',
  'Z',
  '中',
  '\u{1f600}',
];

interface Pair {
  /** Answers from memory. */
  snapshot: TestGateway;
  /** The same database, always SQL. */
  sql: TestGateway;
}

async function openPair(databaseUrl?: string): Promise<Pair> {
  const snapshot = await startTestGateway({ ...(databaseUrl ? { databaseUrl } : {}) });
  const url = databaseUrl ?? snapshot.config.databaseUrl;
  const sql = await startTestGateway({ databaseUrl: url, config: { snapshot: false } });
  return { snapshot, sql };
}

async function fill({ snapshot: { db } }: Pair): Promise<void> {
  await db.write(async (em) => {
    for (let i = 1; i <= 60; i++) {
      const name = `${NAMES[i % NAMES.length]}${i % 3}`;
      const key = name.normalize('NFKD').toLowerCase();
      await em.query(
        `INSERT INTO user (userId, userIdKey, displayName, displayNameKey, department, departmentKey, origin, state, locked, managerId, createdAt, updatedAt)
         VALUES (?,?,?,?,?,?,?,?,'',?,0,?)`,
        [
          `u${i}`,
          `u${i}`,
          name,
          key,
          `D${i % 4}`,
          `d${i % 4}`,
          i % 2 ? 'LDAP' : 'MANUAL',
          states[i % 7] ?? 'ACTIVE',
          i % 5 || null,
          i % 9,
        ],
      );
    }
    for (let i = 1; i <= 14; i++) {
      await em.query(
        `INSERT INTO user_group (name, nameKey, origin, leaderId, createdAt, updatedAt) VALUES (?,?,?,?,0,0)`,
        [`G${NAMES[i % 5]}`, `g${(NAMES[i % 5] ?? '').toLowerCase()}`, i % 3 ? 'MANUAL' : 'LDAP', i % 4 ? i : null],
      );
      for (let u = 1; u <= 60; u += 1 + (i % 6)) {
        await em.query(
          'INSERT INTO membership (groupId, userId, via, pathIds, origin, position, since) VALUES (?,?,?,?,?,?,?)',
          [i, u, u % 4 ? 'DIRECT' : 'NESTED', u % 4 ? null : '2,3', 'LDAP', 61 - (u % 50), 1000 + u],
        );
      }
    }
    await em.query(
      'UPDATE user_group SET memberCount = (SELECT COUNT(*) FROM membership m WHERE m.groupId = user_group.id)',
    );
    await recordRevision(em, { all: true });
  });
}
const COUNT_MEMBERS =
  'UPDATE user_group SET memberCount = (SELECT COUNT(*) FROM membership m WHERE m.groupId = user_group.id)';
const states: Record<number, string> = { 2: 'DISABLED', 5: 'VANISHED' };

const USER =
  'id userId displayName department state origin updatedAtProbe: email primaryLine { number } manager { id }';
const GROUP = 'id name origin memberCount editable settingsActive leader { userId }';
const PAGE = 'totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';
const MEMBERSHIP = 'id via position since callState flag path { name }';
const DOCUMENT =
  `query ($uf: UserFilter, $uo: UserOrder, $gf: GroupFilter, $go: GroupOrder, $via: [MembershipVia!], $u: ID!, $g: ID!, $m: ID!,
    $first: Int, $last: Int, $after: String, $before: String, $mf: Int, $ml: Int, $ma: String, $mb: String) {
  users(filter: $uf, orderBy: $uo, first: $first, last: $last, after: $after, before: $before) { ${PAGE}
    edges { cursor node { ${USER} memberships(first: $mf, last: $ml, via: $via) { ${PAGE} edges { cursor node { ${MEMBERSHIP} group { name } } } } } } }
  groups(filter: $gf, orderBy: $go, first: $first, last: $last) { ${PAGE}
    edges { cursor node { ${GROUP} members(first: $mf, last: $ml, via: $via) { ${PAGE} nodes { ${MEMBERSHIP} user { ${USER} } } } } } }
  user(id: $u) { ${USER} }
  group(id: $g) { ${GROUP} members(first: $mf, last: $ml, after: $ma, before: $mb) { ${PAGE} edges { cursor node { id } } } }
  node(id: $m) { __typename id ... on Membership { via group { id } user { displayName } } ... on User { userId } }
}`.replace('updatedAtProbe: email', 'email');

/** Only what is answered from the image directly, and much of it in unusual ways: aliases, fragments, both kinds of type names. */
const DIRECT = `query ($uf: UserFilter, $uo: UserOrder, $gf: GroupFilter, $go: GroupOrder, $via: [MembershipVia!], $u: ID!, $g: ID!, $m: ID!,
    $first: Int, $last: Int, $after: String, $before: String, $mf: Int, $ml: Int, $ma: String, $mb: String, $yes: Boolean = true) {
  users(filter: $uf, orderBy: $uo, first: $first, last: $last, after: $after, before: $before) { __typename ${PAGE}
    edges { __typename cursor node { ...who memberships(first: $mf, last: $ml, via: $via) { ${PAGE} edges { cursor node { ...how group { name } } } } } } }
  groups(filter: $gf, orderBy: $go, first: $first, last: $last) { ${PAGE}
    edges { cursor node { id label: name editable vanishedAt leader { ...who } all: members { totalCount }
      members(first: $mf, last: $ml, via: $via) { ${PAGE} nodes { ...how user { ...who } } } } } }
  user(id: $u) { ...who @include(if: $yes) manager { displayName manager { id } } }
  group(id: $g) { version memberCount settingsActive members(first: $mf, last: $ml, after: $ma, before: $mb) { ${PAGE} edges { node { id } } } }
  node(id: $m) { __typename id ... on Membership { via group { id } user { displayName } } ... on User { userId } }
}
fragment who on User { __typename id userId displayName department state origin email vanishedAt skipped: title @skip(if: $yes) }
fragment how on Node { id ... on Membership { via origin since position callState flag editable } }`;

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const ids = (type: string, max: number) =>
  fc.array(
    fc.integer({ min: 1, max }).map((id) => `${type}_${id}`),
    { maxLength: 5 },
  );
const direction = fc.constantFrom('ASC', 'DESC');
const size = fc.integer({ min: 0, max: 30 });
const oneWay = fc.oneof(
  size.map((first) => ({ first })),
  size.map((last) => ({ last })),
);
const membersWay = fc.oneof(
  size.map((mf) => ({ mf })),
  size.map((ml) => ({ ml })),
);
const variables = fc
  .record({
    uf: optional(
      fc.record(
        {
          state: fc.subarray(['ACTIVE', 'DISABLED', 'VANISHED']),
          origin: fc.subarray(['LDAP', 'MANUAL']),
          department: fc.constantFrom('D1', 'd2', 'none'),
          memberOf: fc.integer({ min: 1, max: 16 }).map((id) => `Group_${id}`),
          ids: ids('User', 70),
          search: fc.constantFrom('a', 'Ä', 'u1'),
        },
        { requiredKeys: [] },
      ),
    ),
    uo: optional(
      fc.record({ field: fc.constantFrom('DISPLAY_NAME', 'USER_ID', 'DEPARTMENT', 'UPDATED_AT'), direction }),
    ),
    gf: optional(
      fc.record(
        {
          search: fc.constantFrom('g', 'GA', 'x'),
          ids: ids('Group', 16),
          empty: fc.boolean(),
          origin: fc.subarray(['LDAP', 'MANUAL']),
          vanished: fc.boolean(),
        },
        { requiredKeys: [] },
      ),
    ),
    go: optional(fc.record({ field: fc.constantFrom('NAME', 'MEMBER_COUNT'), direction })),
    via: optional(fc.subarray(['DIRECT', 'NESTED', 'PRIMARY'])),
    u: fc.integer({ min: 1, max: 70 }).map((id) => `User_${id}`),
    g: fc.integer({ min: 1, max: 16 }).map((id) => `Group_${id}`),
    m: fc
      .tuple(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 65 }))
      .map(([g, u]) => `Membership_${g}_${u}`),
  })
  .chain((fixed) => fc.tuple(oneWay, membersWay).map(([page, members]) => ({ ...fixed, ...page, ...members })));

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('read' as const), variables, settle: fc.boolean() }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('write' as const),
        what: fc.constantFrom(
          'addMembers',
          'removeMembers',
          'reorderMembers',
          'rename',
          'create',
          'deleteUser',
          'deleteGroup',
          'callState',
          'sync',
        ),
        group: fc.integer({ min: 1, max: 14 }),
        users: fc.array(fc.integer({ min: 1, max: 62 }), { minLength: 1, maxLength: 4 }),
        name: fc.constantFrom(...NAMES.filter((name) => name !== '')),
      }),
    },
  ),
  { minLength: 6, maxLength: 14 },
);

type Write = { what: string; group: number; users: number[]; name: string };

/** A change through the API of either gateway, which may be refused, or one as a sync makes it. */
async function write({ snapshot, sql }: Pair, { what, group, users, name }: Write): Promise<void> {
  const gateway = group % 2 ? snapshot : sql;
  const g = `Group_${group}`;
  const u = users.map((id) => `User_${id}`);
  const mutate = (document: string, input: object) => gateway.send(document, input, gateway.adminToken);
  if (/Members$/.test(what)) {
    await mutate(
      `mutation ($g: ID!, $u: [ID!]!) { ${what}(groupId: $g, userIds: $u) { memberCount members(first: 3) { nodes { position } } } }`,
      { g, u },
    );
  } else if (what === 'rename') {
    await mutate('mutation ($i: UpdateGroupInput!) { updateGroup(input: $i) { name } }', { i: { id: g, name } });
    await mutate('mutation ($i: UpdateUserInput!) { updateUser(input: $i) { displayName } }', {
      i: { id: u[0], displayName: name },
    });
  } else if (what === 'create') {
    await mutate('mutation ($i: CreateUserInput!) { createUser(input: $i) { id } }', {
      i: { userId: `new${Date.now()}`, displayName: name },
    });
  } else if (what === 'deleteUser') {
    await mutate('mutation ($id: ID!) { deleteUser(id: $id) }', { id: u[0] });
  } else if (what === 'deleteGroup') {
    await mutate('mutation ($id: ID!) { deleteGroup(id: $id) }', { id: g });
  } else if (what === 'callState') {
    await mutate('mutation ($g: ID!, $u: ID!) { setCallState(groupId: $g, userId: $u, callState: PAUSED) { id } }', {
      g,
      u: u[0],
    });
  } else {
    await gateway.db.write(async (em) => {
      await em.query(`UPDATE user SET state = 'VANISHED', vanishedAt = 5 WHERE id IN (${users.join(',')})`);
      await em.query(`DELETE FROM membership WHERE userId IN (${users.join(',')}) AND groupId <= ?`, [group]);
      await em.query(COUNT_MEMBERS);
      await recordRevision(em, { all: true });
    });
  }
}

type Answered = Record<string, { pageInfo: { endCursor: string | null; startCursor: string | null } }> | null;

function agrees(open: () => Promise<Pair>): void {
  let pair: Pair;
  let fromMemory = 0;
  beforeAll(async () => {
    pair = await open();
    await fill(pair);
  }, 60_000);
  afterAll(async () => {
    await pair.sql.close();
    await pair.snapshot.close();
  });

  const agreeOn = async (document: string, input: object): Promise<Answered> => {
    const [memory, sql] = await Promise.all(
      [pair.snapshot, pair.sql].map((gateway) => gateway.send(document, input, gateway.adminToken)),
    );
    expect(memory).toEqual(sql);
    return sql?.data as Answered;
  };
  const bothAnswer = async (input: object): Promise<Answered> => {
    const direct = await agreeOn(DIRECT, input);
    // With what nobody answers directly beside it, the same is executed.
    const executed = await pair.sql.send(
      DIRECT.replace('\n}', ' viewer { __typename }\n}'),
      input,
      pair.sql.adminToken,
    );
    expect(executed.data && { ...executed.data, viewer: undefined }).toEqual(direct);
    return agreeOn(DOCUMENT, input);
  };

  it('the same rows, cursors and order, whatever was written before', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        for (const step of list) {
          if (step.kind === 'write') {
            await write(pair, step);
            continue;
          }
          if (step.settle && (await pair.snapshot.server.snapshot?.settle())) fromMemory++;
          const data = await bothAnswer(step.variables);
          const { startCursor, endCursor } = data?.['users']?.pageInfo ?? {};
          const back = 'last' in step.variables;
          const members = (data?.['group'] as unknown as { members?: { pageInfo: { endCursor: string } } })?.members;
          const next = { ...(back ? { before: startCursor } : { after: endCursor }), ma: members?.pageInfo.endCursor };
          await bothAnswer({ ...step.variables, ...next });
        }
      }),
      { numRuns: 25 },
    );
    expect(fromMemory).toBeGreaterThan(10);
    expect(pair.snapshot.server.answers?.counts.written).toBeGreaterThan(10);
  }, 120_000);

  it('a request after a mutation sees it, while others read', async () => {
    const { snapshot } = pair;
    const { createUser } = await snapshot.run<{ createUser: { id: string } }>(
      'mutation { createUser(input: { userId: "fresh", displayName: "Fresh" }) { id } }',
    );
    const { id } = createUser;
    await snapshot.server.snapshot?.settle();
    const reading = Array.from({ length: 4 }, async () => {
      for (let i = 0; i < 30; i++) await snapshot.run('{ users(first: 20) { totalCount nodes { displayName } } }');
    });
    for (let i = 0; i < 30; i++) {
      const displayName = `Changed ${i}`;
      await snapshot.run('mutation ($i: UpdateUserInput!) { updateUser(input: $i) { id } }', {
        i: { id, displayName },
      });
      const { user } = await snapshot.run<{ user: { displayName: string } }>(
        'query ($id: ID!) { user(id: $id) { displayName } }',
        { id },
      );
      expect(user.displayName).toBe(displayName);
    }
    await Promise.all(reading);
  });

  it('its memory is told', async () => {
    await pair.snapshot.server.snapshot?.settle();
    expect(pair.snapshot.server.snapshot?.memoryBytes).toBeGreaterThan(10_000);
    expect(pair.sql.server.snapshot).toBeNull();
  });
}

describe('answers from the snapshot and from SQL are the same', () => {
  agrees(() => openPair());
});

describeWith('mariadb', 'answers from the snapshot and from SQL are the same on MariaDB', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  afterAll(() => database.drop());
  agrees(async () => {
    database = await createTestDatabase();
    return openPair(database.url);
  });
});
