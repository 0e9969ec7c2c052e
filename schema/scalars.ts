import { GraphQLScalarType, Kind } from 'graphql';
import { GraphQLJSON } from 'graphql-scalars';

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/i;

/** Reads RFC 3339 text into milliseconds since the epoch; throws TypeError without echoing the input. */
export function parseDateTime(value: unknown): number {
  const instant = typeof value === 'string' && RFC3339.test(value) ? Date.parse(value) : NaN;
  if (Number.isNaN(instant)) throw new TypeError('DateTime must be RFC 3339 text such as 2026-01-31T12:00:00Z.');
  return instant;
}

export const DateTime = new GraphQLScalarType<number, string>({
  name: 'DateTime',
  description: 'An instant: RFC 3339, UTC.',
  serialize: (value) => new Date(value instanceof Date ? value.getTime() : Number(value)).toISOString(),
  parseValue: parseDateTime,
  parseLiteral: (node) => parseDateTime(node.kind === Kind.STRING ? node.value : null),
});

const LOCAL_TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

function parseLocalTime(value: unknown): string {
  if (typeof value === 'string' && LOCAL_TIME.test(value)) return value;
  throw new TypeError('LocalTime must be HH:mm, such as 07:30.');
}

export const LocalTime = new GraphQLScalarType<string, string>({
  name: 'LocalTime',
  description: 'A time of day: HH:mm.',
  serialize: (value) => String(value),
  parseValue: parseLocalTime,
  parseLiteral: (node) => parseLocalTime(node.kind === Kind.STRING ? node.value : null),
});

export const JsonScalar = new GraphQLScalarType({
  ...GraphQLJSON.toConfig(),
  name: 'JSON',
  description: 'Any JSON value.',
  specifiedByURL: null,
});
