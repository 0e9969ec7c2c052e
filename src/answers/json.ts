import { isEnumType, isNonNullType, type GraphQLLeafType, type GraphQLOutputType } from 'graphql';

/** Thrown where a document cannot be answered directly after all: the executor does it, errors and all. */
export class NotDirect extends Error {}

/** The JSON text of a value. */
export type LeafText = (value: unknown) => string;

/** What JSON escapes (RFC 8259, 7), and halves of surrogate pairs, which `JSON.stringify` escapes where they are alone. */
const SPECIAL = /["\\\u0000-\u001f\ud800-\udfff]/;

export function quoted(text: string): string {
  return SPECIAL.test(text) ? JSON.stringify(text) : `"${text}"`;
}

/** Writes values of a scalar or an enum as graphql-js would serialise them. */
export function leafText(type: GraphQLOutputType): LeafText {
  const isRequired = isNonNullType(type);
  const named = (isRequired ? type.ofType : type) as GraphQLLeafType;
  const write = writerOf(named);
  return (value) => {
    if (value !== null && value !== undefined) return write(value);
    if (isRequired) throw new NotDirect(`null for ${named.name}`);
    return 'null';
  };
}

function writerOf(type: GraphQLLeafType): LeafText {
  if (isEnumType(type)) {
    const names = new Map<unknown, string>(type.getValues().map(({ name, value }) => [value, `"${name}"`]));
    return (value) => names.get(value) ?? notDirect(`not a value of ${type.name}`);
  }
  if (type.name === 'String' || type.name === 'ID') {
    return (value) => (typeof value === 'string' ? quoted(value) : JSON.stringify(type.serialize(value)));
  }
  if (type.name === 'Int') {
    return (value) =>
      (value as number) === ((value as number) | 0) ? String(value) : JSON.stringify(type.serialize(value));
  }
  return (value) => JSON.stringify(type.serialize(value));
}

export function notDirect(why: string): never {
  throw new NotDirect(why);
}
