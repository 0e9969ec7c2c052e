import { isAbstractType, type GraphQLSchema } from 'graphql';
import { buildSchemaSync, type AuthChecker, type NonEmptyArray, type PubSub } from 'type-graphql';
import { authorize, type Permission } from './auth/policy';
import { AuthResolver, SessionResolver } from './auth/auth.resolver';
import { AssignmentResolver, ClientGroupsResolver, GroupClientsResolver } from './clients/assignment.resolver';
import { ClientBatchProgressResolver, ClientBatchResolver, ClientBatchRowResolver } from './clients/batch.resolver';
import { BusyQueueResolver } from './clients/busy-queue.resolver';
import { ClientFieldsResolver, ClientResolver, UserClientResolver } from './clients/client.resolver';
import { SettingsResolver } from './settings/settings.resolver';
import type { Context } from './context';
import { markColumns } from './fast-fields';
import { GroupResolver } from './groups/group.resolver';
import { MembershipResolver } from './groups/membership.resolver';
import { AuditResolver } from './audit/audit.resolver';
import {
  EffectiveRightsResolver,
  IndividualGrantResolver,
  RightSourceResolver,
  UserRightsResolver,
} from './authorizations/rights.resolver';
import { CallResolver } from './groups/call.resolver';
import {
  ContentGroupResolver,
  GroupContentsResolver,
  MonitorGroupLinkResolver,
  UserContentsResolver,
} from './groups/group-contents.resolver';
import { GroupSettingsResolver } from './groups/group-settings.resolver';
import { JournalResolver } from './journal/journal.resolver';
import { NodeResolver } from './nodes';
import { ClientProfileResolver, ProfileActionResolver } from './profiles/client-profile.resolver';
import { PresenceResolver, ProfileChangeResolver, UserProfilesResolver } from './profiles/presence.resolver';
import { RoleResolver, WorkplaceResolver } from './profiles/role.resolver';
import { EndpointResolver } from './users/endpoint.resolver';
import { PublicUserResolver } from './users/public-user.resolver';
import { EffectiveServiceResolver, UserServicesResolver } from './users/user-services.resolver';
import { UserSourceResolver } from './sources/origin.resolver';
import { QuarantinedRecordResolver, RunResolver } from './sources/run.resolver';
import { RunSubscriptions } from './sources/run.subscriptions';
import { SourceResolver } from './sources/source.resolver';
import { AgentResolver } from './staff/agent.resolver';
import { DashboardResolver } from './staff/dashboard.resolver';
import { ProfileResolver } from './staff/profile.resolver';
import { QueueResolver } from './staff/queue.resolver';
import { StaffAccessResolver } from './staff/staff-access.resolver';
import { StaffResolver } from './staff/staff.resolver';
import { maskPeople } from './staff/user-masking';
import { UserResolver } from './users/user.resolver';

/** Every resolver class. */
const resolvers: NonEmptyArray<NewableFunction> = [
  NodeResolver,
  UserResolver,
  AuthResolver,
  SessionResolver,
  ClientResolver,
  ClientFieldsResolver,
  UserClientResolver,
  AssignmentResolver,
  ClientGroupsResolver,
  GroupClientsResolver,
  ClientBatchResolver,
  ClientBatchRowResolver,
  ClientBatchProgressResolver,
  BusyQueueResolver,
  SettingsResolver,
  GroupResolver,
  MembershipResolver,
  GroupSettingsResolver,
  GroupContentsResolver,
  MonitorGroupLinkResolver,
  ContentGroupResolver,
  UserContentsResolver,
  CallResolver,
  EffectiveRightsResolver,
  RightSourceResolver,
  IndividualGrantResolver,
  UserRightsResolver,
  UserServicesResolver,
  EffectiveServiceResolver,
  EndpointResolver,
  JournalResolver,
  PublicUserResolver,
  AuditResolver,
  RoleResolver,
  WorkplaceResolver,
  ClientProfileResolver,
  ProfileActionResolver,
  UserProfilesResolver,
  PresenceResolver,
  ProfileChangeResolver,
  StaffResolver,
  StaffAccessResolver,
  ProfileResolver,
  QueueResolver,
  AgentResolver,
  DashboardResolver,
  SourceResolver,
  RunResolver,
  QuarantinedRecordResolver,
  RunSubscriptions,
  UserSourceResolver,
];

const checkAuthorization: AuthChecker<Context, Permission> = ({ context }, permissions) => {
  for (const permission of permissions) authorize(context.viewer, permission);
  return true;
};

/** Subscriptions follow tables, so that they work across replicas; type-graphql asks for a bus all the same. */
const NO_BUS: PubSub = {
  publish: () => undefined,
  subscribe: () => {
    throw new Error('Subscriptions give their own iterable.');
  },
};

/** The schema as type-graphql makes it of the decorated classes. Values of interfaces and unions carry `__typename`. */
export function buildGatewaySchema(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers,
    authChecker: checkAuthorization as AuthChecker<object, string>,
    validate: false,
    pubSub: NO_BUS,
    emitSchemaFile: false,
  });
  describeRoots(schema);
  for (const type of Object.values(schema.getTypeMap())) {
    // type-graphql's own are asynchronous, which costs a promise a value and cannot be compiled.
    if (isAbstractType(type)) type.resolveType = (value: { __typename?: string }) => value.__typename;
  }
  markColumns(schema);
  maskPeople(schema);
  return schema;
}

function describeRoots(schema: GraphQLSchema): void {
  const texts = [
    [schema.getQueryType(), 'What can be read.'],
    [schema.getMutationType(), 'What can be done; each is one transaction, written to the audit log.'],
    [schema.getSubscriptionType(), 'What can be followed live, over WebSockets.'],
  ] as const;
  for (const [type, text] of texts) if (type) type.description = text;
}
