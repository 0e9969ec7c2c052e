import type { Actor } from './audit/audit';
import { SessionService } from './auth/session.service';
import type { Gateway, ServiceDeps } from './gateway';
import { GroupService } from './groups/group.service';
import { MemberService } from './groups/member.service';
import { UserService } from './users/user.service';

export type { Gateway, ServiceDeps } from './gateway';

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
