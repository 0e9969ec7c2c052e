import { createTransport } from 'nodemailer';

import { startSmtp, type SmtpSink } from './smtp';

describe('an SMTP server that keeps what it gets', () => {
  let smtp: SmtpSink;

  beforeAll(async () => {
    smtp = await startSmtp();
  });
  afterAll(() => smtp.stop());

  it('collects mails and refuses recipients on request', async () => {
    const transport = createTransport(smtp.url);
    const mail = { from: 'gateway@example.test', to: 'ana@example.test', subject: 'Hello', text: 'A link' };
    await transport.sendMail(mail);
    smtp.refuse((recipient) => recipient.startsWith('nobody@'));
    await expect(transport.sendMail({ ...mail, to: 'nobody@example.test' })).rejects.toMatchObject({
      responseCode: 550,
    });
    transport.close();
    expect(smtp.mails).toEqual([
      { from: 'gateway@example.test', to: ['ana@example.test'], raw: expect.stringContaining('Subject: Hello') },
    ]);
  });
});
