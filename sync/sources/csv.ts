import { z } from 'zod';

import {
  IncompleteRead,
  type ConnectorEnvironment,
  type ConnectorExplanation,
  type ConnectorFactory,
  type DirectoryConnector,
  type DirectoryRecord,
  type SourceSettings,
  type UserFields,
} from '../source';
import { CheckList, DIAGNOSIS } from './check-list';
import { CsvPeople, isSecretColumn, uidRef } from './csv/people';
import { CsvTable, type CsvRow } from './csv/table';
import { resolveImportPath } from './files';
import { noSecrets, userFieldMapping, validatedSettings, type MappableUserField } from './validated-settings';

const SAMPLE_SIZE = 5;
/** Members held back before they are told: bounds the memory of the second pass, whatever the groups. */
const MEMBERS_HELD = 10_000;

const shape = {
  settings: z.strictObject({
    path: z.string().min(1, 'A file path is needed.'),
    delimiter: z
      .string()
      .length(1, 'The delimiter is one character.')
      .refine((value) => !/["\r\n]/.test(value), 'A quote or a line break cannot be the delimiter.')
      .default(','),
  }),
  secrets: noSecrets,
  mapping: userFieldMapping(
    z
      .string()
      .trim()
      .min(1, 'A column name is needed.')
      .refine((name) => !isSecretColumn(name), 'Passwords and PINs are never read.'),
  ),
};

/**
 * A CSV file as UCM's Bulk Administration Tool exports users: UTF-8, columns found by their header, in any order.
 *
 * A file has no immutable ids: the external id is the user id in lower case, that of a group its name in lower case. It
 * cannot tell changes, so every read is full.
 */
class CsvConnector implements DirectoryConnector {
  constructor(
    private readonly path: () => string,
    private readonly delimiter: string,
    private readonly mapping: Partial<Record<MappableUserField, string>>,
  ) {}

  async *read(signal: AbortSignal): AsyncGenerator<DirectoryRecord> {
    const table = await this.open();
    try {
      let hasGroups = false;
      for await (const { people, row } of this.passOver(table, signal)) {
        hasGroups = people.hasGroups;
        if (row !== null) yield people.record(row);
      }
      if (hasGroups) yield* this.groups(table, signal);
    } finally {
      await table.close();
    }
  }

  async diagnose(signal: AbortSignal) {
    const checks = new CheckList(DIAGNOSIS);
    checks.skip(['dns', 'tcp', 'tls', 'startTls', 'bind', 'paging', 'range'], 'A file needs none.');
    checks.skip(['incremental'], 'A file cannot tell changes: every read is full.');
    const sampleUsers: UserFields[] = [];
    const hasHeader = await checks.run('base', async () => {
      for await (const { people } of this.scan(signal)) return `Columns read: ${people.readColumns.join(', ')}.`;
      throw new IncompleteRead('The CSV file has no header.');
    });
    if (hasHeader) {
      await checks.run('sample', async () => {
        for await (const { people, row } of this.scan(signal)) {
          const record = row && people.record(row);
          if (record?.kind === 'user') sampleUsers.push(record.fields);
          if (sampleUsers.length === SAMPLE_SIZE) break;
        }
        if (sampleUsers.length > 0) return `${sampleUsers.length} users read.`;
        return { status: 'WARNING', detail: 'The file holds no user.' };
      });
    }
    return { checks: checks.finish(), sampleUsers };
  }

  async explain(userId: string, signal: AbortSignal): Promise<ConnectorExplanation> {
    const wanted = userId.trim().toLowerCase();
    const explanation: ConnectorExplanation = {
      found: false,
      externalId: null,
      steps: [{ name: 'base', status: 'OK', detail: 'The file is readable and has a column for the user id.' }],
    };
    for await (const { people, row } of this.scan(signal)) {
      const record = row && people.record(row);
      if (!record) continue;
      const id = record.kind === 'user' ? record.externalId : record.label?.toLowerCase();
      if (id !== wanted) continue;
      explanation.found = true;
      explanation.externalId = wanted;
      const detail = record.kind === 'user' ? 'All that is required is there.' : record.reason;
      explanation.steps.push({ name: 'search', status: 'OK', detail: `Found in line ${row.line}.` });
      explanation.steps.push({ name: 'requiredFields', status: record.kind === 'user' ? 'OK' : 'FAILED', detail });
    }
    if (!explanation.found) {
      explanation.steps.push({ name: 'search', status: 'FAILED', detail: 'No row has this user id.' });
    }
    return explanation;
  }

  async close(): Promise<void> {
    // Every pass closes its own file.
  }

  /** The second pass: groups as they are met, their members in chunks whenever enough are held. */
  private async *groups(table: CsvTable, signal: AbortSignal): AsyncGenerator<DirectoryRecord> {
    const told = new Set<string>();
    let held = 0;
    const waiting = new Map<string, string[]>();
    for await (const { people, row } of this.passOver(table, signal)) {
      const record = row && people.record(row);
      if (record?.kind !== 'user') continue;
      for (const name of people.groups(row as CsvRow)) {
        const group = name.toLowerCase();
        if (!told.has(group)) yield { kind: 'group', externalId: group, refs: [`group:${group}`], name };
        told.add(group);
        const members = waiting.get(group) ?? [];
        if (members.push(uidRef(record.fields.userId)) === 1) waiting.set(group, members);
        held += 1;
      }
      if (held < MEMBERS_HELD) continue;
      for (const [group, members] of waiting) yield { kind: 'members', group, members };
      waiting.clear();
      held = 0;
    }
    for (const [group, members] of waiting) yield { kind: 'members', group, members };
  }

  private async *scan(signal: AbortSignal) {
    const table = await this.open();
    try {
      yield* this.passOver(table, signal);
    } finally {
      await table.close();
    }
  }

  /** Every row with the reader of its table; the header comes as a null row. */
  private async *passOver(
    table: CsvTable,
    signal: AbortSignal,
  ): AsyncGenerator<{ people: CsvPeople; row: CsvRow | null }> {
    let people: CsvPeople | null = null;
    for await (const row of table.rows(signal)) {
      if (people !== null) yield { people, row };
      else {
        people = new CsvPeople(row.values, this.mapping);
        yield { people, row: null };
      }
    }
  }

  private open(): Promise<CsvTable> {
    return CsvTable.open(this.path(), this.delimiter);
  }
}

/** Connector of kind CSV. Settings: `path` (below an import folder), `delimiter` (`,`). */
export const csvFactory: ConnectorFactory = {
  kind: 'CSV',
  validate(source: SourceSettings, environment: ConnectorEnvironment): void {
    resolveImportPath(validatedSettings(shape, source).settings.path, environment.importDirs);
  },
  create(source: SourceSettings, environment: ConnectorEnvironment): DirectoryConnector {
    const { settings, mapping } = validatedSettings(shape, source);
    const path = () => resolveImportPath(settings.path, environment.importDirs);
    path();
    return new CsvConnector(path, settings.delimiter, mapping);
  },
};
