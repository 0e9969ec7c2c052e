import { Dashboard } from '../../schema/dashboard';
import { audit } from '../audit/audit';
import { forUpdate, rowsIn } from '../database';
import { notFound } from '../errors';
import { globalId } from '../ids';
import type { ServiceDeps } from '../gateway';
import { fold } from '../text';
import { cleanText } from './staff-fields';

/** Dashboards and for whom they are enabled. Each method is one transaction and returns the key of the dashboard. */
export class DashboardService {
  constructor(private readonly deps: ServiceDeps) {}

  /**
   * @param enableFor the supervisor who makes it, for whom it is enabled; null for administrators
   * @throws BAD_USER_INPUT
   */
  async create(given: string, enableFor: number | null): Promise<number> {
    const name = cleanText('name', given);
    return this.deps.db.write(async (em) => {
      const dashboard = await em.save(em.create(Dashboard, { name, nameKey: fold(name) }));
      if (enableFor !== null) {
        await em.query('INSERT INTO dashboard_access (dashboardId, staffUserId) VALUES (?, ?)', [
          dashboard.id,
          enableFor,
        ]);
      }
      const { clock, actor } = this.deps;
      const target = globalId('Dashboard', dashboard.id);
      await audit(em, clock.now(), { actor, action: 'createDashboard', target, after: { name } });
      return dashboard.id;
    });
  }

  /** Enables or disables it for one staff user; twice is as once. @throws NOT_FOUND */
  async setEnabled(id: number, staffUserId: number, enabled: boolean): Promise<number> {
    return this.deps.db.write(async (em) => {
      const rows = await rowsIn(em, `SELECT id FROM dashboard WHERE id = ?${forUpdate(em)}`, [id]);
      if (rows.length === 0) throw notFound('Dashboard', 'dashboardId');
      const staff = await rowsIn(em, 'SELECT id FROM staff_user WHERE id = ?', [staffUserId]);
      if (staff.length === 0) throw notFound('Staff user', 'staffUserId');
      await em.query('DELETE FROM dashboard_access WHERE dashboardId = ? AND staffUserId = ?', [id, staffUserId]);
      if (enabled) {
        await em.query('INSERT INTO dashboard_access (dashboardId, staffUserId) VALUES (?, ?)', [id, staffUserId]);
      }
      const { clock, actor } = this.deps;
      const after = { staffUser: globalId('StaffUser', staffUserId), enabled };
      await audit(em, clock.now(), { actor, action: 'setDashboardEnabled', target: globalId('Dashboard', id), after });
      return id;
    });
  }
}
