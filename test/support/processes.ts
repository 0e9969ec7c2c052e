import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const KEPT_OUTPUT = 64 * 1024;
const SETPRIV = '/usr/bin/setpriv';

export interface RunningProcess {
  readonly pid: number;
  /** False once the process has ended. */
  readonly isRunning: boolean;
  /** The last 64 KiB of what it wrote, both streams. */
  output(): string;
  /** SIGTERM, and SIGKILL where that has not ended it in `graceMs`. Idempotent; resolves when it has ended. */
  stop(graceMs?: number): Promise<void>;
  /** SIGKILL, as a power cut would. Idempotent; resolves when it has ended. */
  kill(): Promise<void>;
}

export interface StartOptions {
  env?: NodeJS.ProcessEnv;
  cwd?: string;
}

/**
 * Starts a server that stays in the foreground. On Linux the kernel ends it with the process that started it, however
 * that ends (prctl PR_SET_PDEATHSIG), so that an aborted test run leaves no server behind.
 *
 * @throws Error if the program cannot be started.
 */
export async function startProcess(
  command: string,
  args: string[],
  options: StartOptions = {},
): Promise<RunningProcess> {
  const [program, ...rest] = existsSync(SETPRIV)
    ? [SETPRIV, '--pdeathsig', 'KILL', '--', command, ...args]
    : [command, ...args];
  const child = spawn(program, rest, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  return watch(child);
}

function watch(child: ChildProcess): RunningProcess {
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-KEPT_OUTPUT);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  let isRunning = true;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      isRunning = false;
      resolve();
    });
  });
  const kill = () => {
    if (isRunning) child.kill('SIGKILL');
    return ended;
  };
  return {
    pid: child.pid ?? -1,
    get isRunning() {
      return isRunning;
    },
    output: () => output,
    kill,
    async stop(graceMs = 5_000) {
      if (isRunning) child.kill('SIGTERM');
      const timer = setTimeout(() => void kill(), graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

/**
 * Runs a program to its end and gives what it printed.
 *
 * @throws Error with both streams where it ends with another code than 0 or takes longer than `timeoutMs` (a minute).
 */
export async function run(
  command: string,
  args: string[],
  options: StartOptions & { input?: string; timeoutMs?: number } = {},
): Promise<string> {
  const { input, timeoutMs = 60_000, ...rest } = options;
  const child = spawn(command, args, { ...rest, timeout: timeoutMs, killSignal: 'SIGKILL' });
  const streams = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (streams.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (streams.err += text));
  // A program that ends without reading its input is judged by its exit code, not by the broken pipe.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${command} ended with ${code ?? 'a signal'}: ${streams.err}${streams.out}`.trim());
  return streams.out;
}

/**
 * Waits until `isReady` answers true; what it throws counts as not ready.
 *
 * @throws Error with the process's output where it ends first or `timeoutMs` (20 s) pass.
 */
export async function waitUntilReady(
  what: string,
  process: RunningProcess | null,
  isReady: () => Promise<boolean>,
  timeoutMs = 20_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    if (process && !process.isRunning) throw new Error(`${what} ended while starting:\n${process.output()}`);
    if (await isReady().catch(() => false)) return;
    if (Date.now() > deadline) {
      throw new Error(`${what} did not answer within ${timeoutMs} ms:\n${process?.output() ?? ''}`);
    }
    await sleep(20);
  }
}
