import { Initial1700000000000 } from './0001-initial';

/** In the order in which they are applied; append only. */
export const migrations = [Initial1700000000000];
