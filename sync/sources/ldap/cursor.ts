import { createHash } from 'node:crypto';

import { z } from 'zod';

import { ResyncRequired } from '../../source';

import type { LdapSettings } from './settings';

const VERSION = 1;

/** A server and a point in its history. */
export interface Position {
  /** What the point is bound to: a domain controller's invocationId, or the id of a directory's base entry. */
  server: string;
  /** An update sequence number, a generalized time, or a change sequence number. */
  since: string;
  /** When it was taken, in milliseconds, by our own clock. */
  at: number;
  /** By how much changes may have come late before `since`; 0 where they cannot. */
  overlapSeconds: number;
  /** When it was last seen with one's own eyes, by reading all ids, what is gone; absent: at `at`. Milliseconds. */
  sweptAt?: number;
}

const schema = z.strictObject({
  v: z.literal(VERSION),
  kind: z.enum(['ACTIVE_DIRECTORY', 'LDAP']),
  scope: z.string(),
  server: z.string().min(1),
  since: z.string().regex(/^(?:\d{1,20}|\d{14}Z|\d{14}\.\d{6}Z(?:#[0-9a-f]+){3})$/i),
  at: z.number(),
  overlapSeconds: z.number().min(0).max(3600),
  sweptAt: z.number().optional(),
});

/** The position as the text that is stored between runs. */
export function writeCursor(settings: LdapSettings, position: Position): string {
  return JSON.stringify({ v: VERSION, kind: settings.kind, scope: scopeOf(settings), ...position });
}

/** @throws ResyncRequired where the text is none of this source's, as it is set up now. */
export function readCursor(settings: LdapSettings, cursor: string): Position {
  const result = schema.safeParse(parseJson(cursor));
  if (!result.success || result.data.kind !== settings.kind) {
    throw new ResyncRequired('The stored position in the directory is not readable.');
  }
  const { scope, server, since, at, overlapSeconds, sweptAt = at } = result.data;
  if (scope !== scopeOf(settings)) {
    throw new ResyncRequired('The servers, account, bases, filters or the mapping of the source have changed.');
  }
  return { server, since, at, overlapSeconds, sweptAt };
}

/** Whatever decides which entries are read, and what of them; the account, because another may see others. */
function scopeOf(settings: LdapSettings): string {
  const { urls, bindDn, userBaseDn, groupBaseDn, userFilter, groupFilter, attributes } = settings;
  const fields = Object.entries(attributes).sort();
  const decisive = [urls, bindDn, userBaseDn, groupBaseDn, userFilter, groupFilter, fields];
  return createHash('sha256').update(JSON.stringify(decisive)).digest('hex').slice(0, 32);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
