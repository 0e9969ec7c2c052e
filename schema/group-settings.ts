import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Authorization, AuthorizationInput } from './authorization';
import { CallGroupMode, GroupFlag, RingStrategy, Service } from './group.enums';

@ObjectType({ description: "The group's own line and its rights towards the members." })
export class GroupLine {
  @Field({ simple: true, description: 'Its number.' })
  number!: string;

  @Field({ simple: true, description: 'Rights of the line towards the members.' })
  authorization!: Authorization;
}

@ObjectType({ description: 'Whether and how a group takes calls.' })
export class CallGroup {
  @Field(() => CallGroupMode, { simple: true, description: 'Whether, and by what.' })
  mode!: CallGroupMode;

  @Field(() => String, { simple: true, nullable: true, description: 'The number that is called.' })
  number!: string | null;

  @Field(() => RingStrategy, { simple: true, description: 'Who rings when, with voice services.' })
  strategy!: RingStrategy;

  @Field(() => Int, { simple: true, description: 'Seconds each step rings.' })
  stepSeconds!: number;
}

@InputType({ description: "The group's own line." })
export class GroupLineInput {
  @Field({ description: 'Its number.' })
  number!: string;

  @Field({ description: 'Rights of the line towards the members.' })
  authorization!: AuthorizationInput;
}

@InputType({ description: 'Whether and how a group takes calls. Replaces the whole value.' })
export class CallGroupInput {
  @Field(() => CallGroupMode, { description: 'Whether, and by what; licensed modes only.' })
  mode!: CallGroupMode;

  @Field(() => String, { nullable: true, description: 'The number that is called; needed unless DISABLED.' })
  number?: string | null;

  @Field(() => RingStrategy, { nullable: true, description: 'Who rings when; PARALLEL where nothing is said.' })
  strategy?: RingStrategy | null;

  @Field(() => Int, { nullable: true, description: 'Seconds each step rings; 15 where nothing is said.' })
  stepSeconds?: number | null;
}

@InputType({ description: 'Changes of a group. An omitted field stays, null clears it.' })
export class UpdateGroupInput {
  @Field(() => ID, { description: 'The group.' })
  id!: string;

  @Field(() => Int, { nullable: true, description: 'The version that was read; a stale one is refused.' })
  version?: number | null;

  @Field(() => String, { nullable: true, description: 'Name; only of a group made by hand.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'Free text; only of a group made by hand.' })
  description?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'False: nothing of the group has influence.' })
  settingsActive?: boolean | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Leader; without one there is neither deputy nor leader authorization.',
  })
  leaderId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Deputy; another person than the leader.' })
  deputyId?: string | null;

  @Field(() => AuthorizationInput, { nullable: true, description: 'Rights of the members towards each other.' })
  memberAuthorization?: AuthorizationInput | null;

  @Field(() => AuthorizationInput, { nullable: true, description: 'Rights of leader and deputy towards the members.' })
  leaderAuthorization?: AuthorizationInput | null;

  @Field(() => GroupLineInput, { nullable: true, description: "The group's own line." })
  line?: GroupLineInput | null;

  @Field(() => [Service], { nullable: true, description: 'Services allowed for all members.' })
  services?: Service[] | null;

  @Field(() => [GroupFlag], { nullable: true, description: 'Switches that are on.' })
  flags?: GroupFlag[] | null;

  @Field(() => CallGroupInput, { nullable: true, description: 'Whether and how it takes calls.' })
  callGroup?: CallGroupInput | null;
}
