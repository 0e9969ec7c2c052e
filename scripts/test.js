'use strict';

// `npm test`: the whole test run, on a clean clone too. Further arguments go to jest: `npm test -- test/sync`.

const { spawnSync } = require('node:child_process');
const { existsSync, mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const root = join(__dirname, '..');
const OLDEST_NODE = 22;

/** The embedded database's driver dies without a word on older versions. */
function refuseOldNode() {
  if (Number(process.versions.node.split('.')[0]) >= OLDEST_NODE) return;
  console.error(
    `Node ${OLDEST_NODE} or newer is needed, this is ${process.version}. "npm ci" installs one into node_modules/.bin ` +
      'on Linux and Windows, which "npm test" uses; elsewhere install it yourself.',
  );
  process.exit(1);
}

/** Installs missing servers where that is possible, and otherwise says what will not run. */
function prepareServers() {
  const isDebian = existsSync('/etc/debian_version') && process.getuid?.() === 0;
  const wishesBrowser = process.env.SWITCHBOARD_SKIP_CHROMIUM !== '1';
  if (isDebian) {
    install([], 'the server suites');
    if (wishesBrowser) install(['--with-chromium'], 'the browser suites');
  }
  const missing = [
    ['slapd', 'the suites against OpenLDAP'],
    ['samba', 'the suites against a Samba domain controller'],
    ['mariadbd', 'the suites against MariaDB'],
    ['chromium', "the console's browser suites"],
  ].filter(([name]) => !isInstalled(name));
  for (const [name, suites] of missing) console.error(`${name} is not installed: ${suites} cannot run.`);
  if (missing.length > 0 && !isDebian) {
    console.error('On Debian, "sudo scripts/install-servers.sh --with-chromium" installs them.');
  }
  if (missing.length > 0 && isContinuousIntegration()) console.error('Under CI these suites fail.');
}

function install(args, suites) {
  const script = join(__dirname, 'install-servers.sh');
  const { status } = spawnSync('bash', [script, ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) console.error(`Installing what ${suites} need has failed; see above.`);
}

function isInstalled(name) {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(join(folder, name)));
}

function isContinuousIntegration() {
  return Boolean(process.env.CI) && process.env.CI !== 'false';
}

/** Runs jest. Its exit code is the run's; null where it was killed. */
function runJest(resultFile) {
  const jest = require.resolve('jest/bin/jest', { paths: [root] });
  const args = [jest, '--json', `--outputFile=${resultFile}`, ...process.argv.slice(2)];
  // --json would print the whole result on standard output; with a file jest prints a note there only.
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  return status;
}

/** The line that scripts look for. A suite that could not even be loaded counts as one failure. */
function summary(resultFile) {
  if (!existsSync(resultFile)) return null;
  const result = JSON.parse(readFileSync(resultFile, 'utf8'));
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  const skipped = result.numPendingTests > 0 ? ` (${result.numPendingTests} skipped)` : '';
  return `${result.numPassedTests} passed, ${failed} failed${skipped}`;
}

refuseOldNode();
prepareServers();
const folder = mkdtempSync(join(tmpdir(), 'switchboard-test-'));
try {
  const resultFile = join(folder, 'result.json');
  const status = runJest(resultFile);
  console.log(`\n${summary(resultFile) ?? '0 passed, 1 failed (jest ended without a result)'}`);
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
