import {
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  Kind,
  typeFromAST,
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';

export type Variables = Record<string, unknown>;

/**
 * Gives variables the defaults of input fields that the caller left out, as GraphQL's coercion does (specification,
 * "Input Objects") and graphql-jit does not. Values are otherwise left as they came: coercion follows.
 *
 * @returns null where no variable of the operation has such fields.
 */
export function inputDefaults(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string,
): ((variables: Variables) => Variables) | null {
  const concerned = operationOf(document, operationName)?.variableDefinitions?.flatMap(({ variable, type: node }) => {
    const type = typeFromAST(schema, node);
    return isInputType(type) && hasDefaults(type, new Set()) ? [{ name: variable.name.value, type }] : [];
  });
  if (!concerned || concerned.length === 0) return null;
  return (variables) => {
    const completed = { ...variables };
    for (const { name, type } of concerned) if (name in completed) completed[name] = complete(type, completed[name]);
    return completed;
  };
}

function operationOf(document: DocumentNode, name: string): OperationDefinitionNode | undefined {
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  return name === '' ? operations[0] : operations.find((operation) => operation.name?.value === name);
}

function hasDefaults(type: GraphQLInputType, seen: Set<GraphQLInputType>): boolean {
  if (isNonNullType(type) || isListType(type)) return hasDefaults(type.ofType, seen);
  if (!isInputObjectType(type) || seen.has(type)) return false;
  seen.add(type);
  return Object.values(type.getFields()).some(
    (field) => field.defaultValue !== undefined || hasDefaults(field.type, seen),
  );
}

function complete(type: GraphQLInputType, value: unknown): unknown {
  if (value === null || value === undefined) return value;
  if (isNonNullType(type)) return complete(type.ofType, value);
  if (isListType(type)) {
    const element = type.ofType;
    return Array.isArray(value) ? value.map((one) => complete(element, one)) : complete(element, value);
  }
  if (!isInputObjectType(type) || typeof value !== 'object' || Array.isArray(value)) return value;
  const completed: Variables = { ...value };
  for (const { name, type: fieldType, defaultValue } of Object.values(type.getFields())) {
    if (completed[name] !== undefined) completed[name] = complete(fieldType, completed[name]);
    else if (defaultValue !== undefined) completed[name] = defaultValue;
  }
  return completed;
}
