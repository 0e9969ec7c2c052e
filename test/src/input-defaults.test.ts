import { buildSchema, parse } from 'graphql';
import { CompiledExecutor } from '../../src/executor';

const schema = buildSchema(`
  enum Kind { A B }
  input Inner { kind: Kind! = B on: Boolean = true list: [Int!] = [] }
  input Outer { inner: Inner! many: [Inner!] name: String = "none" }
  type Query { echo(input: Outer): String }
`);
const fields = schema.getQueryType()?.getFields();
if (fields?.['echo']) fields['echo'].resolve = (_source, args: object) => JSON.stringify(args);

const echo = async (input: unknown) => {
  const executor = new CompiledExecutor(schema);
  const { data, errors } = await executor.execute(
    parse('query ($input: Outer) { echo(input: $input) }'),
    null,
    { input },
    {},
  );
  return errors ? errors[0]?.message : (JSON.parse(String(data?.['echo'])) as unknown);
};

describe('defaults of input fields in variables', () => {
  const defaults = { kind: 'B', on: true, list: [] };

  it.each([
    ['what is left out', { inner: {} }, { inner: defaults, name: 'none' }],
    ['not what is null', { inner: { on: null }, name: null }, { inner: { ...defaults, on: null }, name: null }],
    [
      'not what is given',
      { inner: { kind: 'A', list: [1] } },
      { inner: { kind: 'A', on: true, list: [1] }, name: 'none' },
    ],
    [
      'in lists',
      { inner: {}, many: [{}, { kind: 'A' }] },
      { inner: defaults, many: [defaults, { ...defaults, kind: 'A' }], name: 'none' },
    ],
    ['in a single value for a list', { inner: {}, many: {} }, { inner: defaults, many: [defaults], name: 'none' }],
  ])('fills in %s', async (_, given, expected) => {
    expect(await echo(given)).toEqual({ input: expected });
  });

  it('leaves faults to be found', async () => {
    expect(await echo({ inner: { kind: null } })).toMatch(/kind/);
    expect(await echo({})).toMatch(/inner/);
    expect(await echo(null)).toEqual({ input: null });
  });
});
