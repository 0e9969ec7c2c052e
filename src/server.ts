import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import fastifyApollo, { fastifyApolloDrainPlugin } from '@as-integrations/fastify';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { AddressInfo } from 'node:net';
import { apolloExecution, type Shortcut } from './apollo-execution';
import { DirectAnswers, WrittenData } from './answers/direct-answers';
import { answerKnownDocuments, KnownDocuments } from './answers/known-documents';
import { measureAnswers } from './answers/metrics';
import { Authenticator } from './auth/authenticator';
import { bearerToken, cookieToken, isForeignOrigin } from './auth/credentials';
import { SessionService } from './auth/session.service';
import { NOBODY, type Viewer } from './auth/viewer';
import { startBatchRunner } from './clients/batch.runner';
import { createContext, type Context } from './context';
import { documentLimits } from './document-limits';
import { hastenCommonFields } from './fast-fields';
import { createErrorFormatter } from './format-error';
import { graphiql } from './graphiql';
import { buildGatewaySchema } from './graphql';
import { healthRoutes } from './health';
import type { Gateway } from './gateway';
import { avatarRoutes } from './staff/avatar.routes';
import { exportRoutes } from './staff/export.routes';
import { resetPageRoutes } from './staff/reset-page.routes';
import { refuseOverload } from './overload';
import { reportRoutes } from './reports/report.routes';
import { startSnapshot, type DirectorySnapshot } from './snapshot/directory-snapshot';
import { serveFromSnapshot } from './snapshot/serve';
import { teamsRoutes } from './profiles/teams.routes';
import { staffViewers } from './staff/staff.viewers';
import { attachSubscriptions } from './subscriptions';

/** A document longer than this is not read to its end. */
const MAX_TOKENS = 5_000;
const GRAPHQL_PATH = '/graphql';
const MEGABYTE = 1024 * 1024;
const MAX_BODY_BYTES = 2 * MEGABYTE;

export interface RunningServer {
  url: string;
  /** The management port's, or null where it is not set. */
  managementUrl: string | null;
  schema: GraphQLSchema;
  /** The directory in memory, or null where the configuration has none. */
  snapshot: DirectorySnapshot | null;
  /** What is answered without executing it. */
  answers: DirectAnswers;
  app: FastifyInstance;
  stop(): Promise<void>;
}

/** Starts the API: GraphQL over HTTP and WebSockets, GraphiQL, health. */
export async function startServer(gateway: Gateway): Promise<RunningServer> {
  const { config, log } = gateway;
  const schema = buildGatewaySchema();
  hastenCommonFields(schema);
  const directory = config.snapshot ? startSnapshot(gateway.db, log) : null;
  if (directory) serveFromSnapshot(schema, directory.snapshot);
  const authenticator = createAuthenticator(gateway);
  const app = Fastify({ bodyLimit: MAX_BODY_BYTES, trustProxy: config.trustProxy, forceCloseConnections: true });
  refuseOverload(app);
  const answers = new DirectAnswers(schema, directory?.snapshot ?? null, config.answersMegabytes * MEGABYTE, log);
  const stopMeasuring = measureAnswers(answers);
  const known = new KnownDocuments();
  const apollo = createApollo(app, schema, gateway, async (document, operationName, variables, context, source) => {
    const data = await answers.answer(document, operationName, variables, context);
    if (data) known.remember(source, document);
    return data;
  });
  await apollo.start();
  app.decorateRequest('viewer', null);
  app.decorateRequest('revision', null);
  app.addHook('onRequest', async (request, reply) => {
    const refusal = await authenticateRequest(request, authenticator, config.publicUrl);
    if (refusal) await reply.status(refusal.status).header('content-type', 'application/json').send(refusal.body);
  });
  const context = (request: FastifyRequest, setCookie?: (text: string) => void): Context =>
    createContext(gateway, {
      viewer: request.viewer ?? NOBODY,
      revision: request.revision,
      address: request.ip,
      wantsCookie: request.headers['x-session'] === 'cookie',
      ...(setCookie ? { setCookie } : {}),
    });
  answerKnownDocuments(app, GRAPHQL_PATH, known, answers, context);
  await app.register(fastifyApollo(apollo), {
    path: GRAPHQL_PATH,
    method: ['POST', 'OPTIONS', 'GET'],
    context: (request, reply) => Promise.resolve(context(request, (text) => void reply.header('set-cookie', text))),
  });
  await app.register(graphiql);
  await app.register(reportRoutes(gateway));
  await app.register(avatarRoutes(gateway));
  await app.register(exportRoutes(gateway));
  await app.register(resetPageRoutes);
  await app.register(teamsRoutes(gateway));
  const management = await startManagement(gateway);
  if (!management) await app.register(healthRoutes(gateway));
  const stopBatches = startBatchRunner(gateway);
  const closeSubscriptions = attachSubscriptions(app.server, schema, gateway, authenticator);
  await app.listen({ port: config.port, host: config.host });
  const url = addressOf(app, config.host);
  log.info({ url }, 'the API is up');
  if (config.smtpUrl === null) log.warn('SMTP_URL is not set: staff cannot reset passwords by e-mail');
  return {
    url,
    managementUrl: management ? addressOf(management, config.host) : null,
    schema,
    snapshot: directory?.snapshot ?? null,
    answers,
    app,
    stop: async () => {
      await closeSubscriptions();
      await stopBatches();
      await apollo.stop();
      await directory?.stop();
      stopMeasuring();
      await app.close();
      await management?.close();
    },
  };
}

