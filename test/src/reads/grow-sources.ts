import { insert, type Step } from './rows';

const COUNTS = {
  created: 1,
  updated: 0,
  vanished: 0,
  revived: 0,
  purged: 0,
  unchanged: 0,
  membershipsAdded: 1,
  membershipsRemoved: 0,
  quarantined: 1,
  unresolvedMembers: 0,
};
/** A plan names a person by its key, or with this bit by the row of the plan that creates it. */
const CREATED = 0x80000000;

/** A directory that nobody reads. */
export function addSource(step: Step): Promise<number> {
  const { name, at } = step;
  const texts = { kind: 'LDIF', schedule: '0 3 * * *', settings: '{}', mapping: '{}', matchBy: '["userId"]' };
  return insert(step, 'directory_source', { name, nameKey: name, enabled: 0, ...texts, createdAt: at, updatedAt: at });
}

/** A run that has ended. */
export function addRun(step: Step, sourceId: number): Promise<number> {
  return insert(step, 'sync_run', {
    sourceId,
    state: 'SUCCEEDED',
    mode: 'FULL',
    requestedMode: 'AUTO',
    modeReason: 'first',
    complete: 1,
    refusal: '-',
    error: '-',
    counts: JSON.stringify(COUNTS),
    progress: JSON.stringify({ phase: 'done', done: 1, total: 1, usersPerSecond: null }),
    startedBy: 'cli',
    startedAt: step.at,
    finishedAt: step.at,
  });
}

/**
 * Rows of a plan from number `seq` on: a person that is created, with a manager; a group; memberships of that person and
 * of one that is stored. And a record in quarantine.
 */
export async function addPlan(step: Step, runId: number, user: number, seq: number): Promise<void> {
  const { name } = step;
  const about = { runId, externalId: name, label: name };
  const fields = JSON.stringify([{ field: 'name', before: null, after: name, locked: false }]);
  const body = JSON.stringify({ entry: { fields: { userId: `${name}-new`, displayName: name }, disabled: false } });
  await insert(step, 'sync_change', { ...about, seq, kind: 'USER', action: 'CREATE', body });
  await insert(step, 'sync_change', { ...about, seq: seq + 1, kind: 'GROUP', action: 'CREATE', fields });
  const edges = packed(user, CREATED | seq);
  const members = { via: 'DIRECT', edges, edgeCount: 2 };
  await insert(step, 'sync_change', { ...about, seq: seq + 2, kind: 'MEMBERSHIP', action: 'ADD', ...members });
  const manager = { entityId: seq, edges: packed(seq, 0, user, 0), edgeCount: 1 };
  await insert(step, 'sync_change', { ...about, seq: seq + 3, kind: 'MANAGER', action: 'UPDATE', ...manager });
  const record = { kind: 'USER', externalId: name, label: name, reason: 'No name.', raw: '{}' };
  await insert(step, 'quarantined_record', { runId, ...record });
}

function packed(...numbers: number[]): Buffer {
  const buffer = Buffer.alloc(4 * numbers.length);
  numbers.forEach((number, index) => buffer.writeInt32LE(number | 0, 4 * index));
  return buffer;
}
