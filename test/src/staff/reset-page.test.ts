import { chromium, type Browser } from 'playwright-core';
import { chromiumPath, describeWith } from '../../support/availability';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { startSmtp, type SmtpSink } from '../../support/smtp';
import { staffDesk } from './staff-desk';

describeWith('chromium', 'XU25: the page of a mailed link, in a browser', () => {
  let gateway: TestGateway;
  let smtp: SmtpSink;
  let browser: Browser;
  beforeAll(async () => {
    smtp = await startSmtp();
    browser = await chromium.launch({ executablePath: chromiumPath() ?? '', args: ['--no-sandbox'] });
    gateway = await startTestGateway({ environment: { SMTP_URL: smtp.url } });
  }, 60_000);
  afterAll(async () => {
    await smtp.stop();
    await browser.close();
    await gateway.close();
  });

  it('lets a person choose a password, asks nothing of other hosts, and obeys its policy', async () => {
    const admin = await staffDesk(gateway).admin();
    await gateway.run(`mutation { requestPasswordReset(email: "${admin.username}@example.com") }`);
    while (smtp.mails.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    const mail = (smtp.mails[0]?.raw ?? '').replace(/=\r\n/g, '').replace(/=3D/g, '=');
    const token = /token=([\w-]+)/.exec(mail)?.[1] ?? '';

    const page = await browser.newPage();
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => requests.push(new URL(request.url()).origin));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${gateway.url}/reset-password?token=${token}`);
    expect(page.url()).not.toContain(token);
    const submit = async (first: string, second: string) => {
      await page.fill('#first', first);
      await page.fill('#second', second);
      await page.click('button');
    };
    await submit('chosen by hand', 'another');
    await page.waitForSelector('text=The two passwords differ.');
    await submit('chosen by hand', 'chosen by hand');
    await page.waitForSelector('text=Your password is changed.');
    await page.goto(`${gateway.url}/reset-password?token=${token}`);
    await submit('once more', 'once more');
    await page.waitForSelector('text=This link is unknown, used or expired.');
    expect(new Set(requests)).toEqual(new Set([gateway.url]));
    expect(complaints.filter((text) => !text.includes('favicon'))).toEqual([]);

    const signIn = 'mutation ($u: String!, $p: String!) { signIn(realm: STAFF, username: $u, password: $p) { token } }';
    await gateway.run(signIn, { u: admin.username, p: 'chosen by hand' });
  }, 60_000);
});
