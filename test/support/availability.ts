import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A party of the tests that is not part of the product and may be absent on a machine. */
export type Server = 'slapd' | 'samba' | 'mariadb' | 'chromium';

// Debian keeps servers in sbin, which an ordinary user's PATH lacks.
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** The absolute path of a program, or null where it is not installed. */
export function findProgram(name: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SYSTEM_FOLDERS];
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

/** Like findProgram. @throws Error naming the program where it is not installed. */
export function program(name: string): string {
  const path = findProgram(name);
  if (path === null) throw new Error(`${name} is not installed; scripts/install-servers.sh installs it on Debian.`);
  return path;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Why OpenLDAP cannot be started here, or null. */
export function slapdProblem(): string | null {
  const absent = ['slapd', 'slapadd', 'ldapmodify', 'openssl'].filter((name) => findProgram(name) === null);
  if (absent.length > 0) return `${absent.join(', ')} not installed`;
  return existsSync('/etc/ldap/schema/core.schema') ? null : '/etc/ldap/schema is not there';
}

/** Why a Samba domain controller cannot be started here, or null. */
export function sambaProblem(): string | null {
  const absent = ['samba', 'samba-tool', 'openssl'].filter((name) => findProgram(name) === null);
  if (absent.length > 0) return `${absent.join(', ')} not installed`;
  if (process.platform !== 'linux') return 'every 127.x.y.z being an address of the machine is needed (Linux)';
  if (process.getuid?.() !== 0) return 'root is needed for port 389';
  if (!existsSync('/usr/share/samba/setup/ad-schema')) return 'samba-ad-provision is not installed';
  try {
    execFileSync('/usr/bin/python3', ['-c', 'import samba.samdb'], { stdio: 'ignore' });
    return null;
  } catch {
    return "Samba's Python modules are not installed";
  }
}

/** Why MariaDB cannot be started here, or null. */
export function mariadbProblem(): string | null {
  const absent = ['mariadbd', 'mariadb-install-db'].filter((name) => findProgram(name) === null);
  return absent.length > 0 ? `${absent.join(', ')} not installed` : null;
}

/** The path of a Chromium or Chrome, or null. `CHROMIUM_PATH` names one that is elsewhere. */
export function chromiumPath(): string | null {
  const named = process.env.CHROMIUM_PATH;
  if (named) return isExecutable(named) ? named : null;
  return findProgram('chromium') ?? findProgram('chromium-browser') ?? findProgram('google-chrome');
}

const problems: Record<Server, () => string | null> = {
  slapd: slapdProblem,
  samba: sambaProblem,
  mariadb: mariadbProblem,
  chromium: () => (chromiumPath() === null ? 'chromium not installed' : null),
};

/** Why the server cannot be used on this machine, or null where it can. */
export function problemOf(server: Server): string | null {
  return problems[server]();
}

export const hasSlapd = (): boolean => slapdProblem() === null;
export const hasSamba = (): boolean => sambaProblem() === null;
export const hasMariadb = (): boolean => mariadbProblem() === null;
export const hasChromium = (): boolean => chromiumPath() !== null;

/**
 * `describe` for a suite that talks to a real server. Where the server is missing the suite is recorded as skipped with
 * its reason; under `CI` (any value but empty and "false") it fails, so that a green build always means all of it.
 */
export function describeWith(server: Server | Server[], name: string, suite: () => void): void {
  const reasons = [server].flat().flatMap((one) => {
    const problem = problemOf(one);
    return problem === null ? [] : [`${one}: ${problem}`];
  });
  if (reasons.length === 0) {
    describe(name, suite);
  } else if (isContinuousIntegration()) {
    describe(name, () => {
      it('runs against the real server', () => {
        throw new Error(`Needs ${reasons.join('; ')}. scripts/install-servers.sh installs it on Debian.`);
      });
    });
  } else {
    describe.skip(`${name} (skipped: ${reasons.join('; ')})`, suite);
  }
}

function isContinuousIntegration(): boolean {
  return Boolean(process.env.CI) && process.env.CI !== 'false';
}
