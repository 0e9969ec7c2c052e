import type { Socket } from 'node:net';

import type { FakeDirectory, FakeEntry } from './directory';
import {
  dirSyncControl,
  dirSyncResponse,
  entryMessage,
  pagedControl,
  pagedResponse,
  referenceMessage,
  resultMessage,
  type Control,
  type Result,
  type SearchRequest,
} from './messages';

/** Which page is about to be answered. */
export interface PageInfo {
  /** The page's number within its search, from 0. */
  page: number;
  /** How many entries the page would have. */
  entries: number;
  request: SearchRequest;
}

/** What goes wrong. `afterEntries` (default 0) entries of the page are sent before. */
export type Fault = { afterEntries?: number } & (
  | { kind: 'result'; code: number; message?: string; referral?: string[] } // the search ends so, mid-way
  | { kind: 'reference'; urls: string[] } // a continuation reference among the entries; the page then goes on
  | { kind: 'emptyPage' } // no entries, but a cookie: the rest comes with the next page
  | { kind: 'garbage' } // bytes that are no LDAP
  | { kind: 'hang' } // nothing more, the connection stays
  | { kind: 'cut' } // half an entry, then the connection ends
);

const GARBAGE = Buffer.from('30840000000fffee0102030405060708090a0b0c0d', 'hex');
const DIR_SYNC_COOKIE = /^fake:(\d+)$/;

/** Answers searches from a directory, as well or as badly as told. */
export class SearchAnswerer {
  readonly searches: SearchRequest[] = [];

  constructor(
    private readonly directory: FakeDirectory,
    private readonly maxPageSize: number,
    private fault?: (page: PageInfo) => Fault | null,
  ) {}

  setFault(fault?: (page: PageInfo) => Fault | null): void {
    this.fault = fault;
  }

  answer(socket: Socket, search: SearchRequest): void {
    this.searches.push(search);
    const dirSync = dirSyncControl(search);
    if (dirSync) this.answerDirSync(socket, search, dirSync.cookie);
    else this.answerPage(socket, search);
  }

  private answerPage(socket: Socket, search: SearchRequest): void {
    const found = this.directory.find(search);
    const finish = (result: Result) => socket.write(resultMessage(search.id, 'search', result));
    if (found === null) return void finish({ code: 32, message: 'No such object.' });
    const paged = pagedControl(search);
    const [offset, page] = paged?.cookie.length ? paged.cookie.toString('utf8').split(':').map(Number) : [0, 0];
    if (offset === undefined || page === undefined || !(offset <= found.length)) {
      return void finish({ code: 53, message: 'The cookie is none of this search.' });
    }
    const size = Math.min(paged?.size || this.maxPageSize, this.maxPageSize);
    const entries = found.slice(offset, offset + size);
    const fault = this.fault?.({ page, entries: entries.length, request: search }) ?? null;
    if (fault?.kind === 'emptyPage' && paged) {
      const control = pagedResponse(`${offset}:${page + 1}`);
      return void socket.write(resultMessage(search.id, 'search', { code: 0 }, [control]));
    }
    const end = offset + entries.length;
    const isLast = end >= found.length;
    const isTooLarge = !isLast && !paged;
    const controls = paged ? [pagedResponse(isLast ? '' : `${end}:${page + 1}`)] : [];
    this.send(socket, search, entries, fault, { code: isTooLarge ? 4 : 0 }, controls);
  }

  /** A cookie that is none of ours gives no entries and no error, and comes back as it was: that is what a server does. */
  private answerDirSync(socket: Socket, search: SearchRequest, cookie: Buffer): void {
    const known = cookie.length === 0 ? 0 : Number(DIR_SYNC_COOKIE.exec(cookie.toString('utf8'))?.[1] ?? NaN);
    const isCorrupt = Number.isNaN(known);
    const found = isCorrupt ? [] : (this.directory.find(search, known) ?? []);
    const fault = this.fault?.({ page: 0, entries: found.length, request: search }) ?? null;
    const next = isCorrupt ? cookie : `fake:${this.directory.version}`;
    this.send(socket, search, found, fault, { code: 0 }, [dirSyncResponse(false, next)]);
  }

  private send(
    socket: Socket,
    search: SearchRequest,
    entries: FakeEntry[],
    fault: Fault | null,
    result: Result,
    controls: Control[],
  ): void {
    const messages = entries.map(({ dn, attributes }) => entryMessage(search.id, dn, attributes));
    const done = resultMessage(search.id, 'search', result, controls);
    const before = messages.slice(0, fault?.afterEntries ?? 0);
    const after = messages.slice(before.length);
    switch (fault?.kind) {
      case 'hang':
        return void socket.write(Buffer.concat(before));
      case 'garbage':
        return void socket.write(Buffer.concat([...before, GARBAGE]));
      case 'cut':
        return void socket.end(Buffer.concat([...before, halfOf(after[0] ?? done)]), () => socket.destroy());
      case 'result':
        return void socket.write(Buffer.concat([...before, resultMessage(search.id, 'search', fault)]));
      case 'reference':
        return void socket.write(Buffer.concat([...before, referenceMessage(search.id, fault.urls), ...after, done]));
      default:
        return void socket.write(Buffer.concat([...messages, done]));
    }
  }
}

function halfOf(bytes: Buffer): Buffer {
  return bytes.subarray(0, Math.ceil(bytes.length / 2));
}
