import { createUnionType, Field, ObjectType } from 'type-graphql';
import { Client } from './client';
import { DateTime } from './scalars';
import { StaffUser } from './staff-user';

/** Who is signed in; values carry `__typename`. */
export const Viewer = createUnionType({
  name: 'Viewer',
  description: 'Who is signed in: a client of the operator console, or a member of the call-centre staff.',
  types: () => [Client, StaffUser] as const,
});

@ObjectType({ description: 'A session that has just been opened.' })
export class Session {
  @Field({
    description: 'Send it as `Authorization: Bearer …`. Empty where the session is a cookie (`X-Session: cookie`).',
  })
  token!: string;

  @Field(() => DateTime, { description: 'When it ends.' })
  expiresAt!: number;
}
