import { join } from 'node:path';
import { startChild, type Child } from '../children';
import type { DataSize } from '../data';
import { ADMIN_PASSWORD, type FilledDatabase } from '../filled-database';
import type { HttpRequest } from '../http-load';
import { installPeers, PEERS_FOLDER } from '../peers';
import { startPostgresql } from '../postgresql';
import { OURS, PLAIN, POSTGRAPHILE, type QueryName } from './queries';

/** `limit`: what bounds all. `peer`: another way to do the same. `ours`: Switchboard. */
export type Role = 'limit' | 'peer' | 'ours';

/** A server under measurement. */
export interface Subject {
  key: string;
  name: string;
  role: Role;
  /** Which limit it is compared with. */
  database: 'MariaDB' | 'SQLite';
  child: Child;
  /** Its database server, or null where that is in its own process. */
  databasePid: number | null;
  /** The request of a query; `id` is the person that Q3 asks for. */
  request(query: QueryName, id: number): HttpRequest;
}

export interface Surroundings {
  size: DataSize;
  database: FilledDatabase;
  /** Whatever is to be stopped at the end, in the order it was started. */
  stops: (() => Promise<void>)[];
}

type Start = (around: Surroundings) => Promise<Subject>;

/** All that can be measured, by key, in the order of the tables. The first of each database is its limit. */
export const SUBJECTS: Record<string, Start> = {
  limit: bare('limit', 'limit: node:http, mysql2, JSON built in MariaDB', 'limit.ts', 'MariaDB'),
  rows: bare('rows', 'limit: node:http, mysql2, rows, JSON.stringify', 'limit-rows.ts', 'MariaDB'),
  naive: plainPeer('naive', 'Apollo + type-graphql + TypeORM relations', 'naive.ts', '/'),
  prisma: plainPeer('prisma', 'Yoga + Pothos + Prisma 7', 'prisma.mjs', '/graphql'),
  postgraphile: startPostgraphile,
  mercurius: plainPeer('mercurius', 'mercurius + graphql-jit + SQL by hand', 'mercurius.mjs', '/graphql'),
  sql: ours('sql', 'Switchboard, SQL', 'MariaDB', 'off'),
  snapshot: ours('snapshot', 'Switchboard, snapshot', 'MariaDB', 'on'),
  'sqlite-limit': bare('sqlite-limit', 'limit: node:http, JSON built in SQLite', 'limit-sqlite.ts', 'SQLite'),
  'sqlite-sql': ours('sqlite-sql', 'Switchboard on SQLite, SQL', 'SQLite', 'off'),
  'sqlite-snapshot': ours('sqlite-snapshot', 'Switchboard on SQLite, snapshot', 'SQLite', 'on'),
};

const LISTENING = /^listening (\d+)/;

async function databaseOf({ database }: Surroundings, kind: Subject['database']) {
  return kind === 'SQLite'
    ? { url: await database.sqliteUrl(), databasePid: null }
    : { url: database.url, databasePid: database.pid };
}

async function startPeer(around: Surroundings, file: string, url: string): Promise<Child> {
  if (file.endsWith('.mjs')) await installPeers();
  const child = await startChild(join(PEERS_FOLDER, file), [url], { GRAPHILE_ENV: 'production' }, LISTENING);
  around.stops.push(() => child.stop());
  return child;
}

function bare(key: string, name: string, file: string, database: Subject['database']): Start {
  return async (around) => {
    const { url, databasePid } = await databaseOf(around, database);
    const child = await startPeer(around, file, url);
    const request = (query: QueryName, id: number): HttpRequest => ({
      method: 'GET',
      path: `/${query.toLowerCase()}${query === 'Q3' ? `?id=${id}` : ''}`,
      headers: {},
    });
    return { key, name, role: 'limit', database, child, databasePid, request };
  };
}

function plainPeer(key: string, name: string, file: string, path: string): Start {
  return async (around) => {
    const { url, pid } = around.database;
    const child = await startPeer(around, file, url);
    const request = (query: QueryName, id: number) => post(path, PLAIN[query], { id: String(id) }, null);
    return { key, name, role: 'peer', database: 'MariaDB', child, databasePid: pid, request };
  };
}

async function startPostgraphile(around: Surroundings): Promise<Subject> {
  await installPeers();
  const server = await startPostgresql(around.database.folder, around.size);
  around.stops.push(() => server.stop());
  return {
    key: 'postgraphile',
    name: 'PostGraphile 5 on PostgreSQL',
    role: 'peer',
    database: 'MariaDB',
    child: await startPeer(around, 'postgraphile.mjs', server.url),
    databasePid: server.pid,
    request: (query, id) => post('/graphql', POSTGRAPHILE[query], { id }, null),
  };
}

function ours(key: string, name: string, database: Subject['database'], snapshot: 'on' | 'off'): Start {
  return async (around) => {
    const { url, databasePid } = await databaseOf(around, database);
    const environment = {
      DATABASE_URL: url,
      PORT: '0',
      SWITCHBOARD_DATA_DIR: join(around.database.folder, `state-${key}`),
      DIRECTORY_SNAPSHOT: snapshot,
      LOG_LEVEL: 'info',
    };
    const main = join(__dirname, '../../bin/switchboard.js');
    const child = await startChild(main, ['serve'], environment, /"url":"http:\/\/127\.0\.0\.1:(\d+)"/);
    around.stops.push(() => child.stop());
    const token = await signIn(child.url);
    const request = (query: QueryName, id: number) => post('/graphql', OURS[query], { id: `User_${id}` }, token);
    return { key, name, role: 'ours', database, child, databasePid, request };
  };
}

export function post(path: string, query: string, variables: object, token: string | null): HttpRequest {
  const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
  return { method: 'POST', path, headers, body: JSON.stringify({ query, variables }) };
}

/** Sends one request by itself. @returns the body */
export async function ask(url: string, { method, path, headers, body }: HttpRequest): Promise<string> {
  const response = await fetch(`${url}${path}`, { method, headers, ...(body ? { body } : {}) });
  return response.text();
}

export async function signIn(url: string): Promise<string> {
  const query = `mutation { signIn(realm: CLIENT, username: "admin", password: "${ADMIN_PASSWORD}") { token } }`;
  const text = await ask(url, post('/graphql', query, {}, null));
  const { data } = JSON.parse(text) as { data?: { signIn: { token: string } } };
  if (!data) throw new Error(`cannot sign in: ${text}`);
  return data.signIn.token;
}
