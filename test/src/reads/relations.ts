import {
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isNonNullType,
  isObjectType,
  isUnionType,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

type Field = GraphQLField<unknown, unknown>;

/** One field of the type of a list's elements, and a document that asks it of all of them. */
export interface Relation {
  /** Type and field. */
  place: string;
  /** The place and the list. */
  name: string;
  field: string;
  document: string;
}

/** Parts of a connection, which have no statements of their own. */
const PART_OF_PAGE = /(Connection|Edge|^PageInfo)$/;

/** Every field without required arguments of the elements of some lists; PART stands for it in the list's document. */
export function relationsOf(schema: GraphQLSchema, lists: Record<string, readonly string[]>): Relation[] {
  return Object.entries(lists).flatMap(([typeName, documents]) =>
    fieldsOf(schema.getType(typeName)).flatMap((field) =>
      documents.map((list) => ({
        place: `${typeName}.${field.name}`,
        name: `${typeName}.${field.name} of ${list.replace(/ \{ nodes|\(first: \d+\)| PART| [{}]/g, '')}`,
        field: field.name,
        document: `{ ${list.replace('PART', `id ${partOf(field)}`.slice(hasId(schema, typeName) ? 0 : 3))} }`,
      })),
    ),
  );
}

/** Names of all object types that a document may reach, of pages their nodes only. */
export function reachableTypes(schema: GraphQLSchema): string[] {
  const found = new Set<GraphQLNamedType>();
  const visit = (type: GraphQLNamedType): void => {
    if (found.has(type) || isLeafType(type)) return;
    found.add(type);
    if (isUnionType(type) || isInterfaceType(type)) schema.getPossibleTypes(type).forEach(visit);
    if (isObjectType(type)) Object.values(type.getFields()).forEach((field) => visit(getNamedType(field.type)));
  };
  const query = schema.getQueryType();
  if (query) visit(query);
  return [...found]
    .filter((type) => isObjectType(type) && type !== query && !PART_OF_PAGE.test(type.name))
    .map((type) => type.name)
    .sort();
}

/** Names of the lists at the root that can be asked for without arguments: plain ones and pages. */
export function rootLists(schema: GraphQLSchema): string[] {
  const fields = Object.values(schema.getQueryType()?.getFields() ?? {});
  const isList = (field: Field) => /^\[/.test(String(field.type)) || /Connection!?$/.test(String(field.type));
  return fields.filter((field) => isAskable(field) && isList(field)).map((field) => field.name);
}

/** How many values a field has in an answer: elements of lists, nodes of pages, and what is not null. */
export function countValues(data: unknown, field: string): number {
  if (Array.isArray(data)) return data.reduce<number>((sum, one) => sum + countValues(one, field), 0);
  if (data === null || typeof data !== 'object') return 0;
  return Object.entries(data).reduce(
    (sum, [key, value]) => sum + (key === field ? sizeOf(value) : countValues(value, field)),
    0,
  );
}

/** Where fields of some types lead to objects of other types than these. */
export function waysOut(schema: GraphQLSchema, typeNames: readonly string[]): string[] {
  return typeNames.flatMap((typeName) => {
    const type = schema.getType(typeName);
    if (!isObjectType(type)) return [];
    const fields = Object.values(type.getFields()).map((field) => ({ name: field.name, to: getNamedType(field.type) }));
    return fields
      .filter(({ to }) => !isLeafType(to) && !typeNames.includes(to.name))
      .map(({ name, to }) => `${typeName}.${name}: ${to.name}`);
  });
}

function sizeOf(value: unknown): number {
  if (value === null || value === undefined) return 0;
  const { nodes } = value as { nodes?: unknown };
  if (Array.isArray(nodes)) return nodes.length;
  return Array.isArray(value) ? value.length : 1;
}

function fieldsOf(type: GraphQLNamedType | undefined): Field[] {
  return isObjectType(type) ? Object.values(type.getFields()).filter(isAskable) : [];
}

function hasId(schema: GraphQLSchema, typeName: string): boolean {
  return fieldsOf(schema.getType(typeName)).some((field) => field.name === 'id');
}

function isAskable(field: Field): boolean {
  return field.args.every((arg) => !isNonNullType(arg.type) || arg.defaultValue !== undefined);
}

function partOf(field: Field): string {
  const type = getNamedType(field.type);
  if (isInterfaceType(type)) return `${field.name} { ${leavesOf(type)} }`;
  if (isAbstractType(type)) return `${field.name} { __typename }`;
  if (!isObjectType(type)) return field.name;
  if (!type.name.endsWith('Connection')) return `${field.name} { ${leavesOf(type)} }`;
  const node = getNamedType(type.getFields()['nodes']?.type ?? type);
  return `${field.name} { totalCount nodes { ${isObjectType(node) ? leavesOf(node) : '__typename'} } }`;
}

/** Fields that need neither arguments nor a selection. */
function leavesOf(type: GraphQLObjectType | GraphQLInterfaceType): string {
  const leaves = Object.values(type.getFields()).filter(
    (field) => field.args.length === 0 && isLeafType(getNamedType(field.type)),
  );
  return ['__typename', ...leaves.map((field) => field.name)].join(' ');
}
