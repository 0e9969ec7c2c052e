import { readFileSync } from 'node:fs';
import type { DirectorySourceInput } from '../../schema/directory-source.input';
import { SourceKind } from '../../schema/sync.enums';
import { badInput } from '../errors';
import { globalId } from '../ids';
import { listSources, ownedCounts } from '../sources/source.reads';
import { EXIT, type Command } from './command';
import { renderTable } from './render';

/** Sets a directory up from a JSON file in the form of `DirectorySourceInput`; `-` reads standard input. */
export async function addSource({ services, print }: Command, file: string): Promise<number> {
  const id = globalId('DirectorySource', await services.sources.create(readInput(file)));
  print({ id }, `${id} is set up. See what it would import: switchboard sync run --source ${id} --plan`);
  return EXIT.done;
}

function readInput(file: string): DirectorySourceInput {
  let input: unknown;
  try {
    input = JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8'));
  } catch {
    throw badInput('--file', 'The file cannot be read, or is not JSON.');
  }
  const { name, kind } = (input ?? {}) as Partial<DirectorySourceInput>;
  if (typeof name !== 'string') throw badInput('name', 'The file must give a name.');
  if (!Object.values(SourceKind).includes(kind as SourceKind)) {
    throw badInput('kind', `kind must be one of ${Object.values(SourceKind).join(', ')}.`);
  }
  return input as DirectorySourceInput;
}

export async function showSources({ gateway, print }: Command): Promise<number> {
  const sources = await listSources(gateway.db);
  const counts = await ownedCounts(
    gateway.db,
    sources.map((source) => source.id),
  );
  const rows = sources.map((source) => ({
    id: globalId('DirectorySource', source.id),
    name: source.name,
    kind: source.kind,
    enabled: Boolean(source.enabled),
    schedule: source.schedule,
    users: counts.get(source.id)?.users ?? 0,
    groups: counts.get(source.id)?.groups ?? 0,
  }));
  const cells = rows.map((row) => Object.values(row).map((value) => (value === null ? '' : String(value))));
  print(rows, renderTable(['id', 'name', 'kind', 'enabled', 'schedule', 'users', 'groups'], cells));
  return EXIT.done;
}

export async function testSource({ gateway, services, print }: Command, id: string): Promise<number> {
  const settings = await services.sources.savedSettings(id);
  const found = await gateway.sources?.diagnose(settings);
  if (!found) return EXIT.failed;
  const ok = found.checks.every((check) => String(check.status) !== 'FAILED');
  const lines = found.checks.map((check) => `${check.status.padEnd(8)} ${check.name.padEnd(12)} ${check.detail}`);
  print({ ok, ...found }, lines.join('\n'));
  return ok ? EXIT.done : EXIT.failed;
}
