import type { Check, UserFields } from '../../source';
import { CheckList, DIAGNOSIS } from '../check-list';
import { checkNetwork, type NetworkTarget } from '../network-checks';
import { scimCursor } from './changes';
import type { ScimClient } from './client';
import { userRecord, type ScimMapping } from './records';

/** The checks of a SCIM server in the contract's order, with a few users as they would be imported. Never throws. */
export async function diagnoseScim(
  client: ScimClient,
  target: NetworkTarget,
  mapping: ScimMapping,
  signal: AbortSignal,
): Promise<{ checks: Check[]; sampleUsers: UserFields[] }> {
  const checks = new CheckList(DIAGNOSIS);
  const sampleUsers: UserFields[] = [];
  checks.skip(['range'], 'SCIM tells the members of a group at once.');
  let users = 0;
  const isBound =
    (await checkNetwork(checks, target, signal)) &&
    (await checks.run('bind', async () => {
      users = await client.total('Users', signal);
      return 'The server accepts the token.';
    }));
  if (!isBound) return { checks: checks.finish(), sampleUsers };
  await checks.run('base', async () => `${users} users, ${await client.total('Groups', signal)} groups.`);
  await checks.run('paging', () => checkPaging(client, users, signal));
  await checks.run('incremental', async () => {
    if ((await scimCursor(client, signal)) !== null) return 'The server filters by meta.lastModified.';
    return { status: 'WARNING', detail: 'The server does not filter by meta.lastModified: every read is full.' };
  });
  await checks.run('sample', async () => {
    for (const record of (await client.page('Users', signal)).map((user) => userRecord(user, mapping))) {
      if (record.kind === 'user') sampleUsers.push(record.fields);
    }
    if (sampleUsers.length > 0) return `${sampleUsers.length} users read.`;
    return { status: 'WARNING', detail: 'No user could be read.' };
  });
  return { checks: checks.finish(), sampleUsers };
}

async function checkPaging(client: ScimClient, users: number, signal: AbortSignal) {
  if (users < 2) return { status: 'WARNING' as const, detail: 'There are not enough users to page through.' };
  const [[first], [second]] = [
    await client.page('Users', signal, { count: 1 }),
    await client.page('Users', signal, { count: 1, startIndex: 2 }),
  ];
  if (!first || !second || first.id === second.id) {
    return { status: 'FAILED' as const, detail: 'The server does not honour startIndex and count.' };
  }
  return 'The server pages with startIndex and count.';
}
