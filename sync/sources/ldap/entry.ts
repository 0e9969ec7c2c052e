/** One attribute of an entry as it was told: a type with its options, and its values. */
export interface EntryAttribute {
  /** As the directory spells it, options included: `cn;lang-de`, `member;range=0-1499`. */
  type: string;
  /** Text, or bytes where the attribute is binary or its value is no UTF-8. */
  values: (string | Buffer)[];
  /** How many they are, where that is known without decoding them. */
  readonly count?: number;
}

/** One entry, from a server or a file. */
export interface Entry {
  dn: string;
  attributes: EntryAttribute[];
}

/** Attributes (lower-case) whose values are read as bytes: text would destroy them. */
export const BINARY_ATTRIBUTES: ReadonlySet<string> = new Set([
  'objectguid',
  'objectsid',
  'sidhistory',
  'invocationid',
  'parentguid',
  'jpegphoto',
  'thumbnailphoto',
  'usercertificate',
  'usersmimecertificate',
]);

/** `cn;lang-de` → `cn`, lower-case. */
export function baseType(type: string): string {
  const options = type.indexOf(';');
  return (options < 0 ? type : type.slice(0, options)).toLowerCase();
}

const NO_SLOT = -1;

/**
 * Finds attributes by name in entry after entry without building an object for each: names are given places once,
 * and every spelling a directory uses is looked up once.
 */
export class AttributeIndex {
  private readonly slots = new Map<string, number>();
  private readonly spellings = new Map<string, number>();
  private found: (EntryAttribute | undefined)[] = [];

  constructor(names: Iterable<string>) {
    for (const name of names) this.slots.set(name.toLowerCase(), this.slots.size);
    this.found = new Array<EntryAttribute | undefined>(this.slots.size).fill(undefined);
  }

  /** The place of a name given to the constructor. */
  slot(name: string): number {
    return this.slots.get(name.toLowerCase()) ?? NO_SLOT;
  }

  /**
   * The entry's attributes by place, until the next call. Where a directory has both, the plain attribute comes before
   * one with an option (`;lang-de`), and one with values before an empty one (which Active Directory sends beside a
   * range).
   */
  of(entry: Entry): readonly (EntryAttribute | undefined)[] {
    const found = this.found.fill(undefined);
    for (const attribute of entry.attributes) {
      const slot = this.spellings.get(attribute.type) ?? this.learn(attribute.type);
      if (slot === NO_SLOT || (attribute.count ?? attribute.values.length) === 0) continue;
      if (found[slot] === undefined || !attribute.type.includes(';')) found[slot] = attribute;
    }
    return found;
  }

  private learn(type: string): number {
    const slot = this.slots.get(baseType(type)) ?? NO_SLOT;
    this.spellings.set(type, slot);
    return slot;
  }
}

/** All values of an attribute as text; bytes that are no text are left out. */
export function texts(attribute: EntryAttribute | undefined): string[] {
  if (attribute === undefined) return [];
  return attribute.values.filter((value) => typeof value === 'string');
}

/** The first value as trimmed text; null where there is none. */
export function firstText(attribute: EntryAttribute | undefined): string | null {
  const value = attribute?.values[0];
  if (typeof value !== 'string') return null;
  return value.trim() || null;
}
