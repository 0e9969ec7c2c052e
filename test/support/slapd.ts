import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { program } from './availability';
import { issueCertificate, type ServerCertificate } from './certificates';
import { BASE_DN, directoryLdif } from './directory-ldif';
import { inTemporaryFolder, removeFolder } from './folders';
import { freePort, isListening } from './ports';
import { run, startProcess, waitUntilReady, type RunningProcess } from './processes';
import { ADMIN_DN, ADMIN_PASSWORD, slapdConfiguration, type SlapdLimits } from './slapd-configuration';

export interface SlapdOptions extends SlapdLimits {
  /**
   * What the directory holds at first: LDIF text or the path of an LDIF file, loaded by slapadd below dc=example,dc=com
   * (see directory-ldif.ts). Default: the base, ou=people, ou=groups and the two accounts.
   */
  ldif?: string;
}

export interface Slapd {
  /** ldap://127.0.0.1:port; StartTLS is offered. */
  readonly url: string;
  readonly ldapsUrl: string;
  readonly port: number;
  readonly ldapsPort: number;
  /** PEM of the authority that signed the server's certificate (127.0.0.1 and localhost). */
  readonly ca: string;
  readonly baseDn: string;
  readonly adminDn: string;
  readonly adminPassword: string;
  /** Reads everything, page by page. */
  readonly readerDn: string;
  readonly readerPassword: string;
  /** Reads `cappedTotal` entries in clean pages and then gets sizeLimitExceeded (4). */
  readonly cappedDn: string;
  readonly cappedPassword: string;
  readonly pid: number;
  /** Adds the entries of an LDIF text. */
  add(ldif: string): Promise<void>;
  /** Applies LDIF change records (RFC 2849: `changetype: modify`, `delete`, `modrdn` …). */
  modify(ldif: string): Promise<void>;
  /** Deletes one entry. */
  delete(dn: string): Promise<void>;
  /** Gives an entry another RDN and, where said, another superior. */
  rename(dn: string, newRdn: string, newSuperior?: string): Promise<void>;
  /** Ends it and removes its data. Idempotent. */
  stop(): Promise<void>;
  /** SIGKILL; the data stays for `restart()`. */
  kill(): Promise<void>;
  restart(): Promise<void>;
}

interface Place {
  folder: string;
  port: number;
  ldapsPort: number;
}

/**
 * Starts a private OpenLDAP on loopback, with the overlays memberof, refint and syncprov.
 *
 * @throws Error with slapadd's or slapd's output: bad LDIF, or no start.
 */
export function startSlapd(options: SlapdOptions = {}): Promise<Slapd> {
  return inTemporaryFolder('slapd', (folder) => startIn(folder, options));
}

async function startIn(folder: string, options: SlapdOptions): Promise<Slapd> {
  const place = { folder, port: await freePort(), ldapsPort: await freePort() };
  const certificate = await issueCertificate(place.folder, ['localhost', '127.0.0.1']);
  await prepare(place, certificate, options);
  let server = await launch(place);
  return {
    ...coordinates(place, certificate),
    ...editing(`ldap://127.0.0.1:${place.port}`),
    get pid() {
      return server.pid;
    },
    kill: () => server.kill(),
    async restart() {
      await server.stop();
      server = await launch(place);
    },
    async stop() {
      await server.stop();
      await removeFolder(place.folder);
    },
  };
}

async function prepare({ folder }: Place, certificate: ServerCertificate, options: SlapdOptions): Promise<void> {
  await mkdir(join(folder, 'db'));
  const configuration = join(folder, 'slapd.conf');
  await writeFile(configuration, slapdConfiguration(folder, certificate, options));
  const ldif = options.ldif ?? directoryLdif({ users: 0, groups: 0, memberships: 0 });
  const isPath = !ldif.includes('\n') && existsSync(ldif);
  const file = isPath ? ldif : join(folder, 'seed.ldif');
  if (!isPath) await writeFile(file, ldif);
  await run(program('slapadd'), ['-q', '-f', configuration, '-b', BASE_DN, '-l', file], { timeoutMs: 300_000 });
}

async function launch({ folder, port, ldapsPort }: Place): Promise<RunningProcess> {
  const addresses = `ldap://127.0.0.1:${port} ldaps://127.0.0.1:${ldapsPort}`;
  const slapd = [program('slapd'), '-d', '0', '-f', join(folder, 'slapd.conf'), '-h', addresses];
  // slapd reserves memory for every file descriptor it may open; containers often allow a billion.
  const server = await startProcess('/bin/sh', ['-c', 'ulimit -n 1024; exec "$@"', 'sh', ...slapd]);
  await waitUntilReady('slapd', server, async () => (await isListening(port)) && isListening(ldapsPort));
  return server;
}

function coordinates({ port, ldapsPort }: Place, certificate: ServerCertificate) {
  return {
    url: `ldap://127.0.0.1:${port}`,
    ldapsUrl: `ldaps://127.0.0.1:${ldapsPort}`,
    port,
    ldapsPort,
    ca: certificate.ca,
    baseDn: BASE_DN,
    adminDn: ADMIN_DN,
    adminPassword: ADMIN_PASSWORD,
    readerDn: `uid=reader,${BASE_DN}`,
    readerPassword: 'readerpw',
    cappedDn: `uid=capped,${BASE_DN}`,
    cappedPassword: 'cappedpw',
  };
}

/** Changes through OpenLDAP's own tools: the client library under test has no part in them. */
function editing(url: string): Pick<Slapd, 'add' | 'modify' | 'delete' | 'rename'> {
  const asAdmin = ['-x', '-H', url, '-D', ADMIN_DN, '-w', ADMIN_PASSWORD];
  const call = async (tool: string, args: string[], input?: string) => {
    await run(program(tool), [...asAdmin, ...args], { input });
  };
  return {
    add: (ldif) => call('ldapmodify', ['-a'], ldif),
    modify: (ldif) => call('ldapmodify', [], ldif),
    delete: (dn) => call('ldapdelete', [dn]),
    rename: (dn, newRdn, newSuperior) =>
      call('ldapmodrdn', ['-r', ...(newSuperior === undefined ? [] : ['-s', newSuperior]), dn, newRdn]),
  };
}
