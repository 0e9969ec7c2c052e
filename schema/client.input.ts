import { Field, ID, InputType, Int } from 'type-graphql';
import { AssignmentKind, AuthType, ClientPermission, ClientRole, FallbackKind, OnConflict } from './client.enums';
import { ClientOrderField, SortDirection } from './enums';
import { UserFilter } from './user.input';

@InputType({ description: 'Order of a list of clients.' })
export class ClientOrder {
  @Field(() => ClientOrderField, { description: 'By what.' })
  field!: ClientOrderField;

  @Field(() => SortDirection, { defaultValue: SortDirection.ASC, description: 'Direction.' })
  direction!: SortDirection;
}

@InputType({ description: 'Which clients. What is given must all hold.' })
export class ClientFilter {
  @Field(() => String, { nullable: true, description: 'Prefix of the username, whatever the case.' })
  search?: string | null;

  @Field(() => ClientRole, { nullable: true, description: 'With this role.' })
  role?: ClientRole | null;

  @Field(() => AuthType, { nullable: true, description: 'By who checks the password.' })
  authType?: AuthType | null;

  @Field(() => ID, { nullable: true, description: 'Assignees and owners of this group.' })
  assignedTo?: string | null;
}

@InputType({ description: 'What happens to a transferred call that nobody answers.' })
export class FallbackInput {
  @Field(() => FallbackKind, { description: 'Where the call goes.' })
  kind!: FallbackKind;

  @Field(() => Int, {
    nullable: true,
    description: "Seconds until then: more than 0, less than the call manager's time-out.",
  })
  timeoutSeconds?: number | null;

  @Field(() => String, { nullable: true, description: 'The number of CUSTOM_NUMBER.' })
  number?: string | null;
}

@InputType({ description: 'Digits hidden on display.' })
export class MaskedDigitsInput {
  @Field(() => Boolean, { nullable: true, description: 'The whole number; `digits` is ignored then.' })
  all?: boolean | null;

  @Field(() => Int, { nullable: true, description: 'How many of the last digits become X.' })
  digits?: number | null;
}

@InputType({ description: 'A new client.' })
export class CreateClientInput {
  @Field({ description: 'Sign-in name: 1 to 255 characters, unique whatever the case.' })
  username!: string;

  @Field(() => AuthType, { description: 'Who checks the password.' })
  authType!: AuthType;

  @Field(() => String, { nullable: true, description: 'Required with PROXY, ignored with CALLISTO.' })
  password?: string | null;

  @Field(() => [ClientRole], { description: 'At least one.' })
  roles!: ClientRole[];

  @Field(() => [ClientPermission], { nullable: true, defaultValue: [], description: 'What it may do in the console.' })
  permissions?: ClientPermission[] | null;

  @Field(() => MaskedDigitsInput, {
    nullable: true,
    description: 'Digits hidden on display; off where nothing is said.',
  })
  maskedDigits?: MaskedDigitsInput | null;

  @Field(() => FallbackInput, { nullable: true, description: 'Fallback of calls; none where nothing is said.' })
  fallback?: FallbackInput | null;

  @Field(() => ID, { nullable: true, description: 'The person behind it.' })
  userId?: string | null;
}

@InputType({ description: 'Changes of a client. An omitted field stays.' })
export class UpdateClientInput {
  @Field(() => ID, { description: 'The client.' })
  id!: string;

  @Field(() => Int, { nullable: true, description: 'The version the changes are based on; a stale one is refused.' })
  version?: number | null;

  @Field(() => String, { nullable: true, description: 'New sign-in name.' })
  username?: string | null;

  @Field(() => AuthType, {
    nullable: true,
    description: 'Who checks the password. PROXY needs a password where none is held.',
  })
  authType?: AuthType | null;

  @Field(() => String, { nullable: true, description: 'New password; ignored with CALLISTO.' })
  password?: string | null;

  @Field(() => [ClientRole], { nullable: true, description: 'At least one.' })
  roles?: ClientRole[] | null;

  @Field(() => [ClientPermission], { nullable: true, description: 'What it may do in the console; null: nothing.' })
  permissions?: ClientPermission[] | null;

  @Field(() => MaskedDigitsInput, { nullable: true, description: 'Digits hidden on display; null: none.' })
  maskedDigits?: MaskedDigitsInput | null;

  @Field(() => FallbackInput, { nullable: true, description: 'Fallback of calls; null: none.' })
  fallback?: FallbackInput | null;
}

@InputType({ description: 'Give userIds, or filter for all users it selects.' })
export class CreateClientsInput {
  @Field(() => [ID], { nullable: true, description: 'The people.' })
  userIds?: string[] | null;

  @Field(() => UserFilter, { nullable: true, description: 'All people that it selects.' })
  filter?: UserFilter | null;

  @Field(() => AuthType, { description: 'Who checks the passwords.' })
  authType!: AuthType;

  @Field(() => String, {
    nullable: true,
    description: 'One password for all; required with PROXY, ignored with CALLISTO.',
  })
  password?: string | null;

  @Field(() => [ClientPermission], {
    nullable: true,
    defaultValue: [],
    description: 'What they may do in the console.',
  })
  permissions?: ClientPermission[] | null;

  @Field(() => MaskedDigitsInput, {
    nullable: true,
    description: 'Digits hidden on display; off where nothing is said.',
  })
  maskedDigits?: MaskedDigitsInput | null;

  @Field(() => FallbackInput, { nullable: true, description: 'Fallback of calls; none where nothing is said.' })
  fallback?: FallbackInput | null;

  @Field(() => [ID], { nullable: true, defaultValue: [], description: 'Groups that all of them are assigned to.' })
  groupIds?: string[] | null;

  @Field(() => OnConflict, {
    nullable: true,
    defaultValue: OnConflict.ASK,
    description: 'What to do where a client exists.',
  })
  onConflict?: OnConflict | null;
}

@InputType({ description: 'Clients and groups, each with each.' })
export class AssignGroupsInput {
  @Field(() => [ID], { description: 'The clients.' })
  clientIds!: string[];

  @Field(() => [ID], { description: 'The groups.' })
  groupIds!: string[];

  @Field(() => AssignmentKind, { description: 'As owners or as assignees.' })
  kind!: AssignmentKind;
}

@InputType({ description: 'A call that entered the busy queue.' })
export class BusyQueueCallInput {
  @Field(() => ID, { description: 'The client that initiated it.' })
  initiatedById!: string;

  @Field({ description: 'Number of the remote party.' })
  number!: string;

  @Field(() => String, { nullable: true, description: 'Name of the remote party.' })
  name?: string | null;
}
