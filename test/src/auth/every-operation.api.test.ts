import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { GraphQLField } from 'graphql';
import { AssignmentKind, Realm } from '../../../schema/client.enums';
import { Origin } from '../../../schema/enums';
import { MODULES, type Module, type ModuleAct } from '../../../src/auth/modules';
import { buildGatewaySchema } from '../../../src/graphql';
import { factories, keyIn } from '../../support/factories';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { staffDesk } from '../staff/staff-desk';
import { decisions, type Decision, type OperationKind } from './decisions';
import { leastDocument } from './least-document';

/** Someone who asks: the account whose sessions are opened, or nobody. */
interface Viewer {
  realm: Realm | null;
  id: string;
  /** The linked person. */
  user?: string;
}

const schema = buildGatewaySchema();
const QUIET_MS = 1000;
const TYPE_OF: Record<ModuleAct, string> = { READ: 'READ', EDIT: 'READ_EDIT', DELETE: 'READ_DELETE' };

function fieldsOf(kind: OperationKind): GraphQLField<unknown, unknown>[] {
  const root = {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  };
  return Object.values(root[kind]?.getFields() ?? {});
}

const operations = (['query', 'mutation', 'subscription'] as const).flatMap((kind) =>
  fieldsOf(kind).map((field) => [`${kind} ${field.name}`, kind, field, decisions[kind][field.name] ?? {}] as const),
);

describe('V2–V8: every operation, asked by everybody', () => {
  let gateway: TestGateway;
  let make: ReturnType<typeof factories>;
  let desk: ReturnType<typeof staffDesk>;
  let everybody: Record<string, Viewer>;
  let anyone: string;
  const supervisors = new Map<string, Viewer>();

  beforeAll(async () => {
    gateway = await startTestGateway();
    make = factories(gateway);
    desk = staffDesk(gateway);
    anyone = await make.person('Anyone');
    // P2: setting up profiles of one's own needs a permission of a role, beside the operation.
    await gateway.run('mutation ($id: ID!) { updateRole(id: $id, permissions: ["profile.personal"]) { id } }', {
      id: (await gateway.run<{ roles: { id: string }[] }>('{ roles { id } }')).roles[0]?.id,
    });
    const group = await make.group('Ours', [], { origin: Origin.MANUAL });
    const client = async (name: string): Promise<Viewer> => {
      const user = await make.person(name);
      return { realm: Realm.CLIENT, id: (await make.client(name, user)).id, user };
    };
    const [user, owner, assignee] = [await client('user'), await client('owner'), await client('assignee')];
    await make.assign(owner.id, group, AssignmentKind.OWNER);
    await make.assign(assignee.id, group, AssignmentKind.ASSIGNEE);
    everybody = {
      nobody: { realm: null, id: 'StaffUser_1' },
      'a USER client': user,
      'an owner': owner,
      'an assignee': assignee,
      'an ADMINISTRATOR client': { realm: Realm.CLIENT, id: 'Client_1' },
      'a staff ADMIN': { realm: Realm.STAFF, id: (await desk.admin()).id },
    };
  });
  afterAll(() => gateway.close());

  const supervisor = async (modules: string[]): Promise<Viewer> => {
    const key = modules.join();
    const known = supervisors.get(key) ?? { realm: Realm.STAFF, id: (await desk.supervisor(modules)).id };
    supervisors.set(key, known);
    return known;
  };

  /** A supervisor with the least that the decision asks for, one with all but that, and one with nothing. */
  const staff = async ({ supervisor: needs }: Decision): Promise<Record<string, [Viewer, boolean]>> => {
    const nothing = await supervisor([]);
    if (needs === 'any') return { 'a supervisor without modules': [nothing, true] };
    const all = (but: Module[]) =>
      MODULES.filter((module) => !but.includes(module)).map((module) => `${module}:READ_EDIT_DELETE`);
    if (!needs) return { 'a supervisor with every module': [await supervisor(all([])), false] };
    const viewers: Record<string, [Viewer, boolean]> = {
      'a supervisor without modules': [nothing, false],
      'a supervisor with the module': [await supervisor([`${needs.modules[0]}:${TYPE_OF[needs.act]}`]), true],
      'a supervisor with all other modules': [await supervisor(all(needs.modules)), false],
    };
    if (needs.act === 'READ') return viewers;
    const less = needs.modules.map((module) => `${module}:${needs.act === 'EDIT' ? 'READ_DELETE' : 'READ_EDIT'}`);
    return { ...viewers, 'a supervisor who may do less in it': [await supervisor(less), false] };
  };

  /** The code of the first error, or null. */
  const ask = async (kind: OperationKind, document: string, { realm, id }: Viewer): Promise<string | null> => {
    const token = realm === null ? null : await gateway.tokenFor(realm, keyIn(id));
    if (kind === 'subscription') return subscribe(gateway.url, document, token);
    const { errors } = await gateway.send(document, {}, token);
    return errors?.[0] ? String(errors[0].extensions.code) : null;
  };

  it.each(operations)('%s', async (_name, kind, field, decision) => {
    const isAdmin = (name: string) => name.includes('ADMIN');
    const expected: [string, Viewer, boolean][] = Object.entries(everybody).map(([name, viewer]) => {
      const isAllowed = name === 'nobody' ? decision.public === true : isAdmin(name) || decision.client === true;
      return [name, viewer, isAllowed];
    });
    for (const [name, [viewer, isAllowed]] of Object.entries(await staff(decision)))
      expected.push([name, viewer, isAllowed]);
    const answers: Record<string, string> = {};
    const wanted: Record<string, string> = {};
    for (const [name, viewer, isAllowed] of expected) {
      const staffUser = viewer.realm === Realm.CLIENT ? 'StaffUser_1' : viewer.id;
      const self = { staffUser, user: viewer.user ?? anyone };
      const code = await ask(kind, leastDocument(kind, field, decision.args?.(self)), viewer);
      const refusal = name === 'nobody' ? 'UNAUTHENTICATED' : 'FORBIDDEN';
      answers[name] = isRefusal(code) ? String(code) : 'allowed';
      wanted[name] = isAllowed ? 'allowed' : refusal;
    }
    expect(answers).toEqual(wanted);
  });

  const onGroups = ['updateGroup', 'deleteGroup', 'addMembers', 'removeMembers', 'reorderMembers'];
  it.each(onGroups)(
    'V4, V6: %s tells unseen groups, seen ones, own ones and those of a directory apart',
    async (name) => {
      const imported = { origin: Origin.LDAP, sourceId: await make.source(), externalId: name };
      const groups = { manual: await make.group('Manual'), imported: await make.group('Imported', [], imported) };
      const field = fieldsOf('mutation').find((one) => one.name === name);
      if (!field) throw new Error(`${name} is gone`);
      const codes: Record<string, string | null> = {};
      for (const [which, group] of Object.entries(groups)) {
        for (const role of ['outsider', 'assignee', 'owner']) {
          const client = await make.client(role);
          if (role !== 'outsider')
            await make.assign(client.id, group, role === 'owner' ? AssignmentKind.OWNER : AssignmentKind.ASSIGNEE);
          const args = argumentsFor(name, group);
          codes[`${role}, ${which}`] = await ask('mutation', leastDocument('mutation', field, args), {
            realm: Realm.CLIENT,
            id: client.id,
          });
        }
      }
      expect(codes).toEqual({
        'outsider, manual': 'NOT_FOUND',
        'assignee, manual': 'FORBIDDEN',
        'owner, manual': null,
        'outsider, imported': 'NOT_FOUND',
        'assignee, imported': 'FORBIDDEN',
        'owner, imported': 'DIRECTORY_OWNED',
      });
    },
  );
});

