import type { BadRecord, Check, CheckStatus, UserRecord } from '../../source';

/** How many users a diagnosis shows. */
export const SAMPLE_SIZE = 5;

/** The last check of a diagnosis. */
export function sampleOutcome(users: number): [status: CheckStatus, detail: string] {
  return users > 0
    ? ['OK', `${users} users as they would be imported.`]
    : ['WARNING', 'No user was found: look at the base and the user filter.'];
}

/** The last steps of an explanation: what its record says about an entry. */
export function userSteps(record: UserRecord | BadRecord): Check[] {
  if (record.kind === 'bad') return [{ name: 'attributes', status: 'FAILED', detail: record.reason }];
  return [
    {
      name: 'attributes',
      status: 'OK',
      detail: `It has an id (${record.externalId}) and a user id (${record.fields.userId}).`,
    },
    record.disabled
      ? { name: 'disabled', status: 'WARNING', detail: 'It is disabled in the directory and imported as DISABLED.' }
      : { name: 'disabled', status: 'OK', detail: 'It is not disabled in the directory.' },
  ];
}
