import { randomInt } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { program } from './availability';
import { issueCertificate } from './certificates';
import { cachedFolder, copyFolder, inTemporaryFolder, removeFolder } from './folders';
import { isListening } from './ports';
import { run, startProcess, waitUntilReady, type RunningProcess } from './processes';
import { sambaConfiguration, type SambaPlace } from './samba-configuration';
import { sambaScripting, type SambaScripting } from './samba-scripting';
import { sambaSeeding, type SambaSeeding } from './samba-seeding';

const REALM = 'AD.EXAMPLE.TEST';
const DOMAIN = 'ADTEST';
const BASE_DN = 'DC=ad,DC=example,DC=test';
const ADMIN_PASSWORD = 'Passw0rd.admin';
const READER_PASSWORD = 'Passw0rd.reader';
/** Raise it when what the template holds changes. */
const TEMPLATE_VERSION = 1;

export interface SambaAd extends SambaScripting, SambaSeeding {
  /** ldap://127.x.y.z; the ports of a domain controller are fixed, so that every instance has its own address. */
  readonly url: string;
  readonly ldapsUrl: string;
  readonly host: string;
  /** PEM of the authority that signed the server's certificate (its address, its name, localhost). */
  readonly ca: string;
  readonly baseDn: string;
  /** The organizational unit that the seeds fill. */
  readonly peopleDn: string;
  /** A plain domain user, what an administrator would give to the gateway. */
  readonly bindDn: string;
  readonly bindPassword: string;
  readonly bindUpn: string;
  readonly adminDn: string;
  readonly adminPassword: string;
  /** `S-1-5-21-…` */
  readonly domainSid: string;
  readonly pid: number;
  /** Ends it and removes its data. Idempotent. */
  stop(): Promise<void>;
  /** SIGKILL; the data stays for `restart()`. */
  kill(): Promise<void>;
  restart(): Promise<void>;
}

/**
 * Starts a private Samba Active Directory domain controller (its LDAP service only). Provisioning a domain takes 5–10 s
 * and is done once on a machine; later starts copy it and take about a second.
 *
 * @throws Error with samba's output where it does not come up.
 */
export function startSambaAd(): Promise<SambaAd> {
  return inTemporaryFolder('samba', startIn);
}

async function startIn(folder: string): Promise<SambaAd> {
  await copyFolder(await provisionedTemplate(), folder);
  const host = await freeAddress();
  const place: SambaPlace = { folder, host, realm: REALM, domain: DOMAIN };
  const certificate = await issueCertificate(folder, ['dc1.ad.example.test', 'localhost', host]);
  const configuration = join(folder, 'run.conf');
  await writeFile(configuration, sambaConfiguration(place, certificate));
  const scripting = sambaScripting(configuration, join(folder, 'private', 'sam.ldb'));
  let server = await launch(place, configuration);
  return {
    ...coordinates(host),
    ...scripting,
    ...sambaSeeding(scripting),
    ca: certificate.ca,
    domainSid: (await scripting.python('print(db.get_domain_sid())')).trim(),
    get pid() {
      return server.pid;
    },
    kill: () => server.kill(),
    async restart() {
      await server.stop();
      server = await launch(place, configuration);
    },
    async stop() {
      await server.stop(2_000);
      await removeFolder(folder);
    },
  };
}

function coordinates(host: string) {
  return {
    url: `ldap://${host}`,
    ldapsUrl: `ldaps://${host}`,
    host,
    baseDn: BASE_DN,
    peopleDn: `OU=People,${BASE_DN}`,
    bindDn: `CN=reader,CN=Users,${BASE_DN}`,
    bindPassword: READER_PASSWORD,
    bindUpn: 'reader@ad.example.test',
    adminDn: `CN=Administrator,CN=Users,${BASE_DN}`,
    adminPassword: ADMIN_PASSWORD,
  };
}

async function launch({ host }: SambaPlace, configuration: string): Promise<RunningProcess> {
  const server = await startProcess(program('samba'), ['-s', configuration, '-i', '-M', 'single', '--debug-stdout']);
  await waitUntilReady('Samba', server, async () => (await isListening(389, host)) && isListening(636, host));
  return server;
}

/** One of 127.64.0.1 – 127.127.255.254 on which nobody answers LDAP. */
async function freeAddress(): Promise<string> {
  for (;;) {
    const host = `127.${randomInt(64, 128)}.${randomInt(256)}.${randomInt(1, 255)}`;
    if (!(await isListening(389, host))) return host;
  }
}

async function provisionedTemplate(): Promise<string> {
  const version = await run(program('samba'), ['--version']);
  return cachedFolder('samba-ad', `${version} ${TEMPLATE_VERSION}`, async (folder) => {
    const options = ['interfaces = 127.0.0.1/8', 'bind interfaces only = yes', 'vfs objects = dfs_samba4'];
    await run(
      program('samba-tool'),
      [
        ['domain', 'provision', `--realm=${REALM}`, `--domain=${DOMAIN}`, '--host-name=dc1', '--host-ip=127.0.0.1'],
        [`--adminpass=${ADMIN_PASSWORD}`, '--server-role=dc', '--dns-backend=NONE', '--use-rfc2307'],
        [`--targetdir=${folder}`, ...options.map((option) => `--option=${option}`)],
      ].flat(),
      { timeoutMs: 180_000 },
    );
    await addReader(folder);
  });
}

async function addReader(folder: string): Promise<void> {
  const configuration = join(folder, 'template.conf');
  const place: SambaPlace = { folder, host: '127.0.0.1', realm: REALM, domain: DOMAIN };
  await mkdir(join(folder, 'run'), { recursive: true });
  await writeFile(configuration, sambaConfiguration(place, null));
  await sambaScripting(configuration, join(folder, 'private', 'sam.ldb')).python(
    "db.newuser('reader', args)\ndb.add({'dn': ou, 'objectClass': 'organizationalUnit'})",
    READER_PASSWORD,
  );
}
