import fc from 'fast-check';
import { NameOrder, type NameKey } from '../../src/authorizations/name-order';
import { sortedByName } from '../../src/authorizations/name-key';
import { Roster } from '../../src/authorizations/roster';
import { inSlices } from '../../src/authorizations/slices';
import { UserSet } from '../../src/authorizations/user-set';

const byName = (left: NameKey, right: NameKey) =>
  left[0] === right[0] ? left[1] - right[1] : left[0] < right[0] ? -1 : 1;

describe('people in the order of names', () => {
  it('are sorted in slices as at once', async () => {
    const people = Array.from({ length: 11_000 }, (_, i): NameKey => [`N${(i * 7919) % 3001}`, i + 1]);
    expect(await inSlices(sortedByName(people))).toEqual([...people].sort(byName));
    expect(await inSlices(sortedByName([]))).toEqual([]);
  });

  it('E39: pages any set of them like a sorted list, whatever was renamed, added or forgotten', () => {
    const id = fc.integer({ min: 1, max: 60 });
    const name = fc.string({ maxLength: 2 });
    const people = fc.uniqueArray(fc.tuple(name, id), { selector: ([, one]) => one, maxLength: 60 });
    const changes = fc.array(fc.tuple(id, fc.option(name)), { maxLength: 80 });
    const cursor = fc.option(fc.tuple(name, id));
    fc.assert(
      fc.property(people, changes, fc.uniqueArray(id), cursor, cursor, fc.nat(8), fc.boolean(), (...given) => {
        const [start, changed, wanted, after, before, limit, backward] = given;
        const roster = new Roster();
        for (let one = 60; one >= 1; one--) roster.add(one);
        const order = NameOrder.of(start, roster);
        const model = new Map(start.map(([text, one]) => [one, text]));
        // One update of all that changed and updates one by one must come to the same.
        const half = Math.floor(changed.length / 2);
        for (const [one, text] of changed.slice(0, half)) order.update(new Map([[one, text]]));
        order.update(new Map(changed.slice(half)));
        for (const [one, text] of changed) {
          if (text === null) model.delete(one);
          else model.set(one, text);
        }
        const list = [...model].map(([one, text]): NameKey => [text, one]).sort(byName);
        const within = list.filter(
          (key) =>
            wanted.includes(key[1]) && (!after || byName(key, after) > 0) && (!before || byName(key, before) < 0),
        );
        const expected = backward ? within.slice(Math.max(within.length - limit, 0)) : within.slice(0, limit);
        const set = new UserSet(roster.size);
        for (const one of wanted) set.add(roster.ordinal(one));
        const page = order.page(set, { limit, backward, after, before });
        expect(page.ids).toEqual(expected.map(([, one]) => one));
        expect(page.names).toEqual(expected.map(([text]) => text));
        expect(page.more).toBe(within.length > limit);
      }),
      { numRuns: 500 },
    );
  });
});
