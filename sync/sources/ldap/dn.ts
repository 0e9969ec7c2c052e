/** Short names of attribute types that RFC 4514 and old servers also write as OIDs or long names. */
const TYPE_NAMES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'cn',
  '2.5.4.4': 'sn',
  '2.5.4.6': 'c',
  '2.5.4.7': 'l',
  '2.5.4.8': 'st',
  '2.5.4.9': 'street',
  '2.5.4.10': 'o',
  '2.5.4.11': 'ou',
  '0.9.2342.19200300.100.1.1': 'uid',
  '0.9.2342.19200300.100.1.25': 'dc',
  commonname: 'cn',
  surname: 'sn',
  countryname: 'c',
  localityname: 'l',
  stateorprovincename: 'st',
  streetaddress: 'street',
  organizationname: 'o',
  organizationalunitname: 'ou',
  userid: 'uid',
  domaincomponent: 'dc',
};

/** The longest type that is never rewritten (`mail`); `userid` and longer ones take the slow way. */
const LONGEST_PLAIN_TYPE = 5;

/** One `type=value` of a distinguished name: the type lower-case and short, the value unescaped. */
export interface NamePart {
  type: string;
  value: string;
}

/**
 * The one spelling by which distinguished names are compared: lower-case, no insignificant spaces, short type names,
 * escapes only where they are needed, parts of a multi-valued RDN in order (RFC 4514; matching as caseIgnoreMatch,
 * RFC 4518). Idempotent. Text that is no DN is only lower-cased, so that it still equals itself.
 *
 * A million member values go through it, so a name without anything to rewrite is recognised in one pass.
 */
export function normaliseDn(dn: string): string {
  switch (scan(dn)) {
    case 'plain':
      return dn;
    case 'upper':
      return dn.toLowerCase();
    case 'text':
      if (dn.normalize('NFC') === dn) return foldCase(dn);
      break;
    case 'other':
      break;
  }
  const rdns = parseDn(dn);
  return rdns === null ? foldCase(dn) : rdns.map(writeRdn).join(',');
}

/**
 * The RDNs of a distinguished name, first the entry's own, each as its parts; `[]` for the empty name.
 * Null if the text is no DN. Accepts RFC 4514, quoted values and `;` of RFC 1779, and hex strings that hold text.
 */
export function parseDn(dn: string): NamePart[][] | null {
  if (dn.trim() === '') return [];
  const rdns: NamePart[][] = [];
  let rdn: NamePart[] = [];
  for (let at = 0; ;) {
    const equals = dn.indexOf('=', at);
    if (equals < 0) return null;
    const type = typeName(dn.slice(at, equals));
    const read = type === null ? null : readValue(dn, equals + 1);
    if (type === null || read === null) return null;
    rdn.push({ type, value: read.value });
    const separator = dn[read.end];
    if (separator !== '+') {
      rdns.push(rdn);
      rdn = [];
    }
    if (separator === undefined) return rdns;
    at = read.end + 1;
  }
}

/** Whether `dn` is `base` or lies below it; both may be spelled in any way. */
export function isWithin(dn: string, base: string): boolean {
  const normalised = normaliseDn(dn);
  const root = normaliseDn(base);
  return root === '' || normalised === root || normalised.endsWith(`,${root}`);
}

/** Looks once at every character: nothing to do, ASCII letters to lower, other letters to fold, or something to rewrite. */
function scan(dn: string): 'plain' | 'upper' | 'text' | 'other' {
  let upper = false;
  let text = false;
  let typeStart = 0;
  let inType = true;
  let previous = 0x2c;
  for (let i = 0; i < dn.length; i++) {
    const char = dn.charCodeAt(i);
    if (char === 0x5c || char === 0x22 || char === 0x23 || char === 0x2b || char === 0x3b || char === 0x7f)
      return 'other';
    if (char === 0x20) {
      if (previous === 0x20 || previous === 0x2c || previous === 0x3d) return 'other';
    } else if (char === 0x2c) {
      if (inType || previous === 0x20) return 'other';
      inType = true;
      typeStart = i + 1;
    } else if (inType && char === 0x3d) {
      if (i === typeStart || i - typeStart > LONGEST_PLAIN_TYPE || previous === 0x20) return 'other';
      inType = false;
    } else if (char < 0x20 || (inType && i === typeStart && char < 0x41)) {
      return 'other';
    } else if (char >= 0x41 && char <= 0x5a) {
      upper = true;
    } else if (char > 0x7f) {
      text = true;
    }
    previous = char;
  }
  if (inType || previous === 0x20) return dn === '' ? 'plain' : 'other';
  if (text) return 'text';
  return upper ? 'upper' : 'plain';
}

