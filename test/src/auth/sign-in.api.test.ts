import { Realm } from '../../../schema/client.enums';
import type { DirectoryAuthenticator } from '../../../src/auth/accounts';
import { clientAccounts } from '../../../src/clients/client.accounts';
import { hashPassword } from '../../../src/auth/passwords';
import { describeEachDatabase, type Prepared } from '../../support/each-database';
import { startTestGateway, type TestGateway } from '../../support/gateway';

const SIGN_IN = `mutation ($u: String!, $p: String!) {
  signIn(username: $u, password: $p) { token expiresAt viewer { __typename ... on Client { id username } } } }`;

interface SignedIn {
  signIn: { token: string; expiresAt: string; viewer: { __typename: string; id: string; username: string } };
}

describeEachDatabase('signing in to the realm CLIENT', (prepare) => {
  let prepared: Prepared;
  let gateway: TestGateway;
  const asked: [number, string, string][] = [];
  const directory: DirectoryAuthenticator = {
    authenticate: (sourceId, userId, password) => {
      asked.push([sourceId, userId, password]);
      return Promise.resolve(password === 'in the directory');
    },
  };
  beforeAll(async () => {
    prepared = await prepare();
    gateway = await startTestGateway({ directory, databaseUrl: prepared.url });
  });
  afterAll(async () => {
    await gateway.close();
    await prepared.close();
  });
  /** Past every window: what one test failed does not slow the next one down. */
  beforeEach(() => gateway.clock.advance(3_600_000));

  const signIn = (u: string, p: string) => gateway.send<SignedIn>(SIGN_IN, { u, p });

  const client = async (
    username: string,
    authType: 'PROXY' | 'CALLISTO',
    password: string | null,
    userId: number | null = null,
  ) =>
    gateway.db.write(async (em) => {
      await em.query(
        `INSERT INTO client (username, usernameKey, authType, passwordHash, rolesMask, userId, createdAt, updatedAt) VALUES (?, ?, ?, ?, 2, ?, 0, 0)`,
        [username, username.toLowerCase(), authType, password && (await hashPassword(password)), userId],
      );
      const rows = await em.query<{ id: number }[]>('SELECT id FROM client WHERE username = ?', [username]);
      return rows[0]?.id ?? 0;
    });

  it('C10, C11: the built-in administrator signs in, whatever the case of its name, and is the viewer', async () => {
    const { data } = await signIn('ADMIN', 'admin-password-1');
    expect(data?.signIn.viewer).toEqual({ __typename: 'Client', id: 'Client_1', username: 'admin' });
    expect(data?.signIn.token).toMatch(/^sbs_/);
    const { viewer } = await gateway.run<{ viewer: object }>(
      '{ viewer { ... on Client { username } } }',
      {},
      data?.signIn.token,
    );
    expect(viewer).toEqual({ username: 'admin' });
  });

  it('V2: nobody is the viewer of a request without a token', async () => {
    expect((await gateway.send('{ viewer { __typename } }')).data).toEqual({ viewer: null });
    const { errors } = await gateway.send('mutation { signOut }');
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('keeps only a hash of the token, and ends it at sign-out', async () => {
    const token = (await signIn('admin', 'admin-password-1')).data?.signIn.token ?? '';
    const rows = await gateway.db.rows('SELECT * FROM session');
    expect(JSON.stringify(rows)).not.toContain(token.slice(4));
    expect(await gateway.run('mutation { signOut }', {}, token)).toEqual({ signOut: true });
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: '{"query":"{ __typename }"}',
    });
    expect(response.status).toBe(401);
  });

  it('lets a session expire', async () => {
    const token = (await signIn('admin', 'admin-password-1')).data?.signIn.token ?? '';
    gateway.clock.advance(13 * 3_600_000);
    const answer = await gateway.send('{ __typename }', {}, token);
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it.each([
    ['a wrong password', 'admin', 'wrong'],
    ['an empty password', 'admin', ''],
    ['an unknown name', 'nobody-of-that-name', 'wrong'],
    ['an empty name', '', 'wrong'],
    ['a name with control characters', 'ad\u0000min', 'wrong'],
    ['an endless password', 'admin', 'x'.repeat(5000)],
  ])('C35: answers UNAUTHENTICATED, and always the same, for %s', async (_case, u, p) => {
    const { data, errors } = await signIn(u, p);
    expect(data).toBeNull();
    expect(errors).toMatchObject([
      { message: 'Username or password is wrong.', extensions: { code: 'UNAUTHENTICATED' } },
    ]);
  });

  it('takes as long for an unknown name as for a wrong password', async () => {
    const quickest = async (name: (i: number) => string) => {
      const times: number[] = [];
      for (let i = 0; i < 9; i++) {
        gateway.clock.advance(3_600_000);
        const start = performance.now();
        await signIn(name(i), 'wrong');
        times.push(performance.now() - start);
      }
      return Math.min(...times);
    };
    const [unknown, known] = [await quickest((i) => `unknown-${i}`), await quickest(() => 'admin')];
    expect(Math.max(unknown, known) / Math.min(unknown, known)).toBeLessThan(2);
  });

  describe('throttling', () => {
    it('C35: refuses an account after five failures, also with the right password, and says for how long', async () => {
      for (let i = 0; i < 5; i++) await signIn('admin', 'wrong');
      const { errors } = await signIn('Admin', 'admin-password-1');
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 30 });
      gateway.clock.advance(31_000);
      expect((await signIn('admin', 'admin-password-1')).data?.signIn.token).toBeTruthy();
      expect((await signIn('admin', 'wrong')).errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
    });

    it('doubles the block with each further failure, up to a quarter of an hour, never for good', async () => {
      const blocks: unknown[] = [];
      for (let i = 0; i < 12; i++) {
        await signIn('admin', 'wrong');
        if (i < 4) continue;
        const seconds = (await signIn('admin', 'wrong')).errors?.[0]?.extensions['retryAfterSeconds'] as number;
        blocks.push(seconds);
        gateway.clock.advance(seconds * 1000 - 1);
      }
      expect(blocks).toEqual([30, 60, 120, 240, 480, 900, 900, 900]);
      gateway.clock.advance(900_000);
      expect((await signIn('admin', 'admin-password-1')).data?.signIn.token).toBeTruthy();
    });

    it('counts a burst in parallel like one in sequence', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => signIn('someone', 'wrong')));
      const codes = answers.map((answer) => answer.errors?.[0]?.extensions['code']);
      expect(codes.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(5);
      expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(15);
    });

    it('does not slow down many who sign in at once, rightly', async () => {
      const answers = await Promise.all(Array.from({ length: 12 }, () => signIn('admin', 'admin-password-1')));
      expect(answers.every((answer) => answer.data)).toBe(true);
    });

    it('counts per address too: many names from one place', async () => {
      for (let i = 0; i < 50; i++) await signIn(`guess-${i}`, 'wrong');
      expect((await signIn('admin', 'admin-password-1')).errors?.[0]?.extensions).toMatchObject({
        code: 'RATE_LIMITED',
        retryAfterSeconds: 10,
      });
    });
  });

  describe('CALLISTO (C8)', () => {
    const source = async (name: string, kind: string, priority: number): Promise<number> =>
      gateway.db.write(async (em) => {
        await em.query(
          "INSERT INTO directory_source (name, nameKey, kind, priority, settings, mapping, matchBy, createdAt, updatedAt) VALUES (?, ?, ?, ?, '{}', '{}', '[]', 0, 0)",
          [name, name, kind, priority],
        );
        return (await em.query<{ id: number }[]>('SELECT id FROM directory_source WHERE name = ?', [name]))[0]?.id ?? 0;
      });
    const person = async (userId: string, sources: number[]): Promise<number> =>
      gateway.db.write(async (em) => {
        await em.query(
          "INSERT INTO user (userId, userIdKey, origin, state, displayName, displayNameKey, createdAt, updatedAt) VALUES (?, ?, 'LDAP', 'ACTIVE', ?, ?, 0, 0)",
          [userId, userId, userId, userId],
        );
        const id = (await em.query<{ id: number }[]>('SELECT id FROM user WHERE userId = ?', [userId]))[0]?.id ?? 0;
        for (const one of sources) {
          await em.query(
            "INSERT INTO user_entry (sourceId, externalId, userId, userIdKey, hash, fields) VALUES (?, ?, ?, ?, '', '{}')",
            [one, userId, id, userId],
          );
        }
        return id;
      });
    let sources: { file: number; ldap: number; ucm: number };

    it('answers SOURCE_UNAVAILABLE where no directory can be asked', async () => {
      await client('Early.Bird', 'CALLISTO', null);
      expect((await signIn('early.bird', 'x')).errors?.[0]?.extensions).toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    });

    it('passes username and typed password to the directory that knows the person, by priority', async () => {
      sources = {
        file: await source('file', 'LDIF', 1),
        ldap: await source('ldap', 'LDAP', 20),
        ucm: await source('ucm', 'UCM', 10),
      };
      await client('Ada', 'CALLISTO', null, await person('ada', [sources.file, sources.ldap, sources.ucm]));
      await client('Ben', 'CALLISTO', null, await person('ben', [sources.ldap]));
      await client('cem', 'CALLISTO', null);
      await person('cem', [sources.ldap]);
      for (const name of ['ADA', 'ben', 'cem', 'early.bird']) {
        expect((await signIn(name, 'in the directory')).data?.signIn.token).toBeTruthy();
      }
      expect(asked.map(([id, user]) => [id, user])).toEqual([
        [sources.ucm, 'Ada'],
        [sources.ldap, 'Ben'],
        [sources.ldap, 'cem'],
        [sources.ucm, 'Early.Bird'],
      ]);
    });

    it('refuses an empty password before any directory is asked', async () => {
      asked.length = 0;
      expect((await signIn('ben', '')).errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
      expect(asked).toEqual([]);
      expect((await signIn('ben', 'wrong')).errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
      expect(asked).toEqual([[sources.ldap, 'Ben', 'wrong']]);
    });

    it('holds no password that could be changed here: DIRECTORY_OWNED', async () => {
      const token = (await signIn('ben', 'in the directory')).data?.signIn.token ?? '';
      const change = 'mutation { changeMyPassword(oldPassword: "in the directory", newPassword: "new") }';
      expect(await gateway.refused(change, {}, token)).toMatchObject({ code: 'DIRECTORY_OWNED' });
    });
  });

  describe("changing one's own password", () => {
    const CHANGE = 'mutation ($o: String!, $n: String!) { changeMyPassword(oldPassword: $o, newPassword: $n) }';

    it('C25, C35: needs the old one, and ends the other sessions of the account only', async () => {
      await client('dora', 'PROXY', 'first');
      const admin = await gateway.tokenFor(Realm.CLIENT, 1);
      const here = (await signIn('dora', 'first')).data?.signIn.token ?? '';
      const elsewhere = (await signIn('dora', 'first')).data?.signIn.token ?? '';
      expect(await gateway.refused(CHANGE, { o: 'wrong', n: 'second' }, here)).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'oldPassword',
      });
      expect(await gateway.refused(CHANGE, { o: 'first', n: '' }, here)).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'newPassword',
      });
      expect(await gateway.run(CHANGE, { o: 'first', n: 'second' }, here)).toEqual({ changeMyPassword: true });
      expect((await gateway.send('{ viewer { __typename } }', {}, elsewhere)).errors?.[0]?.extensions).toMatchObject({
        code: 'UNAUTHENTICATED',
      });
      expect((await gateway.send('{ viewer { __typename } }', {}, here)).data).toEqual({
        viewer: { __typename: 'Client' },
      });
      expect((await gateway.send('{ viewer { __typename } }', {}, admin)).data).toEqual({
        viewer: { __typename: 'Client' },
      });
      expect((await signIn('dora', 'first')).errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
      expect((await signIn('dora', 'second')).data?.signIn.token).toBeTruthy();
    });

    it('lets nobody in with a password that was changed while it was verified', async () => {
      const accounts = clientAccounts(gateway);
      const found = await accounts.find('DORA');
      if (!found) throw new Error('no such account');
      const again = () => gateway.db.write(async (em) => accounts.signedIn?.(em, found, 0));
      await again();
      await gateway.db.write((em) => accounts.setPassword(em, found, 'another hash', 0));
      await expect(again()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      await gateway.db.write((em) => accounts.setPassword(em, found, found.passwordHash ?? '', 0));
    });

    it('cannot be used to guess the old one', async () => {
      const token = (await signIn('dora', 'second')).data?.signIn.token ?? '';
      for (let i = 0; i < 5; i++) await gateway.refused(CHANGE, { o: `guess ${i}`, n: 'x' }, token);
      expect(await gateway.refused(CHANGE, { o: 'second', n: 'x' }, token)).toMatchObject({ code: 'RATE_LIMITED' });
    });
  });

  describe('as a cookie', () => {
    const post = (headers: Record<string, string>, query: string) =>
      fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query }),
      });
    const document = 'mutation { signIn(username: "admin", password: "admin-password-1") { token } }';

    it('comes as __Host-session, HttpOnly, Secure and SameSite=Lax, with an empty token', async () => {
      const response = await post({ 'x-session': 'cookie' }, document);
      expect(await response.json()).toEqual({ data: { signIn: { token: '' } } });
      const cookie = response.headers.get('set-cookie') ?? '';
      expect(cookie).toMatch(/^__Host-session=sbs_[\w-]+; Path=\/; Max-Age=43200; HttpOnly; Secure; SameSite=Lax$/);
      const session = cookie.split(';')[0] ?? '';
      const viewer = '{ viewer { __typename } }';
      const own = { cookie: session, origin: gateway.url };
      expect(await (await post(own, viewer)).json()).toEqual({ data: { viewer: { __typename: 'Client' } } });
      expect((await post({ cookie: session, origin: 'https://evil.example' }, viewer)).status).toBe(403);
      expect((await post({ cookie: session, 'sec-fetch-site': 'cross-site' }, viewer)).status).toBe(403);
      const out = await post(own, 'mutation { signOut }');
      expect(out.headers.get('set-cookie')).toMatch(/^__Host-session=; Path=\/; Max-Age=0;/);
      expect((await post(own, viewer)).status).toBe(401);
    });

    it('comes only where it is asked for', async () => {
      const response = await post({}, document);
      expect(response.headers.get('set-cookie')).toBeNull();
      expect(JSON.stringify(await response.json())).toContain('sbs_');
    });
  });

  it('writes sign-ins into the audit log, without a secret', async () => {
    await signIn('admin', 'admin-password-1');
    const rows = await gateway.db.rows<{ actor: string; target: string }>(
      "SELECT * FROM audit_entry WHERE action = 'signIn' ORDER BY id DESC LIMIT 1",
    );
    expect(rows).toMatchObject([{ actor: 'client:admin', target: 'Client_1' }]);
    expect(JSON.stringify(await gateway.db.rows('SELECT * FROM audit_entry'))).not.toMatch(
      /admin-password|argon2|sbs_/,
    );
  });
});
