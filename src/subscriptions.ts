import type { GraphQLSchema } from 'graphql';
import { CloseCode } from 'graphql-ws';
import type { IncomingMessage, Server } from 'node:http';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { Authenticator } from './auth/authenticator';
import { bearerToken, cookieToken, isForeignOrigin } from './auth/credentials';
import { NOBODY, type Viewer } from './auth/viewer';
import { createContext } from './context';
import { documentLimits } from './document-limits';
import { createErrorFormatter } from './format-error';
import type { Gateway } from './gateway';
import { type GraphQLError, parse, specifiedRules, validate, NoSchemaIntrospectionCustomRule } from 'graphql';
import type { ExecutionArgs } from 'graphql';

interface Extra {
  request: IncomingMessage;
  token: string | null;
}

/**
 * GraphQL over WebSockets (graphql-transport-ws) at `/graphql`. The token comes in `connection_init`, or as the session
 * cookie of a page of ours. Rights are read anew for each operation.
 * @returns ends all sockets.
 */
export function attachSubscriptions(
  server: Server,
  schema: GraphQLSchema,
  gateway: Gateway,
  authenticator: Authenticator,
): () => Promise<void> {
  const sockets = new WebSocketServer({ server, path: '/graphql', maxPayload: 1024 * 1024 });
  const format = createErrorFormatter(gateway.log);
  const rules = [
    ...specifiedRules,
    documentLimits(),
    ...(gateway.config.introspection ? [] : [NoSchemaIntrospectionCustomRule]),
  ];
  const handle = useServer<{ authorization?: string }, Partial<Extra>>(
    {
      schema,
      connectionInitWaitTimeout: 10_000,
      onConnect: async (ctx) => {
        const token = tokenOf(ctx.connectionParams?.authorization, ctx.extra.request, gateway.config.publicUrl);
        ctx.extra.token = token;
        return token === null || (await authenticator.viewer(token)) !== null;
      },
      onSubscribe: async (ctx, _id, payload): Promise<ExecutionArgs | readonly GraphQLError[]> => {
        const viewer = await viewerOf(ctx.extra.token ?? null, authenticator);
        if (!viewer) {
          ctx.extra.socket.close(CloseCode.Forbidden, 'Forbidden');
          return [];
        }
        const document = parse(payload.query, { maxTokens: 5_000 });
        const faults = validate(schema, document, rules);
        if (faults.length > 0) return faults;
        return {
          schema,
          document,
          operationName: payload.operationName ?? undefined,
          variableValues: payload.variables ?? undefined,
          contextValue: createContext(gateway, { viewer, address: ctx.extra.request.socket.remoteAddress ?? '' }),
        };
      },
      onError: (_ctx, _id, _payload, errors) => errors.map((error) => format(error.toJSON(), error)),
      onNext: (_ctx, _id, _payload, _args, result) =>
        result.errors ? { ...result, errors: result.errors.map((error) => format(error.toJSON(), error)) } : result,
    },
    sockets,
  );
  return async () => {
    await handle.dispose();
    sockets.close();
  };
}

function tokenOf(authorization: string | undefined, request: IncomingMessage, publicUrl: string): string | null {
  const bearer = bearerToken(authorization);
  if (bearer) return bearer;
  return isForeignOrigin(request.headers, publicUrl) ? null : cookieToken(request.headers.cookie);
}

async function viewerOf(token: string | null, authenticator: Authenticator): Promise<Viewer | null> {
  return token === null ? NOBODY : authenticator.viewer(token);
}
