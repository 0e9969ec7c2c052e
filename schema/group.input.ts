import { Field, InputType, ID } from 'type-graphql';
import { GroupOrderField, Origin, SortDirection } from './enums';
import { CallGroupMode, GroupFlag } from './group.enums';

@InputType({ description: 'Order of a list of groups.' })
export class GroupOrder {
  @Field(() => GroupOrderField, { description: 'By what.' })
  field!: GroupOrderField;

  @Field(() => SortDirection, { defaultValue: SortDirection.ASC, description: 'Direction.' })
  direction!: SortDirection;
}

@InputType({ description: 'Which groups. What is given must all hold.' })
export class GroupFilter {
  @Field(() => String, { nullable: true, description: 'Prefix of the name, whatever case and accents.' })
  search?: string | null;

  @Field(() => [ID], { nullable: true, description: 'Only these.' })
  ids?: string[] | null;

  @Field(() => [Origin], { nullable: true, description: 'Only of these origins.' })
  origin?: Origin[] | null;

  @Field(() => ID, { nullable: true, description: 'Only those of this source.' })
  sourceId?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'With nobody in it, or with somebody.' })
  empty?: boolean | null;

  @Field(() => CallGroupMode, { nullable: true, description: 'By how it takes calls.' })
  callGroupMode?: CallGroupMode | null;

  @Field(() => GroupFlag, { nullable: true, description: 'With this flag.' })
  flag?: GroupFlag | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'True: only those gone from their directory.',
  })
  vanished?: boolean | null;
}

@InputType({ description: 'A group made by hand.' })
export class CreateGroupInput {
  @Field({ description: 'Its name.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Free text.' })
  description?: string | null;
}
