import { Field, ObjectType } from 'type-graphql';

@ObjectType({ description: 'What a console may display of a caller.' })
export class PresentedCaller {
  @Field({ simple: true, description: 'The number, masked where the client masks digits.' })
  number!: string;

  @Field(() => String, { simple: true, nullable: true, description: 'The name; null while masking is on.' })
  name!: string | null;
}
