import * as fc from 'fast-check';
import { OrdinalsById } from '../../sync/planning/ordinals-by-id';
import { TextIndex } from '../../sync/planning/text-index';

const text = fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: 'grapheme', maxLength: 8 }), fc.uuid());

describe('an index of texts', () => {
  it('finds exactly what was added, as a Map of strings does', () => {
    fc.assert(
      fc.property(fc.uniqueArray(text, { maxLength: 200 }), fc.array(text), (added, others) => {
        const index = new TextIndex();
        const numbers = added.map((one, place) => {
          if (place % 2 === 0) return index.add(one);
          const bytes = Buffer.from(`\t${one}\t`);
          return index.addBytes(bytes, 1, bytes.length - 1);
        });
        expect(numbers).toEqual(added.map((_, place) => place));
        added.forEach((one, place) => expect([index.get(one), index.at(place)]).toEqual([place, one]));
        for (const other of others)
          expect(index.get(other)).toBe(added.includes(other) ? added.indexOf(other) : undefined);
      }),
    );
  });

  it('grows with its texts', () => {
    const index = new TextIndex();
    for (let number = 0; number < 20_000; number++) index.add(`entry ${number}`);
    expect([index.size, index.get('entry 0'), index.get('entry 19999'), index.get('entry 20000')]).toEqual([
      20_000,
      0,
      19_999,
      undefined,
    ]);
  });
});

describe('ordinals by key', () => {
  it.each([[[5, 0, 3, 9]], [[1, 0, 2_000_000_000]]])('are found, be the keys close together or not: %j', (ids) => {
    const ordinals = new OrdinalsById(Int32Array.from(ids));
    ids.forEach((id, ordinal) => expect(ordinals.get(id)).toBe(id === 0 ? undefined : ordinal));
    expect(ordinals.get(4)).toBeUndefined();
  });
});
