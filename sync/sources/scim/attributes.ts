import { isObject, type ScimResource } from './client';

/** Path of the enterprise extension (RFC 7643, 4.3). */
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/**
 * The text at an attribute path in the notation of filters (RFC 7644, 3.10): `title`, `name.givenName`,
 * `urn:…:User:department`, `emails`, `phoneNumbers[type eq "mobile"].value`. Names count whatever their case. Of a
 * multi-valued attribute the primary value is taken, else the first. Null where there is none.
 */
export function textAt(resource: ScimResource, path: string): string | null {
  const { container, rest } = withinSchema(resource, path);
  let at: unknown = container;
  for (const step of rest.match(/[^.[]+(?:\[[^\]]*\])?/g) ?? []) {
    const [, name = '', type] = /^([^[]+)(?:\[\s*type\s+eq\s+"([^"]*)"\s*\])?$/i.exec(step) ?? [];
    if (!isObject(at) || name === '') return null;
    at = chosen(member(at, name), type);
  }
  if (isObject(at)) at = member(at, 'value');
  return textOrNull(at);
}

/** The primary value of a multi-valued attribute, or the first, among those of a type if one is asked for. */
export function chosen(value: unknown, type?: string): unknown {
  if (!Array.isArray(value)) return value;
  const fitting = value.filter((item) => type === undefined || (isObject(item) && sameText(item.type, type)));
  return fitting.find((item) => isObject(item) && item.primary === true) ?? fitting[0];
}

/** An attribute by its name, whatever its case (RFC 7643, 2.1). */
export function member(object: Record<string, unknown>, name: string): unknown {
  if (name in object) return object[name];
  const key = Object.keys(object).find((candidate) => sameText(candidate, name));
  return key === undefined ? undefined : object[key];
}

export function textOrNull(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

export function sameText(left: unknown, right: string): boolean {
  return typeof left === 'string' && left.toLowerCase() === right.toLowerCase();
}

function withinSchema(resource: ScimResource, path: string): { container: unknown; rest: string } {
  if (!/^urn:/i.test(path)) return { container: resource, rest: path };
  const cut = path.lastIndexOf(':');
  return { container: member(resource, path.slice(0, cut)), rest: path.slice(cut + 1) };
}
