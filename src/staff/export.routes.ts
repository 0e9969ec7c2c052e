import type { FastifyInstance } from 'fastify';
import type { StaffUser } from '../../schema/staff-user';
import type { UserProfile } from '../../schema/user-profile';
import { authorize } from '../auth/policy';
import { NOBODY } from '../auth/viewer';
import { badInput } from '../errors';
import type { Gateway } from '../gateway';
import { answerErrors } from '../http-errors';
import { globalId, keyOf } from '../ids';
import { csvLine } from '../reports/csv';
import { profilesByIds } from './profile.reads';
import { staffByIds } from './staff.reads';

/** The columns in order, each with its value. None holds a secret. */
const COLUMNS: Record<string, (staff: StaffUser, profile: UserProfile | undefined) => string | null> = {
  id: (staff) => globalId('StaffUser', staff.id),
  role: (staff) => staff.role,
  fullName: (staff) => staff.fullName,
  username: (staff) => staff.username,
  email: (staff) => staff.email,
  extension: (staff) => staff.extension,
  userProfile: (_staff, profile) => profile?.name ?? null,
  builtIn: (staff) => (staff.builtIn ? 'true' : 'false'),
  transport: (staff) => staff.transport,
  nat: (staff) => staff.nat,
  allowedCodecs: (staff) => staff.codecs.replace(/,/g, ' '),
  context: (staff) => staff.context,
  callGroups: (staff) => staff.callGroups.replace(/,/g, ' '),
  pickupGroups: (staff) => staff.pickupGroups.replace(/,/g, ' '),
};

/** `GET /export/staff-users.csv?ids=a,b`: the selected staff users in the order of the ids; unknown ids are left out (XU22). */
export function exportRoutes(gateway: Gateway) {
  return async (app: FastifyInstance): Promise<void> => {
    answerErrors(app, gateway.log);
    app.get<{ Querystring: { ids?: string | string[] } }>('/export/staff-users.csv', async (request, reply) => {
      authorize(request.viewer ?? NOBODY, 'staff:list');
      const ids = [request.query.ids ?? []]
        .flat()
        .flatMap((list) => list.split(','))
        .filter((id) => id !== '');
      if (ids.length === 0) throw badInput('ids', 'Say which: ?ids=a,b');
      return reply
        .headers({
          'content-type': 'text/csv; charset=utf-8',
          'content-disposition': 'attachment; filename="staff-users.csv"',
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
        })
        .send(await staffCsv(gateway, ids));
    });
    return Promise.resolve();
  };
}

async function staffCsv({ db }: Gateway, ids: readonly string[]): Promise<string> {
  const keys = [...new Set(ids)].map((id) => keyOf('StaffUser', id)).filter((key) => key !== null);
  const staff = await staffByIds(db, keys);
  const profiles = await profilesByIds(
    db,
    [...staff.values()].map((one) => one.userProfileId).filter((key) => key !== null),
  );
  const rows = keys.flatMap((key) => {
    const one = staff.get(key);
    return one ? [Object.values(COLUMNS).map((value) => value(one, profiles.get(one.userProfileId ?? 0)))] : [];
  });
  return [Object.keys(COLUMNS), ...rows].map(csvLine).join('');
}
