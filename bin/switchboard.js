#!/usr/bin/env node
'use strict';
// Says in words what an old Node would say by a crash, then starts the command line from the build or the sources.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const [major] = process.versions.node.split('.').map(Number);
if (major < 22) {
  const own = join(__dirname, '..', 'node_modules', '.bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!process.env.NODE_REEXEC && existsSync(own)) {
    const { spawn } = require('node:child_process');
    const child = spawn(own, [__filename, ...process.argv.slice(2)], {
      stdio: 'inherit',
      env: { ...process.env, NODE_REEXEC: '1' },
    });
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
    child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
  } else {
    console.error(
      `Switchboard needs Node 22 or newer; this is ${process.version}. npm ci installs Node 24 for Linux and Windows: start it with npm start or npx switchboard.`,
    );
    process.exit(1);
  }
} else {
  const built = join(__dirname, '..', 'dist', 'src', 'cli.js');
  if (existsSync(built)) require(built);
  else {
    process.env.SWC_NODE_PROJECT ??= join(__dirname, '..', 'tsconfig.json');
    require('@swc-node/register');
    require('../src/cli.ts');
  }
}
