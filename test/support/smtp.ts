import type { AddressInfo } from 'node:net';

import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  from: string;
  to: string[];
  /** The message as it came, headers and body (RFC 5322), in the sender's transfer encoding. */
  raw: string;
}

export interface SmtpSink {
  /** smtp://127.0.0.1:port, without authentication and TLS: the form of SMTP_URL. */
  readonly url: string;
  readonly port: number;
  /** Everything received so far, oldest first. */
  readonly mails: ReceivedMail[];
  /** Recipients refused from now on (550); none by default. */
  refuse(isRefused: (recipient: string) => boolean): void;
  /** Idempotent. */
  stop(): Promise<void>;
}

/** Starts an SMTP server on a free loopback port that delivers nothing and keeps what it gets. */
export async function startSmtp(): Promise<SmtpSink> {
  const mails: ReceivedMail[] = [];
  let isRefused: (recipient: string) => boolean = () => false;
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onRcptTo: ({ address }, _session, done) =>
      isRefused(address) ? done(Object.assign(new Error('No such mailbox.'), { responseCode: 550 })) : done(),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom ? mailFrom.address : '';
        mails.push({ from, to: rcptTo.map(({ address }) => address), raw: Buffer.concat(chunks).toString('utf8') });
        done();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    mails,
    refuse(next) {
      isRefused = next;
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
