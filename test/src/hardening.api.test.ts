import { auditServer, serverAudits } from 'graphql-http';
import { startTestGateway, type TestGateway } from '../support/gateway';

describe('the endpoint', () => {
  let gateway: TestGateway;
  beforeAll(async () => (gateway = await startTestGateway({ config: { snapshot: false } })));
  afterAll(() => gateway.close());

  const post = (body: string, headers: Record<string, string> = {}) =>
    fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${gateway.adminToken}`, ...headers },
      body,
    });
  const refusal = async (query: string, variables: object = {}) => {
    const response = await post(JSON.stringify({ query, variables }));
    const { errors } = (await response.json()) as {
      errors: { message: string; extensions: Record<string, unknown> }[];
    };
    return { status: response.status, text: JSON.stringify(errors), code: errors[0]?.extensions['code'] };
  };

  const nested = (depth: number) =>
    `${'memberships { nodes { group { members { nodes { user {'.repeat(depth)} id ${'} } } } } }'.repeat(depth)}`;

  it.each([
    ['depth', `{ users { nodes { ${nested(4)} } } }`],
    ['aliases', `{ ${Array.from({ length: 101 }, (_, i) => `a${i}: __typename`).join(' ')} }`],
    ['root fields', `{ ${Array.from({ length: 51 }, (_, i) => `a${i}: viewer { __typename }`).join(' ')} }`],
    ['directives', `{ users { nodes { ${'id @include(if: true) '.repeat(51)} } } }`],
    [
      'cost',
      '{ users(first: 1000) { nodes { memberships(first: 1000) { nodes { group { members(first: 1000) { nodes { via } } } } } } } }',
    ],
  ])('refuses a document beyond its limit of %s', async (_what, query) => {
    const { status, code } = await refusal(query);
    expect({ status, code }).toEqual({ status: 400, code: 'LIMIT_EXCEEDED' });
  });

  it('measures fragments once, however often they are spread', async () => {
    const fragments = Array.from({ length: 25 }, (_, i) => `fragment F${i} on User { ...F${i + 1} ...F${i + 1} }`).join(
      ' ',
    );
    const started = Date.now();
    await post(JSON.stringify({ query: `{ users { nodes { ...F0 } } } ${fragments} fragment F25 on User { id }` }));
    expect(Date.now() - started).toBeLessThan(5_000);
  });

  it('stops reading a document of too many tokens, and a body of too many bytes', async () => {
    expect((await refusal(`{ ${'a '.repeat(6_000)} }`)).status).toBe(400);
    expect((await post(`{"query":"${'x'.repeat(3 * 1024 * 1024)}"}`)).status).toBe(413);
  });

  it('repeats nothing of what was sent', async () => {
    const secret = 'hunter2-very-secret';
    const inVariable = await refusal('mutation ($i: CreateUserInput!) { createUser(input: $i) { id } }', {
      i: { userId: { password: secret }, displayName: 'x' },
    });
    expect(inVariable.code).toBe('BAD_USER_INPUT');
    expect(inVariable.text).not.toContain(secret);
    expect(inVariable.text).toContain('userId');
    const inDocument = await refusal(`{ users(first: "${secret}") { totalCount } }`);
    expect(inDocument.text).not.toContain(secret);
  });

  it.each([
    [{ displayName: 'x' }, 'userId', 'is required'],
    [{ userId: 'x', displayName: 'x', shoe: 43 }, 'shoe', 'is not known'],
    [{ userId: 'x', displayName: ['at \"input.email\"; '] }, 'displayName', 'expected String'],
  ])('names the field at fault in a variable: %j', async (input, field, reason) => {
    const query = 'mutation ($input: CreateUserInput!) { createUser(input: $input) { id } }';
    const { text, code } = await refusal(query, { input });
    expect(code).toBe('BAD_USER_INPUT');
    expect(text).toContain(`"field":"${field}"`);
    expect(text).toContain(reason);
  });

  it('shows neither stack nor driver message of an unexpected error', async () => {
    await gateway.db.write((em) => em.query('ALTER TABLE user_group RENAME TO hidden_group'));
    const { text, code } = await refusal('{ groups { nodes { id } } }');
    await gateway.db.write((em) => em.query('ALTER TABLE hidden_group RENAME TO user_group'));
    expect(code).toBe('INTERNAL_SERVER_ERROR');
    expect(text).not.toMatch(/SQLITE|user_group|\.ts|stack/i);
  });

  it.each([
    ['a form', 'application/x-www-form-urlencoded', 'query={__typename}'],
    ['plain text', 'text/plain', '{"query":"{__typename}"}'],
  ])('takes no mutation by %s', async (_what, type, body) => {
    const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers: { 'content-type': type }, body });
    expect(response.status).toBeGreaterThanOrEqual(400);
  });

  it('answers a body in a foreign character set with JSON', async () => {
    const response = await post('{"query":"{ __typename }"}', { 'content-type': 'application/json; charset=utf-16' });
    expect(response.headers.get('content-type')).toContain('json');
  });

  it('hides its schema when introspection is off', async () => {
    const closed = await startTestGateway({ environment: { GRAPHQL_INTROSPECTION: 'off' } });
    const { errors } = await closed.send('{ __schema { types { name } } }', {}, closed.adminToken);
    const typo = await closed.send('{ user { id } }', {}, closed.adminToken);
    await closed.close();
    expect(errors).toBeDefined();
    expect(JSON.stringify(typo.errors)).not.toContain('Did you mean');
  });

  it("keeps to GraphQL over HTTP, but for the six points that are Apollo's choice", async () => {
    const results = await auditServer({ url: `${gateway.url}/graphql`, fetchFn: fetch });
    const failed = results
      .filter((result) => result.status === 'error' || result.status === 'warn')
      .map((result) => result.id);
    expect(serverAudits({ url: '' }).length).toBeGreaterThan(50);
    expect(failed.filter((id) => !['572B', 'FDE2', '7B9B'].includes(id)).length).toBeLessThanOrEqual(3);
  }, 60_000);

  it('serves GraphiQL with a policy that admits its own files only', async () => {
    const response = await fetch(gateway.url);
    const html = await response.text();
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(html).not.toMatch(/(src|href)="https?:/);
  });
});
