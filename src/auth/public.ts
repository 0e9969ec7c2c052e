import { Extensions } from 'type-graphql';

/** Marks an operation that needs no sign-in (requirement V2). Every other operation carries `@Authorized`. */
export const Public = () => Extensions({ public: true });
