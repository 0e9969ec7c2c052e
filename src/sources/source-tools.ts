import type { DirectorySource } from '../../schema/directory-source';
import type { DiagnosticCheck } from '../../schema/diagnosis';
import type { SourceKind } from '../../schema/sync.enums';
import { unseal } from '../secrets';

/** A source as its connector is made of it. */
export interface ConnectorSettings {
  kind: SourceKind;
  settings: Record<string, unknown>;
  secrets: Record<string, unknown>;
  mapping: Record<string, string>;
}

/**
 * What requests need of the connectors, without knowing them: `sync/` gives it at the start (src never imports sync).
 */
export interface SourceTools {
  /** @throws BAD_USER_INPUT naming the field: `settings.urls`. Opens nothing. */
  validate(source: ConnectorSettings): void;
  /** Looks at a directory with saved or unsaved settings. Never throws for what it finds. */
  diagnose(source: ConnectorSettings): Promise<{ checks: DiagnosticCheck[]; sampleUsers: object[] }>;
  /**
   * Why an entry is in or out, live. `userKey` is the person it was imported as.
   * @throws SOURCE_UNAVAILABLE
   */
  explain(
    source: ConnectorSettings & { id: number },
    userId: string,
  ): Promise<{ found: boolean; externalId: string | null; steps: DiagnosticCheck[]; userKey: number | null }>;
  /**
   * Takes the latest applied run of a source back (S11), in one transaction.
   * @throws NOT_FOUND, CONFLICT for an older run or one that was not applied, SYNC_IN_PROGRESS
   */
  revert(runId: string, actor: string): Promise<void>;
}

/** The settings of a stored source with its secrets opened. */
export function connectorSettings(
  source: Pick<DirectorySource, 'id' | 'kind' | 'settings' | 'mapping' | 'secretsSealed'>,
  key: Buffer,
): ConnectorSettings {
  const { kind, settings, mapping, secretsSealed } = source;
  const secrets = secretsSealed === null ? {} : unseal(key, sealContext(source.id), secretsSealed);
  return { kind, settings, mapping, secrets };
}

/** What a source's sealed secrets are bound to. */
export function sealContext(sourceId: number): string {
  return `source:${sourceId}`;
}
