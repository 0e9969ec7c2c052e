import { type Attributes, valuesOf } from './filter';
import type { SearchRequest } from './messages';

export interface FakeEntry {
  dn: string;
  attributes: Attributes;
}

/** A DN for comparing: without case and without blanks around commas. Enough for the names that tests make up. */
const normalised = (dn: string): string => dn.toLowerCase().replace(/\s*,\s*/g, ',');

/** The entries of a fake server, each with the number of the change that put it there (for DirSync). */
export class FakeDirectory {
  private readonly entries = new Map<string, FakeEntry & { version: number }>();
  private lastVersion = 0;

  constructor(
    entries: FakeEntry[],
    /** MaxValRange: most values of one attribute in one answer. */
    private readonly rangeSize: number,
  ) {
    for (const entry of entries) this.put(entry);
  }

  get version(): number {
    return this.lastVersion;
  }

  /** Adds or replaces an entry. */
  put(entry: FakeEntry): void {
    this.entries.set(normalised(entry.dn), { ...entry, version: ++this.lastVersion });
  }

  remove(dn: string): void {
    this.entries.delete(normalised(dn));
    this.lastVersion++;
  }

  /** What the search finds, in the order of putting; null where the base does not exist. */
  find(search: SearchRequest, sinceVersion = 0): FakeEntry[] | null {
    const base = normalised(search.base);
    const isInScope = scopeTest(base, search.scope);
    // A base that is only implied by what lies below it need not be put.
    const hasBase = base === '' || [...this.entries.keys()].some((dn) => dn === base || dn.endsWith(`,${base}`));
    if (!hasBase) return null;
    return [...this.entries]
      .filter(([dn, entry]) => isInScope(dn) && entry.version > sinceVersion && search.filter(entry.attributes))
      .map(([, entry]) => ({ dn: entry.dn, attributes: this.select(entry.attributes, search.attributes) }));
  }

  /**
   * The attributes asked for, long ones by range as Active Directory does (MS-ADTS 3.1.1.3.1.3.3): not asked by range,
   * an attribute of more than `rangeSize` values comes empty, beside its first values as `name;range=0-1499`.
   */
  private select(attributes: Attributes, asked: string[]): Attributes {
    const isAll = asked.length === 0 || asked.includes('*');
    const names = isAll ? [...Object.keys(attributes), ...asked.filter((name) => name.includes(';range='))] : asked;
    const selected: Attributes = {};
    for (const name of names) {
      const range = /^(.+);range=(\d+)-(\d+|\*)$/i.exec(name);
      const values = valuesOf(attributes, range?.[1] ?? name);
      if (values.length === 0) continue;
      if (range) {
        this.addRange(selected, range[1] ?? '', values, Number(range[2]), range[3] ?? '*');
      } else if (values.length > this.rangeSize) {
        selected[name] = [];
        this.addRange(selected, name, values, 0, '*');
      } else {
        selected[name] = values;
      }
    }
    return selected;
  }

  private addRange(to: Attributes, name: string, values: Buffer[], start: number, askedEnd: string): void {
    const wantedEnd = askedEnd === '*' ? Infinity : Number(askedEnd);
    const end = Math.min(wantedEnd, start + this.rangeSize - 1, values.length - 1);
    if (start >= values.length) return;
    to[`${name};range=${start}-${end === values.length - 1 ? '*' : end}`] = values.slice(start, end + 1);
  }
}

function scopeTest(base: string, scope: SearchRequest['scope']): (dn: string) => boolean {
  if (scope === 'base') return (dn) => dn === base;
  // The root DSE is found by a base search only.
  if (scope === 'sub') return (dn) => dn !== '' && (base === '' || dn === base || dn.endsWith(`,${base}`));
  const parentOf = (dn: string) => dn.replace(/^(?:\\.|[^,\\])*,?/s, '');
  return (dn) => dn !== '' && parentOf(dn) === base;
}
