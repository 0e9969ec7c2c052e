import { GraphQLObjectType, defaultFieldResolver, type GraphQLSchema } from 'graphql';
import { hidesContacts, type Viewer } from '../auth/viewer';
import { maskDigits, maskEmail } from './masking';

/** Fields that show a number or an address of a person, with how they are masked. */
const MASKED_FIELDS: Record<string, Record<string, (value: string) => string>> = {
  User: {
    email: maskEmail,
    // An address of the same form, and mostly the very same one.
    userPrincipalName: maskEmail,
    telephoneNumber: maskDigits,
    mobileNumber: maskDigits,
  },
  Line: { number: maskDigits },
  // Where a person's calls are sent: often a mobile telephone.
  PresenceState: { redirectNumber: maskDigits },
  ProfileAction: { redirectNumber: maskDigits },
};

/**
 * Masks by type and field in the finished schema, so that it holds however a person was reached: lists, nodes, members,
 * managers, subscriptions. A field that is renamed stops the start.
 */
export function maskPeople(schema: GraphQLSchema): void {
  for (const [typeName, fields] of Object.entries(MASKED_FIELDS)) {
    const type = schema.getType(typeName);
    for (const [fieldName, mask] of Object.entries(fields)) {
      const field = type instanceof GraphQLObjectType ? type.getFields()[fieldName] : undefined;
      if (!field) throw new Error(`${typeName}.${fieldName} is to be masked, but does not exist.`);
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = (source, args, context: { viewer: Viewer }, info) => {
        const value: unknown = resolve(source, args, context, info);
        return typeof value === 'string' && hidesContacts(context.viewer) ? mask(value) : value;
      };
    }
  }
}
