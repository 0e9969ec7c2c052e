import type { Dashboard } from '../../schema/dashboard';
import type { StaffUser } from '../../schema/staff-user';
import { inList, type Database } from '../database';
import { byParent } from './by-parent';
import { STAFF_COLUMNS } from './staff.reads';

const DASHBOARD_COLUMNS = 'd.id, d.name, d.nameKey';

/** Dashboards by name; only those enabled for one staff user where its key is given. */
export function listDashboards(db: Database, enabledFor: number | null): Promise<Dashboard[]> {
  const where =
    enabledFor === null
      ? ''
      : ' WHERE d.id IN (SELECT da.dashboardId FROM dashboard_access da WHERE da.staffUserId = ?)';
  return db.rows<Dashboard>(
    `SELECT ${DASHBOARD_COLUMNS} FROM dashboard d${where} ORDER BY d.nameKey, d.id`,
    enabledFor === null ? [] : [enabledFor],
  );
}

export async function dashboardsByIds(db: Database, ids: readonly number[]): Promise<Map<number, Dashboard>> {
  const among = inList(ids);
  const rows = await db.rows<Dashboard>(
    `SELECT ${DASHBOARD_COLUMNS} FROM dashboard d WHERE d.id IN ${among.sql}`,
    among.params,
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** For whom some dashboards are enabled, by name. */
export async function staffOfDashboards(
  db: Database,
  dashboards: readonly number[],
): Promise<Map<number, StaffUser[]>> {
  const among = inList(dashboards);
  const rows = await db.rows<StaffUser & { parentKey: number }>(
    `SELECT ${STAFF_COLUMNS}, da.dashboardId AS parentKey FROM dashboard_access da JOIN staff_user s ON s.id = da.staffUserId
     WHERE da.dashboardId IN ${among.sql} ORDER BY s.fullNameKey, s.id`,
    among.params,
  );
  return byParent(dashboards, rows);
}
