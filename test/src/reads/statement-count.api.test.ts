import { statementCounter } from '../../../src/database';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { grow } from './grow';
import { countValues, reachableTypes, relationsOf, rootLists, waysOut, type Relation } from './relations';

/** Lists whose elements are of a type. PART stands for what is asked of each element. */
const LISTS: Record<string, readonly string[]> = {
  Agent: ['agents { PART }'],
  AuditEntry: ['auditLog(first: 100) { nodes { PART } }'],
  BusyQueueCall: ['busyQueueCalls { PART }'],
  Client: ['clients(first: 100) { nodes { PART } }'],
  ClientBatchRow: ['clientBatch(id: "ClientBatch_1") { rows(first: 100) { nodes { PART } } }'],
  ClientProfile: ['clientProfiles { PART }', 'users(first: 100) { nodes { availableProfiles { PART } } }'],
  ContentGroup: [
    'users(first: 100) { nodes { monitor { PART } } }',
    'users(first: 100) { nodes { favorites { PART } } }',
  ],
  Dashboard: ['dashboards { PART }'],
  DirectorySource: ['directorySources { PART }'],
  EffectiveService: ['users(first: 100) { nodes { effectiveServices { PART } } }'],
  Endpoint: ['users(first: 100) { nodes { endpoints { PART } } }'],
  Group: ['groups(first: 100) { nodes { PART } }', 'groups(first: 100) { nodes { subgroups { PART } } }'],
  GroupAssignment: [
    'clients(first: 100) { nodes { assignments(first: 100) { nodes { PART } } } }',
    'groups(first: 100) { nodes { assignments(first: 100) { nodes { PART } } } }',
  ],
  IndividualGrant: ['users(first: 100) { nodes { grants { PART } } }'],
  JournalEntry: ['journal(ownerId: "User_1", first: 100) { nodes { PART } }'],
  Key: ['groups(first: 100) { nodes { keys { PART } } }'],
  Membership: [
    'groups(first: 100) { nodes { members(first: 100) { nodes { PART } } } }',
    'users(first: 100) { nodes { memberships(first: 100) { nodes { PART } } } }',
  ],
  MonitorGroupLink: ['groups(first: 100) { nodes { monitorGroups { PART } } }'],
  PresenceState: ['users(first: 100) { nodes { presence { PART } } }'],
  ProfileAction: ['clientProfiles { onEnter { PART } }', 'clientProfiles { onLeave { PART } }'],
  ProfileChange: ['users(first: 100) { nodes { presence { history(first: 100) { nodes { PART } } } } }'],
  PublicUser: ['livechatAdvisors { PART }', 'portalUsers(first: 100) { nodes { PART } }'],
  QuarantinedRecord: ['directorySources { runs(first: 50) { nodes { quarantine(first: 100) { nodes { PART } } } } }'],
  Queue: ['queues { PART }', 'staffUsers(first: 100) { nodes { effectiveQueues { PART } } }'],
  RightSource: ['effectiveRights(viewerId: "User_1", targetId: "User_2") { sources { PART } }'],
  Role: ['roles { PART }', 'users(first: 100) { nodes { roles { PART } } }'],
  StaffUser: ['staffUsers(first: 100) { nodes { PART } }', 'dashboards { enabledFor { PART } }'],
  SyncChange: ['directorySources { runs(first: 50) { nodes { changes(first: 100) { nodes { PART } } } } }'],
  SyncRun: ['directorySources { runs(first: 100) { nodes { PART } } }'],
  User: ['users(first: 100) { nodes { PART } }', 'users(first: 100) { nodes { manager { PART } } }'],
  UserProfile: ['userProfiles { PART }'],
  Workplace: ['workplaces { PART }'],
};

