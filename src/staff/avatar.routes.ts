import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { StaffUser } from '../../schema/staff-user';
import { NOBODY } from '../auth/viewer';
import { createContext, type Context } from '../context';
import { AppError, badInput, forbidden, notFound } from '../errors';
import type { Gateway } from '../gateway';
import { answerErrors } from '../http-errors';
import { keyOf } from '../ids';
import { imageType, MAX_AVATAR_BYTES, mediaTypeOf, readAvatarFile } from './avatar-files';
import { isSelf, visibleStaff } from './staff.nodes';
import { avatarPath } from './staff.resolver';

interface AvatarRequest {
  Params: { id: string };
  Body: Buffer | undefined;
}

const PATH = '/staff-users/:id/avatar';

/**
 * `PUT`, `GET` and `DELETE /staff-users/:id/avatar` (XU14, XU36). The body is the image itself, whatever media type is
 * claimed: its content decides. An administrator changes any, a supervisor his own.
 */
export function avatarRoutes(gateway: Gateway) {
  return async (app: FastifyInstance): Promise<void> => {
    answerErrors(app, gateway.log);
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_AVATAR_BYTES }, (_request, body, done) =>
      done(null, body),
    );

    // Before the body is read: who may not write makes nobody read eight megabytes.
    const checkEditor = async (request: FastifyRequest<AvatarRequest>) => void (await editable(gateway, request));

    app.put<AvatarRequest>(PATH, { preParsing: checkEditor }, async (request, reply) => {
      const { context, staff } = await editable(gateway, request);
      const body = request.body;
      if (!body || body.length === 0) throw badInput('body', 'The body must be a PNG or JPEG image.');
      if (imageType(body) === null) return reply.status(415).send(refusal('An avatar is a PNG or JPEG image.'));
      const file = await context.services.avatars.set(staff.id, body);
      return { avatarUrl: avatarPath(staff.id, file) };
    });

    app.delete<AvatarRequest>(PATH, { preParsing: checkEditor }, async (request, reply) => {
      const { context, staff } = await editable(gateway, request);
      await context.services.avatars.remove(staff.id);
      return reply.status(204).send();
    });

    app.get<AvatarRequest>(PATH, async (request, reply) => {
      const staff = await visibleStaff(contextOf(gateway, request), keyOf('StaffUser', request.params.id));
      const file = staff?.avatarFile ?? null;
      const content = file && (await readAvatarFile(gateway, file));
      if (!file || !content) throw notFound('Avatar');
      return reply
        .headers({
          'content-type': mediaTypeOf(file),
          'content-security-policy': "default-src 'none'; sandbox",
          'x-content-type-options': 'nosniff',
          'cache-control': 'private, no-cache',
          etag: `"${file}"`,
        })
        .status(request.headers['if-none-match'] === `"${file}"` ? 304 : 200)
        .send(request.headers['if-none-match'] === `"${file}"` ? undefined : content);
    });
    return Promise.resolve();
  };
}

/** @throws UNAUTHENTICATED for nobody; FORBIDDEN for a client that is no administrator, which never has staff (V4). */
function contextOf(gateway: Gateway, request: FastifyRequest): Context {
  const viewer = request.viewer ?? NOBODY;
  if (viewer.kind === 'nobody') throw new AppError('UNAUTHENTICATED', 'Sign in first.');
  if (viewer.kind === 'client' && !viewer.isAdmin) throw forbidden();
  return createContext(gateway, { viewer, address: request.ip });
}

/** The staff user whose avatar the viewer may change. @throws FORBIDDEN for a supervisor on all but his own; NOT_FOUND */
async function editable(
  gateway: Gateway,
  request: FastifyRequest<AvatarRequest>,
): Promise<{ context: Context; staff: StaffUser }> {
  const context = contextOf(gateway, request);
  const key = keyOf('StaffUser', request.params.id);
  if (!context.viewer.isAdmin && (key === null || !isSelf(context.viewer, key))) throw forbidden();
  const staff = await visibleStaff(context, key);
  if (!staff) throw notFound('Staff user');
  return { context, staff };
}

function refusal(message: string) {
  return { errors: [{ message, extensions: { code: 'BAD_USER_INPUT', field: 'body' } }] };
}
