import { JournalEntry, type RecordCallInput } from '../../schema/journal-entry';
import { User } from '../../schema/user';
import { audit } from '../audit/audit';
import { badInput, notFound } from '../errors';
import type { ServiceDeps } from '../gateway';
import { cleanNumber } from '../groups/group-changes';
import { globalId } from '../ids';

const MAX_MEMO = 4000;

/** Journals: one row a call of a person. Memos stay out of the audit log: they may be as private as the entry. */
export class JournalService {
  constructor(private readonly deps: ServiceDeps) {}

  /** @returns the key of the new entry. @throws NOT_FOUND, BAD_USER_INPUT naming the field. */
  async record(ownerId: number, input: RecordCallInput): Promise<number> {
    const { direction, startedAt } = input;
    const remoteNumber = cleanNumber(input.remoteNumber, 'remoteNumber');
    const memo = cleanMemo(input.memo);
    return this.deps.db.write(async (em) => {
      if (!(await em.findOneBy(User, { id: ownerId }))) throw notFound('User', 'ownerId');
      const isPrivate = input.private ?? false;
      const entry = em.create(JournalEntry, { ownerId, direction, remoteNumber, startedAt, isPrivate, memo });
      await em.save(entry);
      const { clock, actor } = this.deps;
      const target = globalId('JournalEntry', entry.id);
      const after = { owner: globalId('User', ownerId), direction };
      await audit(em, clock.now(), { actor, action: 'recordCall', target, after });
      return entry.id;
    });
  }

  /** Changes what is given: the memo, the mark. @throws NOT_FOUND, BAD_USER_INPUT */
  async update(id: number, changes: { memo?: string | null; isPrivate?: boolean }): Promise<void> {
    const wanted = { ...changes, ...(changes.memo === undefined ? {} : { memo: cleanMemo(changes.memo) }) };
    await this.deps.db.write(async (em) => {
      const entry = await em.findOneBy(JournalEntry, { id });
      if (!entry) throw notFound('JournalEntry', 'id');
      const changed = (Object.keys(wanted) as (keyof typeof wanted)[]).filter(
        (field) => wanted[field] !== entry[field],
      );
      if (changed.length === 0) return;
      await em.update(JournalEntry, id, Object.fromEntries(changed.map((field) => [field, wanted[field]])));
      const { clock, actor } = this.deps;
      const after = { changed: changed.map((field) => (field === 'isPrivate' ? 'private' : field)) };
      await audit(em, clock.now(), {
        actor,
        action: 'updateJournalEntry',
        target: globalId('JournalEntry', id),
        after,
      });
    });
  }
}

function cleanMemo(memo: string | null | undefined): string | null {
  if (memo && memo.length > MAX_MEMO) throw badInput('memo', `A memo has at most ${MAX_MEMO} characters.`);
  return memo?.trim() ? memo : null;
}
