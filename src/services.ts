import type { Actor } from './audit/audit';
import { Authenticator } from './auth/authenticator';
import { SessionService } from './auth/session.service';
import { SignInService } from './auth/sign-in.service';
import { AssignmentService } from './clients/assignment.service';
import { ClientBatchService } from './clients/batch.service';
import { BusyQueueService } from './clients/busy-queue.service';
import { clientAccounts } from './clients/client.accounts';
import { ClientService } from './clients/client.service';
import type { Gateway, ServiceDeps } from './gateway';
import { GrantService } from './authorizations/grant.service';
import { CallStateService } from './groups/call-state.service';
import { GroupContentsService } from './groups/group-contents.service';
import { GroupSettingsService } from './groups/group-settings.service';
import { GroupService } from './groups/group.service';
import { MemberService } from './groups/member.service';
import { ActivationService } from './profiles/activation.service';
import { ClientProfileService } from './profiles/client-profile.service';
import { RoleService } from './profiles/role.service';
import { WorkplaceService } from './profiles/workplace.service';
import { SettingsService } from './settings/settings.service';
import { RunService } from './sources/run.service';
import { SourceService } from './sources/source.service';
import { ApiKeyService } from './staff/api-key.service';
import { AvatarService } from './staff/avatar.service';
import { DashboardService } from './staff/dashboard.service';
import { PasswordResetService } from './staff/password-reset.service';
import { ProfileService } from './staff/profile.service';
import { QueueService } from './staff/queue.service';
import { StaffPasswordService } from './staff/staff-password.service';
import { staffAccounts } from './staff/staff.accounts';
import { StaffService } from './staff/staff.service';
import { staffViewers } from './staff/staff.viewers';
import { JournalService } from './journal/journal.service';
import { EndpointService } from './users/endpoint.service';
import { UserServicesService } from './users/user-services.service';
import { UserService } from './users/user.service';

export type { Gateway, ServiceDeps } from './gateway';

/** The composition root: services of one request, one sync batch or one test. */
export function createServices(gateway: Gateway, actor: Actor) {
  const deps: ServiceDeps = { ...gateway, actor };
  const sessions = new SessionService(gateway.db, gateway.clock, gateway.config.sessionHours);
  return {
    sessions,
    authenticator: new Authenticator(sessions, staffViewers(gateway)),
    signIn: new SignInService(deps, { CLIENT: clientAccounts(gateway), STAFF: staffAccounts(gateway) }),
    clients: new ClientService(deps),
    assignments: new AssignmentService(deps),
    clientBatches: new ClientBatchService(deps),
    busyQueue: new BusyQueueService(deps),
    settings: new SettingsService(deps),
    users: new UserService(deps),
    groups: new GroupService(deps),
    members: new MemberService(deps),
    groupSettings: new GroupSettingsService(deps),
    groupContents: new GroupContentsService(deps),
    callStates: new CallStateService(deps),
    grants: new GrantService(deps),
    journal: new JournalService(deps),
    userServices: new UserServicesService(deps),
    endpoints: new EndpointService(deps),
    staff: new StaffService(deps),
    staffPasswords: new StaffPasswordService(deps),
    passwordResets: new PasswordResetService(deps),
    apiKeys: new ApiKeyService(deps),
    avatars: new AvatarService(deps),
    userProfiles: new ProfileService(deps),
    queues: new QueueService(deps),
    dashboards: new DashboardService(deps),
    roles: new RoleService(deps),
    workplaces: new WorkplaceService(deps),
    clientProfiles: new ClientProfileService(deps),
    activation: new ActivationService(deps),
    sources: new SourceService(deps),
    runs: new RunService(deps),
  };
}

export type Services = ReturnType<typeof createServices>;
