import type { Module, ModuleAct } from '../../../src/auth/modules';

/**
 * Who has an operation at all, written down from requirements V2–V8 and C, E, P, S, XU, not from the policy: the two must
 * agree. Administrators of both realms have everything. What an operation then does to single rows is decided elsewhere.
 */
export interface Decision {
  /** Nobody needs to be signed in (V2). */
  public?: true;
  /** USER clients have it (V4–V6, V8): owners and assignees of groups among them. */
  client?: true;
  /** Supervisors have it: all of them, or those whose profile allows the act in one of the modules (V7). */
  supervisor?: 'any' | { act: ModuleAct; modules: Module[] };
  /** Arguments beside the least. */
  args?: (self: Self) => Record<string, string>;
}

/** Ids of what is the viewer's own. */
export interface Self {
  staffUser: string;
  user: string;
}

const open: Decision = { public: true, client: true, supervisor: 'any' };
const signedIn: Decision = { client: true, supervisor: 'any' };
const clients: Decision = { client: true };
const administrators: Decision = {};
const may = (act: ModuleAct, ...modules: Module[]): Decision => ({ supervisor: { act, modules } });
const QUEUES: Module[] = ['VOICE', 'CHAT', 'MAIL', 'SMS', 'FAX', 'DIALER', 'OTHER_CHANNELS'];

const queries: Record<string, Decision> = {
  node: signedIn,
  nodes: signedIn,
  viewer: open,
  users: { ...clients, ...may('READ', 'CONTACT_MANAGER') },
  user: signedIn,
  clients: administrators,
  client: signedIn,
  groups: { ...clients, ...may('READ', 'CONTACT_MANAGER') },
  group: signedIn,
  effectiveRights: clients,
  journal: clients,
  busyQueueCalls: clients,
  ringPlan: administrators,
  portalUsers: open,
  livechatAdvisors: open,
  businessCard: open,
  staffUsers: may('READ', 'STAFF'),
  userProfiles: may('READ', 'STAFF'),
  queues: may('READ', ...QUEUES),
  agents: may('READ', 'AGENTS'),
  dashboards: may('READ', 'DASHBOARDS'),
  clientProfiles: clients,
  roles: clients,
  workplaces: clients,
  directorySources: administrators,
  directorySource: administrators,
  syncRun: administrators,
  explainEntry: administrators,
  clientBatch: administrators,
  settings: may('READ', 'SETTINGS'),
  auditLog: administrators,
};

const mutations: Record<string, Decision> = {
  signIn: { ...open, args: () => ({ username: '"admin"', password: '"admin-password-1"' }) },
  signOut: signedIn,
  changeMyPassword: signedIn,
  createClient: administrators,
  updateClient: administrators,
  deleteClient: administrators,
  createClients: administrators,
  assignGroups: administrators,
  unassignGroups: administrators,
  reportBusyQueueCall: clients,
  clearBusyQueueCall: clients,
  createUser: administrators,
  updateUser: administrators,
  deleteUser: administrators,
  setUserLines: administrators,
  createEndpoint: administrators,
  deleteEndpoint: administrators,
  setUserServices: administrators,
  setUserRoles: administrators,
  createGroup: administrators,
  updateGroup: clients,
  deleteGroup: clients,
  addMembers: clients,
  removeMembers: clients,
  reorderMembers: clients,
  setCallState: clients,
  addMonitorGroup: administrators,
  removeMonitorGroup: administrators,
  addKey: administrators,
  removeKey: administrators,
  grantRights: administrators,
  revokeRights: administrators,
  recordCall: clients,
  updateJournalEntry: clients,
  createStaffUser: administrators,
  updateStaffUser: administrators,
  deleteStaffUser: administrators,
  setStaffPassword: { supervisor: 'any', args: ({ staffUser }) => ({ id: `"${staffUser}"` }) },
  requestPasswordReset: open,
  resetPassword: open,
  generateApiKey: administrators,
  removeApiKey: administrators,
  setStaffQueues: administrators,
  createUserProfile: administrators,
  updateUserProfile: administrators,
  deleteUserProfile: administrators,
  createQueue: may('EDIT', ...QUEUES),
  updateQueue: may('EDIT', ...QUEUES),
  deleteQueue: may('DELETE', ...QUEUES),
  createAgent: may('EDIT', 'AGENTS'),
  deleteAgent: may('DELETE', 'AGENTS'),
  createDashboard: may('EDIT', 'DASHBOARDS'),
  setDashboardEnabled: may('EDIT', 'DASHBOARDS'),
  createRole: administrators,
  updateRole: administrators,
  deleteRole: administrators,
  createWorkplace: administrators,
  deleteWorkplace: administrators,
  createClientProfile: { ...clients, args: ({ user }) => ({ input: `{ name: "Mine", ownerId: "${user}" }` }) },
  updateClientProfile: clients,
  deleteClientProfile: clients,
  activateProfile: clients,
  teamsMeetingEvent: administrators,
  createDirectorySource: administrators,
  updateDirectorySource: administrators,
  deleteDirectorySource: administrators,
  diagnoseSource: administrators,
  startSync: administrators,
  applySync: administrators,
  cancelSync: administrators,
  revertSync: administrators,
  updateSettings: may('EDIT', 'SETTINGS'),
};

const subscriptions: Record<string, Decision> = {
  syncRun: administrators,
  clientBatch: administrators,
  profileChanged: clients,
  directoryChanged: administrators,
};

/** By kind of operation and its name. An operation that is not here fails the tests. */
export const decisions = { query: queries, mutation: mutations, subscription: subscriptions };

export type OperationKind = keyof typeof decisions;
