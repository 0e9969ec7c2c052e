import { GraphQLObjectType, type GraphQLField, type GraphQLSchema } from 'graphql';
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

const COLUMN = 'isColumn';

/** Notes which fields are columns: values of the row under their own name. To be called before anything wraps resolvers. */
export function markColumns(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!(type instanceof GraphQLObjectType)) continue;
    for (const field of Object.values(type.getFields())) {
      if (!field.resolve) field.extensions = { ...field.extensions, [COLUMN]: true };
    }
  }
}

/** Whether the field's value is the row's column of that name, for viewers from whom nothing is masked. */
export function isColumn(field: GraphQLField<unknown, unknown>): boolean {
  return field.extensions[COLUMN] === true;
}
