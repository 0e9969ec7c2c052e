import type { Clock } from '../src/clock';
import { inList, type Database } from '../src/database';
import { recordRevision } from '../src/revision';

const EVERY_MS = 3_600_000;
const DAY_MS = 86_400_000;
const ROWS = 5_000;
/** People and groups whose source was deleted have no grace period of their own any more. */
const ORPHAN_DAYS = 30;
const ENDED = "('SUCCEEDED', 'FAILED', 'REFUSED', 'CANCELLED', 'REVERTED', 'PLANNED')";

/** Throws away plans that are kept long enough, and what deleted sources have left behind. Safe on several replicas. */
export class Housekeeping {
  private next = 0;

  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
    private readonly keepDays: number,
  ) {}

  /** Does its work once an hour, whenever it is called. */
  async tend(): Promise<void> {
    const now = this.clock.now();
    if (now < this.next) return;
    this.next = now + EVERY_MS;
    await this.dropPlans(now);
    await this.purgeOrphans(now);
  }

  /** Changes of old runs; the runs themselves stay, and of each source the plan that can still be reverted. */
  private async dropPlans(now: number): Promise<void> {
    const runs = await this.db.rows<{ id: number }>(
      `SELECT r.id FROM sync_run r JOIN directory_source s ON s.id = r.sourceId
       WHERE r.startedAt < ? AND r.state IN ${ENDED} AND (s.lastAppliedRunId IS NULL OR s.lastAppliedRunId <> r.id)
       AND EXISTS (SELECT 1 FROM sync_change c WHERE c.runId = r.id)`,
      [now - this.keepDays * DAY_MS],
    );
    for (const { id } of runs) await this.dropPlan(id);
  }

  private async dropPlan(runId: number): Promise<void> {
    const last = await this.db.first<{ seq: number }>('SELECT MAX(seq) AS seq FROM sync_change WHERE runId = ?', [
      runId,
    ]);
    // A plan without its changes must not be applied any more.
    await this.db.write((em) =>
      em.query(
        "UPDATE sync_run SET state = 'CANCELLED', finishedAt = ? WHERE id = ? AND state IN ('PLANNED', 'REFUSED')",
        [this.clock.now(), runId],
      ),
    );
    for (let upTo = ROWS; upTo < Number(last?.seq ?? 0) + ROWS; upTo += ROWS) {
      await this.db.write((em) => em.query('DELETE FROM sync_change WHERE runId = ? AND seq <= ?', [runId, upTo]));
    }
    await this.db.write((em) => em.query('DELETE FROM quarantined_record WHERE runId = ?', [runId]));
  }

  private async purgeOrphans(now: number): Promise<void> {
    const before = now - ORPHAN_DAYS * DAY_MS;
    for (;;) {
      const users = await this.db.rows<{ id: number }>(
        "SELECT u.id FROM user u WHERE u.state = 'VANISHED' AND u.vanishedAt < ? AND NOT EXISTS (SELECT 1 FROM user_entry e WHERE e.userId = u.id) LIMIT 500",
        [before],
      );
      const groups = await this.db.rows<{ id: number }>(
        "SELECT id FROM user_group WHERE sourceId IS NULL AND origin <> 'MANUAL' AND vanishedAt < ? LIMIT 500",
        [before],
      );
      if (users.length + groups.length === 0) return;
      await this.deleteAll(
        users.map((row) => row.id),
        groups.map((row) => row.id),
      );
    }
  }

  private async deleteAll(users: number[], groups: number[]): Promise<void> {
    await this.db.write(async (em) => {
      for (const [table, ids] of [
        ['user', users],
        ['user_group', groups],
      ] as const) {
        if (ids.length === 0) continue;
        const among = inList(ids);
        if (table === 'user')
          await em.query(`UPDATE user SET managerId = NULL WHERE managerId IN ${among.sql}`, among.params);
        await em.query(`DELETE FROM ${table} WHERE id IN ${among.sql}`, among.params);
      }
      await recordRevision(em, { users, groups });
    });
  }
}
