import { z } from 'zod';

import { ResyncRequired, type DirectoryChange } from '../../source';
import type { UcmDirectory } from './directory';
import { AxlFault, isOutOfMemory, isTooLarge } from './faults';
import { accessControlGroups } from './full-read';
import { plainUuid, userRecord, type UcmMapping } from './users';
import { xmlText, type AxlBody } from './xml';

/** Each changed user is one request; beyond so many the pages of a full read are cheaper. */
const MOST_CHANGES = 2000;

const positionShape = z.object({ queueId: z.string().min(1), next: z.number().int().nonnegative() });
type Position = z.infer<typeof positionShape>;

interface Pending {
  users: Set<string>;
  removedGroups: Set<string>;
  touchesGroups: boolean;
}

/**
 * Where a later read of changes starts: behind the newest change of the queue (Cisco, AXL Developer Guide, "Data Change
 * Notification"). Null where the call manager keeps no queue or does not let this account see it.
 */
export async function ucmCursor(directory: UcmDirectory, signal: AbortSignal): Promise<string | null> {
  try {
    const body = await listChange(directory, null, signal);
    const queue = queueOf(body);
    return queue === null
      ? null
      : JSON.stringify({ queueId: queue.queueId, next: Math.max(queue.next, queue.last + 1) });
  } catch (error) {
    if (error instanceof AxlFault && !isOutOfMemory(error)) return null;
    throw error;
  }
}

/**
 * Users that changed since the cursor, each as it is now; with `withGroups` also all access-control groups, if one of
 * them or any user changed, for a membership belongs to either.
 *
 * @throws ResyncRequired where the queue is another (AXL was restarted, code 5007) or no longer reaches back.
 */
export async function* ucmChanges(
  directory: UcmDirectory,
  cursor: string,
  mapping: UcmMapping,
  withGroups: boolean,
  signal: AbortSignal,
): AsyncGenerator<DirectoryChange> {
  const { pending, position } = await collect(directory, positionOf(cursor), signal);
  if (pending.users.size > MOST_CHANGES) {
    throw new ResyncRequired(`${pending.users.size} users changed: a full read is faster.`);
  }
  for (const uuid of pending.users) {
    // Whatever the action was: what counts is how the user is now.
    const row = await directory.user({ uuid }, mapping, signal);
    if (row === null) yield { kind: 'gone', of: 'user', externalId: uuid };
    else yield userRecord(row, mapping);
  }
  if (withGroups && (pending.touchesGroups || pending.users.size > 0)) {
    yield* changedGroups(directory, pending.removedGroups, signal);
  }
  yield { kind: 'cursor', cursor: JSON.stringify(position) };
}

async function* changedGroups(
  directory: UcmDirectory,
  removed: Set<string>,
  signal: AbortSignal,
): AsyncGenerator<DirectoryChange> {
  const told = new Set<string>();
  for await (const record of accessControlGroups(directory, signal)) {
    if (record.kind === 'group') told.add(record.externalId);
    yield record;
  }
  for (const group of told) yield { kind: 'groupEnd', group };
  for (const group of removed) if (!told.has(group)) yield { kind: 'gone', of: 'group', externalId: group };
}

/** Reads the queue to its end, page by page. */
async function collect(directory: UcmDirectory, from: Position, signal: AbortSignal) {
  const pending: Pending = { users: new Set(), removedGroups: new Set(), touchesGroups: false };
  for (let position = from; ;) {
    const body = await changesFrom(directory, position, signal);
    const queue = queueOf(body);
    if (queue === null) throw new ResyncRequired('The call manager tells nothing of its change queue.');
    if (queue.queueId !== position.queueId)
      throw new ResyncRequired('The change queue of the call manager is a new one.');
    if (queue.first > position.next)
      throw new ResyncRequired('The change queue no longer reaches back to the last run.');
    note(body, pending);
    const isOver = queue.next > queue.last || queue.next <= position.next;
    position = { queueId: queue.queueId, next: Math.max(queue.next, position.next) };
    if (isOver) return { pending, position };
  }
}

async function changesFrom(directory: UcmDirectory, position: Position, signal: AbortSignal): Promise<AxlBody> {
  try {
    return await listChange(directory, position, signal);
  } catch (error) {
    const isThrottled: boolean = isTooLarge(error) || isOutOfMemory(error);
    if (error instanceof AxlFault && !isThrottled) throw new ResyncRequired(error.text);
    throw error;
  }
}

function note({ rows }: AxlBody, pending: Pending): void {
  for (const row of rows) {
    const uuid = plainUuid(row['@uuid']);
    if (uuid === null) continue;
    if (row['@type'] === 'User') pending.users.add(uuid);
    if (row['@type'] !== 'UserGroup') continue;
    pending.touchesGroups = true;
    if (row.action === 'r') pending.removedGroups.add(uuid);
  }
}

function listChange(directory: UcmDirectory, from: Position | null, signal: AbortSignal): Promise<AxlBody> {
  const start = from === null ? '' : `<startChangeId queueId="${xmlText(from.queueId)}">${from.next}</startChangeId>`;
  const objects = '<objectList><object>User</object><object>UserGroup</object></objectList>';
  return directory.axl.call({ operation: 'listChange', content: start + objects, row: 'change' }, signal);
}

function queueOf({ values }: AxlBody): { queueId: string; first: number; last: number; next: number } | null {
  const number = (name: string) => Number(values[name] ?? 0);
  if (values.queueId === undefined || values.nextStartChangeId === undefined) return null;
  return {
    queueId: values.queueId,
    first: number('firstChangeId'),
    last: number('lastChangeId'),
    next: number('nextStartChangeId'),
  };
}

function positionOf(cursor: string): Position {
  try {
    return positionShape.parse(JSON.parse(cursor));
  } catch {
    throw new ResyncRequired('The stored position is not one of this connector.');
  }
}
