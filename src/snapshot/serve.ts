import { defaultFieldResolver, GraphQLObjectType, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import { authorize, type Permission } from '../auth/policy';
import type { Context } from '../context';
import { keyOf, parseId } from '../ids';
import type { DirectoryImage } from './directory-image';
import type { DirectorySnapshot } from './directory-snapshot';
import { imageLists } from './image-lists';
import { viewsOf, type ImagePage } from './image-pages';
import { MembershipView } from './membership-view';

type Arguments = Record<string, unknown>;
/** Answers a field from the image; undefined where the image does not tell and the field's own resolver must. */
type ImageField = (image: DirectoryImage, source: never, args: Arguments) => unknown;

interface RootField {
  permission: Permission;
  answer: (image: DirectoryImage, args: Arguments) => unknown;
}

const ROOTS: Record<string, RootField> = {
  users: { permission: 'user:list', answer: (image, args) => imageLists.users(image, args) ?? undefined },
  groups: { permission: 'group:list', answer: (image, args) => imageLists.groups(image, args) ?? undefined },
  user: {
    permission: 'viewer:any',
    answer: (image, args) => image.users.get(keyOf('User', String(args['id'])) ?? 0) ?? null,
  },
  group: {
    permission: 'viewer:any',
    answer: (image, args) => image.groups.get(keyOf('Group', String(args['id'])) ?? 0) ?? null,
  },
  node: { permission: 'viewer:any', answer: (image, args) => nodeOf(image, String(args['id'])) },
};

const FIELDS: Record<string, Record<string, ImageField>> = {
  User: {
    memberships: (image, user: { id: number }, args) => views(image, imageLists.memberships(image, args, user.id)),
  },
  Group: {
    members: (image, group: { id: number }, args) => views(image, imageLists.members(image, args, group.id)),
  },
  Membership: {
    user: (image, membership: { userId: number }) => image.users.get(membership.userId),
    group: (image, membership: { groupId: number }) => image.groups.get(membership.groupId),
  },
};

function views(image: DirectoryImage, page: ImagePage<number> | null): object | undefined {
  return page ? viewsOf(image.memberships, page) : undefined;
}

/**
 * Puts the snapshot in front of the resolvers of the directory: where it is current, queries of viewers who see the
 * whole directory are answered from memory, without promises below the first level; otherwise, and in mutations and
 * subscriptions, the resolvers read SQL as if it were not there. A field that is renamed stops the start.
 */
export function serveFromSnapshot(schema: GraphQLSchema, snapshot: DirectorySnapshot): void {
  for (const [name, root] of Object.entries(ROOTS)) wrapRoot(schema, name, root, snapshot);
  for (const [typeName, fields] of Object.entries(FIELDS)) {
    for (const [name, answer] of Object.entries(fields)) wrapField(schema, typeName, name, answer);
  }
}

function wrapRoot(schema: GraphQLSchema, name: string, root: RootField, snapshot: DirectorySnapshot): void {
  replace(schema, 'Query', name, (original) => async (source, args, context, info) => {
    authorize(context.viewer, root.permission);
    if (!context.scope.all) return original(source, args, context, info);
    const image = await snapshot.current(context.revision);
    context.directory = image;
    const answer = image ? root.answer(image, args) : undefined;
    return answer === undefined ? original(source, args, context, info) : answer;
  });
}

function wrapField(schema: GraphQLSchema, typeName: string, name: string, answer: ImageField): void {
  replace(schema, typeName, name, (original) => (source, args, context, info) => {
    const value = context.directory ? answer(context.directory, source as never, args) : undefined;
    return value === undefined ? original(source, args, context, info) : value;
  });
}

type Resolver = GraphQLFieldResolver<unknown, Context, Arguments>;

function replace(schema: GraphQLSchema, typeName: string, name: string, wrap: (original: Resolver) => Resolver): void {
  const type = schema.getType(typeName);
  const field = type instanceof GraphQLObjectType ? type.getFields()[name] : undefined;
  if (!field) throw new Error(`${typeName}.${name} is to be answered from memory, but does not exist.`);
  field.resolve = wrap((field.resolve as Resolver | undefined) ?? defaultFieldResolver);
}

function nodeOf(image: DirectoryImage, id: string): object | undefined {
  const parsed = parseId(id);
  const [first = 0, second = 0, ...more] = parsed?.key ?? [];
  if (parsed?.type === 'User' && second === 0) return image.users.get(first);
  if (parsed?.type === 'Group' && second === 0) return image.groups.get(first);
  if (parsed?.type !== 'Membership' || more.length > 0) return undefined;
  const slot = image.memberships.find(first, second);
  return slot < 0 ? undefined : new MembershipView(image.memberships.columns, slot);
}
