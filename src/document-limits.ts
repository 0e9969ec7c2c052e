import {
  GraphQLError,
  Kind,
  type ASTVisitor,
  type FieldNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

/** Limits of one document. A cost unit is one field of one row. */
export interface DocumentLimits {
  maxDepth: number;
  maxAliases: number;
  maxDirectives: number;
  maxRootFields: number;
  maxCost: number;
}

export const DEFAULT_LIMITS: DocumentLimits = {
  maxDepth: 16,
  maxAliases: 100,
  maxDirectives: 50,
  maxRootFields: 50,
  maxCost: 10_000_000,
};

interface Measure {
  depth: number;
  cost: number;
}

/**
 * One rule for all limits. Depth and cost are measured through fragments, each fragment once, so that no document takes
 * long to measure. Introspection is as deep as it is and does not count towards depth.
 */
export function documentLimits(limits: DocumentLimits = DEFAULT_LIMITS) {
  return (context: ValidationContext): ASTVisitor => {
    const counts = { aliases: 0, directives: 0 };
    const fragments = new Map<string, Measure>();
    const refuse = (what: string, limit: number) =>
      context.reportError(
        new GraphQLError(`The document has more than ${limit} ${what}.`, { extensions: { code: 'LIMIT_EXCEEDED' } }),
      );
    return {
      Field: (node) => void (node.alias && counts.aliases++),
      Directive: () => void counts.directives++,
      OperationDefinition: (node) => {
        if (node.selectionSet.selections.length > limits.maxRootFields) refuse('root fields', limits.maxRootFields);
        const { depth, cost } = measure(context, node.selectionSet, fragments, new Set());
        if (depth > limits.maxDepth) refuse('levels', limits.maxDepth);
        if (cost > limits.maxCost) refuse('units of cost', limits.maxCost);
      },
      Document: {
        leave: () => {
          if (counts.aliases > limits.maxAliases) refuse('aliases', limits.maxAliases);
          if (counts.directives > limits.maxDirectives) refuse('directives', limits.maxDirectives);
        },
      },
    };
  };
}

function measure(
  context: ValidationContext,
  set: SelectionSetNode,
  known: Map<string, Measure>,
  open: Set<string>,
): Measure {
  const total: Measure = { depth: 0, cost: 0 };
  for (const selection of set.selections) {
    const part =
      selection.kind === Kind.FIELD
        ? measureField(context, selection, known, open)
        : selection.kind === Kind.INLINE_FRAGMENT
          ? measure(context, selection.selectionSet, known, open)
          : measureFragment(context, context.getFragment(selection.name.value), known, open);
    total.depth = Math.max(total.depth, part.depth);
    total.cost += part.cost;
  }
  return total;
}

function measureField(
  context: ValidationContext,
  field: FieldNode,
  known: Map<string, Measure>,
  open: Set<string>,
): Measure {
  if (field.name.value.startsWith('__') || !field.selectionSet) return { depth: 1, cost: 1 };
  const inner = measure(context, field.selectionSet, known, open);
  return { depth: inner.depth + 1, cost: 1 + inner.cost * pageSize(field) };
}

function measureFragment(
  context: ValidationContext,
  fragment: FragmentDefinitionNode | null | undefined,
  known: Map<string, Measure>,
  open: Set<string>,
): Measure {
  if (!fragment || open.has(fragment.name.value)) return { depth: 0, cost: 0 };
  const done = known.get(fragment.name.value);
  if (done) return done;
  const result = measure(context, fragment.selectionSet, known, new Set([...open, fragment.name.value]));
  known.set(fragment.name.value, result);
  return result;
}

/** Rows a field may give: a literal `first` or `last`, 1 for a connection without one (its default is charged as 50), else 1. */
function pageSize(field: FieldNode): number {
  const argument = field.arguments?.find((one) => one.name.value === 'first' || one.name.value === 'last');
  if (argument?.value.kind === Kind.INT) return Math.max(1, Math.min(1000, Number(argument.value.value)));
  if (argument?.value.kind === Kind.VARIABLE) return 100;
  const isConnection = field.selectionSet?.selections.some(
    (one) => one.kind === Kind.FIELD && (one.name.value === 'nodes' || one.name.value === 'edges'),
  );
  return isConnection ? 50 : 1;
}
