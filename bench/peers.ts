import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

export const PEERS_FOLDER = join(__dirname, 'peers');

/**
 * Installs what the peers are made of into their own folder, where it is not there yet: `npm ci` of their lock file, then
 * Prisma's client. Needs the network the first time.
 * @throws Error with what npm or Prisma said
 */
export async function installPeers(): Promise<void> {
  const lock = join(PEERS_FOLDER, 'package-lock.json');
  const installed = join(PEERS_FOLDER, 'node_modules/.package-lock.json');
  if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
    process.stdout.write('installing the peers (npm ci in bench/peers)\n');
    // No scripts: none of the packages needs one to run, and Prisma's would download an engine that it does not use.
    await inPeers('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
  }
  if (!existsSync(join(PEERS_FOLDER, 'generated/pothos.mts'))) await generatePrisma();
}

/**
 * `prisma generate` works without the schema engine, yet its command line insists on having one and downloads it: any
 * program that exists satisfies it.
 */
async function generatePrisma(): Promise<void> {
  await inPeers('prisma', ['generate', '--schema', 'prisma/schema.prisma'], {
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    CHECKPOINT_DISABLE: '1',
  });
}

async function inPeers(program: string, args: string[], environment: Record<string, string> = {}): Promise<void> {
  const path = [join(PEERS_FOLDER, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter);
  const options = { cwd: PEERS_FOLDER, env: { ...process.env, PATH: path, ...environment }, timeout: 300_000 };
  await promisify(execFile)(program, args, options).catch((error: unknown) => {
    const { stderr = '', message } = error as Error & { stderr?: string };
    throw new Error(`${program} ${args[0]}: ${stderr.trim().split('\n').slice(-2).join(' ') || message}`);
  });
}
