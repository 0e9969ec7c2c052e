import type { Actor } from './audit/audit';
import { SessionService } from './auth/session.service';
import type { Clock } from './clock';
import type { Config } from './config';
import type { Database } from './database';
import { GroupService } from './groups/group.service';
import type { Logger } from './logger';
import { MemberService } from './groups/member.service';
import { UserService } from './users/user.service';

/** What lives as long as the process. */
export interface Gateway {
  db: Database;
  config: Config;
  clock: Clock;
  log: Logger;
}

/** What every service is given. */
export interface ServiceDeps extends Gateway {
  /** Who acts, for the audit log. Services never ask who calls: permission is decided before them. */
  actor: Actor;
}

/** The composition root: services of one request, one sync batch or one test. */
export function createServices(gateway: Gateway, actor: Actor) {
  const deps: ServiceDeps = { ...gateway, actor };
  return {
    sessions: new SessionService(gateway.db, gateway.clock, gateway.config.sessionHours),
    users: new UserService(deps),
    groups: new GroupService(deps),
    members: new MemberService(deps),
  };
}

export type Services = ReturnType<typeof createServices>;
