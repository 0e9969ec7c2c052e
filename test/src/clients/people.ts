import type { Database } from '../../../src/database';

/** People written straight into the table: making them is not what is tested. */
export async function people(db: Database, count: number): Promise<string[]> {
  await db.write(async (em) => {
    for (let start = 0; start < count; start += 500) {
      const names = Array.from(
        { length: Math.min(500, count - start) },
        (_, n) => `person${String(start + n).padStart(5, '0')}`,
      );
      await em.query(
        `INSERT INTO user (userId, userIdKey, origin, state, displayName, displayNameKey, createdAt, updatedAt) VALUES ${names.map(() => "(?,?,'MANUAL','ACTIVE',?,?,0,0)").join(',')}`,
        names.flatMap((name) => [name, name, name, name]),
      );
    }
  });
  const rows = await db.rows<{ id: number }>("SELECT id FROM user WHERE userIdKey LIKE 'person%' ORDER BY id");
  return rows.map(({ id }) => `User_${id}`);
}
