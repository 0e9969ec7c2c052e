import { Field, ObjectType } from 'type-graphql';
import { connectionOf } from './connection';
import { Node } from './node';

/** A person as anonymous visitors may see it: the row holds these columns of `user` and no other. */
@ObjectType({ implements: Node, description: 'All that anonymous visitors may learn of a person.' })
export class PublicUser extends Node {
  id!: number;

  /** What the list is ordered by. */
  displayNameKey!: string;

  @Field({ simple: true, description: 'Name as shown.' })
  displayName!: string;

  @Field(() => String, { simple: true, nullable: true, description: 'Job title.' })
  title!: string | null;

  @Field(() => String, { simple: true, nullable: true, description: 'Department.' })
  department!: string | null;

  @Field(() => String, { simple: true, nullable: true, description: 'E-mail address.' })
  email!: string | null;

  @Field(() => String, { simple: true, nullable: true, description: 'Telephone number.' })
  telephoneNumber!: string | null;

  @Field(() => String, { simple: true, nullable: true, description: 'Mobile number.' })
  mobileNumber!: string | null;
}

export const PublicUserConnection = connectionOf(() => PublicUser, 'PublicUser');
