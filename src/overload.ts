import type { FastifyInstance } from 'fastify';
import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface OverloadLimits {
  /** Requests under way at a time; further ones are refused. */
  maxInFlight: number;
  /** Mean delay of the event loop, in milliseconds, from which on requests are refused. */
  maxDelay: number;
  /** What a refused caller is told to wait, in seconds. */
  retryAfterSeconds: number;
}

export const DEFAULT_OVERLOAD_LIMITS: OverloadLimits = { maxInFlight: 1000, maxDelay: 2000, retryAfterSeconds: 1 };

/** How often the delay is looked at. */
const PERIOD = 500;
/** Late this many times in a row: one long statement of an embedded database is no overload. */
const LATE_LOOKS = 3;
/** The delay is measured as the time between timers that are this far apart. */
const RESOLUTION = 20;
/** Answered however busy the process is: who supervises it must not take it for dead. */
const ALWAYS = /^\/health\//;

/**
 * Refuses requests with 503 and Retry-After (RFC 9110, 15.6.4 and 10.2.3) while more are under way than the process can
 * hold, or while its event loop is so late that everybody would wait. Nothing of a refused request is read. Register it
 * before other hooks.
 */
export function refuseOverload(app: FastifyInstance, limits: OverloadLimits = DEFAULT_OVERLOAD_LIMITS): void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  delay.enable();
  let lateLooks = 0;
  const timer = setInterval(() => {
    lateLooks = delay.count > 0 && delay.mean / 1e6 - RESOLUTION > limits.maxDelay ? lateLooks + 1 : 0;
    delay.reset();
  }, PERIOD);
  timer.unref();
  let inFlight = 0;
  app.addHook('onRequest', async (request, reply) => {
    if (ALWAYS.test(request.url)) return;
    if (lateLooks >= LATE_LOOKS || inFlight >= limits.maxInFlight) {
      await reply
        .status(503)
        .headers({ 'retry-after': String(limits.retryAfterSeconds), 'content-type': 'application/json' })
        .send({ errors: [{ message: 'Too busy. Try again soon.', extensions: { code: 'OVERLOADED' } }] });
      return;
    }
    inFlight++;
    // `close` comes after the last byte and also where the caller goes away before it.
    reply.raw.once('close', () => inFlight--);
  });
  app.addHook('onClose', () => {
    clearInterval(timer);
    delay.disable();
    return Promise.resolve();
  });
}
