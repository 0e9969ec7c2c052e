import {
  execute,
  getOperationAST,
  GraphQLError,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';
import { inputDefaults, type Variables } from './input-defaults';

/** A document's operation as a function, with what its variables need before. */
interface Compiled {
  query: CompiledQuery['query'];
  complete: ((variables: Variables) => Variables) | null;
}

/**
 * Executes documents by compiled functions instead of walking them anew for every request. Compiled once per document
 * and operation: Apollo's document store hands out the same object for the same text, and bounds how many there are, so
 * the cache hangs on the document itself. What cannot be compiled is executed by graphql-js, which is slower and right.
 */
export class CompiledExecutor {
  private readonly compiled = new WeakMap<DocumentNode, Map<string, Compiled | null>>();
  /** How many documents could not be compiled. */
  fallbacks = 0;

  constructor(private readonly schema: GraphQLSchema) {}

  async execute(
    document: DocumentNode,
    operationName: string | null | undefined,
    variables: Record<string, unknown>,
    context: unknown,
  ): Promise<ExecutionResult> {
    const compiled = this.lookUp(document, operationName ?? '');
    const result = compiled ? await run(compiled, variables, context) : null;
    // Without data nothing was executed: the variables were refused. What graphql-js says of them is what callers know.
    if (result === null || (result.errors && result.data === undefined)) {
      return execute({
        schema: this.schema,
        document,
        operationName: operationName ?? null,
        variableValues: variables,
        contextValue: context,
      });
    }
    return result.errors ? { ...result, errors: result.errors.map(asGraphqlError) } : result;
  }

  /** How many plans are kept for a document. */
  plansOf(document: DocumentNode): number {
    return this.compiled.get(document)?.size ?? 0;
  }

  private lookUp(document: DocumentNode, operationName: string): Compiled | null {
    let operations = this.compiled.get(document);
    if (!operations) this.compiled.set(document, (operations = new Map<string, Compiled | null>()));
    let compiled = operations.get(operationName);
    if (compiled !== undefined) return compiled;
    // Names come from callers: only those that the document has are kept, so that nobody fills the memory.
    const operation = getOperationAST(document, operationName === '' ? null : operationName);
    if (!operation) return null;
    compiled = this.compile(document, operationName);
    operations.set(operationName, compiled);
    return compiled;
  }

  private compile(document: DocumentNode, operationName: string): Compiled | null {
    try {
      const compiled = compileQuery(this.schema, document, operationName);
      if (isCompiledQuery(compiled)) {
        return { query: compiled.query, complete: inputDefaults(this.schema, document, operationName) };
      }
    } catch {
      // Falls through: graphql-js executes it.
    }
    this.fallbacks++;
    return null;
  }
}

async function run({ query, complete }: Compiled, variables: Variables, context: unknown): Promise<ExecutionResult> {
  return await query(undefined, context, complete ? complete(variables) : variables);
}

/** Compiled queries have an error class of their own, without `extensions`; Apollo expects graphql-js's. */
function asGraphqlError(error: GraphQLError): GraphQLError {
  if (Object.getPrototypeOf(error) === GraphQLError.prototype) return error;
  const { message, path, locations, originalError, extensions } = error;
  const isCoercion = path === undefined && message.startsWith('Variable "$');
  const converted = new GraphQLError(message, {
    path,
    originalError,
    extensions: isCoercion ? { code: 'BAD_USER_INPUT' } : extensions,
  });
  return Object.assign(converted, { locations });
}
