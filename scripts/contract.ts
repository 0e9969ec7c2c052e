import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { buildGatewaySchema } from '../src/graphql';

export interface ContractReport {
  /** What the contract names and the schema has otherwise: a broken promise. */
  broken: string[];
  /** What the contract names and the schema has not yet. */
  missing: string[];
}

/** Compares the emitted schema with the contract: all of the contract must be there, more may be. */
export function compareWithContract(contract: GraphQLSchema, emitted: GraphQLSchema): ContractReport {
  const report: ContractReport = { broken: [], missing: [] };
  for (const type of Object.values(contract.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    const actual = emitted.getType(type.name);
    if (!actual) report.missing.push(type.name);
    else compareTypes(type, actual, report);
  }
  return report;
}

function compareTypes(expected: GraphQLNamedType, actual: GraphQLNamedType, report: ContractReport): void {
  if (expected.constructor.name !== actual.constructor.name) {
    report.broken.push(`${expected.name}: is another kind of type`);
  } else if (isEnumType(expected) && isEnumType(actual)) {
    for (const value of expected.getValues()) {
      if (!actual.getValue(value.name)) report.missing.push(`${expected.name}.${value.name}`);
    }
  } else if (isUnionType(expected) && isUnionType(actual)) {
    const names = actual.getTypes().map((type) => type.name);
    for (const type of expected.getTypes())
      if (!names.includes(type.name)) report.missing.push(`${expected.name} = ${type.name}`);
  } else if (isInputObjectType(expected) && isInputObjectType(actual)) {
    compareInputs(expected.name, Object.values(expected.getFields()), actual.getFields(), report);
  } else if (
    (isObjectType(expected) || isInterfaceType(expected)) &&
    (isObjectType(actual) || isInterfaceType(actual))
  ) {
    for (const implemented of expected.getInterfaces()) {
      if (!actual.getInterfaces().some((one) => one.name === implemented.name)) {
        report.broken.push(`${expected.name}: does not implement ${implemented.name}`);
      }
    }
    for (const field of Object.values(expected.getFields())) {
      const other = actual.getFields()[field.name];
      if (!other) report.missing.push(`${expected.name}.${field.name}`);
      else compareFields(`${expected.name}.${field.name}`, field, other, report);
    }
  }
}

function compareFields(
  path: string,
  expected: GraphQLField<unknown, unknown>,
  actual: GraphQLField<unknown, unknown>,
  report: ContractReport,
): void {
  if (String(expected.type) !== String(actual.type))
    report.broken.push(`${path}: ${String(actual.type)} instead of ${String(expected.type)}`);
  const args = Object.fromEntries(actual.args.map((one) => [one.name, one]));
  compareInputs(path, expected.args, args, report);
  for (const arg of actual.args) {
    const isNew = !expected.args.some((one) => one.name === arg.name);
    if (isNew && String(arg.type).endsWith('!') && arg.defaultValue === undefined)
      report.broken.push(`${path}(${arg.name}): required, unknown to the contract`);
  }
}

function compareInputs(
  path: string,
  expected: readonly (GraphQLArgument | GraphQLInputField)[],
  actual: Record<string, GraphQLArgument | GraphQLInputField | undefined>,
  report: ContractReport,
): void {
  for (const one of expected) {
    const other = actual[one.name];
    if (!other) report.missing.push(`${path}(${one.name})`);
    else if (String(other.type) !== String(one.type)) {
      report.broken.push(`${path}(${one.name}): ${String(other.type)} instead of ${String(one.type)}`);
    } else if (JSON.stringify(other.defaultValue) !== JSON.stringify(one.defaultValue)) {
      report.broken.push(
        `${path}(${one.name}): default ${JSON.stringify(other.defaultValue)} instead of ${JSON.stringify(one.defaultValue)}`,
      );
    }
  }
}

/** The contract as this project carries it. */
export function readContract(): GraphQLSchema {
  return buildSchema(readFileSync(join(__dirname, '../test/contract/schema.graphql'), 'utf8'));
}

if (require.main === module) {
  const { broken, missing } = compareWithContract(readContract(), buildGatewaySchema());
  for (const line of broken) process.stdout.write(`broken:  ${line}\n`);
  for (const line of missing) process.stdout.write(`missing: ${line}\n`);
  process.stdout.write(`${broken.length} broken, ${missing.length} missing\n`);
  process.exitCode = broken.length > 0 || (missing.length > 0 && process.argv.includes('--complete')) ? 1 : 0;
}
