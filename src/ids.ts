/** Global ids are `Type_key`; keys of composite rows are numbers joined by `_`. */
export function globalId(type: string, ...key: (number | string)[]): string {
  return `${type}_${key.join('_')}`;
}

export interface ParsedId {
  type: string;
  key: number[];
}

/** Takes an id apart, or null where it is none of ours. */
export function parseId(id: string): ParsedId | null {
  const match = /^([A-Za-z]+)((?:_\d{1,10}){1,4})$/.exec(id);
  if (!match) return null;
  return { type: match[1] ?? '', key: (match[2] ?? '').slice(1).split('_').map(Number) };
}

/** The key of an id of the given type, or null: for an id of another type there is no such object. */
export function keyOf(type: string, id: string): number | null {
  const parsed = parseId(id);
  return parsed && parsed.type === type && parsed.key.length === 1 ? (parsed.key[0] ?? null) : null;
}
