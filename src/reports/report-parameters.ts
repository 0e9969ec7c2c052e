import { MembershipVia } from '../../schema/enums';
import { parseDateTime } from '../../schema/scalars';
import { badInput } from '../errors';
import { keyOf } from '../ids';

export interface GroupMembersQuery {
  /** Only this group; null: all. */
  groupId: number | null;
  /** As of this instant; null: now. */
  asOf: number | null;
  /** Only those held in these ways; null: all. */
  via: MembershipVia[] | null;
}

/** A query string as Fastify takes it apart: what is repeated is a list. */
export type QueryString = Record<string, string | string[] | undefined>;

const KNOWN = ['groupId', 'asOf', 'via'];

/**
 * Checks the parameters of the report of members.
 * @throws BAD_USER_INPUT naming the parameter: unknown, repeated where one is meant, malformed, or `asOf` in the future.
 */
export function groupMembersQuery(query: QueryString, now: number): GroupMembersQuery {
  for (const name of Object.keys(query)) {
    if (!KNOWN.includes(name)) throw badInput(name, `${name.slice(0, 64)} is no parameter of this report.`);
  }
  return { groupId: groupKey(single(query, 'groupId')), asOf: instant(single(query, 'asOf'), now), via: ways(query) };
}

function single(query: QueryString, name: string): string | null {
  const value = query[name];
  if (Array.isArray(value)) throw badInput(name, `Give ${name} once.`);
  return value ?? null;
}

function groupKey(id: string | null): number | null {
  if (id === null) return null;
  const key = keyOf('Group', id);
  if (key === null) throw badInput('groupId', 'groupId is no id of a group.');
  return key;
}

function instant(text: string | null, now: number): number | null {
  if (text === null) return null;
  let value: number;
  try {
    value = parseDateTime(text);
  } catch {
    throw badInput('asOf', 'asOf must be an instant such as 2026-01-31T12:00:00Z.');
  }
  if (value > now) throw badInput('asOf', 'asOf must not be in the future.');
  return value;
}

function ways({ via }: QueryString): MembershipVia[] | null {
  if (via === undefined) return null;
  const given = [via].flat();
  const known = Object.values(MembershipVia);
  const found = known.filter((one) => given.includes(one));
  if (given.some((one) => !(known as string[]).includes(one))) {
    throw badInput('via', `via must be one of ${known.join(', ')}.`);
  }
  return found;
}