function argumentsFor(name: string, group: string): Record<string, string> {
  if (name === 'updateGroup') return { input: `{ id: "${group}", name: "New" }` };
  return name === 'deleteGroup' ? { id: `"${group}"` } : { groupId: `"${group}"` };
}

/** Whether a code says no to the viewer. Faults of the document or of the gateway are neither yes nor no. */
function isRefusal(code: string | null): boolean {
  expect(code ?? '').not.toMatch(/^(INTERNAL|GRAPHQL|BAD_REQUEST)/);
  return code === 'FORBIDDEN' || code === 'UNAUTHENTICATED';
}

/** Subscribes and waits a moment for a refusal. */
async function subscribe(url: string, query: string, token: string | null): Promise<string | null> {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: token === null ? {} : { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  let timer: NodeJS.Timeout | undefined;
  const answer = new Promise<string | null>((resolve, reject) => {
    const codeOf = (errors: readonly { extensions?: Record<string, unknown> }[]) =>
      String(errors[0]?.extensions?.['code']);
    client.subscribe(
      { query },
      {
        next: ({ errors }) => resolve(errors ? codeOf(errors) : null),
        error: (errors) => (Array.isArray(errors) ? resolve(codeOf(errors)) : reject(new Error(String(errors)))),
        complete: () => resolve(null),
      },
    );
    timer = setTimeout(() => resolve(null), QUIET_MS);
  });
  try {
    return await answer;
  } finally {
    clearTimeout(timer);
    await client.dispose();
  }
}
