import type { Page } from '../../schema/connection';
import { quoted } from './json';
import { arrayOf, joined, objectParts, type Part } from './parts';
import type { EdgeField, PageField, PageInfoField, PlanField, PlanList } from './plan';

/** A page whose total is known, where it is asked for. */
export type CountedPage<T> = Omit<Page<T>, 'count'> & { total(): number };

/** Prepares the object in a connection. */
type NodeParts<W, T> = (fields: readonly PlanField[]) => Part<W, T>[];

/** Prepares a connection. */
export function pageParts<W, T>(list: PlanList, node: NodeParts<W, T>): Part<W, CountedPage<T>>[] {
  return objectParts(list.fields.map((field) => [field.key, fieldParts(field, node)]));
}

function fieldParts<W, T>(field: PageField, node: NodeParts<W, T>): Part<W, CountedPage<T>>[] {
  switch (field.kind) {
    case 'text':
      return [field.text];
    case 'totalCount':
      return [(_, page) => String(page.total())];
    case 'nodes': {
      const write = arrayOf(joined(node(field.fields)));
      return [{ write: (out, writing, { nodes }) => write(out, writing, nodes) }];
    }
    case 'edges': {
      const edge = objectParts(field.fields.map((inner) => [inner.key, edgeParts(inner, node)]));
      const write = arrayOf(joined(edge));
      return [
        {
          write: (out, writing, page) =>
            write(
              out,
              writing,
              page.nodes.map((one) => ({ page, node: one })),
            ),
        },
      ];
    }
    case 'pageInfo':
      return objectParts(field.fields.map((inner) => [inner.key, pageInfoParts(inner)]));
  }
}

function edgeParts<W, T>(field: EdgeField, node: NodeParts<W, T>): Part<W, { page: CountedPage<T>; node: T }>[] {
  switch (field.kind) {
    case 'text':
      return [field.text];
    case 'cursor':
      return [(_, edge) => quoted(edge.page.cursorOf(edge.node))];
    case 'node': {
      const part = joined(node(field.fields));
      if (typeof part === 'function') return [(writing, edge) => part(writing, edge.node)];
      return [{ write: (out, writing, edge) => part.write(out, writing, edge.node) }];
    }
  }
}

function pageInfoParts<W, T>(field: PageInfoField): Part<W, CountedPage<T>>[] {
  if (field.kind === 'text') return [field.text];
  const cursorAt = ({ nodes, cursorOf }: CountedPage<T>, index: number) =>
    index >= 0 && index < nodes.length ? quoted(cursorOf(nodes[index])) : 'null';
  switch (field.name) {
    case 'hasNextPage':
      return [(_, page) => String(page.hasNextPage)];
    case 'hasPreviousPage':
      return [(_, page) => String(page.hasPreviousPage)];
    case 'startCursor':
      return [(_, page) => cursorAt(page, 0)];
    case 'endCursor':
      return [(_, page) => cursorAt(page, page.nodes.length - 1)];
  }
}
