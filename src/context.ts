import { Scope } from './auth/scope';
import type { Viewer } from './auth/viewer';
import { actorOf } from './auth/viewer';
import type { Actor } from './audit/audit';
import type { Database } from './database';
import { Loaders } from './loaders';
import type { Gateway } from './gateway';
import { createServices, type Services } from './services';
import type { DirectoryImage } from './snapshot/directory-image';
import type { SourceTools } from './sources/source-tools';

/** What a request carries. */
export interface Context {
  viewer: Viewer;
  readonly services: Services;
  scope: Scope;
  readonly db: Database;
  loaders: Loaders;
  /** The directory's version when the caller was looked up; null where it was not read, and in mutations, which change it. */
  revision: number | null;
  /** The directory in memory, where a query of this request found it current; SQL answers otherwise, and in mutations. */
  directory: DirectoryImage | null;
  /** What requests need of the connectors; absent where the process has none. */
  sourceTools: SourceTools | null;
  /** Address of the caller, for throttling. */
  address: string;
  /** The caller wants its session as a cookie (`X-Session: cookie`). */
  wantsCookie: boolean;
  /** Sets a cookie on the answer; does nothing over WebSockets. */
  setCookie(text: string): void;
}

/** The rest of the request is the viewer's who has just signed in. */
export function becomeViewer(context: Context, viewer: Viewer): void {
  context.viewer = viewer;
  context.scope = new Scope(context.db, viewer);
  context.loaders.clear();
}

export interface Caller {
  viewer: Viewer;
  revision?: number | null;
  address: string;
  wantsCookie?: boolean;
  setCookie?: (text: string) => void;
}

export function createContext(gateway: Gateway, caller: Caller): Context {
  return new RequestContext(gateway, caller);
}

/** Services are made when the first is used: most requests only read. Apollo copies the context's own properties. */
class RequestContext implements Context {
  readonly db: Database;
  viewer: Viewer;
  scope: Scope;
  readonly loaders = new Loaders();
  revision: number | null;
  directory: DirectoryImage | null = null;
  readonly sourceTools: SourceTools | null;
  readonly address: string;
  readonly wantsCookie: boolean;
  readonly setCookie: (text: string) => void;
  private readonly actor: Actor;
  private made: Services | null = null;

  constructor(
    private readonly gateway: Gateway,
    caller: Caller,
  ) {
    this.db = gateway.db;
    this.viewer = caller.viewer;
    this.actor = actorOf(caller.viewer);
    this.scope = new Scope(gateway.db, caller.viewer);
    this.revision = caller.revision ?? null;
    this.sourceTools = gateway.sources ?? null;
    this.address = caller.address;
    this.wantsCookie = caller.wantsCookie ?? false;
    this.setCookie = caller.setCookie ?? (() => undefined);
  }

  get services(): Services {
    return (this.made ??= createServices(this.gateway, this.actor));
  }
}
