import { RunState } from '../../schema/sync.enums';
import { problemOf } from '../support/availability';
import { FaultBench } from './faults/bench';
import { csvSource, ldifSource } from './faults/files';
import { scimSource, ucmSource } from './faults/http';
import { activeDirectorySource, ldapSource } from './faults/ldap';
import { combinations } from './faults/matrix';
import { PEOPLE, SECRET, type SourceUnderTest } from './faults/source-under-test';

const sources = [activeDirectorySource(), ldapSource(), ucmSource(), scimSource(), ldifSource(), csvSource()];
const isHere = ({ needs }: SourceUnderTest) => needs === null || problemOf(needs) === null;
const matrix = combinations(sources);
const possible = matrix.filter(({ source }) => isHere(source));

/** Words for an administrator: no stack, no secret, no "look elsewhere". */
function expectPlainWords(text: string | null): void {
  expect(text).toMatch(/\p{L}+ \p{L}+/u);
  expect(text).not.toMatch(/\n|\bat \S+:\d+:\d+|\[object|undefined|node_modules|in the log of the worker/);
  expect(text).not.toContain(SECRET);
  expect(text?.length).toBeLessThan(600);
}

describe('S7: a source that fails', () => {
  let bench: FaultBench | null = null;
  let held = 0;
  /** The server of one source at a time: the table is in the order of the sources. */
  async function benchOf(source: SourceUnderTest): Promise<FaultBench> {
    if (bench?.source === source) return bench;
    await bench?.close();
    bench = null;
    bench = await FaultBench.open(source);
    return bench;
  }
  afterAll(async () => {
    await bench?.close();
    console.log(`Fault matrix: ${held} of ${matrix.length} combinations of source, mode and fault held.`);
  });

  it.each(possible)(
    '$name, $mode, $fault: $outcome',
    async ({ source, mode, outcome, says, inflict, mend }) => {
      const place = await benchOf(source);
      expect(await place.count('user')).toBeGreaterThanOrEqual(PEOPLE);
      const before = await place.digest();

      await inflict(place);
      const run = await place.run(mode).finally(() => mend(place));

      const wanted = outcome === 'UNCHANGED' ? RunState.SUCCEEDED : RunState[outcome];
      expect({ state: run.state, error: run.error }).toEqual({
        state: wanted,
        error: outcome === 'FAILED' ? expect.any(String) : null,
      });
      expect(Boolean(run.complete)).toBe(outcome !== 'FAILED');
      if (outcome === 'FAILED') expectPlainWords(run.error);
      if (outcome === 'REFUSED') expectPlainWords(run.refusal);
      if (says) expect(run.error ?? run.refusal).toMatch(says);
      expect(await place.digest()).toBe(before);
      expect(await place.locks()).toBe(0);

      await place.expectSuccess(mode);
      expect(await place.digest()).toBe(before);
      held++;
    },
    30_000,
  );
});
