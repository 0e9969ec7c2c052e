import { Arg, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Dashboard } from '../../schema/dashboard';
import { StaffUser } from '../../schema/staff-user';
import type { Context } from '../context';
import { forbidden, notFound } from '../errors';
import { keyOf } from '../ids';
import { listDashboards, staffOfDashboards } from './dashboard.reads';
import { isSelf, loadDashboard, seesStaff, visibleDashboard, visibleStaff } from './staff.nodes';

@Resolver(() => Dashboard)
export class DashboardResolver {
  @Authorized('dashboard:list')
  @Query(() => [Dashboard], { description: 'Dashboards by name; for a supervisor those enabled for him.' })
  dashboards(@Ctx() { db, viewer }: Context): Promise<Dashboard[]> {
    return listDashboards(db, viewer.kind === 'staff' && !viewer.isAdmin ? viewer.id : null);
  }

  @FieldResolver(() => [StaffUser], { description: 'For whom it is enabled, as far as the viewer sees them.' })
  async enabledFor(@Root() dashboard: Dashboard, @Ctx() { loaders, db, viewer }: Context): Promise<StaffUser[]> {
    const staff = await loaders.load('dashboard.staff', dashboard.id, (ids) => staffOfDashboards(db, ids));
    return (staff ?? []).filter((one) => seesStaff(viewer, one.id));
  }

  @Authorized('dashboard:edit')
  @Mutation(() => Dashboard, { description: 'Adds a dashboard; for a supervisor who does it is enabled.' })
  async createDashboard(
    @Arg('name', { description: 'Its name.' }) name: string,
    @Ctx() context: Context,
  ): Promise<Dashboard> {
    const { viewer, services } = context;
    const enableFor = viewer.kind === 'staff' && !viewer.isAdmin ? viewer.id : null;
    return reload(context, await services.dashboards.create(name, enableFor));
  }

  @Authorized('dashboard:edit')
  @Mutation(() => Dashboard, {
    description:
      'Enables or disables a dashboard for a staff user. A supervisor decides for himself only, of dashboards he sees.',
  })
  async setDashboardEnabled(
    @Arg('dashboardId', () => ID, { description: 'The dashboard.' }) dashboardId: string,
    @Arg('staffUserId', () => ID, { description: 'For whom.' }) staffUserId: string,
    @Arg('enabled', { description: 'Whether it is enabled.' }) enabled: boolean,
    @Ctx() context: Context,
  ): Promise<Dashboard> {
    const { viewer, services } = context;
    const dashboard = await visibleDashboard(context, keyOf('Dashboard', dashboardId));
    if (!dashboard) throw notFound('Dashboard', 'dashboardId');
    const staff = await visibleStaff(context, keyOf('StaffUser', staffUserId));
    if (!staff) throw notFound('Staff user', 'staffUserId');
    // What others see is a right of theirs: supervisors never manage other staff users (XU3).
    if (!viewer.isAdmin && !isSelf(viewer, staff.id)) throw forbidden();
    return reload(context, await services.dashboards.setEnabled(dashboard.id, staff.id, enabled));
  }
}

async function reload(context: Context, id: number): Promise<Dashboard> {
  context.loaders.clear();
  const dashboard = await loadDashboard(context, id);
  if (!dashboard) throw notFound('Dashboard');
  return dashboard;
}
