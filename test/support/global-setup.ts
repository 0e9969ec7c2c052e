import { hasMariadb } from './availability';
import { startMariadb, type Mariadb } from './mariadb';
import { freePort } from './ports';
import { SHARED_PORT_VARIABLE } from './shared-mariadb';

declare global {
  /** The run's MariaDB, on its way up; undefined where there is none. */
  var sharedMariadbServer: Promise<Mariadb | null> | undefined;
}

/** Before all suites: one MariaDB for the whole run. Suites wait for it in `sharedMariadb()`. */
export default async function globalSetup(): Promise<void> {
  if (!hasMariadb()) return;
  const port = await freePort();
  process.env[SHARED_PORT_VARIABLE] = String(port);
  globalThis.sharedMariadbServer = startMariadb({ port }).catch((error: unknown) => {
    console.error('The MariaDB of this test run did not start:', error);
    return null;
  });
}
