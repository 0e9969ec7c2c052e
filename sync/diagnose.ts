import type { DiagnosticCheck } from '../schema/diagnosis';
import type { CheckStatus } from '../schema/sync.enums';
import type { ConnectorSettings } from '../src/sources/source-tools';
import type { ConnectorEnvironment, ConnectorFactory, SourceKind } from './source';

/** All checks together take no longer than this. */
const MAX_MS = 60_000;

/** Looks at a directory, from its name to a sample of people, with saved or unsaved settings. Stores nothing. */
export async function diagnose(
  factories: Record<SourceKind, ConnectorFactory>,
  environment: ConnectorEnvironment,
  source: ConnectorSettings,
): Promise<{ checks: DiagnosticCheck[]; sampleUsers: object[] }> {
  const connector = factories[source.kind].create(source, environment);
  try {
    const { checks, sampleUsers } = await connector.diagnose(AbortSignal.timeout(MAX_MS));
    return { checks: checks.map((check) => ({ ...check, status: check.status as CheckStatus })), sampleUsers };
  } finally {
    await connector.close();
  }
}
