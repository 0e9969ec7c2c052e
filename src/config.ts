import { readFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65535);
const onOff = z.enum(['on', 'off']).transform((value) => value === 'on');
const seconds = z.coerce.number().int().positive();

/** Every variable the gateway knows, with its rule. The contract's operations.md names the first block. */
const variables = {
  PORT: port.default(4000),
  HOST: z.string().min(1).default('127.0.0.1'),
  MANAGEMENT_PORT: port.optional(),
  DATABASE_URL: z
    .string()
    .regex(/^(mariadb|mysql):\/\/.+|^sqlite:.+/, 'must start with mariadb://, mysql:// or sqlite:')
    .optional(),
  SWITCHBOARD_DATA_DIR: z.string().min(1).default('./data'),
  SWITCHBOARD_ADMIN_PASSWORD: z.string().min(1).optional(),
  SWITCHBOARD_SECRET_KEY: z
    .string()
    .refine((value) => Buffer.from(value, 'base64').length === 32, 'must be 32 bytes in base64')
    .optional(),
  SWITCHBOARD_PUBLIC_URL: z.url().optional(),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\/.+/, 'must start with smtp:// or smtps://')
    .optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  SWITCHBOARD_IMPORT_DIRS: z.string().min(1).optional(),

  GRAPHQL_INTROSPECTION: onOff.default(true),
  DIRECTORY_SNAPSHOT: onOff.default(true),
  DIRECTORY_ANSWERS_MB: z.coerce.number().int().min(0).max(4096).default(32),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(500).default(10),
  SESSION_HOURS: seconds.default(12),
  TRUST_PROXY: onOff.default(false),
  SYNC_CHANGES_KEEP_DAYS: seconds.default(90),
  SYNC_WEBHOOK_URL: z.url().optional(),
  SYNC_WEBHOOK_SECRET: z.string().min(1).optional(),
  PBX_WEBHOOK_URL: z.url().optional(),
  PBX_WEBHOOK_SECRET: z.string().min(1).optional(),
  TEAMS_CLIENT_STATE: z.string().min(1).optional(),
  SMTP_FROM: z.string().min(1).default('switchboard@localhost'),
} as const;

type Parsed = { [K in keyof typeof variables]: z.infer<(typeof variables)[K]> };

/** Prefixes that are ours: a variable that starts so and is not known is a typing error. */
const OWN_PREFIXES = ['SWITCHBOARD_', 'SYNC_', 'PBX_WEBHOOK_', 'GRAPHQL_', 'DIRECTORY_'];

export interface Config {
  port: number;
  host: string;
  managementPort: number | null;
  databaseUrl: string;
  databasePoolSize: number;
  dataDir: string;
  adminPassword: string | null;
  secretKey: Buffer;
  publicUrl: string;
  smtpUrl: string | null;
  smtpFrom: string;
  logLevel: string;
  importDirs: string[];
  introspection: boolean;
  snapshot: boolean;
  /** Memory for answers to be given again while the directory has not changed, in MiB. */
  answersMegabytes: number;
  sessionHours: number;
  trustProxy: boolean;
  changesKeepDays: number;
  syncWebhook: Webhook | null;
  pbxWebhook: Webhook | null;
  teamsClientState: string | null;
}

export interface Webhook {
  url: string;
  secret: string;
}

