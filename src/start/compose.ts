import { checkDirectoryPassword } from '../../sync/directory-password';
import { diagnose } from '../../sync/diagnose';
import { explain } from '../../sync/explain';
import { register } from 'prom-client';
import { SyncWorker } from '../../sync/main';
import { SyncMetrics } from '../../sync/metrics';
import { revertRun } from '../../sync/revert';
import { connectorFactories } from '../../sync/sources';
import { SettingsError, type ConnectorEnvironment } from '../../sync/source';
import { systemClock } from '../clock';
import type { Config } from '../config';
import { Database } from '../database';
import { badInput } from '../errors';
import type { Gateway } from '../gateway';
import { createLogger, type Logger } from '../logger';
import type { SourceTools } from '../sources/source-tools';

/** What connectors may use of their surroundings. */
export function connectorEnvironment(config: Config, log: Logger): ConnectorEnvironment {
  return { importDirs: config.importDirs, log: (message, detail) => log.debug(detail ?? {}, message) };
}

/** Opens the database and puts together what a server, a worker or a command needs. The tables are brought up to date. */
export async function composeGateway(config: Config, log = createLogger(config.logLevel)): Promise<Gateway> {
  const db = await Database.open(config.databaseUrl, { migrate: true, poolSize: config.databasePoolSize });
  const environment = connectorEnvironment(config, log);
  return {
    db,
    config,
    clock: systemClock,
    log,
    sources: sourceTools(db, environment, log),
    directory: {
      authenticate: (...account) =>
        checkDirectoryPassword(connectorFactories, environment, { db, secretKey: config.secretKey }, account),
    },
  };
}

function sourceTools(db: Database, environment: ConnectorEnvironment, log: Logger): SourceTools {
  return {
    validate: (source) => {
      try {
        connectorFactories[source.kind].validate(source, environment);
      } catch (error) {
        if (error instanceof SettingsError) throw badInput(error.field, error.message);
        throw error;
      }
    },
    diagnose: (source) => diagnose(connectorFactories, environment, source),
    explain: (source, userId) => explain(connectorFactories, environment, db, source, userId),
    revert: (runId, actor) => revertRun({ db, clock: systemClock, log }, runId, actor),
  };
}

/** The synchronization worker of this process; its figures are on `/metrics`. */
export function createWorker(gateway: Gateway): SyncWorker {
  const metrics = new SyncMetrics(register, gateway.db, gateway.clock);
  return new SyncWorker(gateway.db, { ...gateway, metrics });
}
