import { audit } from '../../../src/audit/audit';
import { recordRevision } from '../../../src/revision';
import type { TestGateway } from '../../support/gateway';
import { addProfiles } from './grow-profiles';
import { addPlan, addRun, addSource } from './grow-sources';
import { addStaff } from './grow-staff';
import { ALL_BITS, insert, link, type Grown, type Step } from './rows';

/** Fields that directories fill. */
const ABOUT_A_PERSON = {
  firstName: 'Ada',
  lastName: 'Lovelace',
  email: 'ada@example.org',
  department: 'Engines',
  title: 'Dr.',
  telephoneNumber: '+49301',
  mobileNumber: '+49171',
  userPrincipalName: 'ada@example.org',
};

/**
 * Adds so many people, groups, accounts, sources, profiles and all that hangs on them, linked to themselves, to those
 * before and to the `hub`: lists get longer, and so do the relations of the hub's rows.
 *
 * @returns the rows of the first number, to be handed in as `hub` the next time.
 */
export async function grow({ db, clock }: TestGateway, count: number, hub?: Grown): Promise<Grown> {
  return db.write(async (em) => {
    await em.query('UPDATE settings SET securitySuiteEnabled = 1 WHERE id = 1');
    let first = hub;
    let previous: Partial<Grown> = hub ?? {};
    for (let index = 0; index < count; index++) {
      const step = { em, name: `n${count}-${index}`, at: clock.now(), previous, hub: first ?? {} };
      previous = await addOne(step);
      first ??= previous as Grown;
    }
    await recordRevision(em, { all: true });
    if (!first) throw new Error('Nothing was to be added.');
    return first;
  });
}

async function addOne(step: Step): Promise<Grown> {
  const { em, name, at, hub } = step;
  const source = await addSource(step);
  const user = await addUser(step, source);
  const group = await addGroup(step, user, source);
  const client = await addClient(step, user, group);
  const staff = await addStaff(step, user);
  const profiles = await addProfiles(step, user, group);
  const run = await addRun(step, source);
  await addPlan(step, run, user, 1);
  if (hub.run !== undefined && hub.source !== undefined) {
    await addRun(step, hub.source);
    await addPlan(step, hub.run, user, 4 * user);
  }
  const batch = await addBatch(step, user, client);
  await addJournalEntry(step, user);
  await audit(em, at, { actor: 'cli', action: 'createUser', target: `User_${user}`, after: { name } });
  return { user, group, client, source, run, batch, ...staff, ...profiles };
}

async function addUser(step: Step, source: number): Promise<number> {
  const { name, at, previous, hub } = step;
  const user = await insert(step, 'user', {
    userId: name,
    userIdKey: name,
    displayName: name,
    displayNameKey: name,
    externalId: name,
    sourceId: source,
    origin: 'LDIF',
    state: 'ACTIVE',
    ...ABOUT_A_PERSON,
    locked: 'title',
    primaryLineNumber: '11',
    primaryLineKind: 'SIP',
    secondaryLineNumber: '12',
    secondaryLineKind: 'TAPI',
    managerId: previous.user ?? null,
    servicesSet: ALL_BITS,
    servicesAllowed: 1,
    createdAt: at,
    updatedAt: at,
  });
  const entry = { sourceId: source, externalId: name, userId: user, userIdKey: name };
  await insert(step, 'user_entry', { ...entry, hash: name, fields: '{}' });
  for (const userId of new Set([user, hub.user ?? user])) {
    await insert(step, 'endpoint', { userId, name, kind: 'DESK' });
  }
  const sides = ['viewerId', 'targetId'] as const;
  const hubToUser = [hub.user, user] as [number | undefined, number];
  await link(step, 'individual_grant', sides, [[previous.user, user], hubToUser, [user, hub.user]], { rights: 3 });
  return user;
}

