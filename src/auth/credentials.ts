import type { IncomingHttpHeaders } from 'node:http';

export const SESSION_COOKIE = '__Host-session';

/** The token of `Authorization: Bearer …` (RFC 6750), or null. */
export function bearerToken(header: string | undefined): string | null {
  return /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(header ?? '')?.[1] ?? null;
}

export function cookieToken(header: string | undefined): string | null {
  const pair = (header ?? '').split(';').find((part) => part.trim().startsWith(`${SESSION_COOKIE}=`));
  return pair ? pair.trim().slice(SESSION_COOKIE.length + 1) || null : null;
}

export function sessionCookie(token: string, maxAgeSeconds: number): string {
  return `${SESSION_COOKIE}=${token}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; Secure; SameSite=Lax`;
}

/**
 * Whether a request that a cookie authenticates comes from another site's page. Browsers send Origin with every request
 * that could write; where it is missing, Sec-Fetch-Site tells.
 */
export function isForeignOrigin(headers: IncomingHttpHeaders, publicUrl: string): boolean {
  const { origin } = headers;
  if (origin) return origin !== new URL(publicUrl).origin && origin !== `http://${headers.host}`;
  const site = headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}
