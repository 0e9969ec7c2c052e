import type { Page } from '../../schema/connection';
import { quoted } from './json';
import type { EdgeField, PageField, PageInfoField, PlanField, PlanList } from './plan';

/** Gives the JSON text of a value; `W` is what one request writes with. */
export type Write<W, T> = (writing: W, value: T) => string;

/** A page whose total is known, where it is asked for. */
export type CountedPage<T> = Omit<Page<T>, 'count'> & { total(): number };

/** `{"key":…,"key":…}` */
export function objectOf<W, T>(fields: readonly [key: string, write: Write<W, T>][]): Write<W, T> {
  const parts = fields.map(([key, write], i) => ({ prefix: `${i === 0 ? '{' : ','}${quoted(key)}:`, write }));
  return (writing, value) => {
    let text = '';
    for (const { prefix, write } of parts) text += prefix + write(writing, value);
    return text === '' ? '{}' : `${text}}`;
  };
}

/** Prepares a connection; `writeNode` prepares the object in it. */
export function writePage<W, T>(
  list: PlanList,
  writeNode: (fields: readonly PlanField[]) => Write<W, T>,
): Write<W, CountedPage<T>> {
  return objectOf(list.fields.map((field) => [field.key, writePageField(field, writeNode)]));
}

function writePageField<W, T>(
  field: PageField,
  writeNode: (fields: readonly PlanField[]) => Write<W, T>,
): Write<W, CountedPage<T>> {
  switch (field.kind) {
    case 'text':
      return () => field.text;
    case 'totalCount':
      return (_, page) => String(page.total());
    case 'nodes': {
      const write = writeNode(field.fields);
      return (writing, { nodes }) => arrayOf(nodes, (node) => write(writing, node));
    }
    case 'edges': {
      const write = objectOf(field.fields.map((inner) => [inner.key, writeEdgeField(inner, writeNode)]));
      return (writing, page) => arrayOf(page.nodes, (node) => write(writing, { page, node }));
    }
    case 'pageInfo':
      return objectOf(field.fields.map((inner) => [inner.key, writePageInfo(inner)]));
  }
}

function arrayOf<T>(values: readonly T[], write: (value: T) => string): string {
  let text = '[';
  for (let i = 0; i < values.length; i++) text += i === 0 ? write(values[i]) : `,${write(values[i])}`;
  return `${text}]`;
}

function writeEdgeField<W, T>(
  field: EdgeField,
  writeNode: (fields: readonly PlanField[]) => Write<W, T>,
): Write<W, { page: CountedPage<T>; node: T }> {
  switch (field.kind) {
    case 'text':
      return () => field.text;
    case 'cursor':
      return (_, { page, node }) => quoted(page.cursorOf(node));
    case 'node': {
      const write = writeNode(field.fields);
      return (writing, { node }) => write(writing, node);
    }
  }
}

function writePageInfo<W, T>(field: PageInfoField): Write<W, CountedPage<T>> {
  if (field.kind === 'text') return () => field.text;
  const cursorAt = ({ nodes, cursorOf }: CountedPage<T>, index: number) =>
    index >= 0 && index < nodes.length ? quoted(cursorOf(nodes[index])) : 'null';
  switch (field.name) {
    case 'hasNextPage':
      return (_, page) => String(page.hasNextPage);
    case 'hasPreviousPage':
      return (_, page) => String(page.hasPreviousPage);
    case 'startCursor':
      return (_, page) => cursorAt(page, 0);
    case 'endCursor':
      return (_, page) => cursorAt(page, page.nodes.length - 1);
  }
}