async function addGroup(step: Step, user: number, source: number): Promise<number> {
  const { name, at, previous } = step;
  const group = await insert(step, 'user_group', {
    name,
    nameKey: name,
    origin: 'LDIF',
    sourceId: source,
    externalId: name,
    description: name,
    settingsActive: 1,
    leaderId: user,
    deputyId: previous.user ?? null,
    memberRights: 3,
    leaderRights: 7,
    lineNumber: '90',
    lineRights: 3,
    servicesMask: ALL_BITS,
    flagsMask: ALL_BITS,
    callMode: 'VOICE_SERVICES',
    callNumber: '80',
    memberCount: 2,
    createdAt: at,
    updatedAt: at,
  });
  await addMembers(step, user, group);
  await addContents(step, group);
  return group;
}

async function addMembers(step: Step, user: number, group: number): Promise<void> {
  const { at, previous, hub } = step;
  const columns = ['groupId', 'userId'] as const;
  const common = { origin: 'LDIF', position: 1, since: at };
  const nested = { ...common, via: 'NESTED', pathIds: String(hub.group ?? group) };
  await link(
    step,
    'membership',
    columns,
    [
      [group, user],
      [group, previous.user],
      [group, hub.user],
      // Two people who share every group.
      [group, hub.user && hub.user + 1],
    ],
    nested,
  );
  await link(step, 'membership', columns, [[hub.group, user]], { ...common, via: 'PRIMARY' });
}

/** Keys, groups inside, and groups that are shown to the members. */
async function addContents(step: Step, group: number): Promise<void> {
  const { name, previous, hub } = step;
  for (const groupId of new Set([group, hub.group ?? group])) {
    await insert(step, 'group_key', { groupId, label: name, number: '77', kind: 'SPEED_DIAL', placement: 'BOTH' });
  }
  await link(step, 'group_nesting', ['parentId', 'childId'], [[hub.group, group]]);
  const shown = ['groupId', 'registeredGroupId'] as const;
  const later = previous.group === hub.group ? undefined : previous.group;
  await link(
    step,
    'monitor_group_link',
    shown,
    [
      [group, hub.group],
      [hub.group, group],
      [group, later],
    ],
    { placement: 'BOTH' },
  );
}

async function addClient(step: Step, user: number, group: number): Promise<number> {
  const { name, at, hub } = step;
  const client = await insert(step, 'client', {
    username: name,
    usernameKey: name,
    authType: 'CALLISTO',
    rolesMask: 2,
    permissionsMask: 15,
    userId: user,
    createdAt: at,
    updatedAt: at,
  });
  const columns = ['clientId', 'groupId'] as const;
  const assigned = { kind: 'OWNER', createdAt: at };
  await link(
    step,
    'group_assignment',
    columns,
    [
      [client, group],
      [client, hub.group],
      [hub.client, group],
    ],
    assigned,
  );
  const call = { initiatedByUsername: name, remoteNumber: '+49301', remoteName: name, since: at };
  await insert(step, 'busy_queue_call', { clientId: client, ...call });
  return client;
}

/** Two rows of the first batch. */
async function addBatch(step: Step, user: number, client: number): Promise<number> {
  const { name, at, hub } = step;
  const common = { template: '{}', startedBy: 'cli', createdAt: at };
  const batch = hub.batch ?? (await insert(step, 'client_batch', { finished: 1, total: 1, ...common }));
  const row = { batchId: batch, userId: user, clientId: client, username: name };
  const warnings = JSON.stringify(['no group']);
  await insert(step, 'client_batch_row', { ...row, position: 2 * user, outcome: 'CREATED', warnings });
  await insert(step, 'client_batch_row', { ...row, position: 2 * user + 1, outcome: 'FAILED', error: '-' });
  return batch;
}

/** In the journal of the first person. */
async function addJournalEntry(step: Step, user: number): Promise<void> {
  const { name, at, hub } = step;
  const call = { direction: 'INBOUND', remoteNumber: '+49301', startedAt: at, memo: name };
  await insert(step, 'journal_entry', { ownerId: hub.user ?? user, ...call });
}
