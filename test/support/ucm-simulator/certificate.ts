import { execFileSync } from 'node:child_process';

import { program } from '../availability';

export interface KeyPair {
  key: string;
  cert: string;
}

/** A self-signed server certificate, as every UCM has one at first, for the given host. Made by openssl, kept nowhere. */
export function selfSignedCertificate(host: string, commonName = 'ucm-simulator'): KeyPair {
  const name = /^[\d.]+$|:/.test(host) ? `IP:${host}` : `DNS:${host}`;
  const pem = execFileSync(
    program('openssl'),
    [
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30'],
      ['-subj', `/CN=${commonName}`, '-addext', `subjectAltName=${name}`, '-keyout', '-', '-out', '-'],
    ].flat(),
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const block = (label: string) =>
    new RegExp(`-----BEGIN ${label}-----[^]+?-----END ${label}-----\n`).exec(pem)?.[0] ?? '';
  return { key: block('PRIVATE KEY'), cert: block('CERTIFICATE') };
}
