import { parse } from 'csv-parse/sync';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { factories } from '../../support/factories';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { staffDesk, type Account } from './staff-desk';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10, 0x4a, 0x46, 0x49, 0x46, 0x00, 0x01, 0xff, 0xd9]);
const MIB = 1024 * 1024;

const GENERATE = 'mutation ($s: ID!) { generateApiKey(staffUserId: $s) { key info { prefix createdAt lastUsedAt } } }';
const REMOVE = 'mutation ($s: ID!) { removeApiKey(staffUserId: $s) { apiKey { prefix } } }';
const INFO =
  'query ($id: ID!) { node(id: $id) { ... on StaffUser { apiKey { prefix lastUsedAt } avatarUrl version } } }';

interface Generated {
  generateApiKey: { key: string; info: { prefix: string; lastUsedAt: string | null } };
}
interface Shown {
  node: { apiKey: { prefix: string; lastUsedAt: string | null } | null; avatarUrl: string | null; version: number };
}

describe('keys, avatars and export of staff', () => {
  let gateway: TestGateway;
  let desk: ReturnType<typeof staffDesk>;
  beforeAll(async () => {
    gateway = await startTestGateway();
    desk = staffDesk(gateway);
  });
  afterAll(() => gateway.close());

  const shown = async (id: string) => (await gateway.run<Shown>(INFO, { id })).node;
  const http = (method: string, path: string, token: string | null, body?: Buffer, type = 'application/octet-stream') =>
    fetch(`${gateway.url}${path}`, {
      method,
      headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...(body ? { 'content-type': type } : {}) },
      ...(body ? { body: new Uint8Array(body) } : {}),
    });
  const codeOf = async (response: Response) =>
    ((await response.json()) as { errors: { extensions: { code: string } }[] }).errors[0]?.extensions.code;

  describe('API keys', () => {
    const generate = async (staff: Account) => (await gateway.run<Generated>(GENERATE, { s: staff.id })).generateApiKey;
    const isAlive = async (key: string) => !(await gateway.send('{ staffUsers { totalCount } }', {}, key)).errors;

    it('XU13: is disabled by default, shown once, and kept as hash and prefix only', async () => {
      const admin = await desk.admin();
      expect((await shown(admin.id)).apiKey).toBeNull();
      const { key, info } = await generate(admin);
      expect(key).toMatch(/^sbk_[\w-]{43}$/);
      expect(info).toMatchObject({ prefix: key.slice(0, 12), lastUsedAt: null });
      expect((await shown(admin.id)).apiKey?.prefix).toBe(key.slice(0, 12));
      const stored = JSON.stringify([
        await gateway.db.rows('SELECT * FROM api_key'),
        await gateway.db.rows('SELECT * FROM audit_entry'),
      ]);
      expect(stored).not.toContain(key.slice(12));
    });

    it('XU13, V1: lets reporting tools in as that administrator, over GraphQL and over HTTP', async () => {
      const admin = await desk.admin();
      const { key } = await generate(admin);
      expect(await gateway.run('{ viewer { ... on StaffUser { id } } users { totalCount } }', {}, key)).toMatchObject({
        viewer: { id: admin.id },
      });
      expect((await http('GET', `/export/staff-users.csv?ids=${admin.id}`, key)).status).toBe(200);
      await gateway.run('mutation { createGroup(input: { name: "By key" }) { id } }', {}, key);
      const { auditLog } = await gateway.run<{ auditLog: { nodes: object[] } }>(
        '{ auditLog(first: 1) { nodes { actor } } }',
      );
      expect(auditLog.nodes).toEqual([{ actor: `api-key:${admin.username}` }]);
    });

    it('XU13: generating replaces the key, removing disables it, deleting the account ends it: all at once', async () => {
      const admin = await desk.admin();
      const first = (await generate(admin)).key;
      const second = (await generate(admin)).key;
      expect([await isAlive(first), await isAlive(second)]).toEqual([false, true]);
      expect(await gateway.run(REMOVE, { s: admin.id })).toEqual({ removeApiKey: { apiKey: null } });
      expect(await isAlive(second)).toBe(false);
      const third = (await generate(admin)).key;
      await gateway.run('mutation ($id: ID!) { deleteStaffUser(id: $id) }', { id: admin.id });
      expect(await isAlive(third)).toBe(false);
    });

    it('XU13, XU36: only administrators have one', async () => {
      const supervisor = await desk.supervisor(['STAFF:READ_EDIT_DELETE']);
      expect(await gateway.refused(GENERATE, { s: supervisor.id })).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'staffUserId',
      });
      expect(await gateway.refused(GENERATE, { s: supervisor.id }, supervisor.token)).toMatchObject({
        code: 'FORBIDDEN',
      });
      expect(await gateway.refused(GENERATE, { s: 'StaffUser_9999' })).toMatchObject({ code: 'NOT_FOUND' });
    });

    it('notes the last use, at most once a minute', async () => {
      const admin = await desk.admin();
      const { key } = await generate(admin);
      const lastUse = async () => {
        await gateway.run('{ __typename }', {}, key);
        await new Promise((resolve) => setTimeout(resolve, 50));
        return (await shown(admin.id)).apiKey?.lastUsedAt;
      };
      const first = await lastUse();
      expect(first).not.toBeNull();
      gateway.clock.advance(59_000);
      expect(await lastUse()).toBe(first);
      gateway.clock.advance(1_500);
      expect(await lastUse()).not.toBe(first);
    });
  });

  describe('avatars', () => {
    const path = (id: string) => `/staff-users/${id}/avatar`;
    const put = (id: string, body: Buffer, token: string | null, type?: string) =>
      http('PUT', path(id), token, body, type);
    const files = () => readdirSync(join(gateway.config.dataDir, 'avatars'));

    it('XU14: stores PNG and JPEG, serves them by their real type, replaces and removes them', async () => {
      const admin = await desk.admin();
      expect((await http('GET', path(admin.id), admin.token)).status).toBe(404);
      expect((await put(admin.id, PNG, admin.token)).status).toBe(200);
      const image = await http('GET', path(admin.id), admin.token);
      expect(image.headers.get('content-type')).toBe('image/png');
      expect(image.headers.get('x-content-type-options')).toBe('nosniff');
      expect(Buffer.from(await image.arrayBuffer())).toEqual(PNG);
      const before = await shown(admin.id);
      expect((await put(admin.id, JPEG, admin.token)).status).toBe(200);
      const after = await shown(admin.id);
      expect(after.version).toBe(before.version + 1);
      expect(after.avatarUrl).not.toBe(before.avatarUrl);
      expect((await http('GET', after.avatarUrl ?? '', admin.token)).headers.get('content-type')).toBe('image/jpeg');
      expect(files().filter((name) => name.includes(`${admin.id.slice(10)}-`))).toHaveLength(1);
      expect((await http('DELETE', path(admin.id), admin.token)).status).toBe(204);
      expect((await http('GET', path(admin.id), admin.token)).status).toBe(404);
      expect((await shown(admin.id)).avatarUrl).toBeNull();
      expect(files().filter((name) => name.includes(`${admin.id.slice(10)}-`))).toEqual([]);
    });

    it.each([
      ['PNG that says it is text', PNG, 'text/plain', 200],
      ['JPEG that says it is PNG', JPEG, 'image/png', 200],
      ['exactly 8 MiB', Buffer.concat([PNG], 8 * MIB), 'image/png', 200],
      ['8 MiB and one byte', Buffer.concat([PNG], 8 * MIB + 1), 'image/png', 413],
      ['GIF', Buffer.from('GIF89a000000'), 'image/gif', 415],
      ['HTML that says it is PNG', Buffer.from('<script>alert(1)</script>'), 'image/png', 415],
      ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'image/svg+xml', 415],
      ['half a signature', PNG.subarray(0, 4), 'image/png', 415],
      ['JSON', Buffer.from('{}'), 'application/json', 415],
    ])('XU14: %s', async (_what, body, type, status) => {
      const admin = await desk.admin();
      const response = await put(admin.id, body, admin.token, type);
      expect(response.status).toBe(status);
      if (status !== 200) expect(await codeOf(response)).toBe(status === 413 ? 'LIMIT_EXCEEDED' : 'BAD_USER_INPUT');
      expect((await shown(admin.id)).avatarUrl === null).toBe(status !== 200);
    });

    it('XU14: an empty body is refused', async () => {
      expect((await http('PUT', path('StaffUser_1'), gateway.adminToken)).status).toBe(400);
    });

    it("XU36: a supervisor changes his own, administrators any; others' are not seen", async () => {
      const [staff, other, admin] = [await desk.supervisor([]), await desk.supervisor([]), await desk.admin()];
      const { token: client } = await factories(gateway).client('avatar-client');
      expect((await put(staff.id, PNG, staff.token)).status).toBe(200);
      expect((await put(staff.id, JPEG, admin.token)).status).toBe(200);
      expect((await put(staff.id, JPEG, gateway.adminToken)).status).toBe(200);
      for (const [token, status] of [
        [other.token, 403],
        [client, 403],
        [null, 401],
      ] as const) {
        const refusal = await put(staff.id, PNG, token);
        expect([refusal.status, await codeOf(refusal)]).toEqual([
          status,
          status === 401 ? 'UNAUTHENTICATED' : 'FORBIDDEN',
        ]);
        expect((await http('DELETE', path(staff.id), token)).status).toBe(status);
      }
      expect((await http('GET', path(staff.id), other.token)).status).toBe(404);
      expect((await http('GET', path(staff.id), staff.token)).status).toBe(200);
      expect((await http('GET', path(staff.id), null)).status).toBe(401);
      for (const id of ['StaffUser_9999', 'User_1', '..%2f..%2fetc'])
        expect((await put(id, PNG, admin.token)).status).toBe(404);
    });

    it('deleting the account removes its avatar', async () => {
      const admin = await desk.admin();
      await put(admin.id, PNG, admin.token);
      const count = files().length;
      await gateway.run('mutation ($id: ID!) { deleteStaffUser(id: $id) }', { id: admin.id });
      expect(files()).toHaveLength(count - 1);
    });
  });

  describe('CSV export', () => {
    const csv = (ids: string, token: string | null = gateway.adminToken) =>
      http('GET', `/export/staff-users.csv${ids}`, token);

    it('XU22: exports the selected in their order, as RFC 4180 in UTF-8, without a secret', async () => {
      const first = await desk.admin({ fullName: 'Zoë "Z", Keller', voice: { callGroups: [1, 2] } });
      const second = await desk.supervisor(['VOICE'], { name: 'Süd' });
      await desk.admin();
      const response = await csv(`?ids=${second.id},${first.id},${second.id},StaffUser_9999`);
      expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
      const text = await response.text();
      expect(text).toContain('"Zoë ""Z"", Keller"');
      expect(text.endsWith('\r\n')).toBe(true);
      const rows = parse<Record<string, string>>(text, { columns: true });
      expect(rows.map((row) => row['id'])).toEqual([second.id, first.id]);
      expect(rows[0]).toMatchObject({
        role: 'USER',
        userProfile: 'Süd',
        username: second.username,
        email: `${second.username}@example.com`,
      });
      expect(rows[1]).toMatchObject({ fullName: 'Zoë "Z", Keller', callGroups: '1 2', userProfile: '' });
      expect(Object.keys(rows[0] ?? {}).filter((name) => /password|hash|key|token|secret/i.test(name))).toEqual([]);
      expect(text).not.toMatch(/argon|sbk_/);
    });

    it.each(['=1+1', '+41 31', '-1', '@SUM(A1)'])('XU22, XU36: the formula %s is neutralised', async (fullName) => {
      const { id } = await desk.admin({ fullName });
      const [row] = parse<Record<string, string>>(await (await csv(`?ids=${id}`)).text(), { columns: true });
      expect(row?.['fullName']).toBe(`'${fullName}`);
    });

    it.each(['', '?ids=', '?ids=,'])('XU36: without ids (%j) it is 400', async (ids) => {
      const response = await csv(ids);
      expect([response.status, await codeOf(response)]).toEqual([400, 'BAD_USER_INPUT']);
    });

    it('V7: needs the staff list', async () => {
      const [reader, other] = [await desk.supervisor(['STAFF']), await desk.supervisor(['REPORTS'])];
      const { token: client } = await factories(gateway).client('export-client');
      const statuses = [];
      for (const token of [reader.token, other.token, client, null])
        statuses.push((await csv('?ids=StaffUser_1', token)).status);
      expect(statuses).toEqual([200, 403, 403, 401]);
    });
  });
});
