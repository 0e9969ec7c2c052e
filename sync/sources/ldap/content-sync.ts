import { BerReader, BerWriter, Control, PresenceFilter } from 'ldapts';

import { AttributeIndex, firstText } from './entry';
import { incomplete, LdapResultError } from './failure';
import { guidText } from './identifiers';
import type { LdapSession } from './session';
import { MalformedMessage } from './wire';

/** Content Synchronization (RFC 4533): its request, the control of its end, and the message between entries. */
export const SYNC_REQUEST = '1.3.6.1.4.1.4203.1.9.1.1';
const SYNC_DONE = '1.3.6.1.4.1.4203.1.9.1.3';
const SYNC_INFO = '1.3.6.1.4.1.4203.1.9.1.4';

const BOOLEAN = 0x01;
const OCTET_STRING = 0x04;
const SET = 0x31;
const RESPONSE_NAME = 0x80;
const RESPONSE_VALUE = 0x81;
const SYNC_ID_SET = 0xa3;
const REFRESH_ONLY = 1;

/** Asks for what changed since a cookie; holds afterwards how the server has told deletions. */
class SyncRequest extends Control {
  /** Whether each deletion was told. If not, whatever was not told to be there is gone. */
  tellsDeletions = false;

  constructor(private readonly cookie: string) {
    super(SYNC_REQUEST, { critical: true, responseType: SYNC_DONE });
  }

  override writeControl(writer: BerWriter): void {
    const value = new BerWriter();
    value.startSequence();
    value.writeEnumeration(REFRESH_ONLY);
    value.writeString(this.cookie);
    value.endSequence();
    writer.writeBuffer(value.buffer, OCTET_STRING);
  }

  override parseControl(reader: BerReader): void {
    reader.readSequence();
    if (reader.peek() === OCTET_STRING) reader.readString();
    this.tellsDeletions = reader.peek() === BOOLEAN && reader.readBoolean() === true;
  }
}

/**
 * Ids (entryUUID) of all entries below `base` that were added, changed, moved or deleted since a change sequence number,
 * as OpenLDAP with the overlay syncprov tells its replicas. Null where the server cannot tell each deletion: its session
 * log does not reach back so far, or the account may not read so many entries at once.
 *
 * @throws IncompleteRead where the connection fails.
 */
export async function changedSince(session: LdapSession, base: string, csn: string): Promise<Set<string> | null> {
  const request = new SyncRequest(`rid=000,csn=${csn}`);
  const filter = new PresenceFilter({ attribute: 'objectClass' });
  const step = 'Asking what was changed or deleted';
  try {
    const answer = await session.search({ base, scope: 'sub', filter, attributes: ['entryUUID'], controls: [request] });
    if (!answer.controls.includes(request) || !request.tellsDeletions || answer.references.length > 0) return null;
    const ids = new Set<string>();
    const index = new AttributeIndex(['entryUUID']);
    for (const entry of answer.entries) {
      const id = firstText(index.of(entry)[0]);
      // One that may not be read, or only its end: who it is stands in a control that is not looked at.
      if (id === null) return null;
      ids.add(id.toLowerCase());
    }
    for (const message of answer.intermediates) for (const id of deletedIds(message)) ids.add(id);
    return ids;
  } catch (error) {
    if (error instanceof LdapResultError || error instanceof PresentPhase) return null;
    throw incomplete(step, session.server.url, error);
  }
}

/** The server tells what is there, not what is gone. */
class PresentPhase extends Error {}

/** The ids of a Sync Info message (RFC 4533 section 2.5) that are told as deleted. */
function deletedIds(message: Buffer): string[] {
  const reader = new BerReader(message);
  if (reader.peek() === RESPONSE_NAME && reader.readString(RESPONSE_NAME) !== SYNC_INFO) return [];
  const value = reader.peek() === RESPONSE_VALUE ? reader.readString(RESPONSE_VALUE, true) : null;
  if (value?.[0] !== SYNC_ID_SET) return [];
  const info = new BerReader(value);
  info.readSequence(SYNC_ID_SET);
  if (info.peek() === OCTET_STRING) info.readString();
  const isDeleted = info.peek() === BOOLEAN && info.readBoolean() === true;
  if (!isDeleted) throw new PresentPhase();
  info.readSequence(SET);
  const end = info.offset + info.length;
  const ids: string[] = [];
  while (info.offset < end) {
    const bytes = info.readString(OCTET_STRING, true);
    const id = bytes?.length === 16 ? guidText(bytes.toString('hex')) : null;
    if (id === null) throw new MalformedMessage('an id is not readable');
    ids.push(id);
  }
  return ids;
}
