import { inList, type Database } from '../database';
import { fold } from '../text';

/** Kinds of sources that can check a password; files and SCIM cannot. */
const ABLE = ['ACTIVE_DIRECTORY', 'LDAP', 'UCM'];

interface Knowing {
  sourceId: number;
  isPresent: number;
}

/**
 * The source whose directory checks the password of a CALLISTO client (C8): of those that know the linked person, the
 * one with the lowest priority, and rather one where the person has not vanished. A client without a person is looked
 * for by its username among what was imported. Where no source has imported such a person, the first of all is asked.
 * @returns null where no source can check passwords.
 */
export async function passThroughSource(
  db: Database,
  client: { username: string; userId: number | null },
): Promise<number | null> {
  const able = inList(ABLE);
  const sources = await db.rows<{ id: number }>(
    `SELECT id FROM directory_source WHERE kind IN ${able.sql} ORDER BY priority, id`,
    able.params,
  );
  const knowing = await sourcesKnowing(db, client);
  const firstOf = (rows: Knowing[]) => sources.find(({ id }) => rows.some((row) => row.sourceId === id));
  const chosen = firstOf(knowing.filter((row) => row.isPresent)) ?? firstOf(knowing);
  const isElsewhere = knowing.length > 0 && client.userId !== null;
  return (chosen ?? (isElsewhere ? undefined : sources[0]))?.id ?? null;
}

function sourcesKnowing(db: Database, client: { username: string; userId: number | null }): Promise<Knowing[]> {
  const [condition, value] =
    client.userId === null ? ['u.userIdKey = ?', fold(client.username)] : ['u.id = ?', client.userId];
  return db.rows<Knowing>(
    `SELECT e.sourceId, CASE WHEN e.vanishedAt IS NULL THEN 1 ELSE 0 END AS isPresent
     FROM user u JOIN user_entry e ON e.userId = u.id WHERE ${condition}`,
    [value],
  );
}
