import type { IndividualGrant } from '../../schema/authorization';
import type { Context } from '../context';
import { inList, type Database } from '../database';

/** The grants on each of some people, by the name of who holds them. */
export async function grantsOnUsers(db: Database, targets: readonly number[]): Promise<Map<number, IndividualGrant[]>> {
  const among = inList(targets);
  const rows = await db.rows<IndividualGrant>(
    `SELECT i.id, i.viewerId, i.targetId, i.rights FROM individual_grant i JOIN user u ON u.id = i.viewerId
     WHERE i.targetId IN ${among.sql} ORDER BY u.displayNameKey, u.id`,
    among.params,
  );
  const result = new Map<number, IndividualGrant[]>(targets.map((target) => [target, []]));
  for (const row of rows) result.get(row.targetId)?.push(row);
  return result;
}

async function grantsByIds(db: Database, ids: readonly number[]): Promise<Map<number, IndividualGrant>> {
  const among = inList(ids);
  const sql = `SELECT id, viewerId, targetId, rights FROM individual_grant WHERE id IN ${among.sql}`;
  return new Map((await db.rows<IndividualGrant>(sql, among.params)).map((row) => [row.id, row]));
}

export const grantNodes = {
  /** Seen like the grants of its target. */
  IndividualGrant: async ({ db, scope, loaders }: Context, key: number[]): Promise<IndividualGrant | null> => {
    const grant = await loaders.load('grant', key[0] ?? 0, (ids) => grantsByIds(db, ids));
    return grant && scope.seesPrivate(grant.targetId) ? grant : null;
  },
};
