import type { Check, UserFields } from '../../source';
import { CheckList, UCM_DIAGNOSIS } from '../check-list';
import { checkNetwork, type NetworkTarget } from '../network-checks';
import { ucmCursor } from './changes';
import type { UcmDirectory } from './directory';
import { AxlRefused, AxlVersionUnknown } from './faults';
import { addDisplayNames } from './full-read';
import { userRecord, type UcmMapping } from './users';

const SAMPLE_SIZE = 5;

type UcmChecks = CheckList<(typeof UCM_DIAGNOSIS)[number]>;

/** The checks of a UCM in the contract's order, with a few users as they would be imported. Never throws. */
export async function diagnoseUcm(
  directory: UcmDirectory,
  target: NetworkTarget,
  mapping: UcmMapping,
  signal: AbortSignal,
): Promise<{ checks: Check[]; sampleUsers: UserFields[] }> {
  const checks: UcmChecks = new CheckList(UCM_DIAGNOSIS);
  const sampleUsers: UserFields[] = [];
  checks.skip(['range'], 'AXL has no long attributes.');
  if (!(await checkNetwork(checks, target, signal)) || !(await checkService(checks, directory, signal))) {
    return { checks: checks.finish(), sampleUsers };
  }
  let count = 0;
  await checks.run('base', async () => {
    count = await directory.count('enduser', signal);
    return count > 0 ? `${count} end users.` : { status: 'WARNING', detail: 'There is no end user.' };
  });
  await checks.run('paging', () => checkPaging(directory, count, mapping, signal));
  await checks.run('incremental', async () => {
    if ((await ucmCursor(directory, signal)) !== null) return 'The change queue answers.';
    return { status: 'WARNING', detail: 'The change queue does not answer: every read is full.' };
  });
  await checks.run('sample', async () => {
    const rows = await directory.users(0, mapping, signal, SAMPLE_SIZE);
    await addDisplayNames(directory, rows, signal);
    for (const record of rows.map((row) => userRecord(row, mapping))) {
      if (record.kind === 'user') sampleUsers.push(record.fields);
    }
    if (sampleUsers.length > 0) return `${sampleUsers.length} users read.`;
    return { status: 'WARNING', detail: 'No user could be read.' };
  });
  return { checks: checks.finish(), sampleUsers };
}

/** One call shows both: the version is looked at first, the account then. */
async function checkService(checks: UcmChecks, directory: UcmDirectory, signal: AbortSignal): Promise<boolean> {
  try {
    const release = await directory.release(signal);
    checks.set('authenticate', 'OK', 'The account may use AXL.');
    checks.set('version', 'OK', `Unified CM ${release}, AXL ${directory.axl.schemaVersion}.`);
    return true;
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    if (error instanceof AxlVersionUnknown) {
      checks.set('authenticate', 'SKIPPED', 'Not reached: no version fits.');
      checks.set('version', 'FAILED', detail);
    } else {
      checks.set('authenticate', 'FAILED', detail);
      if (!(error instanceof AxlRefused)) checks.set('version', 'SKIPPED', 'The service did not answer.');
    }
    return false;
  }
}

async function checkPaging(directory: UcmDirectory, count: number, mapping: UcmMapping, signal: AbortSignal) {
  if (count < 2) return { status: 'WARNING' as const, detail: 'There are not enough users to page through.' };
  const [[first], [second]] = [
    await directory.users(0, mapping, signal, 1),
    await directory.users(1, mapping, signal, 1),
  ];
  if (!first || !second || first['@uuid'] === second['@uuid']) {
    return { status: 'FAILED' as const, detail: 'listUser does not honour first and skip.' };
  }
  return 'listUser pages with first and skip.';
}
