import { inList } from '../src/database';
import type { FieldDifference } from './merge';
import { groupDigest, type CleanGroup } from './normalise';
import type { PlanContext } from './plan-context';
import { KNOWN, LIVE } from './planning/user-ledger';

/** What a GROUP row holds for apply and revert. */
export interface GroupBody {
  after: { name: string; description: string | null } | null;
  before: StoredGroup | null;
}

export interface StoredGroup {
  name: string;
  description: string | null;
  hash: string | null;
  vanishedAt: number | null;
}

const BATCH = 500;

/** Turns groups that are new, changed or gone into rows of the plan, a batch at a time. */
export class GroupPlanner {
  private waiting: { ordinal: number; group: CleanGroup }[] = [];

  constructor(private readonly context: PlanContext) {}

  /** Takes a group as told. Its digest is remembered; a row is planned if it differs from what is known. */
  async add(ordinal: number, group: CleanGroup): Promise<void> {
    const { groups, counts } = this.context;
    const digest = groupDigest(group);
    const isSame = groups.has(ordinal, LIVE) && groups.recordDigests[ordinal] === digest;
    groups.recordDigests[ordinal] = digest;
    if (groups.names[ordinal] !== group.name) {
      groups.names[ordinal] = group.name;
      this.context.touched.add(ordinal);
    }
    if (isSame) {
      counts.unchanged++;
      return;
    }
    this.waiting.push({ ordinal, group });
    if (this.waiting.length >= BATCH) await this.flush();
  }

  async flush(): Promise<void> {
    const batch = this.waiting;
    this.waiting = [];
    if (batch.length === 0) return;
    const { groups, writer } = this.context;
    const stored = await this.load(batch.map(({ ordinal }) => groups.ids.at(ordinal)));
    for (const { ordinal, group } of batch) {
      if (groups.has(ordinal, KNOWN)) this.planKnown(ordinal, group, stored.get(groups.ids.at(ordinal)));
      else this.planNew(ordinal, group);
    }
    await writer.relieve();
  }

  private planNew(ordinal: number, group: CleanGroup): void {
    const { groups, writer, counts } = this.context;
    const body: GroupBody = { after: { name: group.name, description: group.description }, before: null };
    const fields = differences({ name: null, description: null }, group);
    groups.changeSeqs.set(
      ordinal,
      writer.add({ kind: 'GROUP', action: 'CREATE', externalId: group.externalId, label: group.name, fields, body }),
    );
    counts.created++;
  }

  private planKnown(ordinal: number, group: CleanGroup, before: StoredGroup | undefined): void {
    if (!before) throw new Error(`Group ${group.externalId} is known, but not stored.`);
    const { groups, writer, counts } = this.context;
    const fields = differences(before, group);
    const isRevived = before.vanishedAt !== null;
    if (fields.length === 0 && !isRevived) {
      counts.unchanged++;
      return;
    }
    const body: GroupBody = { after: { name: group.name, description: group.description }, before };
    const action = isRevived ? 'REVIVE' : 'UPDATE';
    const entityId = groups.ids.at(ordinal);
    groups.changeSeqs.set(
      ordinal,
      writer.add({ kind: 'GROUP', action, entityId, externalId: group.externalId, label: group.name, fields, body }),
    );
    if (isRevived) counts.revived++;
    else counts.updated++;
  }

  /** Groups that the source tells no more, or that vanished longer ago than the grace period. */
  async planGone(ordinals: readonly number[], action: 'VANISH' | 'PURGE'): Promise<void> {
    const { groups, writer, counts, removals } = this.context;
    for (let start = 0; start < ordinals.length; start += BATCH) {
      const part = ordinals.slice(start, start + BATCH);
      const stored = await this.load(part.map((ordinal) => groups.ids.at(ordinal)));
      for (const ordinal of part) {
        const entityId = groups.ids.at(ordinal);
        const before = stored.get(entityId);
        if (!before) continue;
        const body: GroupBody = { after: null, before };
        writer.add({
          kind: 'GROUP',
          action,
          entityId,
          externalId: groups.externalIds[ordinal] ?? '',
          label: before.name,
          fields: [],
          body,
        });
        if (action === 'PURGE') counts.purged++;
        else {
          counts.vanished++;
          removals.groups++;
        }
      }
      await writer.relieve();
    }
  }

  private async load(ids: readonly number[]): Promise<Map<number, StoredGroup>> {
    const among = inList(ids);
    const rows = await this.context.db.rows<StoredGroup & { id: number }>(
      `SELECT id, name, description, hash, vanishedAt FROM user_group WHERE id IN ${among.sql}`,
      among.params,
    );
    return new Map(
      rows.map(({ id, ...row }) => [
        id,
        { ...row, vanishedAt: row.vanishedAt === null ? null : Number(row.vanishedAt) },
      ]),
    );
  }
}

function differences(
  before: { name: string | null; description: string | null },
  after: CleanGroup,
): FieldDifference[] {
  return (['name', 'description'] as const)
    .filter((field) => before[field] !== after[field])
    .map((field) => ({ field, before: before[field], after: after[field], locked: false }));
}
