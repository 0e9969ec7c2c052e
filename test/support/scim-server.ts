import { randomUUID } from 'node:crypto';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

import express, { type NextFunction, type Request, type Response } from 'express';
import SCIMMY from 'scimmy';
import SCIMMYRouters from 'scimmy-routers';

/** A stored resource: plain SCIM attributes with the times the server keeps of it. */
export type StoredResource = Record<string, unknown> & { id: string; meta: { created: Date; lastModified: Date } };

export interface ScimServerOptions {
  token?: string;
  /** The server sends at most so many a page, whatever `count` asks. */
  maxPage?: number;
  tls?: { key: string; cert: string };
}

interface Matcher {
  match(resources: object[]): object[];
}

/**
 * A real SCIM 2.0 server (SCIMMY) over a store in memory, one a process, for SCIMMY's resource types are global.
 * `intercept` sees every request first and answers it itself where it returns true: for faults.
 */
export class ScimServer {
  readonly users = new Map<string, StoredResource>();
  readonly groups = new Map<string, StoredResource>();
  /** Paths with queries, as asked. */
  readonly requests: string[] = [];
  intercept: (request: Request, response: Response) => boolean = () => false;
  maxPage: number;
  private readonly token: string;
  private server: Server | null = null;

  constructor(private readonly options: ScimServerOptions = {}) {
    this.token = options.token ?? 'secret-token';
    this.maxPage = options.maxPage ?? Infinity;
  }

  addUser(attributes: Record<string, unknown>, modified = new Date()): StoredResource {
    return this.store(this.users, attributes, modified);
  }

  addGroup(attributes: Record<string, unknown>, modified = new Date()): StoredResource {
    return this.store(this.groups, attributes, modified);
  }

  /** @returns the base URL, `http(s)://127.0.0.1:PORT/scim/v2` */
  async start(): Promise<string> {
    SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false);
    SCIMMY.Resources.declare(
      SCIMMY.Resources.User.egress((resource) =>
        this.read<InstanceType<typeof SCIMMY.Schemas.User>>(this.users, resource),
      ),
    );
    SCIMMY.Resources.declare(
      SCIMMY.Resources.Group.egress((resource) =>
        this.read<InstanceType<typeof SCIMMY.Schemas.Group>>(this.groups, resource),
      ),
    );
    const app = express();
    app.use((request, response, next) => this.before(request, response, next));
    app.use('/scim/v2', new SCIMMYRouters({ type: 'bearer', handler: (request) => this.authenticate(request) }));
    this.server = this.options.tls ? createHttpsServer(this.options.tls, app) : createHttpServer(app);
    await new Promise<void>((resolve) => this.server?.listen(0, '127.0.0.1', resolve));
    const { port } = this.server.address() as AddressInfo;
    return `${this.options.tls ? 'https' : 'http'}://127.0.0.1:${port}/scim/v2`;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => (this.server ? this.server.close(resolve) : resolve(null)));
  }

  private before(request: Request, response: Response, next: NextFunction): void {
    this.requests.push(request.originalUrl);
    if (this.intercept(request, response)) return;
    // Express 5 parses the query anew at each look, so that the router's conversion of numbers would be lost.
    const query: Record<string, unknown> = { ...request.query };
    if (query.count !== undefined) query.count = String(Math.min(Number(query.count), this.maxPage));
    Object.defineProperty(request, 'query', { value: query, writable: true, configurable: true });
    next();
  }

  private authenticate(request: Request): string {
    if (request.header('authorization') !== `Bearer ${this.token}`) throw new Error('The token is wrong.');
    return 'reader';
  }

  /** SCIMMY's own types of what a store gives are its schema classes; plain attributes of that shape serve as well. */
  private read<T>(store: Map<string, StoredResource>, resource: { id?: string; filter?: Matcher }): T | T[] {
    const all = [...store.values()];
    if (resource.id === undefined) return (resource.filter ? resource.filter.match(all) : all) as T[];
    const found = store.get(resource.id);
    if (!found) throw new Error('Not found');
    return found as T;
  }

  private store(
    store: Map<string, StoredResource>,
    attributes: Record<string, unknown>,
    modified: Date,
  ): StoredResource {
    const id = typeof attributes.id === 'string' ? attributes.id : randomUUID();
    const stored = { ...attributes, id, meta: { created: modified, lastModified: modified } };
    store.set(id, stored);
    return stored;
  }
}
