import type { EntityManager } from 'typeorm';
import { CallState, MembershipVia, Origin } from '../../schema/enums';
import { audit } from '../audit/audit';
import { chunks, inList, rowsIn } from '../database';
import { badInput } from '../errors';
import { globalId } from '../ids';
import { recordRevision } from '../revision';
import type { ServiceDeps } from '../gateway';
import { keys } from '../users/user.reads';
import { lockGroup, requireManual } from './group.service';

/** Members of groups made by hand. Each method is one transaction and returns the key of the group. */
export class MemberService {
  constructor(private readonly deps: ServiceDeps) {}

  /** Adds people after the present members; who is in already stays as he is. @throws BAD_USER_INPUT for an unknown user. */
  async add(groupId: number, userIds: string[]): Promise<number> {
    return this.change('addMembers', groupId, userIds, async (em, users) => {
      const present = new Set(await this.present(em, groupId, users));
      const added = users.filter((id) => !present.has(id));
      const [last] = await rowsIn<{ position: number | null }>(
        em,
        'SELECT MAX(position) AS position FROM membership WHERE groupId = ?',
        [groupId],
      );
      const now = this.deps.clock.now();
      const rows = added.map((userId, index) => [
        groupId,
        userId,
        MembershipVia.DIRECT,
        Origin.MANUAL,
        Number(last?.position ?? 0) + index + 1,
        CallState.LOGGED_IN,
        now,
      ]);
      for (const part of chunks(rows, 1000)) {
        await em.query(
          `INSERT INTO membership (groupId, userId, via, origin, position, callState, since) VALUES ${part.map(() => '(?,?,?,?,?,?,?)').join(',')}`,
          part.flat(),
        );
      }
      return added;
    });
  }

  /** Takes people out; who is not in is left alone. */
  async remove(groupId: number, userIds: string[]): Promise<number> {
    return this.change('removeMembers', groupId, userIds, async (em, users) => {
      const removed = await this.present(em, groupId, users);
      await endMemberships(em, groupId, removed, this.deps.clock.now());
      return removed;
    });
  }

  /** Puts members first in the given order. @throws BAD_USER_INPUT where one of them is not a member. */
  async reorder(groupId: number, userIds: string[]): Promise<number> {
    return this.change('reorderMembers', groupId, userIds, async (em, users) => {
      const rows = await rowsIn<{ userId: number; position: number }>(
        em,
        'SELECT userId, position FROM membership WHERE groupId = ? ORDER BY position, userId',
        [groupId],
      );
      const members = new Map(rows.map((row) => [row.userId, row.position]));
      if (users.some((id) => !members.has(id))) throw badInput('userIds', 'Only members can be put in order.');
      const first = new Set(users);
      const order = [...users, ...rows.map((row) => row.userId).filter((id) => !first.has(id))];
      const places = new Map(order.map((id, index) => [id, index + 1]));
      const moved = order.filter((id) => members.get(id) !== places.get(id));
      for (const part of chunks(moved, 500)) {
        const cases = part.map((id) => `WHEN ${id} THEN ${places.get(id)}`).join(' ');
        await em.query(
          `UPDATE membership SET position = CASE userId ${cases} END WHERE groupId = ? AND userId IN (${part.join(',')})`,
          [groupId],
        );
      }
      return moved;
    });
  }

  private async change(
    action: string,
    groupId: number,
    userIds: string[],
    work: (em: EntityManager, users: number[]) => Promise<number[]>,
  ): Promise<number> {
    return this.deps.db.write(async (em) => {
      requireManual(await lockGroup(em, groupId));
      const touched = await work(em, await this.existing(em, userIds));
      await em.query(
        'UPDATE user_group SET memberCount = (SELECT COUNT(*) FROM membership m WHERE m.groupId = user_group.id) WHERE id = ?',
        [groupId],
      );
      const { clock, actor } = this.deps;
      const after = { users: touched.map((id) => globalId('User', id)) };
      await audit(em, clock.now(), { actor, action, target: globalId('Group', groupId), after });
      const memberships = touched.map((id): [number, number] => [groupId, id]);
      // The group's count was written too.
      await recordRevision(em, { groups: [groupId], memberships });
      return groupId;
    });
  }

  /** Keys of the users, each once, in the order given. */
  private async existing(em: EntityManager, userIds: string[]): Promise<number[]> {
    const wanted = [...new Set(keys('User', userIds))];
    const found = new Set<number>();
    for (const part of chunks(wanted, 1000)) {
      const among = inList(part);
      const rows = await rowsIn<{ id: number }>(
        em,
        `SELECT id FROM user WHERE id IN ${among.sql} AND state <> 'VANISHED'`,
        among.params,
      );
      rows.forEach((row) => found.add(row.id));
    }
    if (wanted.length !== new Set(userIds).size || found.size !== wanted.length) {
      throw badInput('userIds', 'userIds names a user that does not exist.');
    }
    return wanted;
  }

  private async present(em: EntityManager, groupId: number, users: number[]): Promise<number[]> {
    const result: number[] = [];
    for (const part of chunks(users, 1000)) {
      const among = inList(part);
      const rows = await rowsIn<{ userId: number }>(
        em,
        `SELECT userId FROM membership WHERE groupId = ? AND userId IN ${among.sql}`,
        [groupId, ...among.params],
      );
      result.push(...rows.map((row) => row.userId));
    }
    return result;
  }
}

/** Ends memberships of one group: they move to the history. */
export async function endMemberships(em: EntityManager, groupId: number, users: number[], now: number): Promise<void> {
  for (const part of chunks(users, 1000)) {
    const where = `groupId = ? AND userId IN (${part.join(',')})`;
    await em.query(
      `INSERT INTO membership_history (groupId, userId, via, pathIds, origin, position, since, until)
       SELECT groupId, userId, via, pathIds, origin, position, since, ? FROM membership WHERE ${where}`,
      [now, groupId],
    );
    await em.query(`DELETE FROM membership WHERE ${where}`, [groupId]);
  }
}