export function createAuthenticator(gateway: Gateway): Authenticator {
  const sessions = new SessionService(gateway.db, gateway.clock, gateway.config.sessionHours);
  return new Authenticator(sessions, staffViewers(gateway));
}

function createApollo(
  app: FastifyInstance,
  schema: GraphQLSchema,
  gateway: Gateway,
  shortcut: Shortcut,
): ApolloServer<Context> {
  const { introspection } = gateway.config;
  const execution = apolloExecution(schema, shortcut);
  return new ApolloServer<Context>({
    gateway: execution.gateway,
    stringifyResult: bodyOf,
    introspection,
    hideSchemaDetailsFromClientErrors: !introspection,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: MAX_TOKENS },
    validationRules: [documentLimits()],
    formatError: createErrorFormatter(gateway.log),
    logger: gateway.log,
    plugins: [
      execution.plugin,
      fastifyApolloDrainPlugin(app),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
    ],
  });
}

/** What is written already goes out as it is: Apollo passes the body on without looking at it. */
function bodyOf(result: { data?: unknown }): string {
  if (result.data instanceof WrittenData) return result.data.body as unknown as string;
  return `${JSON.stringify(result)}\n`;
}

interface Refusal {
  status: number;
  body: object;
}

/** Finds the viewer. A dead token ends the request: 401; a cookie from a foreign page: 403. */
async function authenticateRequest(
  request: FastifyRequest,
  authenticator: Authenticator,
  publicUrl: string,
): Promise<Refusal | null> {
  const bearer = bearerToken(request.headers.authorization);
  const cookie = bearer ? null : cookieToken(request.headers.cookie);
  if (cookie && isForeignOrigin(request.headers, publicUrl)) return refusal(403, 'FORBIDDEN', 'Foreign origin.');
  const token = bearer ?? cookie;
  if (!token) return null;
  const caller = await authenticator.caller(token);
  if (!caller) return refusal(401, 'UNAUTHENTICATED', 'The session has ended. Sign in again.');
  request.viewer = caller.viewer;
  request.revision = caller.revision;
  return null;
}

function refusal(status: number, code: string, message: string): Refusal {
  return { status, body: { errors: [new GraphQLError(message, { extensions: { code } })] } };
}

/** Health and metrics on the management port, where one is set. */
export async function startManagement(gateway: Gateway): Promise<FastifyInstance | null> {
  const { managementPort, host } = gateway.config;
  if (managementPort === null) return null;
  const app = Fastify({ forceCloseConnections: true });
  await app.register(healthRoutes(gateway, true));
  await app.listen({ port: managementPort, host });
  return app;
}

function addressOf(app: FastifyInstance, host: string): string {
  const { port } = app.server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

declare module 'fastify' {
  interface FastifyRequest {
    viewer: Viewer | null;
    /** The directory's version when the viewer was looked up, or null. */
    revision: number | null;
  }
}
