import { PagedResultsControl } from 'ldapts';

import { IncompleteRead } from '../../source';

import type { SearchAnswer, SearchSpec } from './connection';
import type { Entry } from './entry';
import { incomplete, LdapResultError } from './failure';
import type { LdapSession } from './session';

/** "Administrative limit exceeded": OpenLDAP's answer to a page above its `size.pr`. */
const ADMIN_LIMIT = 11;
const SMALLEST_PAGE = 10;
/** Empty pages with a cookie are legal; a server that sends nothing else is not. */
const MAX_EMPTY_PAGES = 1000;

export interface PagedSearch extends SearchSpec {
  pageSize: number;
  /** What is being read, for the administrator: "Reading users". */
  step: string;
}

/**
 * Reads a search page by page (RFC 2696) until the server says that nothing is left. The next page is asked for while
 * the last is being handled. The paging is by the cookie alone: a page may be empty and not the last.
 *
 * @throws IncompleteRead if any page failed, for any reason, or a part of the tree lies elsewhere.
 */
export async function* readPages(session: LdapSession, search: PagedSearch): AsyncGenerator<Entry[], void> {
  const server = session.server.url;
  let emptyPages = 0;
  try {
    const first = await firstPage(session, search);
    let answer = first.answer;
    for (;;) {
      refuseReferences(answer, search.step, server);
      const cookie = cookieOf(answer);
      emptyPages = answer.entries.length === 0 ? emptyPages + 1 : 0;
      if (emptyPages > MAX_EMPTY_PAGES) {
        throw new IncompleteRead(`${search.step} (${server}): the server sends empty pages without end.`);
      }
      const next = cookie === null ? null : requestPage(session, search, first.pageSize, cookie);
      // Its failure is told when its turn comes, also if the consumer stops before.
      next?.catch(() => undefined);
      if (answer.entries.length > 0) yield answer.entries;
      if (next === null) return;
      answer = await next;
    }
  } catch (error) {
    throw incomplete(search.step, server, error);
  }
}

/** The first page, smaller ones being tried where the server finds it too big. */
async function firstPage(
  session: LdapSession,
  search: PagedSearch,
): Promise<{ answer: SearchAnswer; pageSize: number }> {
  for (let pageSize = search.pageSize; ; pageSize = Math.max(SMALLEST_PAGE, pageSize >> 1)) {
    try {
      return { answer: await requestPage(session, search, pageSize, null), pageSize };
    } catch (error) {
      const isTooBig = error instanceof LdapResultError && error.code === ADMIN_LIMIT && pageSize > SMALLEST_PAGE;
      if (!isTooBig) throw error;
    }
  }
}

function requestPage(
  session: LdapSession,
  search: PagedSearch,
  size: number,
  cookie: Buffer | null,
): Promise<SearchAnswer> {
  // Not critical: a server without paging answers with everything, or with a code that says that it did not.
  const paging = new PagedResultsControl({ value: cookie === null ? { size } : { size, cookie } });
  return session.search({ ...search, controls: [...(search.controls ?? []), paging] });
}

function cookieOf(answer: SearchAnswer): Buffer | null {
  const paging = answer.controls.find((control) => control instanceof PagedResultsControl);
  const cookie = paging instanceof PagedResultsControl ? paging.value?.cookie : undefined;
  return cookie !== undefined && cookie.length > 0 ? cookie : null;
}

/** A continuation reference means: some of what was asked for lies on another server. */
export function refuseReferences(answer: SearchAnswer, step: string, server: string): void {
  const [reference] = answer.references;
  if (reference === undefined) return;
  throw new IncompleteRead(
    `${step} (${server}): a part of the tree lies on another server (${reference}). ` +
      'Narrow the base to what this server holds, or read the other server as a source of its own.',
  );
}
