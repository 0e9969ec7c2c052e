import { Scope } from './auth/scope';
import type { Viewer } from './auth/viewer';
import { actorOf } from './auth/viewer';
import type { Database } from './database';
import { Loaders } from './loaders';
import type { Gateway } from './gateway';
import { createServices, type Services } from './services';
import type { DirectoryImage } from './snapshot/directory-image';
import type { SourceTools } from './sources/source-tools';

/** What a request carries. */
export interface Context {
  viewer: Viewer;
  services: Services;
  scope: Scope;
  db: Database;
  loaders: Loaders;
  /** The directory's version when the caller was looked up, or null where it was not read. */
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
  return {
    viewer: caller.viewer,
    services: createServices(gateway, actorOf(caller.viewer)),
    scope: new Scope(gateway.db, caller.viewer),
    db: gateway.db,
    loaders: new Loaders(),
    revision: caller.revision ?? null,
    directory: null,
    sourceTools: gateway.sources ?? null,
    address: caller.address,
    wantsCookie: caller.wantsCookie ?? false,
    setCookie: caller.setCookie ?? (() => undefined),
  };
}
