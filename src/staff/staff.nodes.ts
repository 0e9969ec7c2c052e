import type { Dashboard } from '../../schema/dashboard';
import type { Agent, Queue } from '../../schema/queue';
import type { Channel, Module } from '../../schema/staff.enums';
import type { StaffUser } from '../../schema/staff-user';
import type { UserProfile } from '../../schema/user-profile';
import type { ModuleAct } from '../auth/modules';
import type { StaffViewer, Viewer } from '../auth/viewer';
import type { Context } from '../context';
import { dashboardsByIds, listDashboards } from './dashboard.reads';
import { CHANNEL_MODULES, can, type StaffFacts } from './module-permissions';
import { profilesByIds } from './profile.reads';
import { agentsByIds, grantedQueuesOf, listAgents, queuesByIds } from './queue.reads';
import { staffByIds } from './staff.reads';

/** Whether the viewer may read, edit or delete in a module: administrators of both realms, and supervisors so far (V7). */
export function mayIn(viewer: Viewer, module: Module, act: ModuleAct = 'READ'): boolean {
  return viewer.isAdmin || (viewer.kind === 'staff' && can(viewer, module, act));
}

/** Whether the viewer may do that to queues of a channel. */
export function mayOnChannel(viewer: Viewer, channel: Channel, act: ModuleAct = 'READ'): boolean {
  return mayIn(viewer, CHANNEL_MODULES[channel], act);
}

/** Those of some queues whose channel's module someone has. */
export function ofModules(staff: StaffFacts, queues: readonly Queue[]): Queue[] {
  return queues.filter((queue) => can(staff, CHANNEL_MODULES[queue.channel], 'READ'));
}

/** Keys of the queues that the viewer sees; null: all (XU31–XU34). Read once a request. */
export async function seenQueueIds(context: Context): Promise<ReadonlySet<number> | null> {
  const { viewer, db, loaders } = context;
  if (viewer.isAdmin) return null;
  if (viewer.kind !== 'staff') return new Set();
  const queues = await loaders.load('staff.grantedQueues', viewer.id, (ids) => grantedQueuesOf(db, ids));
  return new Set(ofModules(viewer, queues ?? []).map((queue) => queue.id));
}

/** Those of some queues that the viewer sees. */
export async function seenQueues(context: Context, queues: readonly Queue[] | null): Promise<Queue[]> {
  const seen = await seenQueueIds(context);
  return (queues ?? []).filter((queue) => seen === null || seen.has(queue.id));
}

/** Keys of the agents that the viewer sees; null: all (XU32, XU33). */
export async function seenAgentIds(context: Context): Promise<ReadonlySet<number> | null> {
  const { viewer, db, loaders } = context;
  if (viewer.isAdmin) return null;
  if (!mayIn(viewer, 'AGENTS')) return new Set();
  const queues = [...((await seenQueueIds(context)) ?? [])];
  const seen = await loaders.load('staff.seenAgents', 'viewer', async () => {
    const agents = await listAgents(db, queues);
    return new Map([['viewer', new Set(agents.map((agent) => agent.id))]]);
  });
  return seen ?? new Set();
}

/** Keys of the dashboards that the viewer sees; null: all (XU30). */
async function seenDashboardIds(context: Context): Promise<ReadonlySet<number> | null> {
  const { viewer, db, loaders } = context;
  if (viewer.isAdmin) return null;
  if (viewer.kind !== 'staff' || !mayIn(viewer, 'DASHBOARDS')) return new Set();
  const seen = await loaders.load('staff.seenDashboards', viewer.id, async () => {
    const dashboards = await listDashboards(db, viewer.id);
    return new Map([[viewer.id, new Set(dashboards.map((dashboard) => dashboard.id))]]);
  });
  return seen ?? new Set();
}

/** Whether the viewer sees a staff user: itself, or all of them with the module STAFF. */
export function seesStaff(viewer: Viewer, id: number): boolean {
  return isSelf(viewer, id) || mayIn(viewer, 'STAFF');
}

/** Whether the account is the viewer's own. */
export function isSelf(viewer: Viewer, staffUserId: number): viewer is StaffViewer {
  return viewer.kind === 'staff' && viewer.id === staffUserId;
}

/** A staff user by its key, whoever asks. Batched. */
export function loadStaff({ loaders, db }: Context, key: number | null | undefined): Promise<StaffUser | null> {
  if (key === null || key === undefined) return Promise.resolve(null);
  return loaders.load('staffUser', key, (keys) => staffByIds(db, keys));
}

/** A staff user as the viewer may see it. */
export async function visibleStaff(context: Context, key: number | null | undefined): Promise<StaffUser | null> {
  return typeof key === 'number' && seesStaff(context.viewer, key) ? loadStaff(context, key) : null;
}

/** A user profile by its key, whoever asks. Batched. */
export function loadProfile({ loaders, db }: Context, key: number | null | undefined): Promise<UserProfile | null> {
  if (key === null || key === undefined) return Promise.resolve(null);
  return loaders.load('userProfile', key, (keys) => profilesByIds(db, keys));
}

/** A user profile as the viewer may see it: with the module STAFF, or its own. */
export async function visibleProfile(context: Context, key: number | null | undefined): Promise<UserProfile | null> {
  const { viewer } = context;
  if (typeof key !== 'number') return null;
  if (mayIn(viewer, 'STAFF')) return loadProfile(context, key);
  const self = viewer.kind === 'staff' ? await loadStaff(context, viewer.id) : null;
  return self?.userProfileId === key ? loadProfile(context, key) : null;
}

export async function visibleQueue(context: Context, key: number | null | undefined): Promise<Queue | null> {
  if (typeof key !== 'number') return null;
  const seen = await seenQueueIds(context);
  if (seen !== null && !seen.has(key)) return null;
  return context.loaders.load('queue', key, (keys) => queuesByIds(context.db, keys));
}

export async function visibleAgent(context: Context, key: number | null | undefined): Promise<Agent | null> {
  if (typeof key !== 'number') return null;
  const seen = await seenAgentIds(context);
  return seen === null || seen.has(key) ? loadAgent(context, key) : null;
}

export function loadAgent({ loaders, db }: Context, key: number): Promise<Agent | null> {
  return loaders.load('agent', key, (keys) => agentsByIds(db, keys));
}

export async function visibleDashboard(context: Context, key: number | null | undefined): Promise<Dashboard | null> {
  if (typeof key !== 'number') return null;
  const seen = await seenDashboardIds(context);
  return seen === null || seen.has(key) ? loadDashboard(context, key) : null;
}

export function loadDashboard({ loaders, db }: Context, key: number): Promise<Dashboard | null> {
  return loaders.load('dashboard', key, (keys) => dashboardsByIds(db, keys));
}

export const staffNodes = {
  StaffUser: (context: Context, key: number[]): Promise<StaffUser | null> => visibleStaff(context, key[0]),
  UserProfile: (context: Context, key: number[]): Promise<UserProfile | null> => visibleProfile(context, key[0]),
  Queue: (context: Context, key: number[]): Promise<Queue | null> => visibleQueue(context, key[0]),
  Agent: (context: Context, key: number[]): Promise<Agent | null> => visibleAgent(context, key[0]),
  Dashboard: (context: Context, key: number[]): Promise<Dashboard | null> => visibleDashboard(context, key[0]),
};
