import { writeFileSync } from 'node:fs';

import { Command } from 'commander';

import { fill } from './directory';
import { UcmSimulator, type SimulatedVersion } from './server';

/** Runs the simulator until it is interrupted: `npm run simulate:ucm -- --users 1000`. */
async function main(): Promise<void> {
  const command = new Command('simulate:ucm')
    .description('A call manager that does not exist: AXL over HTTPS with made-up people.')
    .option('--users <number>', 'made-up users', '1000')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port; 0 for any free one', '8443')
    .option('--ucm-version <version>', '12.5, 14.0 or 15.0', '15.0')
    .option('--username <name>', 'account for AXL', 'axlsync')
    .option('--password <password>', 'its password', 'axl-password')
    .option('--certificate <file>', 'write the certificate there, to be imported as caCertificate');
  const options = command.parse().opts<Record<string, string | undefined>>();
  const version = options.ucmVersion as SimulatedVersion;
  if (!['12.5', '14.0', '15.0'].includes(version)) command.error('The version is 12.5, 14.0 or 15.0.');
  const simulator = new UcmSimulator({
    host: options.host,
    port: Number(options.port),
    version,
    username: options.username,
    password: options.password,
  });
  fill(simulator.directory, Number(options.users));
  simulator.directory.setGroup(
    'Standard CCM End Users',
    [...simulator.directory.users.values()].map(({ userid }) => userid),
  );
  const url = await simulator.start();
  if (options.certificate !== undefined) writeFileSync(options.certificate, simulator.certificate.cert);
  const settings = { url, username: simulator.username, caCertificate: simulator.certificate.cert };
  const source = { kind: 'UCM', settings, secrets: { password: simulator.password } };
  process.stdout.write(`${options.users} users at ${url}\n${JSON.stringify(source, null, 2)}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.stop());
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
