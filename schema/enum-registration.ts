import { registerEnumType } from 'type-graphql';

type StringEnum = Record<string, string>;

/** Registers an enum with a description for itself and for each of its values, so that none can be forgotten. */
export function describeEnum<E extends StringEnum>(
  type: E,
  name: string,
  description: string,
  values: { [K in keyof E]: string },
): void {
  const valuesConfig = Object.fromEntries(
    Object.entries(values).map(([value, text]) => [value, { description: text }]),
  ) as { [K in keyof E]: { description: string } };
  registerEnumType(type, { name, description, valuesConfig });
}