/** All faults of the configuration at once. */
export class ConfigError extends Error {
  constructor(readonly faults: string[]) {
    super(`The configuration has ${faults.length} fault(s):\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/**
 * Reads the environment: the only reader of process.env. Throws ConfigError naming every fault.
 * A variable may be given as NAME_FILE, the path of a file that holds it.
 */
export function loadConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const faults: string[] = [];
  const values = readValues(environment, faults);
  const parsed = parse(values, faults);
  requirePairs(values, faults);
  if (faults.length > 0) throw new ConfigError(faults);
  return complete(parsed);
}

function readValues(environment: NodeJS.ProcessEnv, faults: string[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || value === '') continue;
    const base = name.endsWith('_FILE') ? name.slice(0, -'_FILE'.length) : name;
    if (!(base in variables)) {
      if (OWN_PREFIXES.some((prefix) => name.startsWith(prefix))) faults.push(`${name}: unknown variable`);
      continue;
    }
    if (base === name) values[name] = value;
    else if (environment[base]) faults.push(`${name}: ${base} is set too`);
    else readFileValue(base, name, value, values, faults);
  }
  return values;
}

function readFileValue(
  base: string,
  name: string,
  path: string,
  values: Record<string, string>,
  faults: string[],
): void {
  try {
    values[base] = readFileSync(path, 'utf8').trimEnd();
  } catch {
    faults.push(`${name}: the file cannot be read`);
  }
}

function parse(values: Record<string, string>, faults: string[]): Parsed {
  const entries = Object.entries(variables).map(([name, rule]) => {
    const result = rule.safeParse(values[name]);
    if (!result.success) faults.push(`${name}: ${result.error.issues.map((issue) => issue.message).join('; ')}`);
    return [name, result.data];
  });
  return Object.fromEntries(entries) as Parsed;
}

function requirePairs(values: Record<string, string>, faults: string[]): void {
  for (const prefix of ['SYNC_WEBHOOK', 'PBX_WEBHOOK']) {
    const [url, secret] = [values[`${prefix}_URL`], values[`${prefix}_SECRET`]];
    if (Boolean(url) !== Boolean(secret)) faults.push(`${prefix}_URL and ${prefix}_SECRET belong together`);
  }
}

function complete(parsed: Parsed): Config {
  const dataDir = resolve(parsed.SWITCHBOARD_DATA_DIR);
  const publicHost = parsed.HOST.includes(':') ? `[${parsed.HOST}]` : parsed.HOST;
  return {
    port: parsed.PORT,
    host: parsed.HOST,
    managementPort: parsed.MANAGEMENT_PORT ?? null,
    databaseUrl: parsed.DATABASE_URL ?? `sqlite:${join(dataDir, 'switchboard.db')}`,
    databasePoolSize: parsed.DATABASE_POOL_SIZE,
    dataDir,
    adminPassword: parsed.SWITCHBOARD_ADMIN_PASSWORD ?? null,
    secretKey: secretKey(parsed.SWITCHBOARD_SECRET_KEY, dataDir),
    publicUrl: (parsed.SWITCHBOARD_PUBLIC_URL ?? `http://${publicHost}:${parsed.PORT}`).replace(/\/$/, ''),
    smtpUrl: parsed.SMTP_URL ?? null,
    smtpFrom: parsed.SMTP_FROM,
    logLevel: parsed.LOG_LEVEL,
    importDirs: parsed.SWITCHBOARD_IMPORT_DIRS
      ? parsed.SWITCHBOARD_IMPORT_DIRS.split(delimiter).map((path) => resolve(path))
      : [dataDir, resolve(projectRoot(), 'demo')],
    introspection: parsed.GRAPHQL_INTROSPECTION,
    snapshot: parsed.DIRECTORY_SNAPSHOT,
    answersMegabytes: parsed.DIRECTORY_ANSWERS_MB,
    sessionHours: parsed.SESSION_HOURS,
    trustProxy: parsed.TRUST_PROXY,
    changesKeepDays: parsed.SYNC_CHANGES_KEEP_DAYS,
    syncWebhook: webhook(parsed.SYNC_WEBHOOK_URL, parsed.SYNC_WEBHOOK_SECRET),
    pbxWebhook: webhook(parsed.PBX_WEBHOOK_URL, parsed.PBX_WEBHOOK_SECRET),
    teamsClientState: parsed.TEAMS_CLIENT_STATE ?? null,
  };
}

function webhook(url: string | undefined, secret: string | undefined): Webhook | null {
  return url && secret ? { url, secret } : null;
}

/** The folder that holds package.json, whether run from sources or from dist/. */
export function projectRoot(): string {
  const above = resolve(__dirname, '..');
  return existsSync(join(above, 'package.json')) ? above : resolve(above, '..');
}

/** The key that seals source secrets: from the environment, else from a key file made at the first start. */
function secretKey(given: string | undefined, dataDir: string): Buffer {
  if (given) return Buffer.from(given, 'base64');
  const path = join(dataDir, 'secret.key');
  if (!existsSync(path)) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    writeFileSync(path, randomBytes(32).toString('base64') + '\n', { mode: 0o600, flag: 'wx' });
  }
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64');
  if (key.length !== 32) throw new ConfigError([`${path}: must hold 32 bytes in base64`]);
  return key;
}
