import { baseType, BINARY_ATTRIBUTES, type Entry } from './entry';

/** Attributes that hold passwords, keys or hashes under their usual names, whatever the vendor. */
const SECRET =
  /passw|pwd(?!lastset|accountlocked|changed)|secret|credential|privatekey|krb.*key|sambanthash|sambalmhash|dbcspwd|supplementalcred|recoveryinformation|hash$/i;

const MAX_VALUES = 50;
const MAX_LENGTH = 1024;

/**
 * What was read of an entry, for the quarantine: without secret attributes, bytes as base64, cut where it is long.
 */
export function rawOf(entry: Entry): Record<string, unknown> {
  const raw: Record<string, unknown> = { dn: entry.dn };
  for (const { type, values } of entry.attributes) {
    if (SECRET.test(baseType(type))) continue;
    const shown = values.slice(0, MAX_VALUES).map((value) => show(type, value));
    if (values.length > MAX_VALUES) shown.push(`… ${values.length - MAX_VALUES} more`);
    raw[type] = shown.length === 1 ? shown[0] : shown;
  }
  return raw;
}

function show(type: string, value: string | Buffer): string {
  const isBinary = typeof value !== 'string' || BINARY_ATTRIBUTES.has(baseType(type));
  const text = isBinary ? Buffer.from(value).toString('base64') : value;
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}
