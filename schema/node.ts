import { Field, ID, InterfaceType, ObjectType } from 'type-graphql';

/**
 * Everything with an id. Rows carry their database key; the opaque global id of the API is made by the `id` field's
 * resolver (`src/nodes.ts`) as `Type_key`, so that it is unique, stable across syncs and needs no column.
 */
@InterfaceType('Node', {
  description: 'Everything that has an id.',
  resolveType: (value: { __typename?: string }) => value.__typename,
})
export abstract class Node {
  @Field(() => ID, { name: 'id', description: 'Opaque, globally unique, stable across syncs.' })
  readonly globalId!: string;
}

@ObjectType({ description: 'Where a page stands in its list.' })
export class PageInfo {
  @Field({ simple: true, description: 'More follow.' })
  hasNextPage!: boolean;

  @Field({ simple: true, description: 'More precede.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { simple: true, nullable: true, description: 'Cursor of the first element.' })
  startCursor!: string | null;

  @Field(() => String, { simple: true, nullable: true, description: 'Cursor of the last element.' })
  endCursor!: string | null;
}
