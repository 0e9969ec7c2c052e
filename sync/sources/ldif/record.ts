import { IncompleteRead } from '../../source';

import { BINARY_ATTRIBUTES, baseType, type Entry, type EntryAttribute } from '../ldap/entry';

import type { Block } from './blocks';

/** What a block of a file is: an entry, an entry with a fault in a known place, or nothing to import. */
export type LdifRecord =
  { kind: 'entry'; entry: Entry } | { kind: 'bad'; entry: Entry; reason: string } | { kind: 'nothing' };

const NOTHING: LdifRecord = { kind: 'nothing' };
const utf8 = new TextDecoder('utf-8', { fatal: true });
const lossy = new TextDecoder('utf-8');

/** The references that Active Directory itself adds to a search at a domain's root. */
const OWN_REFERENCE = /^ldap:\/\/(?:forestdnszones|domaindnszones)\.|^ldap:\/\/[^/]+\/cn=configuration,/i;

/**
 * Reads one record of a content file (RFC 2849), with what `ldapsearch` and its like put around the records: comments,
 * the version line, the result at the end. A fault within the record makes it bad; a fault that leaves open what the
 * file holds makes the read incomplete.
 *
 * @throws IncompleteRead for change files, results other than success, references, and records that run together.
 */
export function parseRecord(block: Block, label: string): LdifRecord {
  const { text, isUtf8 } = decode(block.bytes);
  const lines = unfold(text);
  const where = `${label}, record at line ${block.line}`;
  if (lines[0] !== undefined && /^version *:/i.test(lines[0])) {
    if (!/^version *: *1 *$/i.test(lines[0])) throw new IncompleteRead(`${where}: LDIF of another version than 1.`);
    lines.shift();
  }
  const [first] = lines;
  if (first === undefined) return NOTHING;
  if (!/^dn *:/i.test(first)) return outsideRecords(first, lines, where);
  const record = readLines(lines, where);
  return isUtf8 || record.kind !== 'entry'
    ? record
    : { kind: 'bad', entry: record.entry, reason: `Line ${block.line} and following: the text is not UTF-8.` };
}

function readLines(lines: string[], where: string): LdifRecord {
  const entry: Entry = { dn: '', attributes: [] };
  const byType = new Map<string, EntryAttribute>();
  let reason: string | null = null;
  for (const [number, line] of lines.entries()) {
    const parsed = parseLine(line);
    if (typeof parsed === 'string') {
      reason ??= parsed;
      continue;
    }
    const { type, value } = parsed;
    const lower = type.toLowerCase();
    if (lower === 'dn') {
      if (number > 0) throw new IncompleteRead(`${where}: a second "dn:" without a blank line before it.`);
      if (typeof value === 'string') entry.dn = value;
      else reason ??= 'The distinguished name is not UTF-8.';
      continue;
    }
    if (lower === 'changetype' || lower === 'control') {
      throw new IncompleteRead(`${where}: this is a file of changes ("${type}"), not of a directory's content.`);
    }
    const known = byType.get(lower);
    if (known) {
      known.values.push(value);
    } else {
      const attribute = { type, values: [value] };
      byType.set(lower, attribute);
      entry.attributes.push(attribute);
    }
  }
  return reason === null ? { kind: 'entry', entry } : { kind: 'bad', entry, reason };
}

/** One `type: value`, `type:: base64`; text is why it cannot be read. */
function parseLine(line: string): { type: string; value: string | Buffer } | string {
  const colon = line.indexOf(':');
  const type = colon < 0 ? '' : line.slice(0, colon).trimEnd();
  if (!/^[a-zA-Z0-9][a-zA-Z0-9.;=_-]*$/.test(type)) return `"${line.slice(0, 40)}" is no line of an entry.`;
  const marker = line[colon + 1];
  if (marker === '<') return `"${type}" refers to another file, which is not read.`;
  if (marker !== ':') return { type, value: line.slice(colon + 1).replace(/^ +/, '') };
  const base64 = line.slice(colon + 2).replace(/ /g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4 !== 0) return `"${type}" holds no valid base64.`;
  return { type, value: decodeValue(type, Buffer.from(base64, 'base64')) };
}

function decodeValue(type: string, bytes: Buffer): string | Buffer {
  if (BINARY_ATTRIBUTES.has(baseType(type)) || /;binary(;|$)/i.test(type)) return bytes;
  try {
    return utf8.decode(bytes);
  } catch {
    return bytes;
  }
}

function decode(bytes: Buffer): { text: string; isUtf8: boolean } {
  for (const unfolded of [false, true]) {
    try {
      // Some tools fold in the middle of a character.
      const whole = unfolded ? Buffer.from(bytes.toString('latin1').replace(/\r?\n /g, ''), 'latin1') : bytes;
      return { text: utf8.decode(whole), isUtf8: true };
    } catch {
      continue;
    }
  }
  return { text: lossy.decode(bytes), isUtf8: false };
}

/** Joins folded lines (a line that begins with a space continues the last) and drops comments. */
function unfold(text: string): string[] {
  const joined = text.replace(/\r?\n /g, '');
  return joined.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
}

/** The lines that tools write beside the records. */
function outsideRecords(first: string, lines: string[], where: string): LdifRecord {
  if (/^(search|result|control|pagedresults)\s*:/i.test(first)) {
    const result = lines.find((line) => /^result\s*:/i.test(line));
    if (result !== undefined && !/^result\s*: *0\b/i.test(result)) {
      throw new IncompleteRead(`${where}: the export did not end well ("${result}").`);
    }
    return NOTHING;
  }
  const reference = lines.find(
    (line) => /^ref\s*:/i.test(line) && !OWN_REFERENCE.test(line.replace(/^ref\s*: */i, '')),
  );
  if (reference !== undefined) {
    throw new IncompleteRead(`${where}: a part of the tree lies on another server ("${reference}").`);
  }
  if (/^ref\s*:/i.test(first)) return NOTHING;
  throw new IncompleteRead(`${where}: it does not begin with "dn:" but with "${first.slice(0, 40)}".`);
}
