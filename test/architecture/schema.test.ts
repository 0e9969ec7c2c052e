import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  lexicographicSortSchema,
  printSchema,
  type GraphQLSchema,
} from 'graphql';
import { compareWithContract, readContract } from '../../scripts/contract';
import { buildGatewaySchema } from '../../src/graphql';
import { nodeLoaders } from '../../src/nodes';

describe('the emitted schema', () => {
  const schema = buildGatewaySchema();

  it('holds all of the contract, with its names, types and defaults', () => {
    expect(compareWithContract(readContract(), schema)).toEqual({ broken: [], missing: [] });
  });

  it('is what schema/schema.graphql shows', () => {
    const path = join(__dirname, '../../schema/schema.graphql');
    expect(readFileSync(path, 'utf8')).toBe(`${printSchema(lexicographicSortSchema(schema))}\n`);
  });

  it('describes every type, field, argument and enum value', () => {
    expect(elementsWithoutDescription(schema)).toEqual([]);
  });

  it('finds every type that is a Node by its id', () => {
    const node = schema.getType('Node');
    if (!isInterfaceType(node)) throw new Error('Node is no interface');
    const names = schema.getPossibleTypes(node).map((type) => type.name);
    expect(names.filter((name) => !(name in nodeLoaders))).toEqual([]);
  });

  it('follows Relay: connections have edges, nodes, pageInfo and totalCount, and take all four arguments', () => {
    const types = Object.values(schema.getTypeMap()).filter(isObjectType);
    for (const type of types.filter((one) => one.name.endsWith('Connection'))) {
      expect(Object.keys(type.getFields()).sort()).toEqual(['edges', 'nodes', 'pageInfo', 'totalCount']);
    }
    const fields = types.flatMap((type) => Object.values(type.getFields()));
    for (const field of fields.filter((one) => String(one.type).endsWith('Connection!'))) {
      expect(field.args.map((arg) => arg.name)).toEqual(expect.arrayContaining(['first', 'after', 'last', 'before']));
    }
  });
});

function elementsWithoutDescription(schema: GraphQLSchema): string[] {
  const missing: string[] = [];
  const check = (path: string, element: { description?: string | null }) => {
    if (!element.description?.trim()) missing.push(path);
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue;
    check(type.name, type);
    if (isEnumType(type)) type.getValues().forEach((value) => check(`${type.name}.${value.name}`, value));
    if (isInputObjectType(type))
      Object.values(type.getFields()).forEach((field) => check(`${type.name}.${field.name}`, field));
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      check(`${type.name}.${field.name}`, field);
      field.args.forEach((arg) => check(`${type.name}.${field.name}(${arg.name})`, arg));
    }
  }
  return missing;
}
