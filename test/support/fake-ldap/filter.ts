import { BerReader } from './ber';

/** Values of an entry by attribute name. */
export type Attributes = Record<string, string | Buffer | (string | Buffer)[]>;

/** A search filter (RFC 4511, 4.5.1.7) as a question to an entry. Text compares without case, as most of a directory does. */
export type Filter = (attributes: Attributes) => boolean;

/** LDAP_MATCHING_RULE_BIT_AND of Active Directory. */
const BIT_AND = '1.2.840.113556.1.4.803';

/** All values of an attribute, its name without case; none where it is absent. */
export function valuesOf(attributes: Attributes, name: string): Buffer[] {
  const wanted = name.toLowerCase();
  const key = Object.keys(attributes).find((one) => one.toLowerCase() === wanted);
  return [key === undefined ? [] : (attributes[key] ?? [])].flat().map((value) => Buffer.from(value));
}

/** Reads the next filter. Throws RangeError for forms that no client of ours sends. */
export function readFilter(reader: BerReader): Filter {
  const tag = reader.nextTag;
  const body = reader.read();
  switch (tag) {
    case 0xa0: {
      const parts = readAll(body);
      return (entry) => parts.every((part) => part(entry));
    }
    case 0xa1: {
      const parts = readAll(body);
      return (entry) => parts.some((part) => part(entry));
    }
    case 0xa2: {
      const part = readFilter(new BerReader(body));
      return (entry) => !part(entry);
    }
    case 0xa4:
      return substrings(new BerReader(body));
    case 0x87:
      return present(body.toString('utf8'));
    case 0xa9:
      return extensible(new BerReader(body));
    default:
      return comparison(tag, new BerReader(body));
  }
}

function readAll(body: Buffer): Filter[] {
  const reader = new BerReader(body);
  const filters: Filter[] = [];
  while (reader.hasMore) filters.push(readFilter(reader));
  return filters;
}

function present(name: string): Filter {
  // Every entry has an objectClass, also where the test did not bother to say so.
  return (entry) => name.toLowerCase() === 'objectclass' || valuesOf(entry, name).length > 0;
}

function comparison(tag: number, reader: BerReader): Filter {
  const name = reader.readText();
  const asked = reader.read();
  const compare = (value: Buffer): number => {
    const [a, b] = [value.toString('utf8').toLowerCase(), asked.toString('utf8').toLowerCase()];
    const isNumber = /^\d+$/.test(a) && /^\d+$/.test(b);
    return isNumber ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0;
  };
  const tests: Record<number, (value: Buffer) => boolean> = {
    0xa3: (value) => value.equals(asked) || compare(value) === 0,
    0xa5: (value) => compare(value) >= 0,
    0xa6: (value) => compare(value) <= 0,
    0xa8: (value) => compare(value) === 0,
  };
  const test = tests[tag];
  if (!test) throw new RangeError(`Unknown filter tag ${tag}.`);
  return (entry) => valuesOf(entry, name).some(test);
}

function substrings(reader: BerReader): Filter {
  const name = reader.readText();
  const parts = reader.enter();
  const pieces: string[] = [];
  while (parts.hasMore) {
    const tag = parts.nextTag;
    const text = parts
      .read()
      .toString('utf8')
      .replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    pieces.push(tag === 0x80 ? `^${text}.*` : tag === 0x82 ? `${text}$` : `${text}.*`);
  }
  const pattern = new RegExp(pieces.join(''), 'is');
  return (entry) => valuesOf(entry, name).some((value) => pattern.test(value.toString('utf8')));
}

function extensible(reader: BerReader): Filter {
  const parts: Record<number, string> = {};
  while (reader.hasMore) parts[reader.nextTag] = reader.read().toString('utf8');
  const [rule, name, value] = [parts[0x81], parts[0x82], Number(parts[0x83])];
  if (rule !== BIT_AND || name === undefined) throw new RangeError(`Unknown matching rule ${rule ?? '(none)'}.`);
  return (entry) => valuesOf(entry, name).some((held) => (Number(held.toString('utf8')) & value) === value);
}
