import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, type GraphQLSchema } from 'graphql';
import { getMetadataStorage } from 'type-graphql';
import { permissions } from '../../src/auth/policy';
import { buildGatewaySchema } from '../../src/graphql';
import { decisions, type OperationKind } from '../src/auth/decisions';

const schema = buildGatewaySchema();
const storage = getMetadataStorage();
const kinds: OperationKind[] = ['query', 'mutation', 'subscription'];

const operations = [
  ...storage.queries.map((one) => ({ kind: 'query' as const, ...one })),
  ...storage.mutations.map((one) => ({ kind: 'mutation' as const, ...one })),
  ...storage.subscriptions.map((one) => ({ kind: 'subscription' as const, ...one })),
];

function namesOf(of: GraphQLSchema, kind: OperationKind): string[] {
  const root = { query: of.getQueryType(), mutation: of.getMutationType(), subscription: of.getSubscriptionType() }[
    kind
  ];
  return Object.keys(root?.getFields() ?? {}).sort();
}

describe('every operation says who may use it', () => {
  it.each(operations.map((one) => [`${one.kind} ${one.schemaName}`, one] as const))('%s', (_name, operation) => {
    const isPublic = operation.extensions?.['public'] === true;
    const roles = (operation.roles ?? []) as string[];
    expect({ isPublic, roles: roles.length }).toEqual({ isPublic, roles: isPublic ? 0 : 1 });
    for (const role of roles) expect(Object.keys(permissions)).toContain(role);
    expect(isPublic).toBe(decisions[operation.kind][operation.schemaName]?.public ?? false);
  });

  it.each(kinds)('each %s of the schema is among them, with a decision of its own', (kind) => {
    const found = operations.filter((one) => one.kind === kind).map((one) => one.schemaName);
    expect(found.sort()).toEqual(namesOf(schema, kind));
    expect(namesOf(schema, kind).filter((name) => !decisions[kind][name])).toEqual([]);
  });

  it.each(kinds)('no decision on a %s that neither the contract nor the schema has', (kind) => {
    const contract = buildSchema(readFileSync(join(__dirname, '../contract/schema.graphql'), 'utf8'));
    const known = new Set([...namesOf(contract, kind), ...namesOf(schema, kind)]);
    expect(Object.keys(decisions[kind]).filter((name) => !known.has(name))).toEqual([]);
  });
});
