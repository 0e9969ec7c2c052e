import { answers, mariadbAccess, type MariadbAccess, type TestDatabase } from './mariadb';
import { waitUntilReady } from './processes';

/** The port of the run's MariaDB; global-setup.ts sets it, the workers inherit it. */
export const SHARED_PORT_VARIABLE = 'TEST_MARIADB_PORT';

/**
 * The one MariaDB of a jest run. jest's global setup starts it without waiting, so that runs of pure unit tests lose no
 * time; who needs it waits here. For suites inside `describeWith('mariadb', …)`.
 *
 * @throws Error outside jest, or where the server did not come up.
 */
export async function sharedMariadb(): Promise<MariadbAccess> {
  const port = Number(process.env[SHARED_PORT_VARIABLE]);
  if (!port) throw new Error('No shared MariaDB: it is started by jest, where mariadbd is installed.');
  const access = mariadbAccess(port);
  await waitUntilReady('The shared MariaDB', null, () => answers(access), 25_000);
  return access;
}

/** An empty database of one's own on the shared MariaDB. Drop it after the suite. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return (await sharedMariadb()).createDatabase();
}
