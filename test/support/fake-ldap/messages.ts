import { BerReader, boolean, element, integer, octets, sequence, TAG } from './ber';
import { readFilter, type Attributes, type Filter } from './filter';

export interface Control {
  type: string;
  value: Buffer;
}

export interface SearchRequest {
  id: number;
  base: string;
  scope: 'base' | 'one' | 'sub';
  sizeLimit: number;
  filter: Filter;
  /** As asked for; empty means all. */
  attributes: string[];
  controls: Control[];
}

export type Request =
  | { op: 'bind'; id: number; dn: string; password: string }
  | { op: 'unbind'; id: number }
  | { op: 'abandon'; id: number }
  | { op: 'search'; id: number; search: SearchRequest }
  | { op: 'other'; id: number; tag: number };

export interface Result {
  code: number;
  message?: string;
  matchedDn?: string;
  /** URLs of a referral result (code 10). */
  referral?: string[];
}

/** RFC 2696. */
export const PAGED_RESULTS = '1.2.840.113556.1.4.319';
/** MS-ADTS 3.1.1.3.4.1.3. */
export const DIR_SYNC = '1.2.840.113556.1.4.841';

/** Reads one LDAPMessage (RFC 4511, 4.1.1). Throws RangeError where it is none. */
export function readRequest(bytes: Buffer): Request {
  const message = new BerReader(bytes).enter(TAG.sequence);
  const id = message.readInteger();
  const tag = message.nextTag;
  const body = message.enter();
  if (tag === 0x60) return readBind(id, body);
  if (tag === 0x42) return { op: 'unbind', id };
  if (tag === 0x50) return { op: 'abandon', id };
  if (tag !== 0x63) return { op: 'other', id, tag };
  const controls = message.hasMore ? readControls(message.enter(0xa0)) : [];
  return { op: 'search', id, search: readSearch(id, body, controls) };
}

function readBind(id: number, body: BerReader): Request {
  body.readInteger();
  const dn = body.readText();
  const isSimple = body.nextTag === 0x80;
  return { op: 'bind', id, dn, password: isSimple ? body.readText(0x80) : '' };
}

function readSearch(id: number, body: BerReader, controls: Control[]): SearchRequest {
  const base = body.readText();
  const scope = (['base', 'one', 'sub'] as const)[body.readInteger(TAG.enumerated)] ?? 'sub';
  body.readInteger(TAG.enumerated);
  const sizeLimit = body.readInteger();
  body.readInteger();
  body.readBoolean();
  const filter = readFilter(body);
  const list = body.enter(TAG.sequence);
  const attributes: string[] = [];
  while (list.hasMore) attributes.push(list.readText());
  return { id, base, scope, sizeLimit, filter, attributes, controls };
}

function readControls(list: BerReader): Control[] {
  const controls: Control[] = [];
  while (list.hasMore) {
    const control = list.enter(TAG.sequence);
    const type = control.readText();
    if (control.nextTag === TAG.boolean) control.read();
    controls.push({ type, value: control.hasMore ? control.read(TAG.octets) : Buffer.alloc(0) });
  }
  return controls;
}

function message(id: number, operation: Buffer, controls: Control[] = []): Buffer {
  const list = controls.map(({ type, value }) => sequence(octets(type), boolean(false), octets(value)));
  return sequence(integer(id), operation, ...(list.length > 0 ? [element(0xa0, ...list)] : []));
}

/** The bytes of a SearchResultEntry. An attribute with an empty array is told without values. */
export function entryMessage(id: number, dn: string, attributes: Attributes): Buffer {
  const list = Object.entries(attributes).map(([name, value]) =>
    sequence(octets(name), element(TAG.set, ...[value].flat().map(octets))),
  );
  return message(id, element(0x64, octets(dn), sequence(...list)));
}

/** The bytes of a SearchResultReference (RFC 4511, 4.5.3). */
export function referenceMessage(id: number, urls: string[]): Buffer {
  return message(id, element(0x73, ...urls.map(octets)));
}

const RESPONSE_TAGS = { bind: 0x61, search: 0x65, extended: 0x78 } as const;

/** The bytes of the response that ends an operation. */
export function resultMessage(
  id: number,
  operation: keyof typeof RESPONSE_TAGS,
  result: Result,
  controls: Control[] = [],
): Buffer {
  const parts = [integer(result.code, TAG.enumerated), octets(result.matchedDn ?? ''), octets(result.message ?? '')];
  if (result.referral) parts.push(element(0xa3, ...result.referral.map(octets)));
  return message(id, element(RESPONSE_TAGS[operation], ...parts), controls);
}

/** The paged results control of a request, or null. */
export function pagedControl(search: SearchRequest): { size: number; cookie: Buffer } | null {
  const control = search.controls.find(({ type }) => type === PAGED_RESULTS);
  if (!control) return null;
  const value = new BerReader(control.value).enter(TAG.sequence);
  return { size: value.readInteger(), cookie: value.read(TAG.octets) };
}

export function pagedResponse(cookie: string): Control {
  return { type: PAGED_RESULTS, value: sequence(integer(0), octets(cookie)) };
}

/** The DirSync control of a request, or null. */
export function dirSyncControl(search: SearchRequest): { flags: number; cookie: Buffer } | null {
  const control = search.controls.find(({ type }) => type === DIR_SYNC);
  if (!control) return null;
  const value = new BerReader(control.value).enter(TAG.sequence);
  const flags = value.readInteger();
  value.readInteger();
  return { flags, cookie: value.read(TAG.octets) };
}

export function dirSyncResponse(hasMore: boolean, cookie: string | Buffer): Control {
  return { type: DIR_SYNC, value: sequence(integer(hasMore ? 1 : 0), integer(0), octets(cookie)) };
}
