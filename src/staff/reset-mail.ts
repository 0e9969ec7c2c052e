import { createTransport } from 'nodemailer';

export interface MailServer {
  /** `smtp://user:password@host:port`, or `smtps://…`; nodemailer's options may follow as a query. */
  smtpUrl: string;
  from: string;
}

const TIMEOUT = 15_000;

/** Mails the link that lets somebody choose a new password. Throws what the mail server says. */
export async function sendResetMail(
  server: MailServer,
  to: { fullName: string; username: string; email: string },
  link: string,
): Promise<void> {
  const transport = createTransport(withDefaults(server.smtpUrl));
  try {
    await transport.sendMail({
      from: server.from,
      to: { name: to.fullName, address: to.email },
      subject: 'Choose a new password',
      text: textOf(to.username, link),
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  } finally {
    transport.close();
  }
}

function textOf(username: string, link: string): string {
  return [
    `Somebody asked for a new password for the staff account ${username}.`,
    'Choose it here:',
    '',
    link,
    '',
    'The link works once, within one hour. If it was not you who asked, do nothing: your password stays as it is.',
    '',
  ].join('\n');
}

/**
 * Waits less long than nodemailer would. On the loopback interface nobody is in between: a relay there may offer TLS
 * with a certificate that nobody signed.
 */
function withDefaults(smtpUrl: string): string {
  const url = new URL(smtpUrl);
  const defaults: [name: string, value: string][] = [
    ['connectionTimeout', String(TIMEOUT)],
    ['greetingTimeout', String(TIMEOUT)],
    ['socketTimeout', String(2 * TIMEOUT)],
  ];
  if (/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)) defaults.push(['tls.rejectUnauthorized', 'false']);
  for (const [name, value] of defaults) if (!url.searchParams.has(name)) url.searchParams.set(name, value);
  return url.href;
}
