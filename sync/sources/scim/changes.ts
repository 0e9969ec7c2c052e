import { z } from 'zod';

import { ResyncRequired, type DirectoryChange } from '../../source';
import { readAhead } from '../read-ahead';
import { ScimRefusal, type ScimClient, type ScimEndpoint, type ScimResource } from './client';
import { groupRecords, userRecord, type ScimMapping } from './records';

/** Changes are asked for again from this long before the last look: clocks and commits are not exact. */
const OVERLAP_MS = 120_000;

const cursorShape = z.object({ since: z.iso.datetime() });

/**
 * Where a later read of changes starts, by the server's own clock; null where it cannot filter by `meta.lastModified`.
 * Claims are not believed: a filter that ought to find everything must do so.
 */
export async function scimCursor(client: ScimClient, signal: AbortSignal): Promise<string | null> {
  const { canFilter, now } = await client.provider(signal);
  if (!canFilter || now === null) return null;
  for (const endpoint of ['Users', 'Groups'] as const) {
    if (!(await filtersByTime(client, endpoint, signal))) return null;
  }
  return JSON.stringify({ since: new Date(now.getTime() - OVERLAP_MS).toISOString() });
}

/**
 * What was modified since the cursor, then every id that still exists: SCIM tells no deletions.
 *
 * @throws ResyncRequired where the cursor is foreign or the server does not filter by time (any more).
 */
export async function* scimChanges(
  client: ScimClient,
  cursor: string,
  mapping: ScimMapping,
  signal: AbortSignal,
): AsyncGenerator<DirectoryChange> {
  const since = sinceOf(cursor);
  const next = await scimCursor(client, signal);
  if (next === null) throw new ResyncRequired('The server does not filter by meta.lastModified.');
  const filter = modifiedSince(since);
  for await (const page of changedPages(client, 'Users', filter, signal)) {
    for (const user of page) yield userRecord(user, mapping);
  }
  for await (const page of changedPages(client, 'Groups', filter, signal)) {
    for (const group of page) {
      const records = groupRecords(group);
      yield* records;
      if (records[0]?.kind === 'group') yield { kind: 'groupEnd', group: records[0].externalId };
    }
  }
  yield* present(client, 'Users', 'user', signal);
  yield* present(client, 'Groups', 'group', signal);
  yield { kind: 'cursor', cursor: next };
}

async function* changedPages(
  client: ScimClient,
  endpoint: ScimEndpoint,
  filter: string,
  signal: AbortSignal,
): AsyncGenerator<ScimResource[]> {
  try {
    yield* readAhead(client.pages(endpoint, signal, { filter }));
  } catch (error) {
    if (error instanceof ScimRefusal) throw new ResyncRequired('The server does not filter by meta.lastModified.');
    throw error;
  }
}

async function* present(
  client: ScimClient,
  endpoint: ScimEndpoint,
  of: 'user' | 'group',
  signal: AbortSignal,
): AsyncGenerator<DirectoryChange> {
  let isTold = false;
  for await (const page of readAhead(client.pages(endpoint, signal, { attributes: 'id' }))) {
    const externalIds = page.flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
    yield { kind: 'present', of, externalIds };
    isTold = true;
  }
  if (!isTold) yield { kind: 'present', of, externalIds: [] };
}

async function filtersByTime(client: ScimClient, endpoint: ScimEndpoint, signal: AbortSignal): Promise<boolean> {
  try {
    const all = await client.total(endpoint, signal);
    const everModified = await client.total(endpoint, signal, modifiedSince('1970-01-02T00:00:00.000Z'));
    const modifiedInFuture = await client.total(endpoint, signal, modifiedSince('2999-01-01T00:00:00.000Z'));
    return everModified === all && modifiedInFuture === 0;
  } catch (error) {
    if (error instanceof ScimRefusal) return false;
    throw error;
  }
}

function modifiedSince(time: string): string {
  return `meta.lastModified gt "${time}"`;
}

function sinceOf(cursor: string): string {
  try {
    return cursorShape.parse(JSON.parse(cursor)).since;
  } catch {
    throw new ResyncRequired('The stored position is not one of this connector.');
  }
}
