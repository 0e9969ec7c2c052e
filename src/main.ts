import 'reflect-metadata';
import { startAndStay } from './start/run';

/** Server and worker in one process; what `npm start` does, for a process manager that wants a file. */
startAndStay({ serve: true, work: true, demo: false }).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
