import type { ApplyContext } from './apply-context';
import { recount } from './apply-groups';
import { changeMemberships, edgesOf, endMemberships, withEdges, type Edge } from './apply-memberships';
import { changePages } from './change-rows';
import type { MembershipBody } from './membership-rows';
import { isSqlite } from './sql';

const PAGE = 20;

/** Memberships the run began end, those it changed are as before, those it ended are back at their places. */
export async function revertMemberships(context: ApplyContext): Promise<void> {
  const { em, run } = context;
  const counted = new Set<number>();
  for await (const page of changePages<MembershipBody>(em, run.id, 'MEMBERSHIP', 'ADD', PAGE)) {
    await endMemberships(
      context,
      edgesOf(context, page, () => null, counted),
    );
  }
  for await (const page of changePages<MembershipBody>(em, run.id, 'MEMBERSHIP', 'UPDATE', PAGE)) {
    await changeMemberships(
      context,
      edgesOf(context, page, (body) => body.before, counted),
    );
  }
  for await (const page of changePages<MembershipBody>(em, run.id, 'MEMBERSHIP', 'REMOVE', PAGE)) {
    await restoreMemberships(
      context,
      edgesOf(context, page, (body) => body.before, counted),
    );
  }
  await recount(context, [...counted]);
}

/** The run put what it ended into the history, at the instant at which it was applied: place and call state are there. */
async function restoreMemberships({ em, run, now }: ApplyContext, edges: readonly Edge[]): Promise<void> {
  await withEdges(em, edges, async () => {
    await em.query(
      `INSERT INTO membership (groupId, userId, via, pathIds, origin, position, callState, since)
       SELECT h.groupId, h.userId, h.via, h.pathIds, h.origin, h.position, h.callState, ?
       FROM sync_edge t ${isSqlite(em) ? 'CROSS JOIN' : 'STRAIGHT_JOIN'} membership_history h
       ON h.groupId = t.groupId AND h.userId = t.userId AND h.until = ?`,
      [now, run.appliedAt],
    );
  });
}
