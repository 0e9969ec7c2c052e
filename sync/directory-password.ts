import type { Database } from '../src/database';
import { AppError } from '../src/errors';
import { loadSource } from './rows';
import { connectorSettings } from '../src/sources/source-tools';
import type { ConnectorEnvironment, ConnectorFactory, SourceKind } from './source';

const MAX_MS = 15_000;

/**
 * Whether a source's directory accepts a user's password (requirement C8). Never called with an empty one.
 * @throws SOURCE_UNAVAILABLE where it cannot be reached, or cannot check passwords.
 */
export async function checkDirectoryPassword(
  factories: Record<SourceKind, ConnectorFactory>,
  environment: ConnectorEnvironment,
  { db, secretKey }: { db: Database; secretKey: Buffer },
  [sourceId, userId, password]: [sourceId: number, userId: string, password: string],
): Promise<boolean> {
  const source = await loadSource(db, sourceId);
  if (!source) throw new AppError('SOURCE_UNAVAILABLE', 'The directory of this account is no longer set up.');
  const connector = factories[source.kind].create(connectorSettings(source, secretKey), environment);
  try {
    if (!connector.authenticate)
      throw new AppError('SOURCE_UNAVAILABLE', 'The directory of this account cannot check passwords.');
    return await connector.authenticate(userId, password, AbortSignal.timeout(MAX_MS));
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('SOURCE_UNAVAILABLE', 'The directory of this account cannot be reached.');
  } finally {
    await connector.close();
  }
}
