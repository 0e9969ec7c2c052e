import { HeaderMap, type ApolloServerPlugin } from '@apollo/server';
import type { GatewayInterface } from '@apollo/server-gateway-interface';
import { OperationTypeNode, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import type { Context } from './context';
import { CompiledExecutor } from './executor';
import type { Variables } from './input-defaults';

/** Answers an operation without executing it, or null. */
export type Shortcut = (
  document: DocumentNode,
  operationName: string,
  variables: Variables,
  context: Context,
  /** The document's text. */
  source: string,
) => Promise<object | null>;

/** What Apollo needs to have operations executed by us. */
export interface ApolloExecution {
  gateway: GatewayInterface;
  plugin: ApolloServerPlugin<Context>;
}

/**
 * Executes in place of Apollo: the schema stays ours, and so does all that Apollo does before and after. A result
 * without errors is given to its hook for responses. Any other goes the way of a gateway, where Apollo formats errors and
 * sets the status. That way alone would do, but there Apollo makes an object with accessors for each request, and V8
 * keeps such, with the whole request, until the next full collection: every small collection takes 20 ms instead of 2.
 *
 * @param shortcut is asked first; the data it gives is passed on as it is
 */
export function apolloExecution(schema: GraphQLSchema, shortcut: Shortcut): ApolloExecution {
  const executor = new CompiledExecutor(schema);
  /** Results with errors, and what was thrown, on their way to the gateway. */
  const failed = new WeakMap<object, () => ExecutionResult>();
  const execute = async (
    document: DocumentNode,
    operationName: string | null,
    variables: Variables,
    context: Context,
    source: string,
  ): Promise<ExecutionResult> => {
    const data = await shortcut(document, operationName ?? '', variables, context, source);
    if (data) return { data: data as Record<string, unknown> };
    return executor.execute(document, operationName, variables, context);
  };
  const plugin: ApolloServerPlugin<Context> = {
    requestDidStart: () =>
      Promise.resolve({
        responseForOperation: async ({ document, source, request, operation, contextValue }) => {
          if (operation?.operation !== OperationTypeNode.QUERY) contextValue.revision = null;
          const variables = request.variables ?? {};
          try {
            const result = await execute(document, request.operationName ?? null, variables, contextValue, source);
            if (!result.errors)
              return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult: result } };
            failed.set(contextValue, () => result);
          } catch (error) {
            failed.set(contextValue, () => {
              throw error;
            });
          }
          return null;
        },
      }),
  };
  const gateway: GatewayInterface = {
    load: () =>
      Promise.resolve({
        executor: ({ context }) => {
          const result = failed.get(context as object);
          return result ? Promise.resolve().then(result) : Promise.reject(new Error('Nothing was executed.'));
        },
      }),
    onSchemaLoadOrUpdate: (callback) => {
      callback({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    stop: () => Promise.resolve(),
  };
  return { gateway, plugin };
}
