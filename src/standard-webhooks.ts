import { createHmac, timingSafeEqual } from 'node:crypto';
import { request } from 'undici';
import type { Webhook } from './config';

const TIMEOUT_MS = 10_000;
const KEPT_ANSWER = 200;

export interface WebhookMessage {
  /** The same at every attempt: the receiver knows a repeated one by it. */
  id: string;
  /** The JSON that is signed and sent. */
  body: string;
}

export type WebhookAnswer =
  | { delivered: true; status: number }
  /** `final`: the receiver has understood and refused, another attempt is of no use. `reason`: plain words. */
  | { delivered: false; final: boolean; reason: string };

/**
 * The signature of a message: `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64. A secret that starts with
 * `whsec_` is base64, any other is taken as it is. (https://www.standardwebhooks.com)
 */
export function signWebhook(secret: string, id: string, timestamp: number, body: string): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret);
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

/** Whether one of the signatures of a header (separated by spaces) is right. In constant time. */
export function isSigned(secret: string, id: string, timestamp: number, body: string, header: string): boolean {
  const expected = Buffer.from(signWebhook(secret, id, timestamp, body));
  return header.split(' ').some((one) => {
    const given = Buffer.from(one);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

/**
 * Posts a signed message once, for at most ten seconds; never throws. Any 2xx is a success. Redirects are not followed:
 * what is signed for one receiver is not for another.
 */
export async function sendWebhook(webhook: Webhook, message: WebhookMessage, now: number): Promise<WebhookAnswer> {
  const timestamp = Math.floor(now / 1000);
  try {
    const response = await request(webhook.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': message.id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signWebhook(webhook.secret, message.id, timestamp, message.body),
      },
      body: message.body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await beginning(response.body);
    const { statusCode: status } = response;
    if (status >= 200 && status < 300) return { delivered: true, status };
    return { delivered: false, final: isFinal(status), reason: `answered ${status}${text ? `: ${text}` : ''}` };
  } catch (error) {
    const { name, code } = error as { name?: string; code?: string };
    const reason = name === 'TimeoutError' ? 'did not answer in time' : `cannot be reached${code ? ` (${code})` : ''}`;
    return { delivered: false, final: false, reason };
  }
}

/** 408, 425 and 429 ask for another attempt; the other 4xx will be the same again. */
function isFinal(status: number): boolean {
  return status >= 400 && status < 500 && ![408, 425, 429].includes(status);
}

/** The first characters of an answer; the rest is let go unread. */
async function beginning(body: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const chunk of body) {
    text += chunk.toString('utf8');
    if (text.length >= KEPT_ANSWER) break;
  }
  return text
    .replace(/\p{Cc}+/gu, ' ')
    .slice(0, KEPT_ANSWER)
    .trim();
}
