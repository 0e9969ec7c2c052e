import { factories } from '../../support/factories';
import { startTestGateway, type TestGateway } from '../../support/gateway';

interface Entry {
  id: string;
  remoteNumber: string;
  private: boolean;
  memo: string | null;
  editableByViewer: boolean;
}

const LIST = `query ($o: ID, $first: Int, $after: String) { journal(ownerId: $o, first: $first, after: $after) { totalCount
  nodes { id remoteNumber private memo editableByViewer owner { id } } pageInfo { endCursor } } }`;
const RECORD = 'mutation ($i: RecordCallInput!) { recordCall(input: $i) { id private memo direction startedAt } }';

describe('journals', () => {
  let gateway: TestGateway;
  let make: ReturnType<typeof factories>;
  let owner: { id: string; token: string };
  let minute = 0;
  beforeAll(async () => {
    gateway = await startTestGateway();
    make = factories(gateway);
    owner = await someone('Owner');
  });
  afterAll(() => gateway.close());

  const someone = async (name: string) => {
    const id = await make.person(name);
    return { id, token: (await make.client(name, id)).token };
  };
  const record = async (input: object, token: string) => {
    const call = { ownerId: owner.id, direction: 'INBOUND', startedAt: `2026-01-01T10:${10 + minute++}:00Z`, ...input };
    return (await gateway.run<{ recordCall: Entry }>(RECORD, { i: call }, token)).recordCall;
  };
  const journal = async (token: string | undefined, o: string | null = owner.id) =>
    (await gateway.run<{ journal: { totalCount: number; nodes: Entry[] } }>(LIST, { o }, token)).journal;
  const change = (id: string, fields: string) =>
    `mutation { updateJournalEntry(id: "${id}", ${fields}) { memo private } }`;

  it('V5: a client records calls of its own user and sees them newest first; it may edit them', async () => {
    await record({ remoteNumber: '1' }, owner.token);
    await record({ remoteNumber: '2', private: true, memo: 'Doctor' }, owner.token);
    const own = await journal(owner.token, null);
    expect(own.nodes).toMatchObject([
      { remoteNumber: '2', private: true, memo: 'Doctor', editableByViewer: true },
      { remoteNumber: '1', private: false, memo: null, editableByViewer: true },
    ]);
    const page = await gateway.run<{ journal: { pageInfo: { endCursor: string } } }>(LIST, { first: 1 }, owner.token);
    const next = await gateway.run<{ journal: { nodes: Entry[] } }>(
      LIST,
      { after: page.journal.pageInfo.endCursor },
      owner.token,
    );
    expect(next.journal.nodes.map((entry) => entry.remoteNumber)).toEqual(['1']);
    const id = own.nodes[1]?.id ?? '';
    expect(await gateway.run(change(id, 'memo: "Called back"'), {}, owner.token)).toEqual({
      updateJournalEntry: { memo: 'Called back', private: false },
    });
    expect(await gateway.run(change(id, 'private: false'), {}, owner.token)).toEqual({
      updateJournalEntry: { memo: 'Called back', private: false },
    });
    expect(await gateway.run(change(id, 'memo: null'), {}, owner.token)).toMatchObject({
      updateJournalEntry: { memo: null },
    });
    expect(await gateway.refused(change(id, 'private: null'), {}, owner.token)).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'private',
    });
  });

  it('V5, V4: not of others: NOT_FOUND where they are not seen, else FORBIDDEN', async () => {
    const mate = await someone('Mate');
    const call = { ownerId: owner.id, direction: 'OUTBOUND', remoteNumber: '3', startedAt: '2026-01-01T10:00:00Z' };
    expect(await gateway.refused(RECORD, { i: call }, mate.token)).toMatchObject({ code: 'NOT_FOUND' });
    const group = await make.group('Mates', [owner.id, mate.id]);
    expect(await gateway.refused(RECORD, { i: call }, mate.token)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await journal(mate.token)).toMatchObject({ totalCount: 0, nodes: [] });
    await gateway.run('mutation ($id: ID!) { deleteGroup(id: $id) }', { id: group });
    expect(await gateway.refused(RECORD, { i: { ...call, remoteNumber: ' ' } }, owner.token)).toMatchObject({
      field: 'remoteNumber',
    });
  });

  it.each([
    ['E23: to leader and deputy', ['JOURNAL_VISIBLE_TO_LEADER'], { leader: 'READ', deputy: 'READ', member: 'NONE' }],
    ['E24: to all members', ['JOURNAL_VISIBLE_TO_GROUP'], { leader: 'NONE', deputy: 'NONE', member: 'READ' }],
    ['E25: modifiable needs visible', ['JOURNAL_MODIFIABLE'], { leader: 'NONE', deputy: 'NONE', member: 'NONE' }],
    [
      'E25, E38: modifiable by the members who may see it',
      ['JOURNAL_VISIBLE_TO_GROUP', 'JOURNAL_VISIBLE_TO_LEADER', 'JOURNAL_MODIFIABLE'],
      { leader: 'READ', deputy: 'READ', member: 'MODIFY' },
    ],
  ])('%s', async (_title, flags, access) => {
    const people = { leader: await someone('Lea'), deputy: await someone('Dan'), member: await someone('Mem') };
    const id = await make.group('Journals', [owner.id, people.member.id]);
    const input = { id, flags, leaderId: people.leader.id, deputyId: people.deputy.id };
    await gateway.run('mutation ($i: UpdateGroupInput!) { updateGroup(input: $i) { id } }', { i: input });
    const entry = (await journal(owner.token)).nodes.find((one) => !one.private);
    const secret = (await journal(owner.token)).nodes.find((one) => one.private);
    for (const [who, expected] of Object.entries(access)) {
      const { token } = people[who as keyof typeof people];
      const seen = await journal(token);
      expect(seen.nodes.some((one) => one.private)).toBe(false);
      expect(seen.nodes.length > 0).toBe(expected !== 'NONE');
      expect(seen.nodes.every((one) => one.editableByViewer)).toBe(expected === 'MODIFY' || expected === 'NONE');
      const edit = await gateway.send(change(entry?.id ?? '', 'memo: "Edited"'), {}, token);
      const code = { NONE: 'NOT_FOUND', READ: 'FORBIDDEN', MODIFY: undefined }[expected];
      expect(edit.errors?.[0]?.extensions.code).toBe(code);
      expect(await gateway.refused(change(entry?.id ?? '', 'private: true'), {}, token)).toMatchObject({
        code: expected === 'NONE' ? 'NOT_FOUND' : 'FORBIDDEN',
      });
      expect(await gateway.refused(change(secret?.id ?? '', 'memo: "x"'), {}, token)).toMatchObject({
        code: 'NOT_FOUND',
      });
      const node = await gateway.run('query ($id: ID!) { node(id: $id) { id } }', { id: secret?.id }, token);
      expect(node).toEqual({ node: null });
    }
    await gateway.run('mutation ($i: UpdateGroupInput!) { updateGroup(input: $i) { id } }', {
      i: { id, settingsActive: false },
    });
    expect((await journal(people.member.token)).totalCount).toBe(0);
    await gateway.run('mutation ($id: ID!) { deleteGroup(id: $id) }', { id });
  });

  it('V3: administrators read and edit journals, but no private entries of others', async () => {
    const { nodes, totalCount } = await journal(undefined);
    expect(totalCount).toBe(nodes.length);
    expect(nodes.some((one) => one.private)).toBe(false);
    expect(nodes.every((one) => one.editableByViewer)).toBe(true);
    expect(await journal(undefined, null)).toMatchObject({ totalCount: 0 });
    const secret = (await journal(owner.token)).nodes.find((one) => one.private);
    expect(await gateway.refused(change(secret?.id ?? '', 'memo: "x"'))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await gateway.refused(change(nodes[0]?.id ?? '', 'private: true'))).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('keeps memos out of the audit log', async () => {
    await record({ remoteNumber: '9', memo: 'Between us' }, owner.token);
    const { auditLog } = await gateway.run<{ auditLog: { nodes: unknown[] } }>(
      '{ auditLog(first: 5) { nodes { action detail } } }',
    );
    expect(auditLog.nodes[0]).toMatchObject({ action: 'recordCall' });
    expect(JSON.stringify(auditLog)).not.toContain('Between us');
  });
});
