import type { FieldDifference } from './merge';
import type { MemberChange, Way } from './plan';
import { isUserPresent, refOf, type PlanContext } from './plan-context';

/** What a LINKS row holds: the new digest of a group, and groups directly inside it that come or go. */
export interface LinksBody {
  hash: string;
  before: string;
  /** Refs. */
  added: number[];
  removed: number[];
  /** The member values that are nobody stay as they are stored. */
  keepsUnresolved?: boolean;
}

/** What a MEMBERSHIP row holds beside its edges. */
export interface MembershipBody {
  /** Ref of the group. */
  group: number;
  before: Way | null;
  after: Way | null;
}

/** 4 bytes a ref; a blob column holds 64 KiB. */
const EDGES_A_ROW = 8_000;
const CHILDREN_A_ROW = 4_000;
/** Writes the rows of a plan that tell who comes into groups and who leaves them. */
export class MembershipRows {
  constructor(private readonly context: PlanContext) {}

  /** The people of one change, in rows of as many as a column holds; counted but for NESTED ones. */
  add(group: number, change: MemberChange): void {
    const { groups, users, counts, removals, writer } = this.context;
    const way = change.after ?? change.before;
    const isCounted = way?.via !== 'NESTED';
    if (change.action === 'ADD' && isCounted) counts.membershipsAdded += change.users.length;
    if (change.action === 'REMOVE' && isCounted) {
      counts.membershipsRemoved += change.users.length;
      removals.memberships += change.users.filter((user) => isUserPresent(this.context, user)).length;
    }
    const body: MembershipBody = {
      group: refOf(groups.ids.at(group), groups.changeSeqs.at(group)),
      before: change.before,
      after: change.after,
    };
    for (let start = 0; start < change.users.length; start += EDGES_A_ROW) {
      const part = change.users.slice(start, start + EDGES_A_ROW);
      const edges = Buffer.alloc(part.length * 4);
      part.forEach((user, index) =>
        edges.writeInt32LE(refOf(users.ids.at(user), users.changeSeqs.at(user)), index * 4),
      );
      writer.add({
        kind: 'MEMBERSHIP',
        action: change.action,
        entityId: groups.ids.at(group) || null,
        externalId: groups.externalIds[group] ?? '',
        label: groups.names[group] ?? '',
        via: way?.via ?? null,
        fields: change.action === 'UPDATE' ? this.wayDifferences(change) : null,
        body,
        edges,
        edgeCount: part.length,
      });
    }
  }

  addLinks(group: number, links: LinksBody): void {
    const { added, removed, ...rest } = links;
    const parts = Math.max(1, Math.ceil(Math.max(added.length, removed.length) / CHILDREN_A_ROW));
    for (let part = 0; part < parts; part++) {
      const from = part * CHILDREN_A_ROW;
      const [come, go] = [added, removed].map((list) => list.slice(from, from + CHILDREN_A_ROW)) as [
        number[],
        number[],
      ];
      this.addInternal('LINKS', group, { ...rest, added: come, removed: go } satisfies LinksBody);
    }
  }

  addInternal(kind: 'LINKS' | 'UNRESOLVED', group: number, body: object): void {
    const { groups, writer } = this.context;
    const ref = refOf(groups.ids.at(group), groups.changeSeqs.at(group));
    writer.add({
      kind,
      action: 'UPDATE',
      entityId: groups.ids.at(group) || null,
      externalId: groups.externalIds[group] ?? '',
      label: '',
      body: { group: ref, ...body },
    });
  }

  private wayDifferences({ before, after }: MemberChange): FieldDifference[] {
    const fields: FieldDifference[] = [];
    if (before?.via !== after?.via)
      fields.push({ field: 'via', before: before?.via ?? null, after: after?.via ?? null, locked: false });
    if (before?.path !== after?.path)
      fields.push({ field: 'path', before: this.pathNames(before), after: this.pathNames(after), locked: false });
    return fields;
  }

  /** Names of the groups in between, as a person reads them. */
  private pathNames(way: Way | null): string | null {
    if (!way?.path) return null;
    const { groups } = this.context;
    const nameOf = (ref: string): string => {
      const ordinal = ref.startsWith('#')
        ? groups.changeSeqs.view().indexOf(Number(ref.slice(1)))
        : groups.ordinalOfId(Number(ref));
      return (ordinal === undefined ? undefined : groups.names[ordinal]) ?? ref;
    };
    return way.path.split(',').map(nameOf).join(' > ');
  }
}
