/**
 * Canonical lower-case text of a GUID: `objectGUID` as 16 bytes in Microsoft's mixed order ([MS-DTYP] 2.3.4.2), or any
 * usual text of it (braces, capitals, no hyphens). Null if it is neither.
 */
export function guidText(value: string | Buffer): string | null {
  if (typeof value !== 'string') {
    if (value.length === 16) return binaryGuidText(value);
    return guidText(value.toString('utf8'));
  }
  const hex = value
    .trim()
    .replace(/^\{|\}$/g, '')
    .replace(/-/g, '')
    .toLowerCase();
  return /^[0-9a-f]{32}$/.test(hex) ? hyphenate(hex) : null;
}

/**
 * Text `S-1-5-21-…` of a security identifier, from its bytes ([MS-DTYP] 2.4.2.2) or its text in any case.
 * Null if it is neither.
 */
export function sidText(value: string | Buffer): string | null {
  if (typeof value === 'string') {
    const text = value.trim().toUpperCase();
    return /^S-1-\d+(?:-\d+)*$/.test(text) ? text : null;
  }
  const count = value[1];
  if (value[0] !== 1 || count === undefined || value.length !== 8 + 4 * count) return sidText(value.toString('utf8'));
  let text = `S-1-${value.readUIntBE(2, 6)}`;
  for (let i = 0; i < count; i++) text += `-${value.readUInt32LE(8 + 4 * i)}`;
  return text;
}

/** SID of the account with the given relative id in the same domain as `sid`; null if `sid` has no relative id. */
export function siblingSid(sid: string, relativeId: string): string | null {
  const end = sid.lastIndexOf('-');
  return end > 'S-1-5'.length - 1 && /^\d+$/.test(relativeId) ? `${sid.slice(0, end)}-${relativeId}` : null;
}

function binaryGuidText(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  const pair = (at: number): string => hex.slice(at * 2, at * 2 + 2);
  return (
    `${pair(3)}${pair(2)}${pair(1)}${pair(0)}-${pair(5)}${pair(4)}-${pair(7)}${pair(6)}` +
    `-${hex.slice(16, 20)}-${hex.slice(20)}`
  );
}

function hyphenate(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
