import { Field, ObjectType } from 'type-graphql';
import { LineKind } from './enums';

@ObjectType({ description: 'A telephone line.' })
export class Line {
  @Field({ simple: true, description: 'Its number.' })
  number!: string;

  @Field(() => LineKind, { simple: true, description: 'How it is connected.' })
  kind!: LineKind;
}
