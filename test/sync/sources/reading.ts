import type {
  BadRecord,
  ConnectorFactory,
  DirectoryConnector,
  DirectoryRecord,
  GroupRecord,
  SourceKind,
  SourceSettings,
  UserRecord,
} from '../../../sync/source';
import { connectorFactories } from '../../../sync/sources';

/** A connector as the pipeline makes it: validated, then created. */
export function connectorOf(
  kind: SourceKind,
  parts: Partial<Omit<SourceSettings, 'kind'>>,
  importDirs: string[] = [],
): DirectoryConnector {
  const source = { kind, settings: {}, secrets: {}, mapping: {}, ...parts };
  const factory: ConnectorFactory = connectorFactories[kind];
  factory.validate(source, { importDirs });
  return factory.create(source, { importDirs });
}

/** Everything that a read told, sorted out. */
export interface Told {
  users: UserRecord[];
  groups: GroupRecord[];
  bad: BadRecord[];
  /** Refs of members by the group's name. */
  members: Map<string, string[]>;
}

/** Reads to the end, and checks the order that connectors owe: users before groups, a group before its members. */
export async function readAll(connector: DirectoryConnector, signal = new AbortController().signal): Promise<Told> {
  const records: DirectoryRecord[] = [];
  for await (const record of connector.read(signal)) records.push(record);
  return sortOut(records);
}

export function sortOut(records: DirectoryRecord[]): Told {
  const told: Told = { users: [], groups: [], bad: [], members: new Map() };
  const names = new Map<string, string>();
  for (const record of records) {
    if (record.kind === 'user') {
      expect(told.groups).toHaveLength(0);
      told.users.push(record);
    } else if (record.kind === 'group') {
      told.groups.push(record);
      names.set(record.externalId, record.name);
      told.members.set(record.name, []);
    } else if (record.kind === 'members') {
      const name = names.get(record.group);
      expect(name).toBeDefined();
      told.members.get(name ?? '')?.push(...record.members);
    } else if (record.kind === 'bad') {
      told.bad.push(record);
    }
  }
  return told;
}

export const byId = (told: Told, userId: string) => told.users.find(({ fields }) => fields.userId === userId);
export const named = (told: Told, name: string) => told.groups.find((group) => group.name === name);
