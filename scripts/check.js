'use strict';
// npm run check: everything that a reviewer should not have to say. Stops at nothing, names what failed.
const { spawnSync } = require('node:child_process');

const steps = [
  ['format', 'prettier', ['--check', '--log-level', 'warn', '.']],
  ['lint', 'eslint', ['--max-warnings', '0', 'schema', 'src', 'sync', 'test', 'ormconfig.ts']],
  ['types', 'tsc', ['--noEmit', '-p', 'tsconfig.json']],
  ['layers', 'depcruise', ['--config', '.dependency-cruiser.js', 'schema', 'src', 'sync', 'ormconfig.ts']],
  ['schema', 'node', ['-r', '@swc-node/register', 'scripts/emit-schema.ts', '--check']],
  ['contract', 'node', ['-r', '@swc-node/register', 'scripts/contract.ts', '--complete']],
  ...(process.argv.includes('--no-tests') ? [] : [['tests', 'node', ['scripts/test.js']]]),
];

const failed = [];
for (const [name, command, args] of steps) {
  process.stdout.write(`\n== ${name}\n`);
  const { status } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) failed.push(name);
}
process.stdout.write(failed.length === 0 ? '\nall checks passed\n' : `\nfailed: ${failed.join(', ')}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
