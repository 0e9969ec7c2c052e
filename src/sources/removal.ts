import type { EntityManager } from 'typeorm';
import { chunks, inList, rowsIn } from '../database';

/**
 * Lets everything a source owns vanish (S4): its groups with their memberships, and the people whom no other source knows.
 * Who is known to others stays, under the one of them with the lowest priority; its emptied hash makes the next run of
 * that source merge his fields anew. The source's entries end; the rows themselves stay.
 */
export async function letOwnedVanish(em: EntityManager, sourceId: number, now: number): Promise<void> {
  await endMembershipsOf(em, sourceId, now);
  await em.query(
    'UPDATE user_group SET vanishedAt = ?, memberCount = 0, updatedAt = ? WHERE sourceId = ? AND vanishedAt IS NULL',
    [now, now, sourceId],
  );
  const others =
    'EXISTS (SELECT 1 FROM user_entry o WHERE o.userId = user.id AND o.sourceId <> ? AND o.vanishedAt IS NULL)';
  const owned = 'id IN (SELECT e.userId FROM user_entry e WHERE e.sourceId = ?)';
  const shared = await rowsIn<{ id: number }>(em, `SELECT id FROM user WHERE ${owned} AND ${others}`, [
    sourceId,
    sourceId,
  ]);
  await em.query(
    `UPDATE user SET state = 'VANISHED', vanishedAt = ?, updatedAt = ? WHERE ${owned} AND state <> 'VANISHED' AND origin <> 'MANUAL' AND NOT ${others}`,
    [now, now, sourceId, sourceId],
  );
  await em.query('DELETE FROM user_entry WHERE sourceId = ?', [sourceId]);
  for (const part of chunks(shared, 500))
    await handOver(
      em,
      sourceId,
      part.map((user) => user.id),
      now,
    );
}

async function endMembershipsOf(em: EntityManager, sourceId: number, now: number): Promise<void> {
  const groups = 'groupId IN (SELECT g.id FROM user_group g WHERE g.sourceId = ?)';
  await em.query(
    `INSERT INTO membership_history (groupId, userId, via, pathIds, origin, position, since, until)
     SELECT groupId, userId, via, pathIds, origin, position, since, ? FROM membership WHERE ${groups}`,
    [now, sourceId],
  );
  await em.query(`DELETE FROM membership WHERE ${groups}`, [sourceId]);
}

/** Gives people to the next source that knows them. */
async function handOver(em: EntityManager, sourceId: number, users: number[], now: number): Promise<void> {
  const among = inList(users);
  const entries = await rowsIn<{ userId: number; sourceId: number; externalId: string; kind: string }>(
    em,
    `SELECT e.userId, e.sourceId, e.externalId, s.kind FROM user_entry e JOIN directory_source s ON s.id = e.sourceId
     WHERE e.userId IN ${among.sql} AND e.vanishedAt IS NULL ORDER BY e.userId, s.priority DESC, s.id DESC`,
    among.params,
  );
  const next = new Map(entries.map((entry) => [entry.userId, entry]));
  for (const entry of next.values()) {
    await em.query(
      'UPDATE user SET sourceId = ?, externalId = ?, origin = ?, updatedAt = ? WHERE id = ? AND sourceId = ?',
      [entry.sourceId, entry.externalId, entry.kind, now, entry.userId, sourceId],
    );
  }
  await em.query(`UPDATE user_entry SET hash = '' WHERE userId IN ${among.sql}`, among.params);
}
