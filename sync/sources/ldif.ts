import { z } from 'zod';

import {
  type BadRecord,
  type Check,
  type ConnectorEnvironment,
  type ConnectorExplanation,
  type ConnectorFactory,
  type DirectoryConnector,
  type DirectoryRecord,
  IncompleteRead,
  SettingsError,
  type SourceSettings,
  type UserFields,
} from '../source';

import { CheckList, DIAGNOSIS } from './check-list';
import { resolveImportPath } from './files';
import { SAMPLE_SIZE, sampleOutcome, userSteps } from './ldap/checks';
import type { Dialect } from './ldap/dialect';
import { createDialect } from './ldap/dialects';
import { normaliseDn } from './ldap/dn';
import { AttributeIndex, type Entry, texts } from './ldap/entry';
import { mappingSchema, resolveMapping } from './ldap/fields';
import { rawOf } from './ldap/raw';
import { LdifFile } from './ldif/blocks';
import { type LdifRecord, parseRecord } from './ldif/record';
import { noSecrets, validatedSettings } from './validated-settings';

const settingsSchema = z.strictObject({
  path: z.string({ error: 'A file path is needed.' }).trim().min(1, { error: 'A file path is needed.' }),
  dialect: z.enum(['ACTIVE_DIRECTORY', 'LDAP'], { error: '"ACTIVE_DIRECTORY" or "LDAP" is needed.' }),
});

const shape = { settings: settingsSchema, secrets: noSecrets, mapping: mappingSchema };

interface LdifSettings {
  path: string;
  dialect: Dialect;
  userIdAttribute: string;
}

function parseSettings(source: SourceSettings, environment: ConnectorEnvironment): LdifSettings {
  const { settings, mapping } = validatedSettings(shape, source);
  const attributes = resolveMapping(settings.dialect, mapping);
  resolveImportPath(settings.path, environment.importDirs);
  const dialect = createDialect(settings.dialect, attributes, { idWithout: (entry) => normaliseDn(entry.dn) });
  return { path: settings.path, dialect, userIdAttribute: attributes.userId ?? 'uid' };
}

/** A directory exported as LDIF (RFC 2849). The file is read twice: people first, then groups. */
export class LdifConnector implements DirectoryConnector {
  private readonly members: AttributeIndex;
  private readonly userIds: AttributeIndex;

  constructor(
    private readonly settings: LdifSettings,
    private readonly environment: ConnectorEnvironment,
  ) {
    this.members = new AttributeIndex(settings.dialect.memberAttributes);
    this.userIds = new AttributeIndex([settings.userIdAttribute]);
  }

  async *read(signal: AbortSignal): AsyncGenerator<DirectoryRecord, void> {
    const file = await this.open();
    try {
      for (const pass of ['user', 'group'] as const) {
        for await (const records of this.records(file, signal)) {
          for (const record of records) {
            if (this.passOf(record) !== pass) continue;
            if (record.kind === 'bad') yield this.bad(record, pass);
            else if (record.kind === 'entry' && pass === 'user') yield this.settings.dialect.user(record.entry);
            else if (record.kind === 'entry') yield* this.group(record.entry);
          }
        }
      }
    } finally {
      await file.close();
    }
  }

  async diagnose(signal: AbortSignal): Promise<{ checks: Check[]; sampleUsers: UserFields[] }> {
    const sampleUsers: UserFields[] = [];
    const checks = new CheckList(DIAGNOSIS);
    checks.skip(DIAGNOSIS, 'The source is a file.');
    await checks.run('base', async () => {
      const counts = { user: 0, group: 0, bad: 0, members: 0, total: 0 };
      for await (const record of this.read(signal)) {
        counts[record.kind]++;
        if (record.kind === 'user' && sampleUsers.length < SAMPLE_SIZE) sampleUsers.push(record.fields);
      }
      return `The file was read to its end: ${counts.user} users, ${counts.group} groups, ${counts.bad} bad entries.`;
    });
    checks.set('sample', ...sampleOutcome(sampleUsers.length));
    return { checks: checks.finish(), sampleUsers };
  }

  async explain(userId: string, signal: AbortSignal): Promise<ConnectorExplanation> {
    const file = await this.open();
    try {
      for await (const records of this.records(file, signal)) {
        const record = records.find((each) => each.kind !== 'nothing' && this.isNamed(each.entry, userId));
        if (record !== undefined && record.kind !== 'nothing') return this.explainRecord(record);
      }
    } finally {
      await file.close();
    }
    const detail = `No entry of the file has "${userId}" in "${this.settings.userIdAttribute}".`;
    return { found: false, externalId: null, steps: [{ name: 'exists', status: 'FAILED', detail }] };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private open(): Promise<LdifFile> {
    return LdifFile.open(importPath(this.settings.path, this.environment));
  }

  private async *records(file: LdifFile, signal: AbortSignal): AsyncGenerator<LdifRecord[], void> {
    for await (const blocks of file.blocks(signal)) yield blocks.map((block) => parseRecord(block, file.label));
  }

  /** The pass in which a record is told; what is bad and of no known class passes for a person. */
  private passOf(record: LdifRecord): 'user' | 'group' | null {
    if (record.kind === 'nothing') return null;
    return this.settings.dialect.classify(record.entry) ?? (record.kind === 'bad' ? 'user' : null);
  }

  private *group(entry: Entry): Generator<DirectoryRecord, void> {
    const group = this.settings.dialect.group(entry);
    yield group;
    if (group.kind === 'bad') return;
    for (const attribute of this.members.of(entry)) {
      const members = attribute === undefined ? [] : this.settings.dialect.memberRefs(attribute);
      if (members.length > 0) yield { kind: 'members', group: group.externalId, members };
    }
  }

  private bad(record: LdifRecord & { kind: 'bad' }, of: 'user' | 'group'): BadRecord {
    const { entry, reason } = record;
    const known = of === 'user' ? this.settings.dialect.user(entry) : this.settings.dialect.group(entry);
    return {
      kind: 'bad',
      of,
      externalId: known.externalId || null,
      label: entry.dn || null,
      reason,
      raw: rawOf(entry),
    };
  }

  private isNamed(entry: Entry, userId: string): boolean {
    const values = texts(this.userIds.of(entry)[0]);
    return values.some((value) => value.trim().toLowerCase() === userId.trim().toLowerCase());
  }

  private explainRecord(record: Exclude<LdifRecord, { kind: 'nothing' }>): ConnectorExplanation {
    const { dialect } = this.settings;
    const steps: Check[] = [{ name: 'exists', status: 'OK', detail: `The file has it: ${record.entry.dn}.` }];
    const isUser = dialect.classify(record.entry) === 'user';
    steps.push({
      name: 'filter',
      status: isUser ? 'OK' : 'FAILED',
      detail: isUser ? 'Its object classes are those of a person.' : 'Its object classes are not those of a person.',
    });
    const told = record.kind === 'bad' ? this.bad(record, 'user') : dialect.user(record.entry);
    steps.push(...userSteps(told));
    return { found: true, externalId: told.externalId, steps };
  }
}

/** A path that stopped being allowed since it was stored ends the read. */
function importPath(path: string, environment: ConnectorEnvironment): string {
  try {
    return resolveImportPath(path, environment.importDirs);
  } catch (error) {
    throw error instanceof SettingsError ? new IncompleteRead(error.message, { cause: error }) : error;
  }
}

/** LDIF sources. */
export const ldifFactory: ConnectorFactory = {
  kind: 'LDIF',
  validate: (source, environment) => void parseSettings(source, environment),
  create: (source, environment) => new LdifConnector(parseSettings(source, environment), environment),
};