/** Types whose values are worked out from the one row that has them, so that they need no list above. */
const VALUES: Record<string, string> = {
  ActionResult: 'in the JSON of a profile change',
  ApiKeyInfo: 'columns joined to a staff user',
  Authorization: 'names of the bits of one column',
  CallGroup: 'columns of a group',
  DiagnosticCheck: 'told by a directory, not by the database',
  Fallback: 'columns of a client',
  FieldChange: 'in the JSON of a change of a plan',
  GroupLine: 'columns of a group',
  Line: 'columns of a person',
  MaskedDigits: 'columns of a client',
  ModulePermission: 'in the JSON of a user profile',
  PresentedCaller: 'worked out from arguments and a client',
  RemovalLimits: 'columns of a source',
  RunCounts: 'in the JSON of a run',
  RunProgress: 'in the JSON of a run',
  SecuritySuite: 'columns of a staff user',
  TeamsMeetingTrigger: 'a row that is read with its profile',
  TimeTrigger: 'a row that is read with its profile',
  UserService: 'names of the bits of one column',
  VoiceSettings: 'columns of a staff user',
};

/** Types of which a document gets one object for each root field, and no list. */
const SINGLE: Record<string, string> = {
  ClientBatch: 'one by its id; its rows are a list above',
  EffectiveRights: 'of two people by their ids; its sources are a list above',
  EntryExplanation: 'one entry, asked of the directory itself',
  Settings: 'one row',
};

/** Fields that no row above fills, and why. */
const EMPTY: Record<string, string> = {
  'Group.vanishedAt': 'a column; vanished groups have no settings in force',
  'User.vanishedAt': 'a column; only who is active is public',
};

interface Measured {
  statements: number;
  values: number;
}

describe('the number of SQL statements does not depend on the number of rows', () => {
  let gateway: TestGateway;
  let relations: Relation[];
  const few = new Map<string, Measured>();
  const many = new Map<string, Measured>();

  beforeAll(async () => {
    gateway = await startTestGateway({ config: { snapshot: false } });
    relations = relationsOf(gateway.server.schema, LISTS);
    const hub = await grow(gateway, 3);
    await measureAll(few);
    await grow(gateway, 30, hub);
    await measureAll(many);
  }, 120_000);

  afterAll(() => gateway.close());

  /** The first round after a change also brings what a process keeps in memory up to date: the second one counts. */
  async function measureAll(into: Map<string, Measured>): Promise<void> {
    for (const relation of [...relations, ...relations]) into.set(relation.name, await measure(relation));
  }

  async function measure({ document, field }: Relation): Promise<Measured> {
    let statements = 0;
    statementCounter.count = () => statements++;
    const { data, errors } = await gateway.send(document, {}, gateway.adminToken);
    delete statementCounter.count;
    if (errors) throw new Error(`${document}: ${errors[0]?.message}`);
    return { statements, values: countValues(data, field) };
  }

  const statementsOf = (measured: Map<string, Measured>) =>
    Object.fromEntries([...measured].map(([name, { statements }]) => [name, statements]));

  it('of any list or relation of the schema', () => {
    expect(relations.length).toBeGreaterThan(200);
    expect(statementsOf(many)).toEqual(statementsOf(few));
    expect(Math.max(...Object.values(statementsOf(few)))).toBeLessThanOrEqual(12);
  });

  it('while every list and relation has more values than before', () => {
    const valuesOf = (measured: Map<string, Measured>, { name }: Relation) => measured.get(name)?.values ?? 0;
    const steady = relations.filter((relation) => valuesOf(many, relation) <= valuesOf(few, relation));
    expect(steady.filter(({ place }) => !(place in EMPTY)).map(({ name }) => name)).toEqual([]);
    expect(new Set(steady.map(({ place }) => place))).toEqual(new Set(Object.keys(EMPTY)));
  });

  it('and every type that a document reaches is measured, or exempt for a reason', () => {
    const types = reachableTypes(gateway.server.schema);
    const exempt = [...Object.keys(VALUES), ...Object.keys(SINGLE)];
    expect([...Object.keys(LISTS), ...exempt].sort()).toEqual(types);
    expect(waysOut(gateway.server.schema, Object.keys(VALUES))).toEqual([]);
  });

  it('and every list at the root is measured', () => {
    const measured = Object.values(LISTS).flatMap((lists) => lists.map((list) => /^\w+/.exec(list)?.[0]));
    expect(rootLists(gateway.server.schema).filter((list) => !measured.includes(list))).toEqual([]);
  });
});
