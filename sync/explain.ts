import type { DiagnosticCheck } from '../schema/diagnosis';
import { UserState } from '../schema/enums';
import { CheckStatus } from '../schema/sync.enums';
import type { Database } from '../src/database';
import { AppError } from '../src/errors';
import type { ConnectorSettings } from '../src/sources/source-tools';
import { IncompleteRead, type ConnectorEnvironment, type ConnectorFactory, type SourceKind } from './source';

const MAX_MS = 60_000;

export interface Explanation {
  found: boolean;
  externalId: string | null;
  steps: DiagnosticCheck[];
  userKey: number | null;
}

/** Why an entry is in or out: what its directory says live, then what the last run made of it. @throws SOURCE_UNAVAILABLE */
export async function explain(
  factories: Record<SourceKind, ConnectorFactory>,
  environment: ConnectorEnvironment,
  db: Database,
  source: ConnectorSettings & { id: number },
  userId: string,
): Promise<Explanation> {
  const connector = factories[source.kind].create(source, environment);
  try {
    const { found, externalId, steps } = await connector.explain(userId, AbortSignal.timeout(MAX_MS));
    const live = steps.map((step) => ({ ...step, status: step.status as CheckStatus }));
    const imported = await importedAs(db, source.id, externalId);
    const quarantined = await quarantinedAs(db, source.id, externalId, userId);
    const here = [...(quarantined ? [quarantined] : []), imported.step];
    return { found, externalId, steps: [...live, ...here], userKey: imported.userKey };
  } catch (error) {
    if (error instanceof IncompleteRead) throw new AppError('SOURCE_UNAVAILABLE', error.message);
    throw error;
  } finally {
    await connector.close();
  }
}

async function importedAs(
  db: Database,
  sourceId: number,
  externalId: string | null,
): Promise<{ step: DiagnosticCheck; userKey: number | null }> {
  const row =
    externalId === null
      ? null
      : await db.first<{ id: number; displayName: string; state: UserState; vanishedAt: number | null }>(
          `SELECT u.id, u.displayName, u.state, e.vanishedAt FROM user_entry e JOIN user u ON u.id = e.userId
           WHERE e.sourceId = ? AND e.externalId = ?`,
          [sourceId, externalId],
        );
  const told = (status: CheckStatus, detail: string, userKey: number | null) => ({
    step: { name: 'imported', status, detail },
    userKey,
  });
  if (!row) return told(CheckStatus.WARNING, 'Not imported: no applied run has had this entry.', null);
  if (row.vanishedAt !== null) {
    return told(
      CheckStatus.WARNING,
      `Imported as ${row.displayName}, gone from the directory at the last applied run.`,
      row.id,
    );
  }
  const note = row.state === UserState.DISABLED ? ', disabled in the directory' : '';
  return told(CheckStatus.OK, `Imported as ${row.displayName}${note}.`, row.id);
}

/** What the newest run with a plan said of the entry, where it could not import it. */
async function quarantinedAs(
  db: Database,
  sourceId: number,
  externalId: string | null,
  userId: string,
): Promise<DiagnosticCheck | null> {
  const row = await db.first<{ reason: string }>(
    `SELECT q.reason FROM quarantined_record q
     WHERE q.runId = (SELECT MAX(r.id) FROM sync_run r WHERE r.sourceId = ? AND r.complete = 1)
       AND (q.externalId = ? OR q.label = ?) ORDER BY q.id LIMIT 1`,
    [sourceId, externalId ?? '', userId],
  );
  return row
    ? {
        name: 'quarantine',
        status: CheckStatus.FAILED,
        detail: `The last complete read could not import it: ${row.reason}`,
      }
    : null;
}
