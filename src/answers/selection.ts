import {
  getArgumentValues,
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  Kind,
  typeFromAST,
  visit,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Variables } from '../input-defaults';

/** One field of an object as a document asks for it: all its occurrences under one response name. */
export interface Selected {
  /** Its name in the answer. */
  key: string;
  name: string;
  /** Null for `__typename`. */
  field: GraphQLField<unknown, unknown> | null;
  nodes: FieldNode[];
}

/**
 * Reads what a document selects, fragments and directives taken into account (GraphQL specification, "CollectFields"). It
 * holds for one set of values of the variables that `@skip` and `@include` look at.
 */
export class Selection {
  private readonly fragments: Map<string, FragmentDefinitionNode>;

  constructor(
    private readonly schema: GraphQLSchema,
    document: DocumentNode,
    private readonly conditions: Variables,
  ) {
    const fragments = document.definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION);
    this.fragments = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  }

  /** The fields of an object of this type, in the order of the answer. */
  fieldsOf(type: GraphQLObjectType, sets: readonly (SelectionSetNode | undefined)[]): Selected[] {
    const found = new Map<string, Selected>();
    for (const set of sets) if (set) this.collect(type, set, found, new Set());
    return [...found.values()];
  }

  private collect(
    type: GraphQLObjectType,
    set: SelectionSetNode,
    found: Map<string, Selected>,
    visited: Set<string>,
  ): void {
    for (const selection of set.selections) {
      if (!this.isIncluded(selection)) continue;
      if (selection.kind === Kind.FIELD) {
        add(type, selection, found);
        continue;
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : this.spread(selection.name.value, visited);
      if (fragment && this.appliesTo(type, fragment)) this.collect(type, fragment.selectionSet, found, visited);
    }
  }

  private spread(name: string, visited: Set<string>): FragmentDefinitionNode | null {
    if (visited.has(name)) return null;
    visited.add(name);
    return this.fragments.get(name) ?? null;
  }

  private appliesTo(
    type: GraphQLObjectType,
    { typeCondition }: { typeCondition?: FragmentDefinitionNode['typeCondition'] },
  ): boolean {
    if (!typeCondition) return true;
    const condition = typeFromAST(this.schema, typeCondition);
    if (condition === type) return true;
    return isAbstractType(condition) && this.schema.isSubType(condition, type);
  }

  private isIncluded(node: SelectionNode): boolean {
    if (!node.directives || node.directives.length === 0) return true;
    if (getDirectiveValues(GraphQLSkipDirective, node, this.conditions)?.['if'] === true) return false;
    return getDirectiveValues(GraphQLIncludeDirective, node, this.conditions)?.['if'] !== false;
  }
}

function add(type: GraphQLObjectType, node: FieldNode, found: Map<string, Selected>): void {
  const name = node.name.value;
  const key = node.alias?.value ?? name;
  const selected = found.get(key);
  if (selected) selected.nodes.push(node);
  else found.set(key, { key, name, field: type.getFields()[name] ?? null, nodes: [node] });
}

/** The variables that decide what is selected. */
export function conditionVariables(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    Directive: ({ arguments: given }) => {
      for (const { value } of given ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}

/** A field's arguments, coerced; worked out once where no variable is in them. */
export function argumentsOf({ field, nodes }: Selected): (variables: Variables) => Variables {
  const [node] = nodes;
  if (!field || !node) return () => ({});
  const evaluate = (variables: Variables) => getArgumentValues(field, node, variables);
  let hasVariables = false;
  visit({ ...node, directives: [], selectionSet: undefined } as FieldNode, {
    Variable: () => {
      hasVariables = true;
    },
  });
  if (hasVariables) return evaluate;
  const constant = evaluate({});
  return () => constant;
}
