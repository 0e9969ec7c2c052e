import { AndFilter, EqualityFilter, type Filter } from 'ldapts';

import type { Check, ConnectorExplanation } from '../../source';

import { userSteps } from './checks';
import type { Dialect } from './dialect';
import { isWithin } from './dn';
import type { Entry } from './entry';
import { ConnectionLost, incomplete, LdapResultError } from './failure';
import { parseFilter } from './filter';
import { scopeControls } from './full-read';
import { readPages } from './paging';
import { contextOf, readRootDse } from './root-dse';
import { connectTo, LdapSession } from './session';
import type { LdapSettings } from './settings';

/** More entries of one user id than anybody looks at. */
const MAX_FOUND = 10;

/**
 * Result codes by which servers refuse a user's bind: wrong password, no password held, account locked or inactive
 * (389 Directory Server: 53 and 19).
 */
const REFUSED = new Set([19, 48, 49, 50, 53]);

/** Looks a user id up, in the whole naming context and then step by step where the source would look. */
export async function explainUser(
  session: LdapSession,
  settings: LdapSettings,
  dialect: Dialect,
  userId: string,
): Promise<ConnectorExplanation> {
  const attribute = settings.attributes.userId ?? '';
  const byId = new EqualityFilter({ attribute, value: userId.trim() });
  const base = contextOf(await readRootDse(session), settings.baseDn);
  const entries = await find(session, settings, dialect, base, byId);
  const steps: Check[] = [];
  const best = await choose(session, settings, entries);
  if (best === null) {
    steps.push(step('exists', false, `No entry below "${base}" has "${userId}" in "${attribute}".`));
    return { found: false, externalId: null, steps };
  }
  const { entry, isInBase, isMatch } = best;
  const others = entries.length > 1 ? ` ${entries.length - 1} more entries have the same "${attribute}".` : '';
  steps.push(step('exists', true, `The directory has it: ${entry.dn}.${others}`));
  steps.push(step('base', isInBase, `It lies ${isInBase ? 'below' : 'outside'} the base "${settings.userBaseDn}".`));
  const verdict = isMatch ? 'matches' : 'does not match';
  steps.push(step('filter', isMatch, `It ${verdict} the user filter ${settings.userFilter}.`));
  const record = dialect.user(entry);
  steps.push(...userSteps(record));
  return { found: true, externalId: record.externalId, steps };
}

/**
 * Whether the password is the user's: the entry is searched with the source's own filter, exactly one may be found, and
 * its DN is bound on a connection of its own. An empty password is refused before anything is opened: a bind with it
 * would be anonymous and succeed.
 *
 * @throws IncompleteRead where the directory cannot be asked.
 */
export async function verifyPassword(
  settings: LdapSettings,
  dialect: Dialect,
  credentials: { userId: string; password: string },
  signal: AbortSignal,
): Promise<boolean> {
  const { userId, password } = credentials;
  if (password === '' || userId.trim() === '') return false;
  const session = await LdapSession.open(settings, signal);
  try {
    const byId = new EqualityFilter({ attribute: settings.attributes.userId ?? '', value: userId.trim() });
    const filter = new AndFilter({ filters: [parseFilter(settings.userFilter), byId] });
    const entries = await find(session, settings, dialect, settings.userBaseDn, filter);
    const [entry] = entries;
    if (entry === undefined || entries.length > 1 || entry.dn === '') return false;
    return await canBind(session, settings, entry.dn, password, signal);
  } finally {
    session.close();
  }
}

async function canBind(
  session: LdapSession,
  settings: LdapSettings,
  dn: string,
  password: string,
  signal: AbortSignal,
): Promise<boolean> {
  const step = "Verifying a user's password";
  const connection = await connectTo(session.server, settings).catch((error: unknown) => {
    throw incomplete(step, session.server.url, error);
  });
  const onAbort = (): void => connection.abort(new ConnectionLost('it was cancelled'));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await connection.bind(dn, password);
    return true;
  } catch (error) {
    if (error instanceof LdapResultError && REFUSED.has(error.code)) return false;
    throw incomplete(step, session.server.url, error);
  } finally {
    signal.removeEventListener('abort', onAbort);
    connection.close();
  }
}

async function find(
  session: LdapSession,
  settings: LdapSettings,
  dialect: Dialect,
  base: string,
  filter: Filter,
): Promise<Entry[]> {
  const entries: Entry[] = [];
  const pages = readPages(session, {
    step: 'Looking a user up',
    base,
    scope: 'sub',
    filter,
    attributes: [...dialect.userAttributes],
    controls: scopeControls(settings),
    pageSize: MAX_FOUND,
  });
  for await (const page of pages) {
    entries.push(...page);
    if (entries.length >= MAX_FOUND) break;
  }
  return entries;
}

interface Candidate {
  entry: Entry;
  isInBase: boolean;
  isMatch: boolean;
}

/** Of several entries of one user id, the one that would be imported, else the nearest to it. */
async function choose(session: LdapSession, settings: LdapSettings, entries: Entry[]): Promise<Candidate | null> {
  let best: Candidate | null = null;
  for (const entry of entries) {
    const candidate = {
      entry,
      isInBase: isWithin(entry.dn, settings.userBaseDn),
      isMatch: await matches(session, settings, entry.dn),
    };
    if (best === null || rank(candidate) > rank(best)) best = candidate;
  }
  return best;
}

function rank({ isInBase, isMatch }: Candidate): number {
  return Number(isInBase) + Number(isMatch);
}

async function matches(session: LdapSession, settings: LdapSettings, dn: string): Promise<boolean> {
  const answer = await session
    .search({ base: dn, scope: 'base', filter: parseFilter(settings.userFilter), attributes: ['1.1'] })
    .catch((error: unknown) => {
      throw incomplete('Trying the user filter', session.server.url, error);
    });
  return answer.entries.length > 0;
}

function step(name: string, isOk: boolean, detail: string): Check {
  return { name, status: isOk ? 'OK' : 'FAILED', detail };
}
