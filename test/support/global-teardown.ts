import './global-setup';

/** After all suites: ends the run's MariaDB and removes its data. */
export default async function globalTeardown(): Promise<void> {
  const server = await globalThis.sharedMariadbServer;
  await server?.stop();
}
