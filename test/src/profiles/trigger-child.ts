import 'reflect-metadata';
import { systemClock } from '../../../src/clock';
import { loadConfig } from '../../../src/config';
import { Database } from '../../../src/database';
import { createLogger } from '../../../src/logger';
import { BuiltInPbx } from '../../../src/profiles/built-in-pbx';
import type { PbxPort } from '../../../src/profiles/pbx';
import { TriggerRunner } from '../../../src/profiles/trigger.runner';

/**
 * A trigger runner in a process of its own that stops where it is to be killed: `claimed` after the triggers are claimed
 * and before their users are changed, `acting` in the middle of a batch, `never` not at all. It writes `here` there.
 */
async function main([url = '', place = 'never', after = '0']: string[]): Promise<void> {
  const db = await Database.open(url, { poolSize: 4 });
  const config = loadConfig();
  const runner = new TriggerRunner(
    { db: haltingAfterClaim(db, place), config, clock: systemClock, log: createLogger('silent') },
    haltingAfter(place, Number(after)),
  );
  await runner.tick();
  process.stdout.write('done\n');
  await db.close();
}

/** Waits for the end: for SIGKILL, that is. */
function halt(): Promise<never> {
  process.stdout.write('here\n');
  setInterval(() => undefined, 1_000);
  return new Promise(() => undefined);
}

/** The first transaction is the claim's: after it this database does nothing more. */
function haltingAfterClaim(db: Database, place: string): Database {
  if (place !== 'claimed') return db;
  let writes = 0;
  return new Proxy(db, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      const method = (value as (...args: unknown[]) => unknown).bind(target);
      return (...args: unknown[]) => (name === 'write' && writes++ > 0 ? halt() : method(...args));
    },
  });
}

/** A telephone system that stops at its n-th action, in the open transaction. */
function haltingAfter(place: string, actions: number): PbxPort {
  const inner = new BuiltInPbx();
  let performed = 0;
  return {
    perform: (em, step) => (place === 'acting' && performed++ >= actions ? halt() : inner.perform(em, step)),
  };
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
