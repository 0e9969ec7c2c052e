import { PresenceFilter } from 'ldapts';

import { IncompleteRead, type PackedRefs } from '../../source';

import type { Dialect } from './dialect';
import { AttributeIndex, baseType, type Entry, type EntryAttribute } from './entry';
import { incomplete } from './failure';
import type { LdapSession } from './session';

/** `member;range=0-1499` → next 1500; `member;range=1500-*` → next null: that was the last part. */
export function rangeOf(type: string): { from: number; next: number | null } | null {
  const match = /;range=(\d+)-(\d+|\*)(?:;|$)/i.exec(type);
  if (!match) return null;
  return { from: Number(match[1]), next: match[2] === '*' ? null : Number(match[2]) + 1 };
}

function hasMore(attribute: EntryAttribute): boolean {
  return (rangeOf(attribute.type)?.next ?? null) !== null;
}

/**
 * The refs of a group's members, in chunks, from an entry that was read with its member attributes. Where the server
 * told only a part of the values (Active Directory: 1500), the others are asked for, part by part ([MS-ADTS]
 * 3.1.1.3.1.3.3).
 *
 * @throws IncompleteRead
 */
export class MemberReader {
  private readonly index: AttributeIndex;

  constructor(
    private readonly dialect: Dialect,
    private readonly session: LdapSession,
  ) {
    this.index = new AttributeIndex(dialect.memberAttributes);
  }

  /** The members of a group in parts, most of them packed: of each attribute what the group itself told, then the rest. */
  async *parts(entry: Entry): AsyncGenerator<string[] | PackedRefs, void> {
    // The index's result lasts until its next use, which further parts may be.
    for (const attribute of [...this.index.of(entry)]) {
      if (attribute === undefined) continue;
      yield this.refsOf(attribute);
      if (hasMore(attribute)) yield* this.further(entry.dn, attribute);
    }
  }

  /** The only part of a group's members, as of almost every group; null where there are several. */
  only(entry: Entry): string[] | PackedRefs | null {
    let only: EntryAttribute | null = null;
    for (const attribute of this.index.of(entry)) {
      if (attribute === undefined) continue;
      if (only !== null || hasMore(attribute)) return null;
      only = attribute;
    }
    return only === null ? [] : this.refsOf(only);
  }

  private refsOf(attribute: EntryAttribute): string[] | PackedRefs {
    return this.dialect.packedMemberRefs(attribute) ?? this.dialect.memberRefs(attribute);
  }

  /** The parts of an attribute that the group itself did not tell. */
  private async *further(dn: string, attribute: EntryAttribute): AsyncGenerator<string[] | PackedRefs, void> {
    const name = baseType(attribute.type);
    let from = rangeOf(attribute.type)?.next ?? null;
    while (from !== null) {
      const part = await this.part(dn, name, from);
      if (part === null) return;
      yield this.refsOf(part.attribute);
      from = part.next;
    }
  }

  /** All members of a group at once; for the few groups of a read of changes. */
  async all(entry: Entry): Promise<string[]> {
    const refs: string[] = [];
    for await (const part of this.parts(entry)) for (const ref of part) refs.push(ref);
    return refs;
  }

  private async part(
    dn: string,
    name: string,
    from: number,
  ): Promise<{ attribute: EntryAttribute; next: number | null } | null> {
    const step = `Reading the members of ${dn} from number ${from}`;
    const server = this.session.server.url;
    const everything = new PresenceFilter({ attribute: 'objectClass' });
    const answer = await this.session
      .search({ base: dn, scope: 'base', filter: everything, attributes: [`${name};range=${from}-*`] })
      .catch((error: unknown) => {
        throw incomplete(step, server, error);
      });
    const [entry] = answer.entries;
    if (entry === undefined) throw new IncompleteRead(`${step} (${server}): the group is not there any more.`);
    const attribute = entry.attributes.find((each) => baseType(each.type) === name && rangeOf(each.type) !== null);
    if (attribute === undefined || attribute.values.length === 0) return null;
    const range = rangeOf(attribute.type);
    if (range?.from !== from || (range.next !== null && range.next <= from)) {
      throw new IncompleteRead(`${step} (${server}): the server answered with "${attribute.type}".`);
    }
    return { attribute, next: range.next };
  }
}