function typeName(text: string): string | null {
  if (/^[a-z]{1,5}$/.test(text)) return text;
  const name = text
    .trim()
    .toLowerCase()
    .replace(/^oid\./, '');
  if (!/^(?:[a-z][a-z0-9-]*|\d+(?:\.\d+)*)$/.test(name)) return null;
  return TYPE_NAMES[name] ?? name;
}

/** Reads the value that starts at `start` up to its separator; null if it is not well formed. */
function readValue(dn: string, start: number): { value: string; end: number } | null {
  let at = start;
  while (dn[at] === ' ') at++;
  if (dn[at] === '#') return readHexValue(dn, at + 1);
  const quoted = dn[at] === '"';
  const from = quoted ? ++at : at;
  for (; at < dn.length; at++) {
    const char = dn[at];
    if (char === '\\') at++;
    else if (quoted ? char === '"' : char === ',' || char === ';' || char === '+') break;
  }
  if (at > dn.length) return null;
  const end = quoted ? closeQuote(dn, at) : at;
  return end === null ? null : { value: unescape(dn.slice(from, at)), end };
}

/** Takes escapes away; a run of hex pairs is the UTF-8 of its characters. */
function unescape(raw: string): string {
  if (!raw.includes('\\')) return raw;
  return raw.replace(/((?:\\[0-9a-fA-F]{2})+)|\\(.)/gsu, (_, pairs: string | undefined, char: string) =>
    pairs === undefined ? char : Buffer.from(pairs.replaceAll('\\', ''), 'hex').toString('utf8'),
  );
}

function closeQuote(dn: string, at: number): number | null {
  if (dn[at] !== '"') return null;
  let end = at + 1;
  while (dn[end] === ' ') end++;
  return end === dn.length || dn[end] === ',' || dn[end] === ';' || dn[end] === '+' ? end : null;
}

/** `#04024869` is the BER of an octet string or of another string type; anything else stays in its hex form. */
function readHexValue(dn: string, start: number): { value: string; end: number } | null {
  const match = /^((?:[0-9a-fA-F]{2})+) *(?=[,;+]|$)/.exec(dn.slice(start));
  if (!match?.[1]) return null;
  const ber = Buffer.from(match[1], 'hex');
  const isShortString = [0x04, 0x0c, 0x13, 0x16].includes(ber[0] ?? 0) && ber[1] === ber.length - 2;
  return {
    value: isShortString ? ber.subarray(2).toString('utf8') : `#${match[1].toLowerCase()}`,
    end: start + match[0].length,
  };
}

function writeRdn(rdn: NamePart[]): string {
  const parts = rdn.map((part) => `${part.type}=${writeValue(part.value)}`);
  return parts.length === 1 ? (parts[0] ?? '') : parts.sort().join('+');
}

function writeValue(value: string): string {
  // Most values of a name with an escape somewhere have none themselves.
  if (/^[!$-*\-.0-9:<-[\]-~]+(?: [!$-*\-.0-9:<-[\]-~]+)*$/.test(value)) return value.toLowerCase();
  const text = foldCase(value).replace(/ +/g, ' ');
  if (text === ' ') return '\\20';
  return text
    .replace(/^ | $/g, '')
    .replace(/[\\,+";]/g, '\\$&')
    .replace(/[\0-\x1f\x7f]/g, (char) => `\\${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .replace(/^#/, '\\#');
}

/** Lower case that does not depend on a letter's place in its word, in one composition. */
function foldCase(text: string): string {
  return text.normalize('NFC').toLowerCase().replace(/ς/g, 'σ').normalize('NFC');
}
