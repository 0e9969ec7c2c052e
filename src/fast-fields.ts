import { GraphQLObjectType, type GraphQLSchema } from 'graphql';
import type { Page } from '../schema/connection';
import { globalId } from './ids';

interface Row {
  id?: number | string;
  nodeKey?: (number | string)[];
}

/**
 * Gives the fields that every row and every list has a resolver of their own, in place of the general ones, which copy
 * the row before they look at it: ids of nodes, and elements and edges of pages.
 */
export function hastenCommonFields(schema: GraphQLSchema): void {
  const node = schema.getType('Node');
  for (const type of Object.values(schema.getTypeMap())) {
    if (!(type instanceof GraphQLObjectType)) continue;
    const fields = type.getFields();
    if (fields['id'] && type.getInterfaces().some((one) => one === node)) {
      const { name } = type;
      fields['id'].resolve = (row: Row) => (row.nodeKey ? globalId(name, ...row.nodeKey) : `${name}_${row.id ?? ''}`);
    }
    if (type.name.endsWith('Connection') && fields['nodes'] && fields['edges']) {
      fields['nodes'].resolve = (page: Page<object>) => page.nodes;
      fields['edges'].resolve = (page: Page<object>) =>
        page.nodes.map((element) => ({ cursor: page.cursorOf(element), node: element }));
    }
  }
}
