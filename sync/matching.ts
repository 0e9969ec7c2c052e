import type { DirectorySource } from '../schema/directory-source';
import { inList, type Database } from '../src/database';
import { fold } from '../src/text';
import type { CleanUser } from './normalise';

/** Whom a source's new record means among people who are there already. */
export type Match = { kind: 'one'; userId: number } | { kind: 'several'; reason: string };

/** What a source may match people by, with the folded columns. */
export const MATCH_FIELDS: Record<string, { column: string; of(user: CleanUser): string }> = {
  userPrincipalName: { column: 'userPrincipalNameKey', of: (user) => fold(user.fields.userPrincipalName) },
  email: { column: 'emailKey', of: (user) => fold(user.fields.email) },
  userId: { column: 'userIdKey', of: (user) => user.userIdKey },
};

interface Candidate {
  id: number;
  value: string;
}

/**
 * Finds for new records the person whom another source or a human has already made (S1), by the first field of `matchBy`
 * by which anybody is found. VANISHED people are not found: a new holder of an old address must not inherit their
 * accounts. Somebody whom this source tells already is no candidate. Several candidates are told as such: the record is
 * quarantined, because a wrong link hands one person's rights to another. Of two new records that mean one person the
 * first gets it, the other becomes a person of its own. `taken` remembers that over the run.
 */
export async function findMatches(
  db: Database,
  source: DirectorySource,
  users: readonly CleanUser[],
  taken: Set<number>,
): Promise<Map<string, Match>> {
  const matches = new Map<string, Match>();
  for (const field of source.matchBy) {
    const rule = MATCH_FIELDS[field];
    if (!rule) continue;
    const open = users.filter((user) => !matches.has(user.externalId) && rule.of(user) !== '');
    const candidates = await candidatesBy(db, source.id, rule.column, [...new Set(open.map((user) => rule.of(user)))]);
    for (const user of open) {
      const found = (candidates.get(rule.of(user)) ?? []).filter((id) => !taken.has(id));
      const [only] = found;
      if (only === undefined) continue;
      if (found.length > 1) {
        matches.set(user.externalId, {
          kind: 'several',
          reason: `${found.length} people have its ${field}: whom it means cannot be told.`,
        });
      } else {
        taken.add(only);
        matches.set(user.externalId, { kind: 'one', userId: only });
      }
    }
  }
  return matches;
}

async function candidatesBy(
  db: Database,
  sourceId: number,
  column: string,
  values: readonly string[],
): Promise<Map<string, number[]>> {
  const result = new Map<string, number[]>();
  if (values.length === 0) return result;
  const among = inList(values);
  const rows = await db.rows<Candidate>(
    `SELECT u.id, u.${column} AS value FROM user u WHERE u.${column} IN ${among.sql} AND u.state <> 'VANISHED'
     AND NOT EXISTS (SELECT 1 FROM user_entry e WHERE e.userId = u.id AND e.sourceId = ?) ORDER BY u.id`,
    [...among.params, sourceId],
  );
  for (const row of rows) result.set(row.value, [...(result.get(row.value) ?? []), row.id]);
  return result;
}
