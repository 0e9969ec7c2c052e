import type { FastifyInstance } from 'fastify';
import { ruruHTML, type RuruClientConfig } from 'ruru/server';
import { serveStatic } from 'ruru/static';
import { createHash } from 'node:crypto';

const STATIC_PATH = '/graphiql/';

/** The three operations that are there when the page is opened. */
const QUERIES = `# 1. Sign in with the password that the first start printed. Then put the token into the
#    headers below: { "authorization": "Bearer …" }
mutation SignIn {
  signIn(username: "admin", password: "") {
    token
    expiresAt
  }
}

# 2. Who is in which group, and how.
query WhoIsInWhichGroup {
  groups(first: 20) {
    totalCount
    nodes {
      name
      origin
      memberCount
      members(first: 10) {
        nodes {
          via
          flag
          path { name }
          user { displayName userId department }
        }
      }
    }
  }
}

# 3. What the last synchronization of each directory changed.
query LastChanges {
  directorySources {
    name
    kind
    userCount
    groupCount
    lastRun {
      state
      complete
      refusal
      error
      counts { created updated vanished membershipsAdded membershipsRemoved quarantined }
      changes(first: 20) { totalCount nodes { kind action label via fields { field before after } } }
      quarantine(first: 20) { nodes { label reason } }
    }
  }
}
`;

/** The offline GraphiQL page at `/`: nothing is loaded from elsewhere. */
export async function graphiql(app: FastifyInstance): Promise<void> {
  // The page's own defaults serve for everything else; the package's type asks for all of them.
  const clientConfig = { defaultQuery: QUERIES } as RuruClientConfig;
  const html = ruruHTML({
    staticPath: STATIC_PATH,
    endpoint: '/graphql',
    clientConfig,
  });
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
