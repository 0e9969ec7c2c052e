import { Initial1700000000000 } from './0001-initial';
import { ReportViews1700000001000 } from './0002-report-views';

/** In the order in which they are applied; append only. */
export const migrations = [Initial1700000000000, ReportViews1700000001000];
