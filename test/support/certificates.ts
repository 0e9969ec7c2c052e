import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { program } from './availability';
import { cachedFolder } from './folders';
import { run } from './processes';

export interface ServerCertificate {
  /** PEM of the authority, to trust. */
  ca: string;
  caFile: string;
  certFile: string;
  /** Readable by its owner only, as Samba demands. */
  keyFile: string;
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/**
 * Issues a server certificate for host names and IP addresses into a folder, signed by an authority made once on this
 * machine. No public authority is involved and none should trust it.
 */
export async function issueCertificate(folder: string, hosts: string[]): Promise<ServerCertificate> {
  const authority = await cachedFolder('ca', 'p256-v1', makeAuthority);
  const [keyFile, certFile] = [join(folder, 'tls-key.pem'), join(folder, 'tls-cert.pem')];
  const names = hosts.map((host) => (/^[\d.]+$|:/.test(host) ? `IP:${host}` : `DNS:${host}`)).join(',');
  const openssl = program('openssl');
  const request = await run(openssl, ['req', ...KEY, '-subj', `/CN=${hosts[0]}`, '-keyout', keyFile]);
  await writeFile(join(folder, 'tls-extensions.cnf'), `subjectAltName=${names}\n`);
  await run(
    openssl,
    [
      ['x509', '-req', '-days', '30', '-set_serial', `0x${Date.now().toString(16)}`, '-out', certFile],
      ['-CA', join(authority, 'ca.pem'), '-CAkey', join(authority, 'ca-key.pem')],
      ['-extfile', join(folder, 'tls-extensions.cnf')],
    ].flat(),
    { input: request },
  );
  const caFile = join(authority, 'ca.pem');
  return { ca: await readFile(caFile, 'utf8'), caFile, certFile, keyFile };
}

async function makeAuthority(folder: string): Promise<void> {
  const files = ['-keyout', join(folder, 'ca-key.pem'), '-out', join(folder, 'ca.pem')];
  await run(program('openssl'), [
    'req',
    '-x509',
    ...KEY,
    '-days',
    '3650',
    '-subj',
    '/CN=Switchboard test CA',
    ...files,
  ]);
}
