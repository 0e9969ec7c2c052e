import { isAbstractType, type GraphQLSchema } from 'graphql';
import { buildSchemaSync, type AuthChecker, type NonEmptyArray } from 'type-graphql';
import { authorize, type Permission } from './auth/policy';
import type { Context } from './context';
import { GroupResolver } from './groups/group.resolver';
import { MembershipResolver } from './groups/membership.resolver';
import { NodeResolver } from './nodes';
import { UserResolver } from './users/user.resolver';

/** Every resolver class. */
const resolvers: NonEmptyArray<NewableFunction> = [NodeResolver, UserResolver, GroupResolver, MembershipResolver];

const checkAuthorization: AuthChecker<Context, Permission> = ({ context }, permissions) => {
  for (const permission of permissions) authorize(context.viewer, permission);
  return true;
};

/** The schema as type-graphql makes it of the decorated classes. Values of interfaces and unions carry `__typename`. */
export function buildGatewaySchema(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers,
    authChecker: checkAuthorization as AuthChecker<object, string>,
    validate: false,
    emitSchemaFile: false,
  });
  for (const type of Object.values(schema.getTypeMap())) {
    // type-graphql's own are asynchronous, which costs a promise a value and cannot be compiled.
    if (isAbstractType(type)) type.resolveType = (value: { __typename?: string }) => value.__typename;
  }
  return schema;
}
