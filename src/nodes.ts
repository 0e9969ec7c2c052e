import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Authorized, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import { Node } from '../schema/node';
import { auditNodes } from './audit/audit.resolver';
import { grantNodes } from './authorizations/grant.reads';
import type { Context } from './context';
import { clientNodes } from './clients/client.nodes';
import { groupNodes } from './groups/group.nodes';
import { globalId, parseId } from './ids';
import { profileNodes } from './profiles/profile.nodes';
import { sourceNodes } from './sources/source.nodes';
import { staffNodes } from './staff/staff.nodes';
import { journalNodes } from './journal/journal.access';
import { endpointNodes } from './users/endpoint.nodes';
import { publicUserNodes } from './users/public-user.resolver';
import { userNodes } from './users/user.nodes';

/** Loads one type's object by its key as the viewer may see it; null where there is none for the viewer. */
export type NodeLoader = (context: Context, key: number[]) => Promise<object | null>;

/** How each type is found by its id. Each noun gives its own. */
export const nodeLoaders: Record<string, NodeLoader> = {
  ...endpointNodes,
  ...publicUserNodes,
  ...grantNodes,
  ...journalNodes,
  ...auditNodes,
  ...userNodes,
  ...clientNodes,
  ...groupNodes,
  ...staffNodes,
  ...profileNodes,
  ...sourceNodes,
};

/** The key of a row: its `id`, or what it says itself. */
interface Keyed {
  id?: number | string;
  nodeKey?: (number | string)[];
}

export async function loadNode(context: Context, id: string): Promise<object | null> {
  const parsed = parseId(id);
  const load = parsed ? nodeLoaders[parsed.type] : undefined;
  if (!parsed || !load) return null;
  const row = await load(context, parsed.key);
  return row === null ? null : Object.assign(row, { __typename: parsed.type });
}

@Resolver(() => Node)
export class NodeResolver {
  @FieldResolver({ name: 'id' })
  globalId(@Root() row: Keyed, @Info() info: GraphQLResolveInfo): string {
    return globalId(info.parentType.name, ...(row.nodeKey ?? [row.id ?? '']));
  }

  @Authorized('viewer:any')
  @Query(() => Node, {
    nullable: true,
    description: 'Any object by its id; null where there is none, or none for the viewer.',
  })
  node(@Arg('id', () => ID, { description: 'Its id.' }) id: string, @Ctx() context: Context): Promise<object | null> {
    return loadNode(context, id);
  }

  @Authorized('viewer:any')
  @Query(() => [Node], {
    nullable: 'items',
    description: 'Objects by their ids, in the order of the ids, with null where there is none.',
  })
  nodes(
    @Arg('ids', () => [ID], { description: 'Their ids.' }) ids: string[],
    @Ctx() context: Context,
  ): Promise<(object | null)[]> {
    return Promise.all(ids.map((id) => loadNode(context, id)));
  }
}
