import 'reflect-metadata';
import { Command as Program, CommanderError } from 'commander';
import { Realm } from '../schema/client.enums';
import { RunMode } from '../schema/sync.enums';
import { resetAdminPassword, verifyAudit } from './cli/admin.commands';
import { createClients, type CreateClientsOptions } from './cli/client.commands';
import { EXIT, runCommand, type Command } from './cli/command';
import { addSource, showSources, testSource } from './cli/source.commands';
import { applySync, explainEntry, revertSync, runSync } from './cli/sync.commands';
import { badInput } from './errors';
import { startAndStay, type StartOptions } from './start/run';

const collect = (value: string, list: string[]) => [...list, value];

/** The command line: the contract's operations.md names the commands; `--json` and exit codes are for scripts. */
function program(): Program {
  const root = new Program('switchboard')
    .description('Administration of unified communications: gateway, directory synchronization, operator clients.')
    .option('--json', 'print one JSON document')
    .exitOverride();
  addServers(root);
  addSourceCommands(root);
  addSyncCommands(root);
  addAdministration(root);
  return root;
}

/** Makes a command's action: opens the gateway, runs it, sets the exit code. */
function action<A extends unknown[]>(work: (command: Command, ...args: A) => Promise<number>) {
  return async (...args: [...A, Program]): Promise<void> => {
    const self = args[args.length - 1] as Program;
    const { json } = self.optsWithGlobals<{ json?: boolean }>();
    process.exitCode = await runCommand(json ?? false, (command) => work(command, ...(args.slice(0, -1) as A)));
  };
}

function addServers(root: Program): void {
  const add = (name: string, description: string, options: StartOptions) =>
    root
      .command(name)
      .description(description)
      .action(() => startAndStay(options));
  root
    .command('start')
    .description('server and worker in one process, with the demonstration directory where nothing is set up')
    .option('--no-demo', 'start without the demonstration directory')
    .action(({ demo }: { demo: boolean }) => startAndStay({ serve: true, work: true, demo }));
  add('serve', 'the API', { serve: true, work: false, demo: false });
  add('worker', 'the synchronization worker', { serve: false, work: true, demo: false });
  root
    .command('migrate')
    .description('bring the tables up to date')
    .action(
      action(({ print }) => Promise.resolve(print({ migrated: true }, 'The tables are up to date.') ?? EXIT.done)),
    );
}

function addSourceCommands(root: Program): void {
  const source = root.command('source').description('directories');
  source
    .command('add')
    .requiredOption('--file <path>', 'JSON in the form of DirectorySourceInput; - for standard input')
    .description('set a directory up')
    .action(action((command, options: { file: string }) => addSource(command, options.file)));
  source
    .command('list')
    .description('all directories')
    .action(action((command) => showSources(command)));
  source
    .command('test')
    .argument('<id>', 'the directory')
    .description('look at it, from its name to a sample of people')
    .action(action((command, id: string) => testSource(command, id)));
}

function addSyncCommands(root: Program): void {
  const sync = root.command('sync').description('synchronization');
  sync
    .command('run')
    .requiredOption('--source <id>', 'the directory')
    .option('--plan', 'only show what would change', false)
    .option('--mode <mode>', 'full, incremental or auto', 'auto')
    .description('read a directory, compare, apply')
    .action(
      action((command, { source, plan, mode }: { source: string; plan: boolean; mode: string }) =>
        runSync(command, { source, plan, mode: runMode(mode) }),
      ),
    );
  sync
    .command('apply')
    .argument('<run>', 'the run')
    .option('--confirm-removals', 'also beyond the removal limits', false)
    .description('apply exactly the plan of a run')
    .action(
      action((command, run: string, options: { confirmRemovals: boolean }) =>
        applySync(command, run, options.confirmRemovals),
      ),
    );
  sync
    .command('revert')
    .argument('<run>', 'the latest applied run of a directory')
    .description('take a run back')
    .action(action((command, run: string) => revertSync(command, run)));
  sync
    .command('explain')
    .argument('<userid>', 'login name in the directory')
    .requiredOption('--source <id>', 'the directory')
    .description('why an entry is in or out')
    .action(
      action((command, userId: string, options: { source: string }) => explainEntry(command, options.source, userId)),
    );
}

function addAdministration(root: Program): void {
  root
    .command('clients')
    .description('operator clients')
    .command('create')
    .option('--group <name>', 'of all people in this group')
    .option('--user <userid>', 'of this user (repeat for more)', collect, [])
    .requiredOption('--auth-type <type>', 'proxy or callisto')
    .option('--password <text>', 'one password for all (proxy)')
    .option(
      '--permission <name>',
      'forward-users, modify-user-status, park or show-all-busy-queue (repeat)',
      collect,
      [],
    )
    .option('--assign <group>', 'assign them to this group (repeat)', collect, [])
    .option('--on-conflict <how>', 'ask, skip or overwrite', 'ask')
    .description('create clients in bulk')
    .action(action((command, options: CreateClientsOptions) => createClients(command, options)));
  root
    .command('admin')
    .description('built-in administrators')
    .command('reset-password')
    .option('--realm <realm>', 'client or staff', 'client')
    .description('give the administrator a new password')
    .action(action((command, { realm }: { realm: string }) => resetAdminPassword(command, realmOf(realm))));
  root
    .command('audit')
    .description('the audit log')
    .command('verify')
    .description('follow its hash chain')
    .action(action((command) => verifyAudit(command)));
}

function runMode(text: string): RunMode {
  const mode = Object.values(RunMode).find((one) => String(one) === text.toUpperCase());
  if (!mode) throw badInput('--mode', '--mode must be full, incremental or auto.');
  return mode;
}

function realmOf(text: string): Realm {
  const realm = Object.values(Realm).find((one) => String(one) === text.toUpperCase());
  if (!realm) throw badInput('--realm', '--realm must be client or staff.');
  return realm;
}

async function main(): Promise<void> {
  try {
    await program().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
      return;
    }
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = EXIT.failed;
  }
}

void main();
