import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Realm } from '../../schema/client.enums';
import type { DirectoryAuthenticator } from '../../src/auth/accounts';
import { SessionService } from '../../src/auth/session.service';
import type { Clock } from '../../src/clock';
import { loadConfig, type Config } from '../../src/config';
import { Database } from '../../src/database';
import { prepareFirstStart } from '../../src/first-start';
import { createLogger } from '../../src/logger';
import { startServer, type RunningServer } from '../../src/server';
import { createServices, type Gateway, type Services } from '../../src/services';

export interface GraphqlAnswer<T = Record<string, unknown>> {
  data: T | null;
  errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
}

export interface TestGateway extends Gateway {
  url: string;
  server: RunningServer;
  services: Services;
  clock: TestClock;
  /** Sends a document over HTTP, with a token or as nobody. */
  send<T = Record<string, unknown>>(
    query: string,
    variables?: object,
    token?: string | null,
  ): Promise<GraphqlAnswer<T>>;
  /** The data of a document that must succeed, as the built-in administrator unless another token is given. */
  run<T = Record<string, unknown>>(query: string, variables?: object, token?: string): Promise<T>;
  /** The code and extensions of the first error of a document that must fail. */
  refused(query: string, variables?: object, token?: string | null): Promise<Record<string, unknown>>;
  adminToken: string;
  /** A session of any account, without a password. */
  tokenFor(realm: Realm, accountId: number): Promise<string>;
  close(): Promise<void>;
}

/** A clock that tests move. Starts at the real time. */
export class TestClock implements Clock {
  private offset = 0;
  private frozen: number | null = null;

  now(): number {
    return this.frozen ?? Date.now() + this.offset;
  }

  advance(milliseconds: number): void {
    if (this.frozen === null) this.offset += milliseconds;
    else this.frozen += milliseconds;
  }

  freeze(instant: number): void {
    this.frozen = instant;
  }
}

export interface TestGatewayOptions {
  /** Default: a SQLite file of its own. */
  databaseUrl?: string;
  environment?: NodeJS.ProcessEnv;
  config?: Partial<Config>;
  /** Checks the passwords of CALLISTO clients. */
  directory?: DirectoryAuthenticator;
}

/** The whole gateway on a free loopback port, with a database of its own; admin password "admin-password-1". */
export async function startTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-'));
  const environment = {
    PORT: '0',
    LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent',
    SWITCHBOARD_DATA_DIR: folder,
    ...options.environment,
  };
  const config = { ...loadConfig(environment), ...options.config };
  const db = await Database.open(options.databaseUrl ?? config.databaseUrl, { migrate: true, poolSize: 8 });
  const clock = new TestClock();
  await prepareFirstStart(db, clock, 'admin-password-1');
  const gateway: Gateway = {
    db,
    config,
    clock,
    log: createLogger(config.logLevel),
    ...(options.directory ? { directory: options.directory } : {}),
  };
  const server = await startServer(gateway);
  const sessions = new SessionService(db, clock, config.sessionHours);
  const tokenFor = async (realm: Realm, accountId: number) =>
    (await db.write((em) => sessions.issue(em, realm, accountId))).token;
  const adminToken = await tokenFor(Realm.CLIENT, 1);
  const send = sender(server.url);
  return {
    ...gateway,
    clock,
    url: server.url,
    server,
    services: createServices(gateway, 'test'),
    adminToken,
    tokenFor,
    send,
    run: async <T>(query: string, variables?: object, token = adminToken) => {
      const { data, errors } = await send<T>(query, variables, token);
      if (errors || data === null) throw new Error(`unexpected errors: ${JSON.stringify(errors)}`);
      return data;
    },
    refused: async (query, variables, token = adminToken) => {
      const { errors } = await send(query, variables, token);
      if (!errors?.[0]) throw new Error('an error was expected');
      return { message: errors[0].message, ...errors[0].extensions };
    },
    close: async () => {
      await server.stop();
      await db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function sender(url: string) {
  return async <T>(query: string, variables: object = {}, token: string | null = null): Promise<GraphqlAnswer<T>> => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as GraphqlAnswer<T>;
  };
}
