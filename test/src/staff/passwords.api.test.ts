import { startTestGateway, type TestGateway } from '../../support/gateway';
import { startSmtp, type SmtpSink } from '../../support/smtp';
import { GOOD_PASSWORD, staffDesk, type Account } from './staff-desk';

const SET =
  'mutation ($id: ID!, $new: String!, $old: String) { setStaffPassword(id: $id, newPassword: $new, oldPassword: $old) { id } }';
const REQUEST = 'mutation ($email: String!) { requestPasswordReset(email: $email) }';
const RESET = 'mutation ($token: String!, $new: String!) { resetPassword(token: $token, newPassword: $new) }';
const SIGN_IN = 'mutation ($u: String!, $p: String!) { signIn(realm: STAFF, username: $u, password: $p) { token } }';
const SUITE = 'query ($id: ID!) { node(id: $id) { ... on StaffUser { securitySuite { lastPasswordResetAt } } } }';
const HOUR = 3_600_000;

describe('passwords of staff', () => {
  let gateway: TestGateway;
  let smtp: SmtpSink;
  let desk: ReturnType<typeof staffDesk>;
  beforeAll(async () => {
    smtp = await startSmtp();
    gateway = await startTestGateway({
      environment: {
        SMTP_URL: smtp.url,
        SMTP_FROM: 'pbx@example.com',
        SWITCHBOARD_PUBLIC_URL: 'https://pbx.example.com',
      },
    });
    desk = staffDesk(gateway);
  });
  afterAll(async () => {
    await smtp.stop();
    await gateway.close();
  });

  const signIn = async (account: Account, password: string) =>
    (await gateway.send<{ signIn: { token: string } }>(SIGN_IN, { u: account.username, p: password })).data?.signIn
      .token ?? null;
  const isAlive = async (token: string) => !(await gateway.send('{ __typename }', {}, token)).errors;
  const emailOf = (account: Account) => `${account.username}@example.com`;

  /** Asks for a link and takes its token out of the mail. */
  async function mailedToken(account: Account): Promise<string> {
    const count = smtp.mails.length;
    expect(await gateway.run(REQUEST, { email: emailOf(account) })).toEqual({ requestPasswordReset: true });
    const mail = await until(() => smtp.mails[count]);
    expect(mail.to).toEqual([emailOf(account)]);
    const token = /https:\/\/pbx\.example\.com\/reset-password\?token=([\w-]{43})\s/.exec(decoded(mail.raw))?.[1];
    if (!token) throw new Error(`no link in ${mail.raw}`);
    return token;
  }

  describe('while the Security Suite is on', () => {
    beforeAll(() => desk.setSecuritySuite(true));
    afterAll(() => desk.setSecuritySuite(false));

    it.each([
      ['Abcde1!', 'at least 8 characters'],
      ['ABCDEFG1!', 'a lower-case letter'],
      ['abcdefg1!', 'an upper-case letter'],
      ['Abcdefgh!', 'a digit'],
      ['Abcdefg12', 'one of ~'],
      ['Abcdefg1*', 'one of ~'],
    ])('XU9: %s is refused wherever a password is set', async (password, message) => {
      const create = 'mutation ($i: CreateStaffUserInput!) { createStaffUser(input: $i) { id } }';
      const input = { role: 'ADMIN', fullName: 'x', username: 'weak', email: 'weak@example.com', password };
      const refusals = [
        await gateway.refused(create, { i: input }),
        await gateway.refused(SET, { id: 'StaffUser_1', new: password }),
      ];
      for (const refusal of refusals) {
        expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringContaining(message) as string });
      }
      expect(refusals.map((refusal) => refusal['field'])).toEqual(['password', 'newPassword']);
    });

    it('XU12: tells when the password was last changed', async () => {
      const admin = await desk.admin();
      expect(await gateway.run(SUITE, { id: admin.id })).toEqual({
        node: { securitySuite: { lastPasswordResetAt: null } },
      });
      const before = gateway.clock.now();
      await gateway.run(SET, { id: admin.id, new: 'Changed1!' });
      const { node } = await gateway.run<{ node: { securitySuite: { lastPasswordResetAt: string } } }>(SUITE, {
        id: admin.id,
      });
      const at = Date.parse(node.securitySuite.lastPasswordResetAt);
      expect(at).toBeGreaterThanOrEqual(before);
      expect(at).toBeLessThanOrEqual(gateway.clock.now());
    });
  });

  it('XU9, XU12: while it is off any password but the empty one is good, and nothing is told', async () => {
    const admin = await desk.admin({ password: 'x' });
    expect(await gateway.run(SUITE, { id: admin.id })).toEqual({ node: { securitySuite: null } });
    expect(await gateway.refused(SET, { id: admin.id, new: '' })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'newPassword',
    });
  });

  it("XU24: an administrator sets others' passwords, which ends their sessions", async () => {
    const [boss, other] = [await desk.admin(), await desk.admin()];
    await gateway.run(SET, { id: other.id, new: 'another' }, boss.token);
    expect(await isAlive(other.token)).toBe(false);
    expect(await signIn(other, GOOD_PASSWORD)).toBeNull();
    expect(await signIn(other, 'another')).toMatch(/^sbs_/);
    expect(await gateway.refused(SET, { id: 'StaffUser_9999', new: 'x' }, boss.token)).toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it.each(['ADMIN', 'USER'])(
    'XU24, XU36: a %s changes his own only with the old one; his other sessions end',
    async (role) => {
      const staff = role === 'ADMIN' ? await desk.admin() : await desk.supervisor([]);
      const second = await signIn(staff, GOOD_PASSWORD);
      const refusal = { code: 'BAD_USER_INPUT', field: 'oldPassword' };
      expect(await gateway.refused(SET, { id: staff.id, new: 'new' }, staff.token)).toMatchObject(refusal);
      expect(await gateway.refused(SET, { id: staff.id, new: 'new', old: 'wrong' }, staff.token)).toMatchObject(
        refusal,
      );
      await gateway.run(SET, { id: staff.id, new: 'new', old: GOOD_PASSWORD }, staff.token);
      expect(await isAlive(staff.token)).toBe(true);
      expect(await isAlive(second ?? '')).toBe(false);
      await gateway.run('mutation { changeMyPassword(oldPassword: "new", newPassword: "newer") }', {}, staff.token);
      expect(await signIn(staff, 'newer')).not.toBeNull();
    },
  );

  it('XU25: a mailed link sets the password once, ends the sessions, and leaves other accounts alone', async () => {
    const [staff, other] = [await desk.supervisor([]), await desk.admin()];
    const token = await mailedToken(staff);
    const unused = await mailedToken(staff);
    expect(await gateway.send(RESET, { token, new: 'by mail' })).toEqual({ data: { resetPassword: true } });
    expect(await isAlive(staff.token)).toBe(false);
    expect(await isAlive(other.token)).toBe(true);
    expect(await signIn(staff, 'by mail')).not.toBeNull();
    for (const dead of [token, unused, 'unknown', '']) {
      expect(await gateway.refused(RESET, { token: dead, new: 'again' }, null)).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'token',
      });
    }
    expect(await signIn(staff, 'again')).toBeNull();
  });

  it('XU25: of two who use one link at the same time one wins', async () => {
    const token = await mailedToken(await desk.admin());
    const answers = await Promise.all(
      ['one', 'two', 'three'].map((password) => gateway.send(RESET, { token, new: password })),
    );
    expect(answers.filter((answer) => !answer.errors)).toHaveLength(1);
  });

  it('XU25: a link ends after one hour, and only its hash is kept', async () => {
    const [early, late] = [await desk.admin(), await desk.admin()];
    const [good, expired] = [await mailedToken(early), await mailedToken(late)];
    const rows = await gateway.db.rows('SELECT * FROM password_reset');
    expect(JSON.stringify(rows)).not.toContain(good);
    gateway.clock.advance(HOUR - 60_000);
    expect(await gateway.send(RESET, { token: good, new: 'x' })).toEqual({ data: { resetPassword: true } });
    gateway.clock.advance(60_000);
    expect(await gateway.refused(RESET, { token: expired, new: 'x' }, null)).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'token',
    });
  });

  it('XU9, XU25: a weak password does not use the link up', async () => {
    const token = await mailedToken(await desk.admin());
    await desk.setSecuritySuite(true);
    expect(await gateway.refused(RESET, { token, new: 'weak' }, null)).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'newPassword',
    });
    expect(await gateway.send(RESET, { token, new: GOOD_PASSWORD })).toEqual({ data: { resetPassword: true } });
    await desk.setSecuritySuite(false);
  });

  it('XU25: an unknown e-mail gets the same answer, and no mail', async () => {
    const count = smtp.mails.length;
    expect(await gateway.send(REQUEST, { email: 'nobody@example.com' })).toEqual({
      data: { requestPasswordReset: true },
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(smtp.mails).toHaveLength(count);
  });

  it('XU25: many requests are slowed down, for known and unknown addresses alike', async () => {
    const { username } = await desk.admin();
    for (const email of [`${username}@example.com`, 'stranger@example.com']) {
      for (let request = 0; request < 5; request++) await gateway.run(REQUEST, { email });
      const refusal = await gateway.refused(REQUEST, { email: email.toUpperCase() }, null);
      expect(refusal).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) as number });
    }
  });

  it('XU25: a mail that is refused changes nothing for the one who asked', async () => {
    smtp.refuse(() => true);
    const { username } = await desk.admin();
    expect(await gateway.send(REQUEST, { email: `${username}@example.com` })).toEqual({
      data: { requestPasswordReset: true },
    });
    smtp.refuse(() => false);
  });

  it('XU25: the page of the link works offline, under a policy that allows nothing else', async () => {
    const response = await fetch(`${gateway.url}/reset-password?token=abc`);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'sha256-[\w+/=]+'; style-src 'sha256-/,
    );
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    const page = await response.text();
    expect(page).not.toMatch(/https?:|\/\//);
    expect(page).not.toContain('abc');
  });

  it('an old password is not guessed for long', async () => {
    const staff = await desk.admin();
    const guess = () => gateway.refused(SET, { id: staff.id, new: 'x', old: 'guess' }, staff.token);
    const codes = [];
    for (let attempt = 0; attempt < 6; attempt++) codes.push((await guess())['code']);
    expect(codes).toEqual([...new Array<string>(5).fill('BAD_USER_INPUT'), 'RATE_LIMITED']);
  });
});

it('XU25: without SMTP_URL the mutation answers FEATURE_DISABLED', async () => {
  const gateway = await startTestGateway();
  expect(await gateway.refused(REQUEST, { email: 'admin@localhost' }, null)).toMatchObject({
    code: 'FEATURE_DISABLED',
  });
  await gateway.close();
});

/** The text of a mail without its quoted-printable line breaks (RFC 2045, 6.7). */
function decoded(raw: string): string {
  return raw.replace(/=\r\n/g, '').replace(/=3D/g, '=');
}

async function until<T>(find: () => T | undefined): Promise<T> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const found = find();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('it did not come');
}
