import { Column, type ColumnOptions } from 'typeorm';

/** Milliseconds since 1970-01-01T00:00:00Z: one representation in MariaDB and SQLite, comparable and sortable. */
export type Instant = number;

const toNumber = (value: string | number | null): number | null => (value === null ? null : Number(value));

/** A column that holds an Instant. */
export const InstantColumn = (options: ColumnOptions = {}) =>
  Column({ type: 'bigint', ...options, transformer: { to: (value: number | null) => value, from: toNumber } });

/** A short text that may be null. */
export const NullableText = (length = 255, options: ColumnOptions = {}) =>
  Column({ type: 'varchar', length, nullable: true, ...options });

/** A JSON document kept as text: the drivers hand it out as it was written, in both databases. */
export const JsonColumn = (options: ColumnOptions = {}) => Column({ type: 'text', ...options, transformer: jsonText });

const jsonText = {
  to: (value: unknown): string | null => (value === undefined || value === null ? null : JSON.stringify(value)),
  from: (value: unknown): unknown => (typeof value === 'string' ? JSON.parse(value) : value),
};
