import { Field, ID, InputType } from 'type-graphql';
import { LineKind, Origin, SortDirection, UserOrderField, UserState } from './enums';

@InputType({ description: 'Order of a list of users.' })
export class UserOrder {
  @Field(() => UserOrderField, { description: 'By what.' })
  field!: UserOrderField;

  @Field(() => SortDirection, { defaultValue: SortDirection.ASC, description: 'Direction.' })
  direction!: SortDirection;
}

@InputType({ description: 'Which users. What is given must all hold.' })
export class UserFilter {
  @Field(() => String, {
    nullable: true,
    description: 'Prefix of user id, names, e-mail or number, whatever case and accents.',
  })
  search?: string | null;

  @Field(() => [ID], { nullable: true, description: 'Only these.' })
  ids?: string[] | null;

  @Field(() => [Origin], { nullable: true, description: 'Only of these origins.' })
  origin?: Origin[] | null;

  @Field(() => ID, { nullable: true, description: 'Only those this source knows.' })
  sourceId?: string | null;

  @Field(() => [UserState], { nullable: true, description: 'Only in these states; by default ACTIVE and DISABLED.' })
  state?: UserState[] | null;

  @Field(() => String, { nullable: true, description: 'Department, whatever its case.' })
  department?: string | null;

  @Field(() => ID, { nullable: true, description: 'Members of this group.' })
  memberOf?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'With or without a client.' })
  hasClient?: boolean | null;
}

@InputType({ description: 'A person added by hand.' })
export class CreateUserInput {
  @Field({ description: 'Login name.' })
  userId!: string;

  @Field({ description: 'Name as shown.' })
  displayName!: string;

  @Field(() => String, { nullable: true, description: 'Given name.' })
  firstName?: string | null;

  @Field(() => String, { nullable: true, description: 'Family name.' })
  lastName?: string | null;

  @Field(() => String, { nullable: true, description: 'E-mail address.' })
  email?: string | null;

  @Field(() => String, { nullable: true, description: 'Department.' })
  department?: string | null;

  @Field(() => String, { nullable: true, description: 'Telephone number.' })
  telephoneNumber?: string | null;

  @Field(() => String, { nullable: true, description: 'Mobile number.' })
  mobileNumber?: string | null;

  @Field(() => String, { nullable: true, description: 'user@domain name.' })
  userPrincipalName?: string | null;
}

@InputType({
  description: 'Changes of a person. Fields changed by hand of an imported person are locked against syncs.',
})
export class UpdateUserInput {
  @Field(() => ID, { description: 'The person.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'Name as shown.' })
  displayName?: string | null;

  @Field(() => String, { nullable: true, description: 'Given name.' })
  firstName?: string | null;

  @Field(() => String, { nullable: true, description: 'Family name.' })
  lastName?: string | null;

  @Field(() => String, { nullable: true, description: 'E-mail address.' })
  email?: string | null;

  @Field(() => String, { nullable: true, description: 'Department.' })
  department?: string | null;

  @Field(() => String, { nullable: true, description: 'Telephone number.' })
  telephoneNumber?: string | null;

  @Field(() => String, { nullable: true, description: 'Mobile number.' })
  mobileNumber?: string | null;

  @Field(() => [String], { nullable: true, description: 'Fields to lock at their present value.' })
  lock?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Fields to give back to the directory.' })
  unlock?: string[] | null;
}

@InputType({ description: 'A telephone line.' })
export class LineInput {
  @Field({ description: 'Its number.' })
  number!: string;

  @Field(() => LineKind, { description: 'How it is connected.' })
  kind!: LineKind;
}

@InputType({ description: 'The lines of a person. An omitted line stays, null removes it.' })
export class SetUserLinesInput {
  @Field(() => ID, { description: 'The person.' })
  userId!: string;

  @Field(() => LineInput, { nullable: true, description: 'Primary line.' })
  primary?: LineInput | null;

  @Field(() => LineInput, { nullable: true, description: 'Secondary line.' })
  secondary?: LineInput | null;
}
