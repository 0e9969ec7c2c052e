import type { FastifyInstance } from 'fastify';
import { ruruHTML } from 'ruru/server';
import { serveStatic } from 'ruru/static';
import { createHash } from 'node:crypto';

const STATIC_PATH = '/graphiql/';

/** Queries that are there when the page is opened. */
const QUERIES = [
  `# 1. Who is in which group. Sign in first (query 3), then put the token into the headers below:
#    { "authorization": "Bearer …" }
query WhoIsInWhichGroup {
  groups(first: 20) {
    totalCount
    nodes { name origin memberCount members(first: 10) { nodes { via flag user { displayName userId } } } }
  }
}`,
  `# 2. What an import would change: start a plan with startSync(planOnly: true), then look at its run.
query LastRunOfEachSource {
  directorySources {
    id name kind userCount groupCount
    lastRun { id state complete refusal error counts { created updated vanished membershipsAdded membershipsRemoved quarantined } }
  }
}`,
  `# 3. Sign in; the token goes into the headers of the other queries.
mutation SignIn {
  signIn(username: "admin", password: "") { token expiresAt }
}`,
];

/** The offline GraphiQL page at `/`: nothing is loaded from elsewhere. */
export async function graphiql(app: FastifyInstance): Promise<void> {
  const html = ruruHTML({
    staticPath: STATIC_PATH,
    endpoint: '/graphql',
    clientConfig: {},
  } as Parameters<typeof ruruHTML>[0]);
  const policy = contentSecurityPolicy(html);
  const files = serveStatic(STATIC_PATH);
  app.get('/', (_request, reply) =>
    reply.header('content-security-policy', policy).type('text/html; charset=utf-8').send(html),
  );
  app.get(`${STATIC_PATH}*`, (request, reply) => {
    reply.hijack();
    void files(request.raw, reply.raw, () => {
      reply.raw.statusCode = 404;
      reply.raw.end();
    });
  });
  return Promise.resolve();
}

/** Only our own files, and the page's inline scripts by their hashes. */
function contentSecurityPolicy(html: string): string {
  const hashes = [...html.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(
    (match) =>
      `'sha256-${createHash('sha256')
        .update(match[1] ?? '')
        .digest('base64')}'`,
  );
  return [
    "default-src 'self'",
    `script-src 'self' ${hashes.join(' ')}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self' ws: wss:",
    "worker-src 'self' blob:",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
}
