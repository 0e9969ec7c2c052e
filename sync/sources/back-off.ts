import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits before attempt `attempt` (1 is the first repetition): exponential from half a second to half a minute, half of
 * it random, so that several workers refused together do not come back together.
 *
 * @param minimumMs a wait the server itself asked for
 * @throws the signal's reason when it is aborted meanwhile
 */
export async function backOff(attempt: number, signal: AbortSignal, minimumMs = 0, baseMs = 500): Promise<void> {
  const ceiling = Math.min(30_000, baseMs * 2 ** (attempt - 1));
  const wait = Math.max(minimumMs, ceiling / 2 + (Math.random() * ceiling) / 2);
  signal.throwIfAborted();
  await sleep(wait, undefined, { signal }).catch(() => signal.throwIfAborted());
}

/** Milliseconds of a `Retry-After` header in seconds (RFC 9110, 10.2.3), at most a minute; 0 where there is none. */
export function retryAfterMs(header: string | string[] | undefined): number {
  const seconds = Number(Array.isArray(header) ? header[0] : header);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(60_000, seconds * 1000) : 0;
}
