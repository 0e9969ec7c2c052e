import { AssignmentKind } from '../../../schema/client.enums';
import { UserState } from '../../../schema/enums';
import { statementCounter } from '../../../src/database';
import { recordRevision } from '../../../src/revision';
import { factories } from '../../support/factories';
import { startTestGateway, type TestGateway } from '../../support/gateway';

interface Answer {
  rights: string[];
  sources: { grantedBy: string; asLeader: boolean; rights: string[]; group: { id: string } | null }[];
}
interface List {
  totalCount: number;
  nodes: { displayName: string }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
}

const EFFECTIVE = `query ($v: ID!, $t: ID!) { effectiveRights(viewerId: $v, targetId: $t) {
  viewer { id } target { id } rights sources { grantedBy asLeader rights group { id } } } }`;
const UPDATE = 'mutation ($i: UpdateGroupInput!) { updateGroup(input: $i) { id } }';
const GRANT = 'mutation ($i: GrantRightsInput!) { grantRights(input: $i) { rights } }';
const REVOKE = 'mutation ($v: ID!, $t: ID!) { revokeRights(viewerId: $v, targetId: $t) { rights } }';
const PAGE = 'totalCount nodes { displayName } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';

describe('rights of users on users', () => {
  let gateway: TestGateway;
  let make: ReturnType<typeof factories>;
  beforeAll(async () => {
    gateway = await startTestGateway();
    make = factories(gateway);
    await setGlobal(0);
  });
  afterAll(() => gateway.close());

  const setGlobal = async (globalRights: number) => {
    await gateway.db.write(async (em) => {
      await em.query('UPDATE settings SET globalRights = ? WHERE id = 1', [globalRights]);
      await recordRevision(em, { settings: true });
    });
  };
  const effective = async (v: string, t: string, token?: string) =>
    (await gateway.run<{ effectiveRights: Answer }>(EFFECTIVE, { v, t }, token)).effectiveRights;
  const list = async (field: 'visibleUsers' | 'visibleTo', id: string, args = '', token?: string) =>
    (
      await gateway.run<{ user: Record<string, List> }>(
        `query ($id: ID!) { user(id: $id) { ${field}${args} { ${PAGE} } } }`,
        { id },
        token,
      )
    ).user[field];
  const names = (found: List) => found.nodes.map((node) => node.displayName);

  it('E3, E8: members hold the member rights on each other while the settings are active', async () => {
    const [ann, bob, out] = [await make.person('Ann'), await make.person('Bob'), await make.person('Out')];
    const id = await make.group('Team', [ann, bob]);
    await gateway.run(UPDATE, { i: { id, memberAuthorization: { level: 'BUSINESS' } } });
    const answer = await effective(ann, bob);
    expect(answer.sources).toEqual([{ grantedBy: 'GROUP', asLeader: false, rights: answer.rights, group: { id } }]);
    expect(answer.rights).toContain('SEE_PUBLIC_APPOINTMENTS');
    expect((await effective(bob, ann)).rights).toEqual(answer.rights);
    expect((await effective(out, ann)).rights).toEqual([]);
    await gateway.run(UPDATE, { i: { id, settingsActive: false } });
    expect(await effective(ann, bob)).toMatchObject({ rights: [], sources: [] });
  });

  it('E4–E6: leader and deputy hold the leader rights on the members, who get none by it', async () => {
    const [leaderId, deputyId, member] = [await make.person('Lea'), await make.person('Dan'), await make.person('Mem')];
    const id = await make.group('Led', [member]);
    await gateway.run(UPDATE, { i: { id, leaderId, deputyId, leaderAuthorization: { level: 'TEAM' } } });
    for (const viewer of [leaderId, deputyId]) {
      const { sources } = await effective(viewer, member);
      expect(sources).toMatchObject([{ grantedBy: 'GROUP', asLeader: true, group: { id } }]);
    }
    expect((await effective(member, leaderId)).rights).toEqual([]);
    expect(names(await list('visibleUsers', leaderId))).toEqual(['Mem']);
    expect(names(await list('visibleTo', member))).toEqual(['Dan', 'Lea']);
    await gateway.run(UPDATE, { i: { id, leaderId: null } });
    expect((await effective(leaderId, member)).rights).toEqual([]);
  });

  it('E39: individual grants are one-way, replaced by a second one, and taken back', async () => {
    const [viewerId, targetId] = [await make.person('Gro'), await make.person('Han')];
    const grant = (authorization: object) => gateway.run(GRANT, { i: { viewerId, targetId, authorization } });
    expect(await grant({ level: 'PUBLIC' })).toEqual({ grantRights: { rights: ['SEE_PRESENCE'] } });
    expect(await grant({ rights: ['SET_PRESENCE'] })).toEqual({ grantRights: { rights: ['SET_PRESENCE'] } });
    expect((await effective(targetId, viewerId)).rights).toEqual([]);
    const query =
      'query ($id: ID!) { user(id: $id) { grants { id viewer { id } target { id } authorization { level rights } } } }';
    const { user } = await gateway.run<{ user: { grants: { id: string }[] } }>(query, { id: targetId });
    expect(user.grants).toMatchObject([
      {
        viewer: { id: viewerId },
        target: { id: targetId },
        authorization: { level: 'SPECIAL', rights: ['SET_PRESENCE'] },
      },
    ]);
    const node = await gateway.run('query ($id: ID!) { node(id: $id) { ... on IndividualGrant { viewer { id } } } }', {
      id: user.grants[0]?.id,
    });
    expect(node.node).toEqual({ viewer: { id: viewerId } });
    for (let times = 0; times < 2; times++) {
      expect(await gateway.run(REVOKE, { v: viewerId, t: targetId })).toEqual({ revokeRights: { rights: [] } });
    }
  });

  it('refuses a grant to or on nobody, on oneself, and without exactly one of level and rights', async () => {
    const [viewerId, targetId] = [await make.person('Ida'), await make.person('Jon')];
    const grant = (input: object) =>
      gateway.refused(GRANT, { i: { viewerId, targetId, authorization: { level: 'TEAM' }, ...input } });
    expect(await grant({ viewerId: 'User_99999' })).toMatchObject({ code: 'NOT_FOUND', field: 'viewerId' });
    expect(await grant({ targetId: 'User_99999' })).toMatchObject({ code: 'NOT_FOUND', field: 'targetId' });
    expect(await grant({ targetId: viewerId })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'targetId' });
    expect(await grant({ authorization: {} })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'authorization' });
    expect(await gateway.refused(REVOKE, { v: viewerId, t: 'User_99999' })).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('adds up what several sources grant, and tells of each all that it grants', async () => {
    const [kim, leo] = [await make.person('Kim'), await make.person('Leo')];
    const group = await make.group('Both', [kim, leo], { memberRights: 0b11 });
    await make.group('Silent', [kim, leo]);
    await gateway.run(GRANT, {
      i: { viewerId: kim, targetId: leo, authorization: { rights: ['SEE_PRIVATE_APPOINTMENTS'] } },
    });
    await setGlobal(1);
    const answer = await effective(kim, leo);
    expect(answer.rights).toEqual(['SEE_PRESENCE', 'SET_PRESENCE', 'SEE_PRIVATE_APPOINTMENTS']);
    expect(answer.sources).toEqual([
      { grantedBy: 'GLOBAL', asLeader: false, rights: ['SEE_PRESENCE'], group: null },
      { grantedBy: 'GROUP', asLeader: false, rights: ['SEE_PRESENCE', 'SET_PRESENCE'], group: { id: group } },
      { grantedBy: 'INDIVIDUAL', asLeader: false, rights: ['SEE_PRIVATE_APPOINTMENTS'], group: null },
    ]);
    await setGlobal(0);
  });

  it('E39: lists by any right or one, by name, page by page, without oneself and VANISHED users', async () => {
    const viewer = await make.person('Viewer of all');
    const seen = await Promise.all(['eve', 'Älva', 'Cid', 'bea', 'Dora'].map((name) => make.person(name)));
    const gone = await make.person('Aaron', { state: UserState.VANISHED });
    await make.group('Seen', [viewer, ...seen, gone], { memberRights: 1 });
    const all = await list('visibleUsers', viewer);
    expect(all).toMatchObject({ totalCount: 5 });
    expect(names(all)).toEqual(['Älva', 'bea', 'Cid', 'Dora', 'eve']);
    expect((await list('visibleUsers', viewer, '(right: SET_PRESENCE)')).totalCount).toBe(0);
    expect((await list('visibleUsers', viewer, '(right: SEE_PRESENCE)')).totalCount).toBe(5);
    const first = await list('visibleUsers', viewer, '(first: 2)');
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const second = await list('visibleUsers', viewer, `(first: 2, after: "${first.pageInfo.endCursor}")`);
    expect(names(second)).toEqual(['Cid', 'Dora']);
    const back = await list('visibleUsers', viewer, `(last: 1, before: "${second.pageInfo.startCursor}")`);
    expect(names(back)).toEqual(['bea']);
    expect(back.pageInfo.hasPreviousPage).toBe(true);
    const rest = await list('visibleUsers', viewer, `(first: 2, after: "${second.pageInfo.endCursor}")`);
    expect(names(rest)).toEqual(['eve']);
    expect(rest.pageInfo.hasNextPage).toBe(false);
    const bad = await gateway.refused(
      'query ($id: ID!) { user(id: $id) { visibleUsers(first: 1001) { totalCount } } }',
      { id: viewer },
    );
    expect(bad).toMatchObject({ code: 'BAD_USER_INPUT', field: 'first' });
  });

  it('a cursor goes on where it stood, even if its person was renamed or removed', async () => {
    const viewer = await make.person('Pager');
    const [one, two] = [await make.person('Mia 1'), await make.person('Mia 2'), await make.person('Mia 3')];
    await make.group('Mias', [viewer, one, two], { memberRights: 1 });
    const { pageInfo } = await list('visibleUsers', viewer, '(first: 1)');
    await gateway.run('mutation ($i: UpdateUserInput!) { updateUser(input: $i) { id } }', {
      i: { id: one, displayName: 'Zoe' },
    });
    expect(names(await list('visibleUsers', viewer, `(after: "${pageInfo.endCursor}")`))).toEqual(['Mia 2', 'Zoe']);
    await gateway.run('mutation ($id: ID!) { deleteUser(id: $id) }', { id: one });
    expect(names(await list('visibleUsers', viewer, `(after: "${pageInfo.endCursor}")`))).toEqual(['Mia 2']);
  });

  it('the lists of many users cost as many statements as that of one', async () => {
    const people = await Promise.all(Array.from({ length: 12 }, (_, i) => make.person(`Many ${i}`)));
    await make.group('Many', people, { memberRights: 1 });
    const query = `query ($f: UserFilter) { users(filter: $f) { nodes { grants { id } services { service }
      effectiveServices { service viaGroups { id } } endpoints { id } monitor { title } favorites { title }
      visibleUsers(first: 3) { nodes { id } } visibleTo(first: 3) { totalCount } } } }`;
    const count = async (ids: string[]) => {
      let statements = 0;
      statementCounter.count = () => statements++;
      await gateway.run(query, { f: { ids } });
      delete statementCounter.count;
      return statements;
    };
    await count(people);
    const one = await count(people.slice(0, 1));
    expect(await count(people)).toBe(one);
  });

  it('many objects by their ids cost as many statements as one, also for a USER client', async () => {
    const people = await Promise.all(Array.from({ length: 9 }, (_, i) => make.person(`Node ${i}`)));
    const groupId = await make.group('Nodes', people);
    const { token } = await make.client('nodes', people[0]);
    const ids = [...people, ...people.map((id) => `Membership_${groupId.slice(6)}_${id.slice(5)}`)];
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
    const count = async (some: string[]) => {
      let statements = 0;
      statementCounter.count = () => statements++;
      const { nodes } = await gateway.run<{ nodes: unknown[] }>(query, { ids: some }, token);
      delete statementCounter.count;
      expect(nodes).toEqual(some.map((id) => ({ id })));
      return statements;
    };
    expect(await count(ids)).toBe(await count([people[1] ?? '', ids[10] ?? '']));
  });

  describe('V4, V5: a USER client', () => {
    it('asks for its linked user as viewer, and knows nothing of others', async () => {
      const [me, mate, stranger] = [
        await make.person('Self'),
        await make.person('Mate'),
        await make.person('Stranger'),
      ];
      const group = await make.group('Mates', [me, mate], { memberRights: 1 });
      const { token } = await make.client('self', me);
      expect((await effective(me, mate, token)).sources).toMatchObject([{ group: { id: group } }]);
      for (const [v, t] of [
        [mate, me],
        [me, stranger],
        ['User_99999', me],
        [me, 'User_99999'],
      ]) {
        expect(await gateway.refused(EFFECTIVE, { v, t }, token)).toMatchObject({ code: 'NOT_FOUND' });
      }
      expect(names(await list('visibleUsers', me, '', token))).toEqual(['Mate']);
      expect(names(await list('visibleTo', me, '', token))).toEqual(['Mate']);
      for (const field of ['visibleUsers', 'visibleTo'] as const) {
        expect(await list(field, mate, '', token)).toMatchObject({ totalCount: 0, nodes: [] });
      }
      expect(
        await gateway.refused(GRANT, { i: { viewerId: me, targetId: mate, authorization: { level: 'TEAM' } } }, token),
      ).toMatchObject({
        code: 'FORBIDDEN',
      });
    });

    it('may ask about whom its user sees by a grant, and sees its own grants only', async () => {
      const [me, far] = [await make.person('Near'), await make.person('Far')];
      const { token } = await make.client('near', me);
      await gateway.run(GRANT, { i: { viewerId: me, targetId: far, authorization: { level: 'PUBLIC' } } });
      await gateway.run(GRANT, { i: { viewerId: far, targetId: me, authorization: { level: 'TEAM' } } });
      expect((await effective(me, far, token)).rights).toEqual(['SEE_PRESENCE']);
      const mine =
        'query ($id: ID!) { user(id: $id) { grants { id viewer { displayName externalId } } visibleUsers { nodes { displayName grants { id } } } } }';
      expect((await gateway.run(mine, { id: me }, token)).user).toMatchObject({
        grants: [{ viewer: { displayName: 'Far', externalId: null } }],
        visibleUsers: { nodes: [{ displayName: 'Far', grants: [] }] },
      });
      const { user } = await gateway.run<{ user: { grants: { id: string }[] } }>(
        'query ($id: ID!) { user(id: $id) { grants { id } } }',
        { id: far },
      );
      const node = await gateway.run('query ($id: ID!) { node(id: $id) { id } }', { id: user.grants[0]?.id }, token);
      expect(node).toEqual({ node: null });
    });

    it('is shown no group it does not see among the sources', async () => {
      const [me, member] = [await make.person('Outer'), await make.person('Inner')];
      const id = await make.group('Unseen', [member]);
      await gateway.run(UPDATE, { i: { id, leaderId: me, leaderAuthorization: { level: 'PUBLIC' } } });
      const client = await make.client('outer', me);
      expect((await effective(me, member, client.token)).sources).toMatchObject([{ asLeader: true, group: null }]);
      await make.assign(client.id, id, AssignmentKind.ASSIGNEE);
      expect((await effective(me, member, client.token)).sources).toMatchObject([{ asLeader: true, group: { id } }]);
    });
  });
});
