/**
 * The set of `names` as bits: the name at position i of `layout` is `1 << i`.
 *
 * @throws RangeError where a name is not part of the layout.
 */
export function bitsOf<Name extends string>(layout: readonly Name[], names: Iterable<Name>): number {
  let bits = 0;
  for (const name of names) {
    const position = layout.indexOf(name);
    if (position < 0) throw new RangeError(`unknown name ${name}`);
    bits |= 1 << position;
  }
  return bits;
}

/** The names of the bits that are set, in the order of the layout; other bits are ignored. */
export function namesOf<Name extends string>(layout: readonly Name[], bits: number): Name[] {
  return layout.filter((_, position) => (bits >> position) & 1);
}
