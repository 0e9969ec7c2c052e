import AxlService from 'cisco-axl';

/** What the session is told on its command line, as JSON. */
export interface SessionPlan {
  url: string;
  username: string;
  password: string;
  version: string;
  operations: { operation: string; tags: object }[];
}

/**
 * Drives the cisco-axl client, which nobody here wrote, and prints what it made of the answers. A process of its own,
 * for Node reads the certificates to trust (NODE_EXTRA_CA_CERTS) at its start only.
 */
async function main(): Promise<void> {
  const plan = JSON.parse(process.argv[2] ?? '{}') as SessionPlan;
  const service = new AxlService(new URL(plan.url).hostname, plan.username, plan.password, plan.version);
  service._OPTIONS.endpoint = plan.url;
  const results: unknown[] = [];
  for (const { operation, tags } of plan.operations) {
    results.push(await service.executeOperation(operation, tags).catch((error: unknown) => ({ failed: error })));
  }
  process.stdout.write(JSON.stringify(results));
}

void main();
