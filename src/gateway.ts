import type { Actor } from './audit/audit';
import type { DirectoryAuthenticator } from './auth/accounts';
import type { Clock } from './clock';
import type { Config } from './config';
import type { Database } from './database';
import type { Logger } from './logger';
import type { SourceTools } from './sources/source-tools';

/** What lives as long as the process. */
export interface Gateway {
  db: Database;
  config: Config;
  clock: Clock;
  log: Logger;
  /** Checks passwords that directories hold; absent where none can be asked. */
  directory?: DirectoryAuthenticator;
  /** The connectors, for what requests need of them; absent where no source can be set up. */
  sources?: SourceTools;
}

/** What every service is given. */
export interface ServiceDeps extends Gateway {
  /** Who acts, for the audit log. Services never ask who calls: permission is decided before them. */
  actor: Actor;
}
