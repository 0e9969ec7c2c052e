import type { FastifyInstance } from 'fastify';
import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError, badInput, forbidden } from '../errors';
import type { Gateway } from '../gateway';
import { answerErrors } from '../http-errors';
import { ActivationService } from './activation.service';
import { meetingOf, type MeetingNotification } from './graph-notification';

interface NotificationRequest {
  Querystring: { validationToken?: string };
  Body: unknown;
}

/** Microsoft Graph puts fewer into one request. */
const MAX_NOTIFICATIONS = 1_000;

/**
 * `POST /integrations/teams/notifications`: change notifications of Microsoft Graph for the presence of Teams users
 * (https://learn.microsoft.com/graph/change-notifications-delivery-webhooks).
 *
 * A `validationToken` is answered as plain text, as the creation of a subscription asks for. Notifications are accepted
 * where their `clientState` is the configured one (TEAMS_CLIENT_STATE; 503 without), and are kept before the answer 202 is
 * given: after any other answer Graph sends them again, and what was kept is known by its event. If none of them has the
 * right `clientState`, the answer is 403.
 */
export function teamsRoutes(gateway: Gateway) {
  return async (app: FastifyInstance): Promise<void> => {
    const activation = new ActivationService({ ...gateway, actor: 'teams' });
    answerErrors(app, gateway.log);
    // The request that validates has a text body, which nobody reads.
    app.addContentTypeParser('*', { parseAs: 'string' }, (_request, _body, done) => done(null, null));
    app.post<NotificationRequest>('/integrations/teams/notifications', async (request, reply) => {
      const { validationToken } = request.query;
      if (typeof validationToken === 'string') {
        return reply
          .header('x-content-type-options', 'nosniff')
          .type('text/plain; charset=utf-8')
          .send(validationToken);
      }
      for (const meeting of trusted(request.body, gateway.config.teamsClientState)) await tell(activation, meeting);
      return reply.status(202).send();
    });
    return Promise.resolve();
  };
}

/** What the notifications with the right `clientState` say. @throws FEATURE_DISABLED, BAD_USER_INPUT, FORBIDDEN */
function trusted(body: unknown, clientState: string | null): MeetingNotification[] {
  if (clientState === null) throw new AppError('FEATURE_DISABLED', 'TEAMS_CLIENT_STATE is not set.');
  const notifications = (body as { value?: unknown } | null)?.value;
  if (!Array.isArray(notifications) || notifications.length > MAX_NOTIFICATIONS) {
    throw badInput('value', `The body has a list "value" of at most ${MAX_NOTIFICATIONS} notifications.`);
  }
  const ours = notifications.filter((one: unknown) =>
    isEqual((one as { clientState?: unknown } | null)?.clientState, clientState),
  );
  if (ours.length === 0 && notifications.length > 0) throw forbidden('The clientState is not the configured one.');
  return ours.map(meetingOf).filter((meeting) => meeting !== null);
}

/** In constant time: of the digests, because they are of one length. */
function isEqual(given: unknown, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return typeof given === 'string' && timingSafeEqual(digest(given), digest(expected));
}

async function tell(activation: ActivationService, { person, inMeeting, eventId }: MeetingNotification): Promise<void> {
  if ('userPrincipalName' in person) await activation.teamsMeeting(person.userPrincipalName, inMeeting, eventId);
  else await activation.teamsMeetingOf(person.externalId, inMeeting, eventId);
}
